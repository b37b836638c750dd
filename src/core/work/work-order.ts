import type { Interval } from '../agency/crew-calendar.ts';
import type { PlaceDoubt } from '../places/choose-place.ts';
import type { Place } from '../places/place.ts';
import { after } from '../values/duration.ts';
import type { WorkDoubt } from './assessment.ts';
import type { MaterialQuantity } from './materials.ts';
import type { UnplacedReason } from './unplaced-reason.ts';

/** What a job needs of a crew. */
export interface Requirements {
  /** Names, with a level where one matters: "asphalt:2". */
  skills: string[];
  materials: MaterialQuantity[];
  durationMinutes: number;
  /** People needed at least; 1 when nothing is said. */
  crewSize?: number;
}

/** A promised piece of crew time: half-open interval [start, end) of UTC instants. */
export interface Assignment {
  crewId: string;
  crewName: string;
  start: Date;
  end: Date;
  depotId: string;
  materials: MaterialQuantity[];
  /** Why this crew, in a sentence people can check. */
  reason: string;
  /** Dispatch chose the crew; absent when a plan did. */
  byHand?: boolean;
  /** When the crew has a break in the middle of it; absent where it has none. */
  breaks?: Interval[];
  /** Minutes on the road to it, as planned; absent where travel was not planned. */
  travelMinutes?: number;
}

/**
 * A work order waits until a crew and a start are reserved for it, and is announced together with them. The state
 * machine is drawn in work-order-transition.ts.
 */
export type WorkOrderState = 'waiting' | 'announced' | 'started' | 'blocked' | 'done' | 'cancelled';

/** The crew is reminded to accept, then to start; then dispatch hears that it has not started. */
export type Nudge = 'accept' | 'start' | 'dispatch';

/** The city job behind a run. One per run; its id is the run's id. */
export interface WorkOrder {
  _id: string;
  state: WorkOrderState;
  requirements: Requirements;
  /** Higher first; the severity 0–10 of the assessment. */
  weight: number;
  dueAt: Date | null;
  createdAt: Date;
  /** Task of the step that waits for the assignment. */
  task: string;
  assignment: Assignment | null;
  /** Why it could not be placed at the last planning, for dispatch; null when it could, or was not planned yet. */
  unplaced: UnplacedReason | null;
  /** When the crew pressed Start; kept while blocked. */
  startedAt: Date | null;
  /** What holds the crew up, while blocked. */
  blockedReason: string | null;
  /** When it was done or cancelled. */
  endedAt: Date | null;
  version: number;
  /** What it is about, in a line; its id when nobody said. */
  title: string;
  /** Where; null when nobody said: it is then taken to lie in the middle of the depots. */
  place: Place | null;
  /** Why what was written about the place was not taken; null when it was, or nothing was written. */
  placeDoubt: PlaceDoubt | null;
  /** Not before then. */
  earliestAt: Date | null;
  /** Starts so long after another order has ended. */
  after: { orderId: string; minutes: number } | null;
  estimatedCostCents: number | null;
  /** When the crew accepted the assignment: from then on no plan moves it. */
  acceptedAt: Date | null;
  /** Crews that declined it, or gave it back after they had accepted, with their reasons: they are not asked again. */
  declined: { crewId: string; reason: string; at: Date; gaveBack?: boolean }[];
  /** When it was announced with its present crew and time. */
  assignedAt: Date | null;
  /** The absences and closures it stays in, of which dispatch was warned. */
  warnedOf: string[];
  /** Who was reminded of it, as long as it stands at this start. */
  nudges: { start: Date; sent: Nudge[] } | null;
  /** Dispatch gave it to this crew by hand: no plan gives it to another. */
  givenTo: string | null;
  /** Why dispatch says which crew does it: as long as it waits, no plan gives it to any. Null when a plan may. */
  doubt: WorkDoubt | null;
}

/** What a new work order is made of; the rest is as in `UNTOUCHED` unless somebody says it. */
export type WorkOrderRequest = Pick<WorkOrder, '_id' | 'requirements' | 'weight' | 'dueAt' | 'task'> &
  Partial<
    Pick<
      WorkOrder,
      'title' | 'place' | 'placeDoubt' | 'earliestAt' | 'after' | 'estimatedCostCents' | 'doubt'
    >
  >;

/** What is true of a work order as long as nobody has said or done anything about it. */
export const UNTOUCHED = {
  place: null,
  placeDoubt: null,
  earliestAt: null,
  after: null,
  estimatedCostCents: null,
  unplaced: null,
  acceptedAt: null,
  declined: [],
  assignedAt: null,
  warnedOf: [],
  nudges: null,
  givenTo: null,
  doubt: null,
} satisfies Partial<WorkOrder>;

/** A work order nobody has planned yet. */
export function createWorkOrder(request: WorkOrderRequest, now: Date): WorkOrder {
  return {
    ...UNTOUCHED,
    title: request._id,
    ...request,
    state: 'waiting',
    createdAt: now,
    assignment: null,
    startedAt: null,
    blockedReason: null,
    endedAt: null,
    version: 0,
  };
}

/** Whole minutes from its due time to its end, at least 1 for a late one; 0 when it is in time, or nothing is promised. */
export function countLateMinutes(end: Date, dueAt: Date | null): number {
  if (dueAt === null || end <= dueAt) return 0;
  return Math.max(1, Math.round((end.getTime() - dueAt.getTime()) / 60_000));
}

/**
 * From when to when an order is worked on: of one under way from when it was begun, for as long as was planned; of one that
 * is done as it was; else as planned. Null without a crew.
 */
export function findWorkTime({ state, assignment, startedAt, endedAt }: WorkOrder): Interval | null {
  if (!assignment || !startedAt) return assignment;
  if (state === 'done') return { start: startedAt, end: endedAt ?? assignment.end };
  const length = assignment.end.getTime() - assignment.start.getTime();
  const isUnderWay = state === 'started' || state === 'blocked';
  return isUnderWay ? { start: startedAt, end: new Date(startedAt.getTime() + length) } : assignment;
}

/** When the crew sets out for the job, from its depot or the job before. */
export function setOutFor({ start, travelMinutes = 0 }: Assignment): Date {
  return after(start, -travelMinutes * 60_000);
}
