import type { Agency } from '../../core/agency/agency.ts';
import type { DisruptionBulletin, MovedJob } from '../../core/work/bulletin.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { formatStart, formatStarts } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import { describeStanding } from './disruption-list.ts';

/** Whom the message of an absence or a closure is for (null: dispatch), and what a taken back one has moved. */
export interface DisruptionAudience {
  crewId: string | null;
  now: Date;
  /** Jobs that the first plan after it was taken back gave another place. */
  moved?: readonly WorkOrder[];
}

/** What an absence or a closure comes to, in a line, and the jobs; the line is empty for nothing. */
export interface Effect {
  effect: string;
  lines: string[];
}

/**
 * What goes on although one was taken back, and what came of its jobs. Of these dispatch alone hears: a crew has a message
 * of its own for what changes, or a card.
 */
export function describeReturn(
  bulletin: DisruptionBulletin,
  orders: ReadonlyMap<string, WorkOrder>,
  { timeZone }: Agency,
  { crewId, now, moved = [] }: DisruptionAudience,
): Effect {
  const { kind, name, plannedAt, movedJobs = [], standing = [] } = bulletin;
  const rest = kind === 'roster' ? '' : describeStanding({ kind, name }, standing, timeZone, now);
  if (crewId !== null) return { effect: rest, lines: [] };
  const goesOn = rest === '' ? [] : [rest];
  if (!plannedAt) {
    const lines = movedJobs.map((job) => describePast(job, timeZone, now));
    return { effect: [...goesOn, 'A new plan is being made'].join(' · '), lines };
  }
  const isMoved = new Set(moved.map(({ _id }) => _id));
  // One that has moved again is told once, by where it is now.
  const left = movedJobs.filter(({ orderId }) => !isMoved.has(orderId));
  const staying = left.filter((job) => stays(job, orders.get(job.orderId)));
  const effects = [
    ...goesOn,
    ...(moved.length > 0 ? [`${countOf(moved.length)} moved`] : []),
    ...describeStaying(staying, orders),
  ];
  const lines = moved.flatMap(({ _id, title, assignment }) =>
    assignment
      ? `• ${userLine(title, 100)} · \`${userLine(_id, 60)}\` → *${userLine(assignment.crewName, 75)}, ${formatStart(assignment.start, timeZone, now)}*`
      : [],
  );
  const past = left.map((job) => {
    const order = orders.get(job.orderId);
    return `${describePast(job, timeZone, now)}${describeSince(job, order, timeZone, now)}`;
  });
  return { effect: effects.join(' · ') || describeNoMove(bulletin), lines: [...lines, ...past] };
}

/** What is known when the plan after it moves nothing: what came in meanwhile may be placed elsewhere because of it. */
function describeNoMove({ movedJobs }: DisruptionBulletin): string {
  if (!movedJobs) return 'A new plan is made';
  if (movedJobs.length === 0) return 'No job had been moved for it';
  return `${countOf(movedJobs.length)} had been moved for it`;
}

/** Where a job is that is not any more where the absence or closure had moved it; empty when it is. */
function describeSince(job: MovedJob, order: WorkOrder | undefined, timeZone: string, now: Date): string {
  if (order?.state === 'cancelled') return '; is called off';
  if (order?.state === 'done') return '; is done';
  const assignment = order?.assignment;
  if (!assignment) return job.movedTo ? '; has no crew now' : '';
  if (isAt(job, assignment)) return '';
  const [, then] = formatStarts(job.start, assignment.start, timeZone, now);
  return `; now with ${userLine(assignment.crewName, 75)}, ${then}`;
}

/** What the absence or closure had moved before it was taken back. */
function describePast({ orderId, title, start, movedTo }: MovedJob, timeZone: string, now: Date): string {
  const [before, then] = formatStarts(start, movedTo?.start ?? start, timeZone, now);
  const job = `• ${userLine(title, 100)} · \`${userLine(orderId, 60)}\` · ${before}`;
  return movedTo
    ? `${job}: had moved to ${userLine(movedTo.crewName, 75)}, ${then}`
    : `${job}: had lost its crew`;
}

/** Still announced where the absence or closure had moved it. */
function stays(job: MovedJob, order: WorkOrder | undefined): boolean {
  return order?.state === 'announced' && order.assignment !== null && isAt(job, order.assignment);
}

function isAt({ movedTo }: MovedJob, { crewName, start }: Assignment): boolean {
  return crewName === movedTo?.crewName && start.getTime() === movedTo.start.getTime();
}

/** Reassign gives a job to another crew: one that has another time with the same crew cannot be given back. */
function describeStaying(jobs: readonly MovedJob[], orders: ReadonlyMap<string, WorkOrder>): string[] {
  const retimed = jobs.filter(({ orderId, crewId }) => orders.get(orderId)?.assignment?.crewId === crewId);
  const gone = jobs.length - retimed.length;
  const ofGone =
    gone === 1
      ? '1 job stays where it was moved to; Reassign gives it back'
      : `${gone} jobs stay where they were moved to; Reassign gives them back`;
  const ofRetimed =
    retimed.length === 1
      ? '1 job stays with its crew at its new time'
      : `${retimed.length} jobs stay with their crews at their new times`;
  return [...(gone > 0 ? [ofGone] : []), ...(retimed.length > 0 ? [ofRetimed] : [])];
}

function countOf(jobs: number): string {
  return jobs === 1 ? '1 job' : `${jobs} jobs`;
}
