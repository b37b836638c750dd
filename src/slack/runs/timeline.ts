import type { Agency } from '../../core/agency/agency.ts';
import { type AuditEvent, typeOf } from '../../core/audit/audit-event.ts';
import { isAllClear } from '../../core/audit/settled-warning.ts';
import { SILENT } from '../../core/outbox/outbox-message.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { Message } from '../budget/fitted.ts';
import { MESSAGE_BUDGET } from '../budget/limits.ts';
import { message } from '../budget/message.ts';
import { paragraphs } from '../kit/parts.ts';
import { formatTime } from '../words/local-time.ts';
import { slackLength } from '../words/slack-length.ts';
import { describeEvent, describeEventToRequester, isMovedPastDeadline } from './describe-event.ts';
import { showCommand } from './run-card.ts';

/** How many events one reply tells at most; more follow in the next. */
const MOST_LINES = 60;

/**
 * One line of a run's history, e.g. `10:15 ✅ Assess severity: done`; null for what concerns only the machine. In full for
 * operators, else as whoever asked for the work may read it.
 */
export function buildTimelineLine(
  event: AuditEvent,
  run: WorkflowRun,
  agency: Agency,
  isForOperator = false,
): string | null {
  if (SILENT.has(typeOf(event)) || isToldAlready(event)) return null;
  // As long as something else stands in the way, the requester's last news is still true.
  if (event.type === 'work.cleared' && !isAllClear(event) && !isForOperator) return null;
  const describe = isForOperator ? describeEvent : describeEventToRequester;
  return `${formatTime(event.at, agency.timeZone)} ${describe(event, run, agency)}`;
}

/** A step that ends with a decision or an assignment: the line before has just said so. */
function isToldAlready(event: AuditEvent): boolean {
  if (event.type !== 'step.succeeded') return false;
  return event.data.decision !== undefined || event.data.crewName !== undefined;
}

/** The first of the events, as many as one reply has room for: the others are told by the next. */
export function takeEvents(events: readonly AuditEvent[], run: WorkflowRun, agency: Agency): AuditEvent[] {
  let room = MESSAGE_BUDGET.characters;
  const first = events.slice(0, MOST_LINES);
  const end = first.findIndex((event, index) => {
    room -= slackLength(lineAfter(events[index - 1], event, run, agency) ?? '') + 1;
    return room < 0;
  });
  // One alone always fits.
  return end < 0 ? first : first.slice(0, Math.max(1, end));
}

/** The events as one thread reply; null when none of them is of interest to people. */
export function buildTimeline(
  events: readonly AuditEvent[],
  run: WorkflowRun,
  agency: Agency,
): Message | null {
  const lines = events.flatMap((event, index) => lineAfter(events[index - 1], event, run, agency) ?? []);
  if (lines.length === 0) return null;
  return message(lines.join(' · '), paragraphs(lines), showCommand(run));
}

/** The line of an event, unless the one before it says the same. */
function lineAfter(
  last: AuditEvent | undefined,
  event: AuditEvent,
  run: WorkflowRun,
  agency: Agency,
): string | null {
  // A move past the deadline says so itself.
  const isRepeated = event.type === 'work.late' && last && isMovedPastDeadline(last, run);
  return isRepeated ? null : buildTimelineLine(event, run, agency);
}
