import { crewBefore } from '../../../core/audit/work-standing.ts';
import type { OutboxEntry } from '../../../core/outbox/outbox-entry.ts';
import { findOutput, type WorkflowRun } from '../../../core/run/workflow-run.ts';
import type { PlanProposal } from '../../../core/work/plan-proposal.ts';
import type { WorkOrder } from '../../../core/work/work-order.ts';
import { buildApprovalCard } from '../../approvals/approval-card.ts';
import type { Message } from '../../budget/fitted.ts';
import { buildPage } from '../../escalator/page.ts';
import { buildProposalCard } from '../../planning/proposal-card.ts';
import { buildRunCard } from '../../runs/run-card.ts';
import { buildTimeline, takeEvents } from '../../runs/timeline.ts';
import { buildAssignmentCard } from '../../work/assignment-card.ts';
import { renderNotice } from './render-notice.ts';
import type { RenderDeps, Rendering, RenderOutcome } from './rendering.ts';
import {
  type SlackTarget,
  targetsOfApproval,
  targetsOfAssignment,
  targetsOfPage,
  targetsOfRunCard,
} from './targets.ts';

/** Makes the newest form of a message from the run as it is now. The run has to be read before this is called. */
export async function renderEntry(
  deps: RenderDeps,
  entry: OutboxEntry,
  run: WorkflowRun,
): Promise<RenderOutcome> {
  switch (entry.kind) {
    case 'runCard':
      return renderRunCard(deps, entry, run);
    case 'approvalCard': {
      const role = run.steps[entry.reference]?.approval?.role ?? '';
      const message = buildApprovalCard(run, entry.reference, deps.agency, deps.now);
      return card(entry, run, message, targetsOfApproval(role, deps.agency));
    }
    case 'assignmentCard':
      return renderAssignment(deps, entry, run);
    case 'page':
      return renderPage(deps, entry, run);
    case 'notice':
      return renderNotice(deps, entry, run);
    case 'timeline':
      return renderTimeline(deps, entry, run);
    case 'planProposal':
    case 'bulletin':
    case 'refusal':
      return { nothing: true, delivered: entry.wanted };
  }
}

/** Splits a page's reference, `key#number`. */
export function readPageReference(reference: string): { key: string; number: number } {
  const at = reference.lastIndexOf('#');
  return { key: reference.slice(0, at), number: Number(reference.slice(at + 1)) };
}

function card(
  entry: OutboxEntry,
  run: WorkflowRun,
  message: Message | null,
  targets: SlackTarget[],
): RenderOutcome {
  // The run may be newer than what was asked for: then its later request finds its form delivered already.
  const delivered = Math.max(entry.wanted, run.lastSeq);
  if (!message) return { nothing: true, delivered };
  return { message, targets, thread: null, marker: entry._id, appends: false, delivered };
}

async function renderRunCard(deps: RenderDeps, entry: OutboxEntry, run: WorkflowRun): Promise<RenderOutcome> {
  const hasCrew = findOutput(run, 'crewName') !== undefined;
  const order = hasCrew ? await deps.management.work.find(run._id) : null;
  const message = buildRunCard(run, deps.agency, deps.now, order);
  return card(entry, run, message, targetsOfRunCard(run, deps.agency));
}

async function renderAssignment(
  deps: RenderDeps,
  entry: OutboxEntry,
  run: WorkflowRun,
): Promise<RenderOutcome> {
  const order = await deps.management.work.find(run._id);
  if (!order) return card(entry, run, null, []);
  const crewId = entry.reference;
  const said = await findSaid(deps, order);
  const message = buildAssignmentCard(run, order, deps.agency, deps.now, { crewId, ...said });
  const holder = order.assignment?.crewId ?? '';
  const isPast = order.state === 'cancelled' || (crewId !== '' && crewId !== holder);
  // A crew that never saw the job need not learn that it is gone.
  const neverSeen = entry.ts === null && entry.tries.length === 0 && isPast;
  return card(entry, run, neverSeen ? null : message, targetsOfAssignment(crewId || holder, deps.agency));
}

/** Who accepted the job, or, as long as nobody has, the crew that had it before. */
async function findSaid(
  { agency, management }: RenderDeps,
  { _id, state, acceptedAt, assignment }: WorkOrder,
): Promise<{ acceptedBy: string | null; before: string | null }> {
  const isOpen = state === 'announced' && !acceptedAt;
  if (!acceptedAt && !isOpen) return { acceptedBy: null, before: null };
  const events = await management.runs.listAudit(_id);
  const acceptedBy = acceptedAt ? events.findLast(({ type }) => type === 'work.accepted')?.actor : null;
  const lost = events.map(crewBefore).findLast((crewId) => crewId && crewId !== assignment?.crewId);
  const before = isOpen ? agency.crews.find(({ id }) => id === lost)?.name : null;
  return { acceptedBy: acceptedBy ?? null, before: before ?? null };
}

/** The card that asks dispatch about a new plan: it is about no run. */
export function renderProposal(
  { agency, now }: Pick<RenderDeps, 'agency' | 'now'>,
  entry: OutboxEntry,
  proposal: PlanProposal,
): Rendering {
  return {
    message: buildProposalCard(proposal, agency, now),
    targets: [{ channel: agency.channels.dispatch }],
    thread: null,
    marker: entry._id,
    appends: false,
    delivered: Math.max(entry.wanted, proposal.version),
  };
}

function renderPage(deps: RenderDeps, entry: OutboxEntry, run: WorkflowRun): RenderOutcome {
  const { key, number } = readPageReference(entry.reference);
  const page = run.escalations[key]?.pages.find((candidate) => candidate.number === number);
  if (!page || (page.undeliverable !== null && entry.ts === null)) return card(entry, run, null, []);
  const message = buildPage(run, key, number, deps.agency);
  const outcome = card(entry, run, message, targetsOfPage(page.target, deps.agency));
  const climbs = page.level + 1 < run.policy.levels.length;
  return outcome === 'later' || 'nothing' in outcome ? outcome : { ...outcome, climbs };
}

async function renderTimeline(
  deps: RenderDeps,
  entry: OutboxEntry,
  run: WorkflowRun,
): Promise<RenderOutcome> {
  const later = await deps.management.runs.listAudit(run._id, entry.delivered);
  const events = takeEvents(later, run, deps.agency);
  const delivered = events.at(-1)?.seq ?? Math.max(entry.wanted, entry.delivered);
  const message = buildTimeline(events, run, deps.agency);
  if (!message) return { nothing: true, delivered };
  const runCard = await deps.outbox.find(`runCard:${run._id}`);
  if (runCard?.deadReason && runCard.ts === null) return { nothing: true, delivered };
  if (!runCard?.ts || !runCard.channel) return 'later';
  return {
    message,
    targets: targetsOfRunCard(run, deps.agency),
    thread: { channel: runCard.channel, ts: runCard.ts, broadcast: false },
    marker: `${timelineMarker(run._id, entry.delivered + 1)}${delivered}`,
    appends: true,
    delivered,
  };
}

/** How the marker of the timeline reply begins that tells the events from `from` on; the last one's number follows. */
export function timelineMarker(runId: string, from: number): string {
  return `timeline:${runId}:${from}-`;
}
