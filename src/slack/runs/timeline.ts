import type { Agency } from '../../core/agency/agency.ts';
import { type AuditEvent, typeOf } from '../../core/audit/audit-event.ts';
import { isAllClear } from '../../core/audit/settled-warning.ts';
import { SILENT } from '../../core/outbox/outbox-message.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { type Message, message, paragraphs } from '../kit/parts.ts';
import { formatTime } from '../words/local-time.ts';
import { describeEvent, describeEventToRequester, isMovedPastDeadline } from './describe-event.ts';

/** How many events one reply tells; more follow in the next. */
export const MOST_LINES = 60;

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

/** The events as one thread reply; null when none of them is of interest to people. */
export function buildTimeline(
  events: readonly AuditEvent[],
  run: WorkflowRun,
  agency: Agency,
): Message | null {
  const lines = events.flatMap((event, index) => {
    const last = events[index - 1];
    // A move past the deadline says so itself.
    const isRepeated = event.type === 'work.late' && last && isMovedPastDeadline(last, run);
    return (isRepeated ? null : buildTimelineLine(event, run, agency)) ?? [];
  });
  if (lines.length === 0) return null;
  return message(lines.join(' · '), paragraphs(lines));
}
