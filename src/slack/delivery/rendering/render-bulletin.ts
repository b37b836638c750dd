import type { OutboxEntry } from '../../../core/outbox/outbox-entry.ts';
import { bulletinMessage } from '../../../core/outbox/outbox-message.ts';
import {
  type Bulletin,
  type CrewBulletin,
  DISPATCH,
  type DisruptionBulletin,
  foldChanges,
  isClosed,
  isMovedByReturn,
  type JobChange,
  type LateBulletin,
} from '../../../core/work/bulletin.ts';
import { findWorkTime, type WorkOrder } from '../../../core/work/work-order.ts';
import {
  buildCrewBulletins,
  buildDisruptionBulletin,
  buildEmptyPart,
} from '../../disruptions/bulletin-card.ts';
import { buildLateCard } from '../../planning/late-card.ts';
import type { RenderDeps, Rendering, RenderOutcome } from './rendering.ts';
import { targetsOfAssignment } from './targets.ts';

/** Splits the reference of a bulletin's message, `bulletin#audience` or, from the second part on, `bulletin#audience~2`. */
export function readBulletinReference(reference: string): { id: string; audience: string; part: number } {
  const at = reference.lastIndexOf('#');
  const [audience = '', part = '1'] = reference.slice(at + 1).split('~');
  return { id: reference.slice(0, at), audience, part: Number(part) };
}

/** The message of a bulletin for its audience, as things are now. */
export function renderBulletin(
  deps: RenderDeps,
  entry: OutboxEntry,
  bulletin: Bulletin,
): Promise<RenderOutcome> {
  switch (bulletin.kind) {
    case 'crew':
      return renderChanges(deps, entry, bulletin);
    case 'late':
      return renderLate(deps, entry, bulletin);
    default:
      return renderDisruption(deps, entry, bulletin);
  }
}

/** What is in time again by now, or over, is no news. */
async function renderLate(
  deps: RenderDeps,
  entry: OutboxEntry,
  { lateJobs }: LateBulletin,
): Promise<RenderOutcome> {
  const delivered = Math.max(entry.wanted, lateJobs.length);
  // One that was given back and announced again is there twice.
  const jobs = [...new Map(lateJobs.map((job) => [job.orderId, job])).values()];
  const orders = await findOrders(
    deps,
    jobs.map(({ orderId }) => orderId),
  );
  const late = jobs.flatMap((job) => {
    const order = orders.get(job.orderId);
    const isOpen = order && order.state !== 'done' && order.state !== 'cancelled';
    const time = isOpen && findWorkTime(order);
    return time && time.end > job.dueAt
      ? [{ ...job, end: time.end, crewName: order.assignment?.crewName ?? job.crewName }]
      : [];
  });
  if (late.length === 0 && entry.ts === null && entry.tries.length === 0) return { nothing: true, delivered };
  const message = buildLateCard(late, deps.agency, jobs.length - late.length);
  return { ...rendering(deps, entry, null, delivered), message };
}

/** A single new time goes into the thread of the job's card, and shows in the channel too. */
async function renderChanges(
  deps: RenderDeps,
  entry: OutboxEntry,
  bulletin: CrewBulletin,
): Promise<RenderOutcome> {
  const delivered = Math.max(entry.wanted, bulletin.changes.length);
  const changes: JobChange[] = [];
  for (const change of foldChanges(bulletin.changes))
    if (await isNews(deps, bulletin, change)) changes.push(change);
  const [only] = changes;
  if (!only) return { nothing: true, delivered };
  const parts = buildCrewBulletins(bulletin, changes, deps.agency, deps.now);
  const { audience, part } = readBulletinReference(entry.reference);
  const others = parts
    .slice(1)
    .map((_, index) => bulletinMessage(bulletin._id, audience, delivered, index + 2));
  // Asked for by the first, before it is posted itself: whoever dies in between does it again.
  if (part === 1) await deps.outbox.request(others, deps.now);
  const message = parts[part - 1] ?? (entry.ts === null ? null : buildEmptyPart());
  if (!message) return { nothing: true, delivered };
  const card = changes.length === 1 ? await findCard(deps, only.orderId, bulletin.crewId) : null;
  const isThreaded = entry.ts === null && only.kind !== 'gained' && card?.ts && card.channel;
  const thread =
    isThreaded && card?.ts && card.channel ? { channel: card.channel, ts: card.ts, broadcast: true } : null;
  return { ...rendering(deps, entry, bulletin.crewId, delivered), message, thread };
}

/** A job that comes to a crew for the first time is told by its card; where there is a card already, that is only edited. */
async function isNews(deps: RenderDeps, { crewId, at }: CrewBulletin, change: JobChange): Promise<boolean> {
  if (change.kind !== 'gained') return true;
  const card = await findCard(deps, change.orderId, crewId);
  return card !== null && card.createdAt < at;
}

function findCard(deps: RenderDeps, orderId: string, crewId: string): Promise<OutboxEntry | null> {
  return deps.outbox.find(`assignmentCard:${orderId}:${crewId}`);
}

async function renderDisruption(
  deps: RenderDeps,
  entry: OutboxEntry,
  bulletin: DisruptionBulletin,
): Promise<RenderOutcome> {
  const { audience } = readBulletinReference(entry.reference);
  const crewId = audience === DISPATCH ? null : audience;
  const { agency, now } = deps;
  // Nobody has to hear now, with a mention, of what is over; nor, when Slack has lost it, again.
  const isOver = isClosed(bulletin, now);
  if (isOver && entry.ts === null && entry.tries.length === 0)
    return { nothing: true, delivered: entry.wanted };
  const orders = await findOrders(
    deps,
    bulletin.jobs.map(({ orderId }) => orderId),
  );
  const others =
    bulletin.takenBackBy && crewId === null ? await findOrders(deps, bulletin.waitingIds ?? []) : [];
  const moved = [...new Map([...orders, ...others]).values()].filter((order) =>
    isMovedByReturn(bulletin, order),
  );
  const message = buildDisruptionBulletin(bulletin, orders, agency, { crewId, now, moved });
  return { ...rendering(deps, entry, crewId, entry.wanted), message, isClosed: isOver };
}

async function findOrders(
  { management }: RenderDeps,
  ids: readonly string[],
): Promise<Map<string, WorkOrder>> {
  const found = await Promise.all([...new Set(ids)].map((id) => management.work.find(id)));
  return new Map(found.flatMap((order) => (order ? [[order._id, order] as const] : [])));
}

function rendering(
  { agency }: RenderDeps,
  entry: OutboxEntry,
  crewId: string | null,
  delivered: number,
): Omit<Rendering, 'message'> {
  const targets =
    crewId === null ? [{ channel: agency.channels.dispatch }] : targetsOfAssignment(crewId, agency);
  return { targets, thread: null, marker: entry._id, appends: false, delivered };
}
