import type { AuditEvent } from '../../src/core/audit/audit-event.ts';
import type { StepDefinition } from '../../src/core/definition/step-definition.ts';
import type { StepState } from '../../src/core/run/workflow-run.ts';
import type { Evidence, Expected, Finding } from './chaos-evidence.ts';
import type { FoundRun } from './found-run.ts';

const FINISHED = ['succeeded', 'skipped', 'failed', 'rejected', 'abandoned'];
const FINAL_EVENTS: Record<string, string> = {
  succeeded: 'step.succeeded',
  failed: 'step.failed',
  skipped: 'step.skipped',
};
/** What may still be said of a run that has ended: the street and the pages go on. */
const AFTER_THE_END = /^(work|escalation|budget)\./;

/** Every run ended, once, with a gapless story whose steps are told in a legal order. */
export function checkRuns({ runs }: Evidence, expected: Expected): Finding[] {
  const findings: Finding[] = [];
  const report = (rule: string, subject: string, detail: string): void => {
    findings.push({ rule, subject, detail });
  };
  if (runs.length !== expected.runs) report('runs.count', 'runs', `${runs.length}, not ${expected.runs}`);
  const keys = runs.map((run) => run.requestKey);
  if (new Set(keys).size !== keys.length) report('runs.doubled', 'runs', 'two runs of one request');
  for (const run of runs) {
    const tell = (rule: string, detail: string) => report(rule, run._id, detail);
    checkEnd(run, tell);
    checkStory(run, tell);
    for (const [id, step] of Object.entries(run.steps)) checkStep(run, id, step, tell);
    checkOrder(run, run.definition.steps, '', tell);
    checkClocks(run, tell);
  }
  return findings;
}

type Tell = (rule: string, detail: string) => void;

function checkEnd(run: FoundRun, tell: Tell): void {
  if (!run.endedAt || run.status === 'running') tell('run.open', `${run.status}`);
  if (run.lease) tell('run.lease', `held by ${run.lease.owner}`);
  if (run.pending.length > 0 || run.relayAt) tell('run.pending', `${run.pending.length} messages`);
  if (run.wakeAt) tell('run.wake', `still to be looked at, at ${run.wakeAt.toISOString()}`);
  if (run.closing) tell('run.closing', run.closing.queue.join());
  if (run.waitingFor.length > 0) tell('run.waitingFor', run.waitingFor.join());
  const ends = run.history.filter((event) => event.type === 'run.ended');
  if (ends.length !== 1) tell('run.ends', `it ended ${ends.length} times`);
  if (ends[0] && ends[0].data.status !== run.status) tell('run.status', `${run.status} is not what was told`);
  const open = Object.entries(run.steps).filter(([, step]) => !FINISHED.includes(step.status));
  if (open.length > 0) tell('run.openStep', open.map(([id, step]) => `${id} ${step.status}`).join());
  const isDone = (step: StepDefinition) =>
    ['succeeded', 'skipped'].includes(run.steps[step.task]?.status ?? '');
  if (run.status === 'completed' && !run.definition.steps.every(isDone))
    tell('run.undone', 'completed too early');
}

function checkStory(run: FoundRun, tell: Tell): void {
  const { history } = run;
  if (history.length !== run.lastSeq) tell('audit.count', `${history.length} facts, lastSeq ${run.lastSeq}`);
  const wrong = history.findIndex((event, index) => event.seq !== index + 1);
  if (wrong >= 0) tell('audit.seq', `place ${wrong + 1} has seq ${history[wrong]?.seq}`);
  if (history[0]?.type !== 'run.started') tell('audit.start', `begins with ${history[0]?.type}`);
  const end = history.findIndex((event) => event.type === 'run.ended');
  const late = history.slice(end + 1).find((event) => !AFTER_THE_END.test(event.type));
  if (end >= 0 && late) tell('audit.afterEnd', late.type);
  const countOf = (...types: string[]) => history.filter((event) => types.includes(event.type)).length;
  for (const type of ['run.started', 'work.done']) {
    if (countOf(type) > 1) tell('audit.doubled', `${countOf(type)} times ${type}`);
  }
  // A job that a plan took from its crew is announced once more.
  const taken = history.filter(({ type, data }) => type === 'work.unplaced' && data.fromCrewId !== undefined);
  const announced = countOf('work.announced');
  if (announced > 1 + taken.length) tell('audit.doubled', `${announced} times work.announced`);
}

function checkStep(run: FoundRun, id: string, step: StepState, tell: Tell): void {
  const told = run.history.filter((event) => event.task === id);
  const starts = told.filter(({ type }) => type === 'step.started' || type === 'step.fallbackStarted');
  const { attempts } = step;
  if (starts.length !== attempts.length)
    tell('step.starts', `${id}: ${starts.length} told, ${attempts.length} made`);
  attempts.forEach((attempt, index) => {
    const before = attempts[index - 1];
    if (attempt.number !== index + 1)
      tell('step.numbers', `${id}: attempt ${index + 1} is ${attempt.number}`);
    if (before && !before.endedAt) tell('step.overlap', `${id}: attempt ${index} is still open`);
    if (before && !before.error) tell('step.repeated', `${id}: tried again after a success`);
    const start = starts[index];
    if (start && !('attempt' in start.data && start.data.attempt === attempt.number))
      tell('step.told', `${id}#${index + 1}`);
    if (attempt.endedAt && attempt.endedAt < attempt.startedAt)
      tell('step.time', `${id} ended before it began`);
  });
  const ends = told.filter(({ type }) => /^step\.(succeeded|failed|skipped|abandoned)$/.test(type));
  if (ends.length > 1)
    tell('step.ends', `${id} ended ${ends.length} times: ${ends.map((e) => e.type).join()}`);
  const final = FINAL_EVENTS[step.status];
  if (final && ends[0]?.type !== final)
    tell('step.status', `${id} is ${step.status}, told is ${ends[0]?.type}`);
  const last = ends[0]?.seq ?? Number.POSITIVE_INFINITY;
  const late = told.find((event) => event.seq > last && /^(step|approval)\./.test(event.type));
  if (late) tell('step.afterEnd', `${id}: ${late.type}`);
  if (step.status === 'succeeded' && (!step.output || attempts.at(-1)?.error)) tell('step.output', id);
  const decisions = told.filter(({ type }) => type === 'approval.approved' || type === 'approval.rejected');
  if (decisions.length > 1) tell('approval.decisions', `${id} was decided ${decisions.length} times`);
}

/** Steps that follow each other: the next one begins after the end of the one before, and only if that was a success. */
function checkOrder(run: FoundRun, steps: readonly StepDefinition[], suffix: string, tell: Tell): void {
  let lastEnd = 0;
  let isOpen = true;
  for (const definition of steps) {
    const id = suffix === '' ? definition.task : `${definition.task}@${suffix}`;
    const told = run.history.filter((event) => event.task === id);
    const start = told.find((event) => event.type === 'step.started');
    if (start && !isOpen) tell('order.started', `${id} began although the step before it did not succeed`);
    if (start && start.seq < lastEnd) tell('order.overtook', `${id} began before the step before it ended`);
    checkInside(run, definition, id, told, tell);
    const status = run.steps[id]?.status;
    isOpen = isOpen && (status === 'succeeded' || status === 'skipped');
    // A crew may be changed, or seen to be late, long after the step that found it is over.
    lastEnd = told.findLast(({ type }) => !type.startsWith('work.'))?.seq ?? lastEnd;
  }
}

/** What is inside a step happens between its beginning and its end. */
function checkInside(
  run: FoundRun,
  definition: StepDefinition,
  id: string,
  told: readonly AuditEvent[],
  tell: Tell,
): void {
  const { body } = definition;
  const begin = told[0]?.seq ?? Number.POSITIVE_INFINITY;
  const end = told.at(-1)?.seq ?? 0;
  const inside = (steps: readonly StepDefinition[], suffix: string): void => {
    checkOrder(run, steps, suffix, tell);
    for (const { task } of steps) {
      const inner = suffix === '' ? task : `${task}@${suffix}`;
      const outside = run.history.find(
        (event) => event.task === inner && (event.seq < begin || event.seq > end),
      );
      if (outside) tell('order.outside', `${inner}: ${outside.type} outside ${id}`);
    }
  };
  if (body?.kind === 'parallel') for (const branch of body.branches) inside(branch.steps, '');
  if (body?.kind === 'forEach') {
    const items = run.steps[id]?.items ?? [];
    items.forEach((_, index) => {
      inside(body.steps, String(index));
    });
  }
}

function checkClocks(run: FoundRun, tell: Tell): void {
  for (const [key, clock] of Object.entries(run.clocks)) {
    const told = (type: AuditEvent['type']) =>
      run.history.filter((event) => event.type === type && 'clock' in event.data && event.data.clock === key)
        .length;
    if (told('sla.breached') !== (clock.breachedAt ? 1 : 0))
      tell('sla.breached', `${key}: ${told('sla.breached')}`);
    if (told('sla.warned') > 1) tell('sla.warned', `${key}: ${told('sla.warned')}`);
    if (clock.breachedAt && clock.breachedAt < clock.dueAt) tell('sla.early', key);
    if (!clock.stoppedAt && !clock.breachedAt) tell('sla.running', key);
  }
  if (run.status === 'completed' && run.clocks.run?.breachedAt)
    tell('sla.forgotten', 'completed after a breach');
}
