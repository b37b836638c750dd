import type { EscalationPolicy } from '../../src/core/agency/agency.ts';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { settle } from '../../src/core/deciding/settle.ts';
import type { WorkflowDefinition, WorkflowSource } from '../../src/core/definition/workflow-definition.ts';
import { begin, isRefusal, type RunEvent } from '../../src/core/run/transition.ts';
import { createRun, type WorkflowRun } from '../../src/core/run/workflow-run.ts';

/** The seed's definition, word for word. */
export const SEED: WorkflowSource = {
  steps: [
    { task: 'assessSeverity', agent: 'SeverityAgent' },
    { task: 'humanApproval', role: 'Supervisor' },
    { task: 'assignCrew', service: 'CrewScheduler' },
    { task: 'executeRepair', service: 'RepairService' },
  ],
  slaHours: 48,
};

export const POLICY: EscalationPolicy = {
  name: 'roads',
  levels: [
    { notify: { channel: 'C0ESCALATIONS' }, wait: '15m' },
    { notify: { user: 'U0BRANDT' }, wait: '30m' },
  ],
  repeat: 1,
};

const START = new Date('2026-03-02T15:00:00Z');

/** `minutes` after the start of every test run. */
export function at(minutes: number): Date {
  return new Date(START.getTime() + minutes * 60_000);
}

/** The normal form of a definition whose names nobody checks. */
export function defineForTest(source: unknown, name = 'test'): WorkflowDefinition {
  const checked = checkWorkflow(source, `${name}.json`, null);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.definition;
}

/** A new, settled run of `source` at the start of time. */
export function startForTest(source: unknown, input: Record<string, unknown> = {}): WorkflowRun {
  const run = createRun(
    {
      _id: 'R-TEST',
      definition: defineForTest(source),
      policy: POLICY,
      input,
      requester: { userId: 'U0RIVERA', name: 'Maya Rivera' },
      origin: { kind: 'slack', channel: 'C0REQUESTS' },
      requestKey: null,
    },
    START,
  );
  return settle(begin(run), START).transition.run;
}

/** The run after an event and everything that follows from it; throws the words of a refusal. */
export function applyForTest(run: WorkflowRun, event: RunEvent, now: Date): WorkflowRun {
  const outcome = event(begin(run), now);
  if (isRefusal(outcome)) throw new Error(outcome.refused);
  return settle(outcome, now).transition.run;
}
