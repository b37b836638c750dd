import { AppError } from '../../base/errors.ts';
import type { Agency } from '../../core/agency/agency.ts';
import { boundAbsences, dropIdleBreaks } from '../../core/agency/check-agency.ts';
import { describeProblem } from '../../core/faults/problem.ts';
import { checkRoster, type Roster } from '../../core/roster/roster.ts';

/** An agency whose roster can be replaced under those who hold it. */
export interface LiveAgency {
  /** As its file has it. */
  fileAgency: Agency;
  /** Its crews, depots, materials and districts are, at every look, the newest. All else is the file's. */
  agency: Agency;
  /** Throws `agency.invalid`, and keeps what was there, when the roster cannot be used. */
  replaceRoster(roster: Roster): void;
}

/** An agency that begins as the file has it. Copies of it (`{...agency}`) stay as they were when copied. */
export function createLiveAgency(fileAgency: Agency): LiveAgency {
  let newest = fileAgency;
  return {
    fileAgency,
    agency: {
      ...fileAgency,
      get crews() {
        return newest.crews;
      },
      get depots() {
        return newest.depots;
      },
      get materials() {
        return newest.materials;
      },
      get districts() {
        return newest.districts;
      },
    },
    replaceRoster: (roster) => {
      // No check that an older version did not make may keep a start from happening.
      const usable = { ...roster, crews: boundAbsences(dropIdleBreaks(roster.crews)) };
      const checked = checkRoster(fileAgency, usable, 'roster', true);
      if (!checked.ok) {
        const lines = checked.problems.map((problem) => `  ${describeProblem(problem)}`);
        const userMessage = `The roster cannot be used:\n${lines.join('\n')}`;
        throw new AppError('roster cannot be used', { code: 'agency.invalid', userMessage });
      }
      newest = checked.agency;
    },
  };
}
