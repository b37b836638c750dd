import { failStep, succeedStep } from '../core/step-attempt.ts';
import { hasKind } from '../core/step-tree.ts';
import type { RunEvent } from '../core/transition.ts';
import { isFinished, type WorkflowRun } from '../core/workflow-run.ts';
import { toAppError } from '../errors.ts';
import type { RunStore } from '../store/runs.ts';
import type { EventOutcome } from './driver.ts';
import { childResult } from './system-steps.ts';

/** The ties between a run and the runs its steps started. */
export interface Family {
  /** A run has ended: the step that waited for it goes on, and what it had started itself is called off. */
  ended(run: WorkflowRun): Promise<void>;
}

/** Ties kept over the store. A report that is lost with its process is made up for when the parent looks again. */
export function createFamily(deps: {
  runs: RunStore;
  apply(runId: string, event: RunEvent): Promise<EventOutcome>;
  cancel(runId: string, actor: string, reason: string): Promise<EventOutcome>;
}): Family {
  return {
    ended: async (run) => {
      if (run.parent) await deps.apply(run.parent.runId, endChild(run, run.parent.step));
      if (!hasKind(run.definition, 'workflow')) return;
      const children = await deps.runs.findOpenChildren(run._id);
      await Promise.all(
        children.map((child) => deps.cancel(child._id, 'system', `${run._id} ended (${run.status})`)),
      );
    },
  };
}

function endChild(child: WorkflowRun, step: string): RunEvent {
  return (transition, now) => {
    const state = transition.run.steps[step];
    if (!state || isFinished(state)) return { refused: 'nobody waits for it any more' };
    try {
      const result = childResult(child);
      return succeedStep(transition, step, result.kind === 'done' ? result.output : {}, now);
    } catch (error) {
      const { code, message } = toAppError(error);
      return failStep(transition, step, { code, message, retryable: false }, now);
    }
  };
}
