import type { Interval } from '../core/agency/crew-calendar.ts';
import type { Bulletin } from '../core/work/bulletin.ts';
import type { Absence, Closure } from '../core/work/disruption.ts';
import type { PlanProposal } from '../core/work/plan-proposal.ts';
import type { Place, WorkOrder, WorkOrderState } from '../core/work/work-order.ts';

/** What keeps announced work from being done: the crew has no shift any more, is absent, or the district is closed. */
export type ObstructionKind = 'shift' | 'absence' | 'closure';

/** A job as it stands in a crew's day. */
export interface PlannedJob extends Interval {
  orderId: string;
  title: string;
  state: WorkOrderState;
  /** Minutes on the road before it. */
  travelMinutes: number;
  /** Minutes its planned end is past its deadline; 0 when it is in time or has none. */
  lateMinutes: number;
  acceptedAt: Date | null;
  place: Place | null;
  /** Why it cannot be done then, each once; absent for what can. */
  obstructedBy?: ObstructionKind[];
}

/** What a crew has to do on a local date, with the tours that reach over one of its midnights whole. */
export interface CrewDayView {
  crewId: string;
  crewName: string;
  /** Local date, '2026-11-22'. */
  day: string;
  shifts: Interval[];
  breaks: Interval[];
  /** Absences and why, earliest first, never touching each other; nothing is planned in them. */
  absences: (Interval & { reason: string })[];
  jobs: PlannedJob[];
  /** Minutes of shift without breaks and absences, and how many of them are promised (work and travel). */
  availableMinutes: number;
  plannedMinutes: number;
  /** The same of what is still ahead; absent unless the crew is in the middle of it. */
  left?: { availableMinutes: number; plannedMinutes: number };
}

/** A crew that could take a job (instead), and what that would change, against the best for a job that has no crew. */
export interface ReassignmentOption extends Interval {
  crewId: string;
  crewName: string;
  /** What travel and work cost more than as the plan stands, in cents. */
  deltaCents: number;
  /** How much later (or earlier) than now the job would start, in minutes. */
  deltaMinutes: number;
  /** How far past its deadline the job would end, in minutes; 0 when it is in time or has none. */
  lateMinutes: number;
  /** Minutes on the road before it. */
  travelMinutes?: number;
  /** It said no to this job before; dispatch may insist. */
  hasDeclined?: boolean;
}

/** Who could take a job, the best for the plan first, and why the others cannot. */
export interface Reassignments {
  options: ReassignmentOption[];
  others: { crewName: string; why: string }[];
  /** Who has the job, from when on, and how late in minutes; absent while nobody has. */
  current?: { crewName: string; start: Date; lateMinutes: number };
}

/** An absence of a crew or a closure of a district, in force or to come. */
export interface ListedDisruption extends Interval {
  /** Null for an absence that stands in the roster: it is ended there. */
  _id: string | null;
  kind: 'absence' | 'closure';
  /** Of the crew or the district. */
  name: string;
  reason: string;
  by: string | null;
}

/** The same for somebody who may take it back, or may not. */
export interface OfferedDisruption extends ListedDisruption {
  mayTakeBack: boolean;
}

/** What came of entering an absence or a closure. */
export interface Entered {
  affectedJobs: number;
  /** Nothing was entered: this one of somebody's had all of the time already. */
  isKnown: boolean;
}

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
