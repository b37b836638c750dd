import type { Agency } from '../../src/core/agency/agency.ts';
import type { WorkflowDefinition } from '../../src/core/definition/workflow-definition.ts';
import { REFERENCE } from './chaos-reference.ts';
import { defineForTest } from './runs.ts';
import { makeAgency, makeCrew } from './scheduling.ts';

const RETRY = { attempts: 8, backoff: '0.2s', longest: '1s' };
const work = (task: string, more: object = {}) => ({ task, service: 'Work', retry: RETRY, ...more });
const assess = { task: 'assess', agent: 'SeverityAgent', retry: RETRY };
const approve = { task: 'approve', role: 'supervisor' };
const assign = { task: 'assignCrew', service: 'CrewScheduler', retry: RETRY };
const execute = { task: 'execute', service: 'RepairService', retry: RETRY };

/** Every workflow of the chaos runs by name, with its share of the runs. */
const SOURCES: Record<string, { share: number; source: object }> = {
  repair: { share: 55, source: { slaHours: 48, steps: [assess, approve, assign, execute] } },
  branches: {
    share: 12,
    source: {
      slaHours: 48,
      steps: [
        assess,
        {
          task: 'sideBySide',
          parallel: {
            branches: {
              left: [work('left'), work('leftAgain')],
              right: [{ task: 'pause', wait: { for: '0.3s' } }, work('right')],
            },
          },
        },
        { task: 'each', forEach: { items: '$input.items', steps: [work('eachOne')], concurrency: 2 } },
        { task: 'flaky', service: 'Flaky', retry: RETRY },
      ],
    },
  },
  undone: {
    share: 8,
    source: {
      slaHours: 48,
      steps: [
        work('first', { compensate: { service: 'Work', with: { undo: 'first' } } }),
        work('second', { compensate: { service: 'Work', with: { undo: 'second' } } }),
        { task: 'broken', service: 'Broken', retry: RETRY },
      ],
    },
  },
  waiting: {
    share: 8,
    source: {
      slaHours: 48,
      steps: [assess, { task: 'hear', wait: { event: 'inspected', key: '$run.id' } }, work('afterwards')],
    },
  },
  undecided: {
    share: 6,
    source: {
      sla: { within: '2s', warnAt: 0.5 },
      steps: [assess, approve, work('never')],
    },
  },
  late: {
    share: 6,
    source: { sla: { within: '3s', warnAt: 0.5 }, steps: [assess, assign, execute] },
  },
  long: {
    share: 1,
    source: {
      slaHours: 48,
      steps: [{ task: 'each', forEach: { items: '$input.many', steps: [work('eachOne')], concurrency: 20 } }],
    },
  },
  cancelled: { share: 4, source: { slaHours: 48, steps: [assess, approve, assign, execute] } },
};

/** A workflow that recovery is measured by: nothing in it waits for people. */
const STRAIGHT = { slaHours: 48, steps: [assess, work('one'), work('two'), work('three')] };

/** The normal forms, by name, as every worker has them. */
export function chaosDefinitions(): ReadonlyMap<string, WorkflowDefinition> {
  const others = { straight: { share: 0, source: STRAIGHT }, reference: { share: 0, source: REFERENCE } };
  const all = { ...SOURCES, ...others };
  return new Map(
    Object.entries(all).map(
      ([name, { source }]) => [name, defineForTest({ ...source, name }, name)] as const,
    ),
  );
}

export const WORKFLOW_NAMES: readonly string[] = Object.keys(SOURCES);

/** Workflow names, each as often as its share says. */
export const WORKFLOW_DECK: readonly string[] = Object.entries(SOURCES).flatMap(([name, { share }]) =>
  Array.from({ length: share }, () => name),
);

export const STOCK_KILOS = 1_000_000;
const DEPOTS = ['north', 'south'];

/** Crews that work around the clock, so that there is room for every job, and a policy that climbs within a second. */
export function chaosAgency(): Agency {
  const shifts = [
    {
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const,
      start: '00:00',
      end: '24:00',
    },
  ];
  const crews = Array.from({ length: 12 }, (_, index) =>
    makeCrew(`crew-${index}`, {
      depot: DEPOTS[index % DEPOTS.length] ?? 'north',
      shifts: shifts.map((shift) => ({ ...shift, days: [...shift.days] })),
    }),
  );
  const agency = makeAgency(crews, Object.fromEntries(DEPOTS.map((depot) => [depot, STOCK_KILOS])));
  const levels = [
    { notify: { channel: '#escalations' }, wait: '0.4s' },
    { notify: { channel: '#dispatch' }, wait: '0.4s' },
  ];
  // Everything that has not begun may be moved, by itself.
  const planning = { pinnedHours: 0, automaticMoves: 1_000, horizonDays: 3, milliseconds: 100 };
  return { ...agency, planning, escalationPolicies: [{ name: 'default', levels, repeat: 1 }] };
}
