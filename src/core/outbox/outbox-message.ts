import type { AuditEvent, AuditEventType } from '../audit/audit-event.ts';
import { listSettledBy } from '../audit/settled-warning.ts';
import { crewBefore } from '../audit/work-standing.ts';
import type { OutboxKind, OutboxMessage } from '../run/run-parts.ts';
import { findOutput, type WorkflowRun } from '../run/workflow-run.ts';
import { DISPATCH } from '../work/bulletin.ts';
import type { PlanProposal } from '../work/plan-proposal.ts';
import { OPERATORS, placeOfCrew, placeOfNotice, placeOfPage, placeOfRole, placeOfRun } from './place.ts';
import { turnOf, turnOfNews } from './turn.ts';

/** Facts that go into a channel of their own, not only into the run's thread. */
const NOTICES: ReadonlySet<string> = new Set<AuditEventType>([
  'notice.posted',
  'work.unplaced',
  'work.declined',
  'work.freed',
  'work.stranded',
  'work.nudged',
  'work.overdue',
  'work.blocked',
  'sla.warned',
  'budget.warned',
  'approval.reminded',
]);

/** Facts of interest only to the machine: they stay in the audit trail and out of the thread. */
export const SILENT: ReadonlySet<string> = new Set<AuditEventType>([
  'step.started',
  'step.attemptFailed',
  'approval.opened',
  'work.nudged',
]);

/** What Slack has to show once `after` is committed: derived from what changed, so that no transition can forget it. */
export function announce(
  before: WorkflowRun | null,
  after: WorkflowRun,
  audit: readonly AuditEvent[],
): OutboxMessage[] {
  if (audit.length === 0) return [];
  const write = writerFor(after, audit);
  const messages = [write('runCard', '', placeOfRun(after))];
  if (audit.some((event) => !SILENT.has(event.type))) messages.push(write('timeline', '', placeOfRun(after)));
  for (const [task, step] of Object.entries(after.steps)) {
    if (step.approval && changed(before?.steps[task]?.approval, step.approval, before, after)) {
      messages.push(write('approvalCard', task, placeOfRole(step.approval.role)));
    }
  }
  if (audit.some((event) => event.type.startsWith('work.')) || (after.endedAt && !before?.endedAt)) {
    for (const crew of listCrews(after, audit))
      messages.push(write('assignmentCard', crew, placeOfCrew(crew)));
  }
  for (const event of audit)
    messages.push(...noticeOf(event, after, write), ...settledNotices(event, after, write));
  return messages.concat(pageMessages(before, after, write));
}

/** Makes the messages of one transition; `wanted` is what the run has come to unless told. */
type Write = (kind: OutboxKind, reference: string, place: string, wanted?: number) => OutboxMessage;

function writerFor(run: WorkflowRun, audit: readonly AuditEvent[]): Write {
  const turn = turnOf(run, audit);
  return (kind, reference, place, wanted = run.lastSeq) => {
    const _id = [kind, run._id, reference].filter((part) => part !== '').join(':');
    return { _id, kind, runId: run._id, reference, turn: turn(kind, place), wanted };
  };
}

/** Dispatch hears of a refusal once: what becomes of the job is added to that message, and is none of its own. */
function noticeOf(event: AuditEvent, run: WorkflowRun, write: Write): OutboxMessage[] {
  const refusal = findAnswered(event, run.history);
  const told = refusal ?? (NOTICES.has(event.type) || isGivenByHand(event) ? event : null);
  return told ? [write('notice', String(told.seq), placeOfNotice(told, run), event.seq)] : [];
}

/** The warnings that dispatch need not act upon any more say so. */
function settledNotices(event: AuditEvent, run: WorkflowRun, write: Write): OutboxMessage[] {
  return listSettledBy(event, run.history)
    .filter((warning) => findAnswered(warning, run.history) === null)
    .map((warning) => write('notice', String(warning.seq), placeOfNotice(warning, run), event.seq));
}

/** Dispatch gave the job to a crew: the others in the dispatch channel see that it is done. */
function isGivenByHand(event: AuditEvent): boolean {
  const isGiven = event.type === 'work.moved' || event.type === 'work.announced';
  return isGiven && event.data.byHand === true;
}

/** The refusal by a crew that `event` says the outcome of: the last one, unless the job has found a crew since. */
function findAnswered(event: AuditEvent, history: readonly AuditEvent[]): AuditEvent | null {
  if (event.type !== 'work.announced' && event.type !== 'work.unplaced') return null;
  const earlier = history.filter(({ seq }) => seq < event.seq);
  const last = earlier.findLast(({ type }) => type === 'work.declined' || type === 'work.announced');
  return last?.type === 'work.declined' ? last : null;
}

/**
 * The message to one crew, or to dispatch, that a bulletin is about; it is about no single run. What one message has no room
 * for is told by a second `part`, and so on.
 */
export function bulletinMessage(id: string, audience: string, wanted: number, part = 1): OutboxMessage {
  const kind = 'bulletin';
  const reference = `${id}#${audience}${part > 1 ? `~${part}` : ''}`;
  const turn = turnOfNews(kind, placeOfCrew(audience));
  return { _id: `${kind}:${reference}`, kind, runId: '', reference, turn, wanted };
}

/**
 * To the operators: Slack has refused a message as it was, for this reason. One an hour for all of a kind, about the one
 * asked for last.
 */
export function refusalMessage(
  { _id: refusedId, kind: refusedKind, runId }: Pick<OutboxMessage, '_id' | 'kind' | 'runId'>,
  reason: string,
  now: Date,
): OutboxMessage {
  const kind = 'refusal';
  const hour = now.toISOString().slice(0, 13);
  const _id = `${kind}:${refusedKind}:${reason}:${hour}`;
  const turn = turnOfNews(kind, OPERATORS);
  return { _id, kind, runId, reference: `${reason}#${refusedId}`, turn, wanted: 1 };
}

/** The question to dispatch about a plan; it is about no single run, and its reference is the proposal's id. */
export function proposalMessage({ _id }: Pick<PlanProposal, '_id'>, wanted: number): OutboxMessage {
  const kind = 'planProposal';
  const turn = turnOfNews(kind, DISPATCH);
  return { _id: `${kind}:${_id}`, kind, runId: '', reference: _id, turn, wanted };
}

/** The cards of a run that are still of use: what a Slack that lost its messages has to be given again. */
export function liveMessages(run: WorkflowRun): OutboxMessage[] {
  const write = writerFor(run, []);
  const cards = [write('runCard', '', placeOfRun(run))];
  for (const [task, { approval }] of Object.entries(run.steps)) {
    if (approval?.state === 'pending') cards.push(write('approvalCard', task, placeOfRole(approval.role)));
  }
  if (!run.endedAt || run.status === 'escalated') {
    for (const crew of listCrews(run, [])) cards.push(write('assignmentCard', crew, placeOfCrew(crew)));
  }
  for (const { key, pages, state } of Object.values(run.escalations)) {
    const last = pages.at(-1);
    if (state === 'open' && last)
      cards.push(write('page', `${key}#${last.number}`, placeOfPage(last.target)));
  }
  return cards;
}

/** The crew that has the job, and those that had it until these facts: their cards change too. */
function listCrews(run: WorkflowRun, audit: readonly AuditEvent[]): string[] {
  const crews = [findOutput(run, 'crewId'), ...audit.map(crewBefore)];
  return [...new Set(crews.filter((crew) => typeof crew === 'string'))];
}

function pageMessages(before: WorkflowRun | null, after: WorkflowRun, write: Write): OutboxMessage[] {
  return Object.values(after.escalations).flatMap((escalation) => {
    const earlier = before?.escalations[escalation.key];
    if (earlier === escalation) return [];
    const stateChanged = earlier !== undefined && earlier.state !== escalation.state;
    return escalation.pages
      .filter((page) => stateChanged || !earlier || page.number >= earlier.pages.length)
      .map((page) => write('page', `${escalation.key}#${page.number}`, placeOfPage(page.target)));
  });
}

function changed(earlier: unknown, later: unknown, before: WorkflowRun | null, after: WorkflowRun): boolean {
  return earlier !== later || before?.status !== after.status;
}
