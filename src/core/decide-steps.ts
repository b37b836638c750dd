import type { Change, Effect } from './decision.ts';
import { after, earliest } from './duration.ts';
import { holds } from './reference.ts';
import type { Join, StepDefinition } from './step-definition.ts';
import { factsOf, stepDefinition } from './step-lookup.ts';
import { iterate, parseStepId, stepId } from './step-tree.ts';
import { isFinished, type StepState, stateOf, type WorkflowRun } from './workflow-run.ts';

/** How a list of steps stands: a change is due, it is under way, or it is over, one way or the other. */
export type Outlook =
  | { state: 'change'; change: Change }
  | { state: 'open'; effects: Effect[]; until: Date | null }
  | { state: 'done' }
  | { state: 'failed' };

/** Decides for steps that follow each other (definitions, or ids of pseudo steps), within the iteration `suffix`. */
export function decideSteps(
  run: WorkflowRun,
  steps: readonly (StepDefinition | string)[],
  suffix: string,
  now: Date,
): Outlook {
  for (const step of steps) {
    const definition = typeof step === 'string' ? stepDefinition(run, step) : step;
    const id = typeof step === 'string' ? step : stepId(step.task, suffix);
    const state = stateOf(run, id);
    if (state.status === 'failed') return { state: 'failed' };
    if (!isFinished(state) && definition) return decideStep(run, definition, id, state, now);
  }
  return { state: 'done' };
}

function decideStep(
  run: WorkflowRun,
  step: StepDefinition,
  id: string,
  state: StepState,
  now: Date,
): Outlook {
  const totalAt = totalTimeout(step, state);
  if (totalAt && totalAt <= now) return due({ kind: 'timeOut', step: id, total: true });
  if (state.timeoutAt && state.timeoutAt <= now) return due({ kind: 'timeOut', step: id, total: false });
  const until = earliest([state.timeoutAt, totalAt]);
  switch (state.status) {
    case 'pending':
      return due({ kind: !step.when || holds(step.when, factsOf(run, id)) ? 'start' : 'skip', step: id });
    case 'retrying':
      if (state.retryAt && state.retryAt <= now) return due({ kind: 'start', step: id });
      return { state: 'open', effects: [], until: earliest([until, state.retryAt]) };
    case 'waiting':
      if (state.resumeAt && state.resumeAt <= now) return due({ kind: 'resume', step: id });
      return { state: 'open', effects: [], until: earliest([until, state.resumeAt]) };
    case 'running':
      return decideRunning(run, step, id, state, until, now);
    default:
      return { state: 'open', effects: [], until };
  }
}

function decideRunning(
  run: WorkflowRun,
  step: StepDefinition,
  id: string,
  state: StepState,
  until: Date | null,
  now: Date,
): Outlook {
  const isFallback = state.attempts.at(-1)?.fallback ?? false;
  const branches = isFallback ? null : branchesOf(step, id, state);
  if (!branches) return { state: 'open', effects: [{ step: id, attempt: state.attempts.length }], until };
  const outlook = decideBranches(run, id, branches, now);
  return outlook.state === 'open' ? { ...outlook, until: earliest([outlook.until, until]) } : outlook;
}

interface Branches {
  lists: { steps: readonly StepDefinition[]; suffix: string }[];
  join: Join;
  concurrency: number;
}

/** The lists of steps a running container goes through; null when it is no container. */
function branchesOf(step: StepDefinition, id: string, state: StepState): Branches | null {
  const { body } = step;
  const { suffix } = parseStepId(id);
  switch (body?.kind) {
    case 'parallel': {
      const lists = body.branches.map(({ steps }) => ({ steps, suffix }));
      return { lists, join: body.join, concurrency: lists.length };
    }
    case 'forEach': {
      const lists = (state.items ?? []).map((_, index) => ({
        steps: body.steps,
        suffix: iterate(suffix, index),
      }));
      return { lists, join: body.join, concurrency: body.concurrency };
    }
    case 'switch': {
      const steps = body.cases[state.branch ?? -1]?.steps ?? body.otherwise;
      return { lists: [{ steps, suffix }], join: 'all', concurrency: 1 };
    }
    default:
      return null;
  }
}

/** Enough branches done: the container joins. Too many failed: it breaks off. Else what the open ones need. */
function decideBranches(
  run: WorkflowRun,
  id: string,
  { lists, join, concurrency }: Branches,
  now: Date,
): Outlook {
  const needed = join === 'all' ? lists.length : Math.min(join === 'any' ? 1 : join, lists.length);
  const open: Extract<Outlook, { state: 'open' }>[] = [];
  let done = 0;
  let failed = 0;
  for (const { steps, suffix } of lists) {
    // What is decided already starts nothing more.
    if (open.length >= concurrency || done >= needed || lists.length - failed < needed) break;
    const outlook = decideSteps(run, steps, suffix, now);
    if (outlook.state === 'change') return outlook;
    if (outlook.state === 'open') open.push(outlook);
    else if (outlook.state === 'done') done++;
    else failed++;
  }
  if (done >= needed) return due({ kind: 'join', step: id });
  if (lists.length - failed < needed) return due({ kind: 'breakOff', step: id });
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
