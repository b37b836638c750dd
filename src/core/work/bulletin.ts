import type { Interval } from '../agency/crew-calendar.ts';
import type { LateHelp } from './late-help.ts';
import { isLittleShift, type PlannedMove } from './plan-proposal.ts';
import type { Assignment, WorkOrder } from './work-order.ts';

/** What became of one announced job, as its crew has to hear it. */
export interface JobChange {
  orderId: string;
  title: string;
  /** `retimed`: the crew keeps it. `lost`: it goes elsewhere. `gained`: it comes from elsewhere. `calledOff`: it is no more. */
  kind: 'retimed' | 'lost' | 'gained' | 'calledOff';
  from: Interval;
  /** Null when nobody has the job any more. */
  to: (Interval & { crewName: string }) | null;
  /** Why, in a line. */
  cause: string;
  /** Who called it off, where `cause` is empty. */
  cancelledBy?: string;
  /** The crew had accepted it, and need not do so again for the new time; absent when it has to. */
  staysAccepted?: boolean;
}

/** What one planning, or one decision, changed for a crew: told as one message, however many jobs it is about. */
export interface CrewBulletin {
  _id: string;
  kind: 'crew';
  crewId: string;
  changes: JobChange[];
  at: Date;
}

/** A job that was planned for the time of an absence or a rain day. */
export interface AffectedJob {
  orderId: string;
  title: string;
  crewId: string;
  start: Date;
}

/** Where an affected job stood when its absence or rain day was taken back; null when it had no crew by then. */
export interface MovedJob extends AffectedJob {
  movedTo: { crewName: string; start: Date } | null;
}

/**
 * Somebody said that a crew is absent, or that a district is closed: dispatch and the crews concerned are told. Or an edit of
 * the roster leaves announced jobs where nobody works: dispatch is told.
 */
export interface DisruptionBulletin extends Interval {
  _id: string;
  kind: 'absence' | 'closure' | 'roster';
  /** Of the crew or the crews, or of the district. */
  name: string;
  crewIds: string[];
  reason: string;
  by: string;
  jobs: AffectedJob[];
  at: Date;
  /** When a plan was made that knows of it, and of its end once it was taken back; null until then. */
  plannedAt: Date | null;
  /** Who took it back, once somebody did. */
  takenBackBy: string | null;
  /** When that was. */
  takenBackAt?: Date | null;
  /** Jobs that had no crew then, or got their place while it stood: the plan after it may find them another. */
  waitingIds?: string[];
  /** Jobs that were not where they had been any more when it was taken back. */
  movedJobs?: MovedJob[];
  /** What else kept the same crew away, or closed the same district, at that time when it was taken back. */
  standing?: Standing[];
}

/** An absence or a closure that goes on when another one of the same crew or district is taken back. */
export interface Standing extends Interval {
  reason: string;
}

/** A job that ends after its deadline as planned. */
export interface LateJob extends LateHelp {
  orderId: string;
  title: string;
  crewName: string;
  end: Date;
  dueAt: Date;
  /** Severity of the job, 0–10. */
  weight: number;
}

/** What one planning has end after its deadline: dispatch is told once, however many jobs it is. */
export interface LateBulletin {
  _id: string;
  kind: 'late';
  lateJobs: LateJob[];
  at: Date;
}

/** News for a channel that belong to no single run; the message is made from it, and kept up to date. */
export type Bulletin = CrewBulletin | DisruptionBulletin | LateBulletin;

/** Whom a bulletin's message is for: a crew's id, or dispatch. No id begins with `@`. */
export const DISPATCH = '@dispatch';

/** Less than this is no other time for people: a crew need not be told. */
const SAME_TIME_MS = 60_000;

/** Whether nobody need hear of it any more: it was taken back, or its time has passed. */
export function isClosed(
  { end, takenBackBy }: Pick<DisruptionBulletin, 'end' | 'takenBackBy'>,
  now: Date,
): boolean {
  return takenBackBy !== null || end <= now;
}

/** Whether an affected job is still with the crew, and at the time, that it had then. */
export function isWhereItWas(
  { crewId, start }: AffectedJob,
  order: Pick<WorkOrder, 'state' | 'assignment'> | undefined,
): boolean {
  const place = order?.state === 'cancelled' ? null : order?.assignment;
  return place?.crewId === crewId && place.start.getTime() === start.getTime();
}

/** The affected jobs that have moved, or lost their crew, with where they stand now. Those called off are none. */
export function listMovedJobs(jobs: readonly AffectedJob[], orders: readonly WorkOrder[]): MovedJob[] {
  const byId = new Map(orders.map((order) => [order._id, order]));
  return jobs.flatMap((job) => {
    const order = byId.get(job.orderId);
    if (!order || order.state === 'cancelled' || isWhereItWas(job, order)) return [];
    const { assignment } = order;
    const movedTo = assignment && { crewName: assignment.crewName, start: assignment.start };
    return { ...job, movedTo };
  });
}

/** Whether the first plan after the taking back gave this job its place; what moves later has other reasons. */
export function isMovedByReturn(
  { takenBackAt, plannedAt }: Pick<DisruptionBulletin, 'takenBackAt' | 'plannedAt'>,
  { assignedAt, assignment, state }: Pick<WorkOrder, 'assignedAt' | 'assignment' | 'state'>,
): boolean {
  if (!takenBackAt || !plannedAt || !assignedAt || !assignment || state === 'cancelled') return false;
  return assignedAt >= takenBackAt && assignedAt <= plannedAt;
}

/** What a move means to the crews: the one that had the job, and the one that has it then. */
export function describeMoveToCrews(
  {
    orderId,
    title,
    from,
    to,
    isAccepted,
  }: Pick<PlannedMove, 'orderId' | 'title' | 'from' | 'to' | 'isAccepted'>,
  cause: string,
): { crewId: string; change: JobChange }[] {
  const known = { orderId, title, from: intervalOf(from), cause };
  const target = to && { ...intervalOf(to), crewName: to.crewName };
  if (to?.crewId === from.crewId) {
    const isSame = Math.abs(to.start.getTime() - from.start.getTime()) < SAME_TIME_MS;
    if (isSame) return [];
    const answer = isAccepted && isLittleShift(from, to) ? { staysAccepted: true } : {};
    return [{ crewId: from.crewId, change: { ...known, ...answer, kind: 'retimed' as const, to: target } }];
  }
  return [
    { crewId: from.crewId, change: { ...known, kind: 'lost' as const, to: target } },
    ...(to ? [{ crewId: to.crewId, change: { ...known, kind: 'gained' as const, to: target } }] : []),
  ];
}

/** Why a job is called off: in a sentence, or, where there is none, by whom. */
export interface CallOff {
  reason: string;
  cancelledBy?: string;
}

/** What the end of an announced job means to its crew; null when no crew has it. */
export function describeCallOff(
  { _id: orderId, title, assignment, state }: WorkOrder,
  { reason: cause, cancelledBy }: CallOff,
): { crewId: string; change: JobChange } | null {
  if (state !== 'announced' || !assignment) return null;
  const change: JobChange = {
    orderId,
    title,
    kind: 'calledOff',
    from: intervalOf(assignment),
    to: null,
    cause,
  };
  if (cancelledBy !== undefined) change.cancelledBy = cancelledBy;
  return { crewId: assignment.crewId, change };
}

function intervalOf({ start, end }: Assignment): Interval {
  return { start, end };
}

/** One change a job: from where it stood at first to where it stands at last. */
export function foldChanges(changes: readonly JobChange[]): JobChange[] {
  const byJob = new Map<string, JobChange>();
  for (const change of changes) {
    const { from } = byJob.get(change.orderId) ?? change;
    byJob.set(change.orderId, { ...change, from });
  }
  return [...byJob.values()];
}
