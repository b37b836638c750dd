import type { AuditEvent } from '../../../core/audit/audit-event.ts';
import { findSettling } from '../../../core/audit/settled-warning.ts';
import type { OutboxEntry } from '../../../core/outbox/outbox-entry.ts';
import type { WorkflowRun } from '../../../core/run/workflow-run.ts';
import type { Message } from '../../budget/fitted.ts';
import { buildNotice } from '../../runs/notice.ts';
import {
  buildDeclinedNotice,
  buildGivenNotice,
  buildNudge,
  buildSettledWarning,
  buildTroubleNotice,
} from '../../work/field-notices.ts';
import type { RenderDeps, RenderOutcome } from './rendering.ts';
import { targetsOfNotice } from './targets.ts';

/** A fact that has a message of its own; settled when it is over, and nothing when it was before anybody could read it. */
export async function renderNotice(
  deps: RenderDeps,
  entry: OutboxEntry,
  run: WorkflowRun,
): Promise<RenderOutcome> {
  const seq = Number(entry.reference);
  const events = await deps.management.runs.listAudit(run._id, seq - 1);
  const event = events.find((candidate) => candidate.seq === seq);
  const delivered = entry.wanted;
  if (!event) return { nothing: true, delivered };
  const isSettled = findSettling(event, events) !== null;
  if (entry.ts === null && (isSettled || (await isMoot(deps, event, run._id))))
    return { nothing: true, delivered };
  const message = buildNoticeFor(deps, event, events, run);
  const targets = targetsOfNotice(event, run, deps.agency);
  const rendering = { message, targets, thread: null, marker: entry._id, appends: false, delivered };
  const above = cardAbove(event, run._id);
  const card = above === null ? null : await deps.outbox.find(above);
  if (!card?.ts || !card.channel) return rendering;
  return { ...rendering, thread: { channel: card.channel, ts: card.ts, broadcast: true } };
}

function buildNoticeFor(
  { agency, now }: RenderDeps,
  event: AuditEvent,
  since: readonly AuditEvent[],
  run: WorkflowRun,
): Message {
  switch (event.type) {
    case 'work.declined':
      return buildDeclinedNotice(event, since, run, agency, now);
    case 'work.stranded':
    case 'work.unplaced': {
      const settling = findSettling(event, since);
      if (settling) return buildSettledWarning(settling, run, agency);
      return event.type === 'work.stranded'
        ? buildTroubleNotice(event, run, agency)
        : buildNotice(event, run, agency);
    }
    case 'work.overdue':
      return buildTroubleNotice(event, run, agency);
    case 'work.moved':
    case 'work.announced':
      return buildGivenNotice(event, run, agency, now);
    case 'work.nudged':
      return buildNudge(event, run, agency, now);
    default:
      return buildNotice(event, run, agency);
  }
}

/** A reminder or a warning that somebody has acted upon before it was posted: a click takes it back. */
async function isMoot(deps: RenderDeps, event: AuditEvent, runId: string): Promise<boolean> {
  if (event.type !== 'work.nudged' && event.type !== 'work.overdue' && event.type !== 'work.stranded')
    return false;
  const order = await deps.management.work.find(runId);
  const { assignment, acceptedAt, state } = order ?? {};
  if (!assignment || +assignment.start !== +event.data.start) return true;
  if (event.type === 'work.nudged' && event.data.kind === 'accept' && acceptedAt) return true;
  const wasUnderWay = event.type === 'work.stranded' && event.data.isUnderWay;
  return state !== 'announced' && !wasUnderWay;
}

/** The card under which a reminder goes, as a message id of the outbox. */
function cardAbove(event: AuditEvent, runId: string): string | null {
  if (event.type === 'approval.reminded' && event.task !== null) return `approvalCard:${runId}:${event.task}`;
  return event.type === 'work.nudged' ? `assignmentCard:${runId}:${event.data.toCrewId}` : null;
}
