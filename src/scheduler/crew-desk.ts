import type { Interval } from '../core/agency/crew-calendar.ts';
import type { Bulletin } from '../core/work/bulletin.ts';
import type { CrewDayView } from '../core/work/crew-day-view.ts';
import type {
  Absence,
  Closure,
  Entered,
  ListedDisruption,
  OfferedDisruption,
} from '../core/work/disruption.ts';
import type { PlanProposal } from '../core/work/plan-proposal.ts';
import type { Reassignments } from '../core/work/reassignment.ts';
import type { WorkOrder } from '../core/work/work-order.ts';

export type DeskOutcome<Value = object> = Value | { refused: string };

/**
 * What dispatch and crews do with the plan. Whoever calls has the acting person's Slack id; each refuses, in words for
 * that person, whoever may not do it. Everything that changes the plan asks for a new one.
 */
export interface CrewDesk {
  /**
   * The days of the crews (all, or one) on a local date, crews in the agency's order. A tour over midnight is whole on
   * each date on which it has stops.
   */
  viewDay(day: string, crewId?: string): Promise<CrewDayView[]>;
  /**
   * The days of one crew on the dates from `day` on, each tour on the date it begins; before them the date of a tour that
   * has stops on `day` still.
   */
  viewCrew(crewId: string, day: string, days: number): Promise<CrewDayView[]>;
  /** What the crews of this person have to do or are doing, soonest first; null for somebody of no crew. */
  listJobsOf(userId: string): Promise<WorkOrder[] | null>;
  /** Jobs that wait without a crew, heaviest first, with why. */
  listUnplaced(): Promise<Pick<WorkOrder, '_id' | 'title' | 'unplaced' | 'dueAt' | 'weight'>[]>;
  reportAbsence(
    request: Interval & { crewId: string; reason: string; actor: string },
  ): Promise<DeskOutcome<Entered & { absence: Absence }>>;
  closeDistrict(
    request: Interval & { district: string; reason: string; actor: string },
  ): Promise<DeskOutcome<Entered & { closure: Closure }>>;
  /** What is in force at this moment or later, what begins first first; `actor` asks. */
  listDisruptions(kind: ListedDisruption['kind'], actor: string): Promise<OfferedDisruption[]>;
  /**
   * Ends an absence or a closure as if it had never been entered. Whoever may enter one may take it back. `standing` is what
   * keeps the same crew away, or the same district closed, at that time all the same.
   */
  takeBack(
    id: string,
    actor: string,
  ): Promise<DeskOutcome<{ disruption: ListedDisruption; standing: ListedDisruption[] }>>;
  /**
   * From then on no plan moves the job. Refused when it is accepted already, and when it is not any more the job of the
   * crew whose card was pressed (`crewId`; empty when the card does not say whose it is).
   */
  accept(orderId: string, actor: string, crewId?: string): Promise<DeskOutcome<{ order: WorkOrder }>>;
  /** The job goes back to those that wait and is not offered to this crew again. `crewId` as with `accept`. */
  decline(
    orderId: string,
    actor: string,
    reason: string,
    crewId?: string,
  ): Promise<DeskOutcome<{ order: WorkOrder }>>;
  /** Cheapest first; evaluated against the plan as it stands. */
  listReassignments(orderId: string): Promise<DeskOutcome<Reassignments>>;
  reassign(orderId: string, crewId: string, actor: string): Promise<DeskOutcome<{ order: WorkOrder }>>;
  findProposal(id: string): Promise<PlanProposal | null>;
  findBulletin(id: string): Promise<Bulletin | null>;
  decideProposal(
    id: string,
    verdict: 'apply' | 'keep',
    actor: string,
  ): Promise<DeskOutcome<{ proposal: PlanProposal }>>;
}
