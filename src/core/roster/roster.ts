import { z } from 'zod';
import { Agency } from '../agency/agency.ts';
import { type AgencyCheck, checkAgency } from '../agency/check-agency.ts';
import { explainIssues } from '../faults/explain-issues.ts';

const { crews, depots, materials, districts } = Agency.shape;

/** The part of an agency that may change while Crewline runs, as people write it: stock and all. */
const WrittenRoster = z.strictObject({ crews, depots, materials, districts });

/**
 * The part of an agency that may change while Crewline runs. What the depots stock and await is no part of it: once
 * entered, it is counted in the database.
 */
export const Roster = WrittenRoster.extend({
  depots: z.array(depots.element.omit({ stock: true, incoming: true })).min(1),
});
export type Roster = z.infer<typeof Roster>;

/** The roster of an agency. Equal rosters have equal JSON, in whatever order their keys were written. */
export function rosterOf(agency: Agency): Roster {
  const { crews, materials, districts } = agency;
  const depots = agency.depots.map(({ stock, incoming, ...depot }) => depot);
  return Roster.parse({ crews, depots, materials, districts });
}

/** Checks a roster as written, and that it makes a usable agency with the rest of `agency`, which comes back. `isStored` as in `checkAgency`. */
export function checkRoster(
  agency: Agency,
  source: unknown,
  fileName: string,
  isStored = false,
): AgencyCheck {
  const parsed = WrittenRoster.safeParse(source);
  if (parsed.success) return checkAgency({ ...agency, ...parsed.data }, fileName, isStored);
  const faults = explainIssues(parsed.error, WrittenRoster, source);
  return { ok: false, problems: faults.map((fault) => ({ file: fileName, ...fault })), readable: null };
}
