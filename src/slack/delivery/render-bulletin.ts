import {
  type Bulletin,
  type CrewBulletin,
  DISPATCH,
  foldChanges,
  type JobChange,
} from '../../core/bulletin.ts';
import type { WorkOrder } from '../../core/resources.ts';
import type { OutboxEntry } from '../../store/outbox.ts';
import { buildCrewBulletin, buildDisruptionBulletin } from '../blocks/bulletin-card.ts';
import type { RenderDeps, Rendering, RenderOutcome } from './render-entry.ts';
import { targetsOfAssignment } from './targets.ts';

/** Splits the reference of a bulletin's message, `bulletin#audience`. */
export function readBulletinReference(reference: string): { id: string; audience: string } {
  const at = reference.lastIndexOf('#');
  return { id: reference.slice(0, at), audience: reference.slice(at + 1) };
}

/** The message of a bulletin for its audience, as things are now. */
export function renderBulletin(
  deps: RenderDeps,
  entry: OutboxEntry,
  bulletin: Bulletin,
): Promise<RenderOutcome> {
  return bulletin.kind === 'crew'
    ? renderChanges(deps, entry, bulletin)
    : renderDisruption(deps, entry, bulletin);
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
  const message = buildCrewBulletin(bulletin, changes, deps.agency, deps.now);
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
  bulletin: Exclude<Bulletin, CrewBulletin>,
): Promise<RenderOutcome> {
  const { audience } = readBulletinReference(entry.reference);
  const crewId = audience === DISPATCH ? null : audience;
  const orders = new Map<string, WorkOrder>();
  for (const { orderId } of bulletin.jobs) {
    const order = await deps.managementLayer.findWorkOrder(orderId);
    if (order) orders.set(orderId, order);
  }
  const { agency, now } = deps;
  const message = buildDisruptionBulletin(bulletin, orders, agency, { crewId, now });
  return { ...rendering(deps, entry, crewId, entry.wanted), message };
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
