import type {
  Absence,
  Entered,
  EnteredClosure,
  ListedDisruption,
  OfferedDisruption,
} from '../core/work/disruption.ts';
import {
  type AbsenceReport,
  type ClosureReport,
  closeDistrict,
  reportAbsence,
} from '../scheduler/disruptions/enter-disruption.ts';
import { listDisruptions, takeBack } from '../scheduler/disruptions/take-back.ts';
import type { ActOutcome, PlanActDeps } from '../scheduler/plan-act.ts';

/** Absences of crews and closures of districts. Everything that changes one asks for a new plan. */
export interface Disruptions {
  /** Dispatch and the crew itself may. */
  reportAbsence(report: AbsenceReport): Promise<ActOutcome<Entered & { absence: Absence }>>;
  /** Dispatch may. */
  closeDistrict(report: ClosureReport): Promise<ActOutcome<EnteredClosure>>;
  /** What is in force at this moment or later, what begins first first; `actor` asks. */
  list(kind: ListedDisruption['kind'], actor: string): Promise<OfferedDisruption[]>;
  /**
   * Ends an absence or a closure as if it had never been entered. Whoever may enter one may take it back. `standing` is what
   * keeps the same crew away, or the same district closed, at that time all the same.
   */
  takeBack(
    id: string,
    actor: string,
  ): Promise<ActOutcome<{ disruption: ListedDisruption; standing: ListedDisruption[] }>>;
}

/** Disruptions over the stores. */
export function createDisruptions(deps: PlanActDeps): Disruptions {
  return {
    reportAbsence: (report) => reportAbsence(deps, report),
    closeDistrict: (report) => closeDistrict(deps, report),
    list: (kind, actor) => listDisruptions(deps, kind, actor),
    takeBack: (id, actor) => takeBack(deps, id, actor),
  };
}
