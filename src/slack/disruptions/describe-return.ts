import type { Agency } from '../../core/agency/agency.ts';
import type { DisruptionBulletin, MovedJob } from '../../core/work/bulletin.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
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
  const past = movedJobs.map((job) => describePast(job, timeZone, now));
  const goesOn = rest === '' ? [] : [rest];
  if (!plannedAt) return { effect: [...goesOn, 'A new plan is being made'].join(' · '), lines: past };
  const isMoved = new Set(moved.map(({ _id }) => _id));
  const staying = movedJobs.filter((job) => !isMoved.has(job.orderId) && stays(job, orders.get(job.orderId)));
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
  const effect = effects.join(' · ') || 'Nothing has changed: every job stays where it is';
  return { effect, lines: [...lines, ...past] };
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
function stays({ movedTo }: MovedJob, order: WorkOrder | undefined): boolean {
  if (!movedTo || order?.state !== 'announced' || !order.assignment) return false;
  const { crewName, start } = order.assignment;
  return crewName === movedTo.crewName && start.getTime() === movedTo.start.getTime();
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
