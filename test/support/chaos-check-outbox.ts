import type { Evidence, Finding } from './chaos-evidence.ts';
import type { FoundRun } from './found-run.ts';

const NOTICES = [
  'notice.posted',
  'work.unplaced',
  'work.declined',
  'work.stranded',
  'work.nudged',
  'work.overdue',
  'work.freed',
  'work.blocked',
  'sla.warned',
  'budget.warned',
  'approval.reminded',
];
const SILENT = ['step.started', 'step.attemptFailed', 'approval.opened', 'work.nudged'];
/** About no single run: what they tell is checked where they are made. */
const OF_NO_RUN = ['bulletin', 'planProposal'];

/** Each run's messages are in the outbox, once, in their newest form, and there are no others; pages are told once each. */
export function checkOutbox({ runs, outbox }: Evidence): Finding[] {
  const findings: Finding[] = [];
  const report = (rule: string, subject: string, detail: string): void => {
    findings.push({ rule, subject, detail });
  };
  const wanted = new Map<string, number>();
  for (const run of runs) {
    for (const [id, seq] of expectedMessages(run)) wanted.set(id, seq);
    checkPages(run, report);
  }
  const seen = new Set<string>();
  for (const message of outbox.filter(({ kind }) => !OF_NO_RUN.includes(kind))) {
    const subject = `${message.kind}:${message.runId}${message.reference === '' ? '' : `:${message.reference}`}`;
    if (seen.has(subject)) report('outbox.doubled', subject, `a second time as ${message._id}`);
    seen.add(subject);
    const seq = wanted.get(subject);
    if (seq === undefined) report('outbox.unexpected', subject, 'nothing asks for it');
    else if (message.wanted < seq) report('outbox.stale', subject, `wanted ${message.wanted}, not ${seq}`);
    if (message.wanted > message.delivered && !message.dueAt && !message.deadReason)
      report('outbox.asleep', subject, 'wanted, and not due');
  }
  for (const id of wanted.keys()) if (!seen.has(id)) report('outbox.missing', id, 'never asked for');
  return findings;
}

/** Message ids with the least form that must have been asked for. */
function expectedMessages(run: FoundRun): Map<string, number> {
  const messages = new Map<string, number>([[`runCard:${run._id}`, run.lastSeq]]);
  const loud = run.history.filter((event) => !SILENT.includes(event.type));
  messages.set(`timeline:${run._id}`, loud.at(-1)?.seq ?? 0);
  for (const [task, step] of Object.entries(run.steps)) {
    if (step.approval) messages.set(`approvalCard:${run._id}:${task}`, 1);
  }
  for (const [crew, seq] of expectedCards(run)) messages.set(`assignmentCard:${run._id}:${crew}`, seq);
  for (const [reference, seq] of expectedNotices(run)) messages.set(`notice:${run._id}:${reference}`, seq);
  for (const { key, pages } of Object.values(run.escalations)) {
    for (const page of pages) messages.set(`page:${run._id}:${key}#${page.number}`, 1);
  }
  return messages;
}

/** What becomes of a job that a crew refused is added to the notice of the refusal, until it has a crew again. */
function expectedNotices({ history }: FoundRun): Map<number, number> {
  const notices = new Map<number, number>();
  let refusal: number | null = null;
  for (const { type, seq } of history) {
    const isAnswer = type === 'work.announced' || type === 'work.unplaced';
    if (isAnswer && refusal !== null) notices.set(refusal, seq);
    else if (NOTICES.includes(type)) notices.set(seq, seq);
    if (type === 'work.declined') refusal = seq;
    if (type === 'work.announced') refusal = null;
  }
  return notices;
}

/** A card for each crew that has or had the job: what is told later is on the card of the one that has it then. */
function expectedCards(run: FoundRun): Map<string, number> {
  const cards = new Map<string, number>();
  let crew: string | null = null;
  for (const { type, seq, data } of run.history) {
    if (!type.startsWith('work.') && type !== 'run.ended') continue;
    if ('fromCrewId' in data && data.fromCrewId !== undefined) cards.set(data.fromCrewId, seq);
    if ('crewId' in data) crew = data.crewId;
    if (crew !== null) cards.set(crew, seq);
  }
  return cards;
}

function checkPages(run: FoundRun, report: (rule: string, subject: string, detail: string) => void): void {
  const { levels, repeat } = run.policy;
  for (const { key, state, pages, nextAt } of Object.values(run.escalations)) {
    const subject = `${run._id} ${key}`;
    const told = run.history
      .filter((event) => event.type === 'escalation.paged')
      .filter(({ data }) => data.key === key);
    if (told.length !== pages.length)
      report('page.told', subject, `${told.length} told, ${pages.length} made`);
    if (pages.some((page, index) => page.number !== index + 1))
      report('page.numbers', subject, 'not 1, 2, 3 …');
    if (told.some((event, index) => event.data.number !== index + 1))
      report('page.order', subject, 'told otherwise');
    if (state === 'open' || nextAt) report('page.open', subject, state);
    if (state === 'exhausted' && pages.length !== levels.length + repeat)
      report('page.count', subject, `${pages.length} of ${levels.length + repeat}`);
  }
  const causes = Object.entries(run.clocks).filter(([, clock]) => clock.breachedAt);
  for (const [key] of causes) {
    if (!run.escalations[`sla-${key}`])
      report('page.missing', `${run._id} sla-${key}`, 'a breach nobody was paged for');
  }
  if (run.status === 'failed' && !run.escalations.failure)
    report('page.missing', `${run._id} failure`, 'nobody paged');
}
