import { appendFileSync } from 'node:fs';
import type { StepHandler } from '../../src/core/definition/step-handler.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { Orchestrator } from '../../src/orchestrator/orchestrator.ts';
import { defer } from './deferred.ts';
import { handlerForTest } from './engine.ts';

/** The workflow that engines are compared by: its work is done in the process, and its approval decided at once. */
export const REFERENCE = {
  slaHours: 48,
  steps: [
    { task: 'assess', agent: 'Assess' },
    { task: 'approve', role: 'supervisor' },
    { task: 'assign', service: 'AtOnce' },
    { task: 'repair', service: 'AtOnce' },
  ],
};

/** What a worker needs for the reference workflow, with a gate in front of its first effect. */
export interface ReferenceParts {
  handlers: StepHandler[];
  setGate(isOpen: boolean): void;
  /** Decides what a commit has opened. */
  onCommitted(run: WorkflowRun, orchestrator: Orchestrator): void;
}

/** The gate is open; the first effects are noted in `logFile`, as the service outside notes its own. */
export function createReferenceParts(logFile: string): ReferenceParts {
  let gate = defer();
  gate.resolve();
  const assess = handlerForTest('agent', 'Assess', async (_input, { idempotencyKey: key }) => {
    appendFileSync(logFile, `${JSON.stringify({ key, phase: 'begun', at: Date.now() })}\n`);
    await gate.promise;
    return { kind: 'done', output: { severity: 7 } };
  });
  const atOnce = handlerForTest('service', 'AtOnce', async () => ({ kind: 'done', output: {} }));
  return {
    handlers: [assess, atOnce],
    setGate: (isOpen) => {
      gate.resolve();
      if (!isOpen) gate = defer();
    },
    onCommitted: (run, orchestrator) => {
      if (run.workflow !== 'reference' || run.steps.approve?.approval?.state !== 'pending') return;
      const decision = { task: 'approve', verdict: 'approved', actor: 'U0OKAFOR', reason: null } as const;
      const decided = orchestrator.apply(run._id, (transition, now) =>
        decideApproval(transition, decision, now),
      );
      decided.catch(() => {});
    },
  };
}
