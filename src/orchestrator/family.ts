import { hasContinued, isAwaited, predecessorOf, successorKey, wantsSuccessor } from '../core/lineage.ts';
import { failStep, succeedStep } from '../core/step-attempt.ts';
import { hasKind } from '../core/step-tree.ts';
import type { RunEvent } from '../core/transition.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';
import { toAppError } from '../errors.ts';
import type { RunStore } from '../store/runs.ts';
import type { EventOutcome } from './driver.ts';
import { childResult } from './system-steps.ts';

/** The ties between a run, the runs its steps started, and the runs that go on for those. */
export interface Family {
  /** A run has ended: the step that waited for it goes on, unless another run goes on for it. */
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
  apply(runId: string, event: RunEvent): Promise<EventOutcome>;
  cancel(runId: string, actor: string, reason: string): Promise<EventOutcome>;
}

/** Open runs that one sweep looks at. */
const MOST_SWEPT = 200;

/** Ties kept over the store; everything here may be repeated. */
export function createFamily(deps: FamilyDeps): Family {
  /** Where the last sweep stopped. */
  let sweptTo = '';
  return {
    ended: (run) => report(deps, run),
    moved: async (run, before) => {
      if (run.steps === before.steps) return;
      // A new run may come too late: whoever called runs off a moment ago did not see it yet.
      if (before.version === 0) await callOffUnwanted(deps, [run]);
      if (hasKind(run.definition, 'workflow')) await callOffChildren(deps, run);
      if (wantsSuccessor(before) && !wantsSuccessor(run)) await callOffSuccessors(deps, run);
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
  // The predecessor went another way meanwhile: its own end is the one that counts.
  if (predecessor && !wantsSuccessor(predecessor)) return;
  await deps.apply(run.parent.runId, endChild(run, run.parent.step));
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
  const orphans = children.filter((child) => !isAwaited(parent, child));
  await Promise.all(orphans.map((child) => callOff(deps, child, parent._id, parent)));
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
  const isOpen = from && !from.endedAt;
  const reason = isOpen
    ? `${fromId} no longer waits for it`
    : `${fromId} ended (${from?.status ?? 'archived'})`;
  return deps.cancel(run._id, 'system', reason);
}

function endChild(child: WorkflowRun, step: string): RunEvent {
  return (transition, now) => {
    if (!isAwaited(transition.run, child)) return { refused: 'nobody waits for it any more' };
    try {
      const result = childResult(child);
      return succeedStep(transition, step, result.kind === 'done' ? result.output : {}, now);
    } catch (error) {
      const { code, message } = toAppError(error);
      return failStep(transition, step, { code, message, retryable: false }, now);
    }
  };
}
