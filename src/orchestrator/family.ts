import { failStep, succeedStep } from '../core/step-attempt.ts';
import { hasKind } from '../core/step-tree.ts';
import type { RunEvent } from '../core/transition.ts';
import { isFinished, type WorkflowRun } from '../core/workflow-run.ts';
import { toAppError } from '../errors.ts';
import type { RunStore } from '../store/runs.ts';
import type { EventOutcome } from './driver.ts';
import { childKey, childResult } from './system-steps.ts';

/** The ties between a run and the runs its steps started. */
export interface Family {
  /** A run has ended: the step that waited for it goes on. */
  ended(run: WorkflowRun): Promise<void>;
  /** A run moved: what its steps had started and no open attempt waits for any more is called off. */
  moved(run: WorkflowRun, before: WorkflowRun): Promise<void>;
  /** Reports ends since then that were lost with the process that should have. */
  sweep(since: Date): Promise<void>;
}

/** Ties kept over the store; everything here may be repeated. */
export function createFamily(deps: {
  runs: RunStore;
  apply(runId: string, event: RunEvent): Promise<EventOutcome>;
  cancel(runId: string, actor: string, reason: string): Promise<EventOutcome>;
}): Family {
  const report = async (run: WorkflowRun): Promise<void> => {
    if (run.parent) await deps.apply(run.parent.runId, endChild(run, run.parent.step));
  };
  return {
    ended: report,
    moved: async (run, before) => {
      if (run.steps === before.steps || !hasKind(run.definition, 'workflow')) return;
      const children = await deps.runs.findOpenChildren(run._id);
      const orphans = children.filter((child) => !isAwaited(run, child));
      const reason = run.endedAt ? `${run._id} ended (${run.status})` : `${run._id} no longer waits for it`;
      await Promise.all(orphans.map((child) => deps.cancel(child._id, 'system', reason)));
    },
    sweep: async (since) => {
      for (const child of await deps.runs.findEndedChildren(since)) await report(child);
    },
  };
}

/** Whether the open attempt of the parent's step is the one that started this child. */
function isAwaited(parent: WorkflowRun, child: WorkflowRun): boolean {
  const step = child.parent?.step ?? '';
  const state = parent.steps[step];
  if (!state || isFinished(state) || state.attempts.at(-1)?.fallback) return false;
  return child.requestKey === childKey(parent._id, step, state.attempts.length);
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
