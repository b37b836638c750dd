import { AppError } from '../base/errors.ts';
import { hasKind } from '../core/definition/step-tree.ts';
import type { ApplyEvent, EventOutcome } from '../core/run/apply-event.ts';
import type { RunEvent } from '../core/run/transition.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import {
  hasContinued,
  hasEndedAlone,
  isAwaited,
  listLooseStarts,
  predecessorOf,
  successorKey,
  wantsSuccessor,
} from '../core/steps/lineage.ts';
import { failStep, succeedStep } from '../core/steps/step-attempt.ts';
import { AWAIT_CHILDREN, awaitsChildren } from '../core/steps/step-lookup.ts';
import { after } from '../core/values/duration.ts';
import type { RunStore } from '../store/runs/runs.ts';
import type { StepOutputStore } from '../store/runs/step-outputs.ts';
import { insist } from './driving/insist.ts';
import { keepOutput } from './driving/large-outputs.ts';
import { LATE_START_MS, readChildResult } from './driving/system-steps.ts';

/** The ties between a run, the runs its steps started, and the runs that go on for those. */
export interface Family {
  /**
   * A run has ended: the step that waited for it goes on, unless another run goes on for it. A parent that is ending
   * itself goes on with that once all its children have ended.
   */
  ended(run: WorkflowRun): Promise<void>;
  /** A run moved: what its steps had started and no open attempt waits for any more is called off. */
  moved(run: WorkflowRun, before: WorkflowRun): Promise<void>;
  /**
   * Does what was lost with the process that should have: reports ends since then, and calls off open runs that nobody
   * waits for. Of these it looks at some each time, so that many of them do not make it dear.
   */
  sweep(since: Date): Promise<void>;
}

interface FamilyDeps {
  runs: RunStore;
  stepOutputs: StepOutputStore;
  apply: ApplyEvent;
  cancel(runId: string, actor: string, reason: string): Promise<EventOutcome>;
}

/** Open runs that one sweep looks at. */
const MOST_SWEPT = 200;

/** A database that is away for longer than this has more to be made up for than a tie. */
const PATIENCE_MS = 10_000;

/** Does the work, again for a while when it fails; throws the last failure once it is left to the sweep. */
async function keepTrying(work: () => Promise<void>): Promise<void> {
  let failure: unknown;
  const done = await insist(
    async () => {
      await work();
      return true;
    },
    AbortSignal.timeout(PATIENCE_MS),
    (error) => {
      failure = error;
    },
  );
  if (!done) throw failure;
}

/** Ties kept over the store; everything here may be repeated. */
export function createFamily(deps: FamilyDeps): Family {
  /** Where the last sweep stopped. */
  let sweptTo = '';
  return {
    ended: (run) => keepTrying(() => report(deps, run)),
    moved: async (run, before) => {
      if (run.steps !== before.steps) await keepTrying(() => callOffWhatIsLoose(deps, run, before));
    },
    sweep: async (since) => {
      for (const child of await deps.runs.findEndedChildren(since)) await report(deps, child);
      const open = await deps.runs.listOpenKin(sweptTo, MOST_SWEPT);
      sweptTo = open.length < MOST_SWEPT ? '' : (open.at(-1)?._id ?? '');
      await callOffUnwanted(deps, open);
    },
  };
}

/** Reports the end of a chain to the step that waits for it; a run that another one goes on for is not its end. */
async function report(deps: FamilyDeps, run: WorkflowRun): Promise<void> {
  if (!run.parent || hasContinued(run)) return;
  const predecessorId = predecessorOf(run);
  const predecessor = predecessorId === null ? null : await deps.runs.find(predecessorId);
  const { runId, step } = run.parent;
  // Unless the predecessor went another way meanwhile: then its own end is the one that counts.
  const counts = !predecessor || wantsSuccessor(predecessor);
  if (counts && !('refused' in (await reportEnd(deps, run, runId, step)))) return;
  const parent = await deps.runs.find(runId);
  if (parent && awaitsChildren(parent)) await callOffChildren(deps, parent);
}

async function callOffWhatIsLoose(deps: FamilyDeps, run: WorkflowRun, before: WorkflowRun): Promise<void> {
  // A new run may come too late: whoever called runs off a moment ago did not see it yet.
  if (before.version === 0) await callOffUnwanted(deps, [run]);
  if (hasKind(run.definition, 'workflow')) await callOffChildren(deps, run);
  if (wantsSuccessor(before) && !wantsSuccessor(run)) await callOffSuccessors(deps, run);
}

/** Calls off those of these runs that no step waits for, or that go on for a run which does not go on. */
async function callOffUnwanted(deps: FamilyDeps, runs: readonly WorkflowRun[]): Promise<void> {
  const ids = new Set(runs.flatMap((run) => [run.parent?.runId ?? [], predecessorOf(run) ?? []].flat()));
  if (ids.size === 0) return;
  const kin = new Map((await deps.runs.findMany([...ids])).map((run) => [run._id, run]));
  for (const run of runs) {
    const parent = kin.get(run.parent?.runId ?? '');
    const predecessor = kin.get(predecessorOf(run) ?? '');
    if (run.parent && !(parent && isAwaited(parent, run)))
      await callOff(deps, run, run.parent.runId, parent ?? null);
    else if (predecessor && !wantsSuccessor(predecessor)) await callOffSuccessors(deps, predecessor);
  }
}

async function callOffChildren(deps: FamilyDeps, parent: WorkflowRun): Promise<void> {
  const children = await deps.runs.findOpenChildren(parent._id);
  const loose = children.filter((child) => !child.closing && !isAwaited(parent, child));
  // A child may be newer than what was seen of its parent; only what is read after the child tells.
  const current = loose.length > 0 ? await deps.runs.find(parent._id) : parent;
  const orphans = loose.filter((child) => !current || !isAwaited(current, child));
  await Promise.all(orphans.map((child) => callOff(deps, child, parent._id, current)));
  if (children.length > 0 || !awaitsChildren(parent) || (await mayComeLate(deps, parent))) return;
  await deps.apply(parent._id, endAwait);
}

/**
 * Whether a run may still appear among the children of one that is ending: a start was under way, of a child or of what
 * goes on for one, when it was called off. After a moment the recheck asks again.
 */
async function mayComeLate(deps: FamilyDeps, parent: WorkflowRun): Promise<boolean> {
  const since = parent.steps[AWAIT_CHILDREN]?.startedAt;
  if (!since || parent.updatedAt >= after(since, LATE_START_MS)) return false;
  const keys = listLooseStarts(parent).map(({ requestKey }) => requestKey);
  const started = await Promise.all(keys.map((key) => deps.runs.findByRequestKey(key)));
  return started.some((child) => child === null || !hasEndedAlone(child));
}

/** What goes on for a run that does not want it: one that cannot be called off may itself have gone on already. */
async function callOffSuccessors(deps: FamilyDeps, run: WorkflowRun): Promise<void> {
  let next = await deps.runs.findByRequestKey(successorKey(run._id));
  while (next && 'refused' in (await callOff(deps, next, run._id, run)))
    next = await deps.runs.findByRequestKey(successorKey(next._id));
}

/** Refused when the run has ended, or is about to. `from` is who had asked for it; null when that is gone. */
function callOff(
  deps: FamilyDeps,
  run: WorkflowRun,
  fromId: string,
  from: WorkflowRun | null,
): Promise<EventOutcome> {
  return deps.cancel(run._id, 'system', `${fromId} ${whyUnwanted(from)}`);
}

function whyUnwanted(from: WorkflowRun | null): string {
  if (from?.closing) return `is ending (${from.closing.status})`;
  return from && !from.endedAt ? 'no longer waits for it' : `ended (${from?.status ?? 'archived'})`;
}

/** Nothing is left of what the run had started. */
const endAwait: RunEvent = (transition, now) =>
  awaitsChildren(transition.run)
    ? succeedStep(transition, AWAIT_CHILDREN, {}, now)
    : { refused: 'it no longer waits for what it had started' };

async function reportEnd(
  deps: FamilyDeps,
  child: WorkflowRun,
  parentId: string,
  step: string,
): Promise<EventOutcome> {
  const parent = await deps.runs.find(parentId);
  if (!parent || !isAwaited(parent, child)) return { refused: 'nobody waits for it any more' };
  const end = await readEnd(deps, child, parent, step);
  return deps.apply(parentId, (transition, now) =>
    isAwaited(transition.run, child) ? end(transition, now) : { refused: 'nobody waits for it any more' },
  );
}

/** What the end of a child comes to for the step that waits for it. A result that cannot be read yet is none. */
async function readEnd(
  { stepOutputs }: FamilyDeps,
  child: WorkflowRun,
  parent: WorkflowRun,
  step: string,
): Promise<RunEvent> {
  try {
    const result = await readChildResult(stepOutputs, child);
    const { output, storedOutput } = await keepOutput(stepOutputs, parent, step, result);
    return (transition, now) => succeedStep(transition, step, output, now, storedOutput);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    const { code, message } = error;
    return (transition, now) => failStep(transition, step, { code, message, retryable: false }, now);
  }
}
