import { judge } from '../definition/condition.ts';
import type { Facts } from '../definition/reference.ts';
import type { Join, StepDefinition } from '../definition/step-definition.ts';
import { asksPeople, iterate, parseStepId, stepId } from '../definition/step-tree.ts';
import type { Change, Outlook, Seen } from '../run/decision.ts';
import { isFinished, type StepState, stateOf, type WorkflowRun } from '../run/workflow-run.ts';
import { factsOf, stepDefinition } from '../steps/step-lookup.ts';
import { after, earliest } from '../values/duration.ts';
import { markNotUnderstood } from '../work/assessment.ts';

/** What is decided on: the run, the time, and what was seen of both before. */
interface Situation {
  run: WorkflowRun;
  now: Date;
  seen?: Seen | undefined;
}

/** Decides for steps that follow each other (definitions, or ids of pseudo steps), within the iteration `suffix`. */
export function decideSteps(
  situation: Situation,
  steps: readonly (StepDefinition | string)[],
  suffix: string,
): Outlook {
  const { run } = situation;
  for (const step of steps) {
    const definition = typeof step === 'string' ? stepDefinition(run, step) : step;
    const id = typeof step === 'string' ? step : stepId(step.task, suffix);
    const state = stateOf(run, id);
    if (state.status === 'failed') return { state: 'failed' };
    if (!isFinished(state) && definition) return decideStep(situation, definition, id, state);
  }
  return { state: 'done' };
}

function decideStep(situation: Situation, step: StepDefinition, id: string, state: StepState): Outlook {
  const { run, now } = situation;
  const totalAt = totalTimeout(step, state);
  if (totalAt && totalAt <= now) return due({ kind: 'timeOut', step: id, total: true });
  if (state.timeoutAt && state.timeoutAt <= now) return due({ kind: 'timeOut', step: id, total: false });
  const until = earliest([state.timeoutAt, totalAt]);
  switch (state.status) {
    case 'pending':
      return due(decidePending(run, step, id));
    case 'retrying':
      if (state.retryAt && state.retryAt <= now) return due({ kind: 'start', step: id });
      return { state: 'open', effects: [], until: earliest([until, state.retryAt]) };
    case 'waiting':
      if (state.resumeAt && state.resumeAt <= now) return due({ kind: 'resume', step: id });
      if (state.missing?.incidentAt && state.missing.incidentAt <= now)
        return due({ kind: 'raise', step: id });
      return {
        state: 'open',
        effects: [],
        until: earliest([until, state.resumeAt, state.missing?.incidentAt]),
      };
    case 'running':
      return decideRunning(situation, step, id, state, until);
    default:
      return { state: 'open', effects: [], until };
  }
}

function decidePending(run: WorkflowRun, step: StepDefinition, id: string): Change {
  const { when } = step;
  if (!when) return { kind: 'start', step: id };
  const facts = factsOf(run, id);
  const { outcome, because } = judge(when, facts);
  if (outcome === 'no') return decideDoubtful(step, id, facts) ?? { kind: 'skip', step: id, because };
  return outcome === 'yes' ? { kind: 'start', step: id } : { kind: 'start', step: id, unclear: because };
}

/** Nobody is left out of a decision on the ground of what was not understood; null where that changes nothing. */
function decideDoubtful(step: StepDefinition, id: string, facts: Facts): Change | null {
  if (!step.when || !asksPeople(step)) return null;
  const { outcome, because } = judge(step.when, markNotUnderstood(facts));
  if (outcome === 'no') return null;
  // Steps around a decision are no decision themselves: they would fail for being unclear.
  return step.kind === 'role' ? { kind: 'start', step: id, unclear: because } : { kind: 'start', step: id };
}

function decideRunning(
  situation: Situation,
  step: StepDefinition,
  id: string,
  state: StepState,
  until: Date | null,
): Outlook {
  const isFallback = state.attempts.at(-1)?.fallback ?? false;
  const branches = isFallback ? null : branchesOf(step, id, state);
  if (!branches) return { state: 'open', effects: [{ step: id, attempt: state.attempts.length }], until };
  const outlook = situation.seen?.open.get(id) ?? decideBranches(situation, id, branches);
  if (outlook.state === 'open') situation.seen?.open.set(id, outlook);
  return outlook.state === 'open' ? { ...outlook, until: earliest([outlook.until, until]) } : outlook;
}

interface Branches {
  count: number;
  at(index: number): { steps: readonly StepDefinition[]; suffix: string };
  join: Join;
  concurrency: number;
}

/** The lists of steps a running container goes through; null when it is no container. */
function branchesOf(step: StepDefinition, id: string, state: StepState): Branches | null {
  const { body } = step;
  const { suffix } = parseStepId(id);
  switch (body?.kind) {
    case 'parallel': {
      const { branches, join } = body;
      const at = (index: number) => ({ steps: branches[index]?.steps ?? [], suffix });
      return { count: branches.length, at, join, concurrency: branches.length };
    }
    case 'forEach': {
      const { steps, join, concurrency } = body;
      const at = (index: number) => ({ steps, suffix: iterate(suffix, index) });
      return { count: state.items?.length ?? 0, at, join, concurrency };
    }
    case 'switch': {
      const steps = body.cases[state.branch ?? -1]?.steps ?? body.otherwise;
      return { count: 1, at: () => ({ steps, suffix }), join: 'all', concurrency: 1 };
    }
    default:
      return null;
  }
}

/** Enough branches done: the container joins. Too many failed: it breaks off. Else what the open ones need. */
function decideBranches(
  situation: Situation,
  id: string,
  { count, at, join, concurrency }: Branches,
): Outlook {
  const needed = join === 'all' ? count : Math.min(join === 'any' ? 1 : join, count);
  const open: Extract<Outlook, { state: 'open' }>[] = [];
  const known = situation.seen?.over.get(id);
  let { done, failed } = known ?? { done: 0, failed: 0 };
  let over = known;
  for (let index = known?.count ?? 0; index < count; index++) {
    // What is decided already starts nothing more.
    if (open.length >= concurrency || done >= needed || count - failed < needed) break;
    const { steps, suffix } = at(index);
    const outlook = decideSteps(situation, steps, suffix);
    if (outlook.state === 'change') return outlook;
    if (outlook.state === 'open') open.push(outlook);
    else if (outlook.state === 'done') done++;
    else failed++;
    if (open.length === 0) over = { count: index + 1, done, failed };
  }
  if (over) situation.seen?.over.set(id, over);
  if (done >= needed) return due({ kind: 'join', step: id });
  if (count - failed < needed) return due({ kind: 'breakOff', step: id });
  return {
    state: 'open',
    effects: open.flatMap((outlook) => outlook.effects),
    until: earliest(open.map((outlook) => outlook.until)),
  };
}

function totalTimeout(step: StepDefinition, state: StepState): Date | null {
  // A fallback that takes over after the time is up has the same time again, or it could never do anything.
  const fallback = state.attempts.find((attempt) => attempt.fallback);
  const startedAt = fallback?.startedAt ?? state.startedAt;
  return step.totalTimeoutMs === null || !startedAt ? null : after(startedAt, step.totalTimeoutMs);
}

function due(change: Change): Outlook {
  return { state: 'change', change };
}
