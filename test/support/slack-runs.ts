import { readFileSync } from 'node:fs';
import { Agency } from '../../src/core/agency/agency.ts';
import type { AuditEvent } from '../../src/core/audit/audit-event.ts';
import { settle } from '../../src/core/deciding/settle.ts';
import { normaliseWorkflow, WorkflowSource } from '../../src/core/definition/workflow-definition.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { announceWork } from '../../src/core/events/work-events.ts';
import { announce } from '../../src/core/outbox/outbox-message.ts';
import type { OutboxMessage } from '../../src/core/run/run-parts.ts';
import { begin, isRefusal, type Refusal, type Transition } from '../../src/core/run/transition.ts';
import { createRun, type WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { deferStep, succeedStep } from '../../src/core/steps/step-attempt.ts';
import { createWorkOrder, type WorkOrder } from '../../src/core/work/work-order.ts';

/** The demo agency, whose channels and people the local Slack's demo workspace has. */
export const demoAgency = Agency.parse(JSON.parse(readFileSync('workflows/agency.json', 'utf8')));

const source = WorkflowSource.parse(JSON.parse(readFileSync('workflows/repairWorkflow.json', 'utf8')));
export const repair = normaliseWorkflow(source, 'repairWorkflow');

export const START = new Date('2026-06-01T12:00:00Z');
export const later = (minutes: number) => new Date(START.getTime() + minutes * 60_000);

/** A run on its way, with everything that happened to it: what the outbox is given in production, without a database. */
export interface Story {
  run: WorkflowRun;
  audit: AuditEvent[];
  messages: OutboxMessage[];
}

/** A pothole report that nobody has looked at. */
export function reportPothole(id: string, text: string, requesterId = 'U0RIVERA'): Story {
  const policy = demoAgency.escalationPolicies[0]!;
  const run = createRun(
    {
      _id: id,
      definition: repair,
      policy,
      input: { text },
      requester: { userId: requesterId, name: 'maya' },
      origin: { kind: 'slack', channel: 'C0REQUESTS' },
      requestKey: null,
    },
    START,
  );
  return tell({ run, audit: [], messages: [] }, (transition) => transition, START);
}

/** Applies an event and everything that follows from it at `now`. */
export function tell(
  story: Story,
  event: (transition: Transition, now: Date) => Transition | Refusal,
  now: Date,
): Story {
  const outcome = event(begin(story.run), now);
  if (isRefusal(outcome)) throw new Error(outcome.refused);
  const { transition } = settle(outcome, now);
  return {
    run: transition.run,
    audit: [...story.audit, ...transition.audit],
    messages: announce(story.run, transition.run, transition.audit),
  };
}

const ASSESSMENT = {
  severity: 7.5,
  priority: 'high',
  reasons: ['“deep” adds 2', '“bus lane” adds 1.5'],
  estimatedCostCents: 125_000,
  durationMinutes: 150,
  skills: ['asphalt'],
  materials: [{ material: 'asphalt', quantity: 400 }],
  summary: 'Deep pothole in a bus lane',
  source: 'rules',
};

/** The same report, assessed and waiting for a supervisor. */
export function awaitApproval(id: string, text = '5th & Main, deep hole in the bus lane'): Story {
  return assess(reportPothole(id, text));
}

export function assess(story: Story, changes: Record<string, unknown> = {}): Story {
  const output = { ...ASSESSMENT, ...changes };
  return tell(story, (transition, now) => succeedStep(transition, 'assessSeverity', output, now), later(1));
}

/** Approved by a supervisor and given to a crew. */
export function giveToCrew(story: Story): { story: Story; order: WorkOrder } {
  const approved = tell(
    story,
    (transition, now) =>
      decideApproval(
        transition,
        { task: 'humanApproval', verdict: 'approved', actor: 'U0OKAFOR', reason: null },
        now,
      ),
    later(10),
  );
  const waiting = tell(approved, (transition) => deferStep(transition, 'assignCrew'), later(11));
  const assignment = {
    crewId: 'north',
    crewName: 'Crew North',
    start: later(60),
    end: later(210),
    depotId: 'north-yard',
    materials: [{ material: 'asphalt', quantity: 400 }],
    reason: 'Nearest crew with asphalt and free time before the deadline',
  };
  const announced = tell(waiting, announceWork('assignCrew', assignment), later(12));
  const handed = tell(announced, (transition) => deferStep(transition, 'executeRepair'), later(12));
  const request = {
    _id: story.run._id,
    requirements: { skills: ['asphalt'], materials: assignment.materials, durationMinutes: 150 },
    weight: 7.5,
    dueAt: null,
    task: 'assignCrew',
  };
  const order: WorkOrder = { ...createWorkOrder(request, later(11)), state: 'announced', assignment };
  return { story: { ...handed, messages: [...announced.messages, ...handed.messages] }, order };
}
