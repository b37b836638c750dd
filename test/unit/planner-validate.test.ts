import { describe, expect, test } from 'vitest';
import { evaluatePlan } from '../../src/planner/problem/evaluate-plan.ts';
import type { Plan, PlannedTour, PlanProblem, PlanTask } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { createPlan } from '../support/create-plan.ts';

/** One crew at one depot, two days of eight hours with a break at noon, four tasks in the same street. */
function smallProblem(): PlanProblem {
  const task = (id: string, changes: Partial<PlanTask> = {}): PlanTask => ({
    ...{ id, title: id, skills: [{ skill: 0, level: 1 }], crewSize: 2, durationMinutes: 60 },
    ...{ declinedBy: [], chosenCrews: null },
    ...{ materials: [{ material: 0, quantity: 2 }], latitude: 41.9, longitude: -87.6, weight: 1 },
    ...{ earliest: 0, due: 600, deadline: null, closed: [], after: null, current: null },
    ...changes,
  });
  const shift = (day: number) => ({
    ...{ crew: 0, day: `2026-11-${22 + day}`, start: day * 1_440, end: day * 1_440 + 480, absent: null },
    closed: [{ start: day * 1_440 + 240, end: day * 1_440 + 270 }],
  });
  return {
    origin: 0,
    skills: ['asphalt'],
    materials: ['hot mix'],
    depots: [{ id: 'north', name: 'North' }],
    crews: [
      {
        ...{ id: 'crew-1', name: 'Crew 1', depot: 0, hourlyRateCents: 6_000, size: 2, levels: [1] },
        ...{ truckCapacity: [8], latitude: 41.88, longitude: -87.6 },
      },
    ],
    shifts: [shift(0), shift(1)],
    tasks: [task('a'), task('b'), task('c'), task('d', { after: { task: 0, minutes: 120 } })],
    stock: [{ depot: 0, material: 0, quantity: 8, incoming: [] }],
    travel: { factor: 1.3, kilometersPerHour: 30 },
    prices: { unplaced: 1_000_000, lateMinute: 100, changeCrew: 3_000, changeDay: 2_000, changeTime: 500 },
  };
}

function planOf(problem: PlanProblem): Plan {
  return createPlan(problem, { seed: 1, iterations: 100, milliseconds: Infinity }, () => 0);
}

/** The faults of a plan whose first tour was tampered with, its cost restated. */
function faultsAfter(problem: PlanProblem, tamper: (tour: PlannedTour) => void): string {
  const plan = structuredClone(planOf(smallProblem()));
  tamper(plan.tours[0]!);
  plan.cost = evaluatePlan(problem, plan.tours);
  return validatePlan(problem, plan).join('\n');
}

function changed(change: (problem: PlanProblem) => void): PlanProblem {
  const problem = smallProblem();
  change(problem);
  return problem;
}

describe('the validator', () => {
  test('has no objection to a plan that places everything on the first day', () => {
    const plan = planOf(smallProblem());
    expect(validatePlan(smallProblem(), plan)).toEqual([]);
    expect(plan.unplaced).toEqual([]);
    expect(plan.tours.map(({ shift }) => shift)).toEqual([0]);
  });

  test.each<[string, (problem: PlanProblem) => void]>([
    [
      'needs asphalt 1',
      ({ crews }) => {
        crews[0]!.levels = [0];
      },
    ],
    [
      'needs 2 workers',
      ({ crews }) => {
        crews[0]!.size = 1;
      },
    ],
    [
      'crew crew-1 declined it',
      ({ tasks }) => {
        tasks[0]!.declinedBy = [0];
      },
    ],
    [
      'crew crew-1 is not the one that dispatch chose',
      ({ tasks }) => {
        tasks[0]!.chosenCrews = [];
      },
    ],
    [
      'is absent: ill',
      ({ shifts }) => {
        shifts[0]!.absent = 'ill';
      },
    ],
    [
      'after its end at 300',
      ({ shifts }) => {
        shifts[0]!.end = 300;
      },
    ],
    [
      'lies outside the shift',
      ({ shifts }) => {
        shifts[0]!.start = 60;
      },
    ],
    [
      'before 300',
      ({ tasks }) => {
        for (const task of tasks) task.earliest = 300;
      },
    ],
    [
      'after its deadline 50',
      ({ tasks }) => {
        tasks[0]!.deadline = 50;
      },
    ],
    [
      'overlaps the closed time 0 to 90',
      ({ tasks }) => {
        for (const task of tasks) task.closed = [{ start: 0, end: 90 }];
      },
    ],
    [
      'overlaps the closed time 100 to 110',
      ({ shifts }) => {
        shifts[0]!.closed = [{ start: 100, end: 110 }];
      },
    ],
    [
      'has to wait for a until',
      ({ tasks }) => {
        tasks[3]!.after!.minutes = 400;
      },
    ],
    [
      'the road takes',
      ({ crews }) => {
        crews[0]!.latitude = 41.5;
      },
    ],
    [
      'the truck of crew-1 carries 8 of hot mix, more than 7',
      ({ crews }) => {
        crews[0]!.truckCapacity = [7];
      },
    ],
    [
      '8 of hot mix are taken from North, which has 7',
      ({ stock }) => {
        stock[0]!.quantity = 7;
      },
    ],
    [
      'taken from North, which has 7',
      ({ stock }) => {
        stock[0]!.quantity = 7;
        stock[0]!.incoming = [{ at: 1_000, quantity: 5 }];
      },
    ],
    [
      'is pinned to shift 1 at 1500',
      ({ tasks }) => {
        tasks[1]!.current = { shift: 1, start: 1_500, pinned: true };
      },
    ],
  ])('objects when the plan meets another world: %s', (fault, change) => {
    expect(faultsAfter(changed(change), () => undefined)).toContain(fault);
  });

  test('objects to tours that were tampered with', () => {
    const problem = smallProblem();
    expect(faultsAfter(problem, ({ stops }) => void stops.pop())).toContain('0 times, not once');
    expect(faultsAfter(problem, ({ stops }) => void stops.push(stops[0]!))).toContain('2 times, not once');
    expect(
      faultsAfter(problem, ({ stops }) => {
        stops[1]!.start -= 30;
      }),
    ).toContain('but the crew can be there');
    expect(
      faultsAfter(problem, ({ stops }) => {
        stops[1]!.end += 1;
      }),
    ).toContain('takes 60 minutes');
    expect(
      faultsAfter(problem, (tour) => {
        tour.shift = 9;
      }),
    ).toContain('no such shift');
  });

  test('objects to a cost that is not what the plan costs', () => {
    const plan = planOf(smallProblem());
    const dearer = { ...plan, cost: { ...plan.cost, total: plan.cost.total + 1 } };
    expect(validatePlan(smallProblem(), dearer).join()).toContain('as total');
  });

  test('uses a delivery only on shifts that start after it', () => {
    const problem = changed(({ stock }) => {
      stock[0] = { depot: 0, material: 0, quantity: 4, incoming: [{ at: 500, quantity: 4 }] };
    });
    const plan = planOf(problem);
    expect(validatePlan(problem, plan)).toEqual([]);
    expect(plan.tours.map(({ shift, stops }) => [shift, stops.length])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });
});
