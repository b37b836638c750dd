import type { Agency } from '../core/agency/agency.ts';
import type { RosterEdit, RosterOutcome, StoredRoster } from '../core/roster/roster-edit.ts';
import type { PlanActDeps } from '../scheduler/plan-act.ts';
import { type RosterDeps, readRoster, saveRoster } from '../scheduler/roster/edit-roster.ts';
import { exportAgency } from '../scheduler/roster/export-agency.ts';

/** Where the roster is read and edited while Crewline runs. */
export interface EditableRoster {
  /** The newest, whichever process saved it. */
  read(): Promise<StoredRoster>;
  /** The agency as its file would have it, with the newest roster and what lies in the depots. */
  exportAgency(): Promise<Agency>;
  /**
   * Replaces the roster, here at once and in the other processes as soon as they hear of it. What it leaves where nobody
   * works is told to dispatch, and planned anew.
   */
  save(edit: RosterEdit): Promise<RosterOutcome>;
}

/** The stored roster, which has to be there: see `openRoster`. */
export function createEditableRoster(
  deps: RosterDeps & Pick<PlanActDeps, 'requestPlanning' | 'wakeDelivery'>,
): EditableRoster {
  return {
    read: () => readRoster(deps),
    exportAgency: () => exportAgency(deps),
    save: async (edit) => {
      const outcome = await saveRoster(deps, edit);
      if (!('stranded' in outcome) || outcome.stranded.count === 0 || edit.checkOnly) return outcome;
      deps.wakeDelivery();
      await deps.requestPlanning();
      return outcome;
    },
  };
}
