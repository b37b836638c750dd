import type { StepContext } from '../../src/core/definition/step-handler.ts';

/** A context for calling a handler on its own. */
export function buildStepContext(overrides: Partial<StepContext> = {}): StepContext {
  return {
    runId: 'run-1',
    workflow: 'repairWorkflow',
    task: 'assessSeverity',
    attempt: 1,
    idempotencyKey: 'run-1/assessSeverity/1',
    signal: new AbortController().signal,
    now: new Date('2026-07-31T15:00:00Z'),
    requires: { skills: [], materials: [], durationMinutes: null },
    dueAt: null,
    ...overrides,
  };
}
