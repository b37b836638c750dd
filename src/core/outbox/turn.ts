import type { AuditEvent } from '../audit/audit-event.ts';
import type { OutboxKind, Turn } from '../run/run-parts.ts';
import { findOutput, type Requester, type WorkflowRun } from '../run/workflow-run.ts';
import { after, DAY_MS, earliest } from '../values/duration.ts';

const URGENCY: Record<OutboxKind, number> = {
  page: 0,
  approvalCard: 2,
  assignmentCard: 2,
  planProposal: 2,
  bulletin: 2,
  refusal: 2,
  notice: 3,
  runCard: 4,
  timeline: 5,
};
/** What a person has just touched answers them: it comes before everything but pages. */
const TOUCHED = 1;

/** Graver than nothing is known of, and less grave than a severity of 6. */
const UNKNOWN_GRAVITY = 5;
const MOST_SEVERE = 10;
/** What nobody has to act upon by a certain time comes after what somebody has to. */
const NO_NEED_MS = 30 * DAY_MS;

/** Lanes are walked: however many clients there are, they share this many of them, people and systems apart. */
const BUCKETS = 16;
const MEMBER = /^[UW][A-Z0-9]+$/;
/** Dispatch and crews hear of the plan from Crewline itself. */
const OWN = 'crewline';
const ALWAYS = new Date(0);

/** What the turns of a transition's messages have in common: whom they answer, how grave and how near it is. */
export function turnOf(
  run: WorkflowRun,
  audit: readonly AuditEvent[],
): (kind: OutboxKind, place: string) => Turn {
  const person = findPerson(run, audit);
  const source = person === null ? sourceOf(run.requester) : bucketOf('person', person);
  const gravity = gravityOf(run);
  const needBy = earliest(openClocks(run)) ?? after(run.createdAt, NO_NEED_MS);
  return (kind, place) => {
    const urgency = person === null ? URGENCY[kind] : Math.min(URGENCY[kind], TOUCHED);
    return { place, source, urgency, gravity, needBy };
  };
}

/** The turn of a message that is about no single run: such go in the order in which they come. */
export function turnOfNews(kind: OutboxKind, place: string): Turn {
  return { place, source: OWN, urgency: URGENCY[kind], gravity: UNKNOWN_GRAVITY, needBy: ALWAYS };
}

/** Who pressed, typed or sent what the transition came from; null when it was Crewline or another system. */
function findPerson(run: WorkflowRun, audit: readonly AuditEvent[]): string | null {
  // A system that starts a run may call itself whatever it likes.
  const acts = audit.filter(({ type, actor }) => type !== 'run.started' && MEMBER.test(actor));
  const isStarted = audit.some(({ type }) => type === 'run.started');
  return acts.at(-1)?.actor ?? (isStarted ? run.requester.userId : null);
}

/** For whom a message is sent, as lanes bear it: people and systems share none, and each of the two has 16 in all. */
export function sourceOf({ userId, name }: Requester): string {
  return userId === null ? bucketOf('system', name) : bucketOf('person', userId);
}

function bucketOf(kind: 'person' | 'system', name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return `${kind}-${sum % BUCKETS}`;
}

function gravityOf(run: WorkflowRun): number {
  const severity = findOutput(run, 'severity');
  if (typeof severity !== 'number' || !Number.isFinite(severity)) return UNKNOWN_GRAVITY;
  return Math.min(MOST_SEVERE, Math.max(0, MOST_SEVERE - Math.round(severity)));
}

function openClocks(run: WorkflowRun): Date[] {
  return Object.values(run.clocks).flatMap(({ stoppedAt, dueAt }) => (stoppedAt === null ? [dueAt] : []));
}
