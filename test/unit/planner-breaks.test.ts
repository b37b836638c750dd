import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanBreak, PlanProblem, PlanTask } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { exportPlan, loadPlan } from '../../src/planner/tours/convert-plan.ts';
import { createPlan } from '../support/create-plan.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';
import { testSize } from '../support/test-size.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const NOON: PlanBreak = { from: 240, to: 270, minutes: 30, interrupts: true };

/** One crew from minute 0 to 510, all jobs at its depot. */
function oneDay(jobs: readonly (number | Partial<PlanTask>)[], breaks: PlanBreak[]): PlanProblem {
  const place = { latitude: 41.88, longitude: -87.63 };
  const usual = { skills: [], crewSize: 1, declinedBy: [], chosenCrews: null, materials: [], weight: 1 };
  const untold = { earliest: 0, due: null, deadline: null, closed: [], after: null, current: null };
  return {
    origin: 0,
    skills: [],
    materials: [],
    depots: [{ id: 'depot', name: 'Depot' }],
    crews: [
      {
        id: 'a',
        name: 'A',
        depot: 0,
        hourlyRateCents: 6_000,
        size: 2,
        levels: [],
        truckCapacity: [],
        ...place,
      },
    ],
    shifts: [{ crew: 0, day: '2026-11-23', start: 0, end: 510, closed: [], absent: null, breaks }],
    tasks: jobs.map((job, task) => ({
      ...{ id: `job-${task}`, title: `Job ${task}`, durationMinutes: 60, ...place, ...usual, ...untold },
      ...(typeof job === 'number' ? { durationMinutes: job } : job),
    })),
    stock: [],
    travel: { factor: 1.3, kilometersPerHour: 30 },
    prices: {
      unplaced: 50_000_000,
      lateMinute: 500,
      changeCrew: 15_000,
      changeDay: 15_000,
      changeTime: 1_000,
    },
  };
}

function planOf(problem: PlanProblem) {
  const plan = createPlan(problem, { seed: 1, iterations: 300, milliseconds: Infinity }, () => 0);
  expect(validatePlan(problem, plan)).toEqual([]);
  const [tour] = plan.tours;
  return { ...plan, stops: tour?.stops.map(({ start, end }) => [start, end]) ?? [], breaks: tour?.breaks };
}

describe('a break that interrupts work', () => {
  it('stops it, and it goes on behind', () => {
    expect(planOf(oneDay([480], [NOON])).stops).toEqual([[0, 510]]);
    expect(planOf(oneDay([481], [NOON])).unplaced).toEqual([0]);
  });

  it('is between jobs where one ends as it begins, and no job begins within it', () => {
    expect(planOf(oneDay([240, 100], [NOON])).stops).toEqual([
      [0, 240],
      [270, 370],
    ]);
    expect(planOf(oneDay([{ earliest: 250 }], [NOON])).stops).toEqual([[270, 330]]);
  });

  it('counts for what is promised: a job is late by its end, and its deadline is that of its end', () => {
    expect(planOf(oneDay([{ durationMinutes: 300, due: 320 }], [NOON])).cost.lateMinutes).toBe(10);
    expect(planOf(oneDay([{ durationMinutes: 300, deadline: 329 }], [NOON])).unplaced).toEqual([0]);
    expect(planOf(oneDay([{ durationMinutes: 300, deadline: 330 }], [NOON])).unplaced).toEqual([]);
  });

  it('makes what follows wait for the end behind it', () => {
    const jobs = [{ durationMinutes: 300 }, { after: { task: 0, minutes: 60 }, durationMinutes: 30 }];
    expect(planOf(oneDay(jobs, [NOON])).stops).toEqual([
      [0, 330],
      [390, 420],
    ]);
  });

  it('costs no wages', () => {
    expect(planOf(oneDay([300], [NOON])).cost.travelAndWork).toBe(30_000);
  });
});

describe('a break that interrupts nothing', () => {
  const fixed = { ...NOON, interrupts: false };

  it('is kept free', () => {
    expect(planOf(oneDay([241], [fixed])).unplaced).toEqual([0]);
    expect(planOf(oneDay([240, 240], [fixed])).stops).toEqual([
      [0, 240],
      [270, 510],
    ]);
  });

  it('moves in its window to where a long job fits before or behind it', () => {
    const window = { ...fixed, from: 120, to: 420 };
    for (const minutes of [360, 390]) expect(planOf(oneDay([minutes], [window])).unplaced).toEqual([]);
    expect(planOf(oneDay([391], [window])).unplaced).toEqual([0]);
  });
});

describe('a break that may move', () => {
  it('is where nothing is late for it', () => {
    const window = { ...NOON, from: 120, to: 420 };
    const jobs = [
      { durationMinutes: 180, due: 180 },
      { durationMinutes: 120, due: 300 },
    ];
    const { cost, breaks } = planOf(oneDay(jobs, [window]));
    expect(cost.lateMinutes).toBe(0);
    expect(breaks?.[0]?.start).toBeGreaterThanOrEqual(300);
  });
});

/** Minute by minute: whether the crew works on the stop then. */
function listWorked(problem: PlanProblem, plan: ReturnType<typeof createPlan>, place: number) {
  const tour = plan.tours[place]!;
  const breaks = problem.shifts[tour.shift]?.breaks ?? [];
  const isRest = (minute: number) => tour.breaks?.some(({ start, end }) => start <= minute && minute < end);
  return tour.stops.flatMap(({ task, start, end }) => {
    const { current, durationMinutes } = problem.tasks[task]!;
    if (current?.pinned) return [];
    const minutes = Array.from({ length: end - start }, (_, offset) => start + offset);
    const worked = minutes.filter((minute) => !isRest(minute));
    const isSolid = breaks.every(({ interrupts }, number) => {
      const taken = tour.breaks?.[number];
      return interrupts || !minutes.some((minute) => taken && taken.start <= minute && minute < taken.end);
    });
    return [{ task, worked, durationMinutes, isSolid, first: start, last: end - 1 }];
  });
}

it('on random problems, every job has its minutes of work, and every break its own within its window', () => {
  let interrupted = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = randomPlanProblem(seed);
      const plan = createPlan(problem, { seed, iterations: 80, milliseconds: Infinity }, () => 0);
      plan.tours.forEach((tour, place) => {
        (problem.shifts[tour.shift]?.breaks ?? []).forEach(({ from, to, minutes }, number) => {
          const { start, end } = tour.breaks![number]!;
          expect([end - start, start >= from, end <= to]).toEqual([minutes, true, true]);
        });
        for (const { worked, durationMinutes, isSolid, first, last } of listWorked(problem, plan, place)) {
          expect([worked.length, worked[0], worked.at(-1), isSolid]).toEqual([
            durationMinutes,
            first,
            last,
            true,
          ]);
          if (last - first >= durationMinutes) interrupted++;
        }
      });
    }),
    { numRuns: testSize('PLANNER_PROBLEMS') },
  );
  expect(interrupted).toBeGreaterThan(10);
});

it('a plan that works around breaks stands when they interrupt work, and nothing in it ends later', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const own = randomPlanProblem(seed);
      const tasks = own.tasks.map((task) => ({ ...task, current: null }));
      const fixed = own.shifts.map(({ breaks = [] }) =>
        breaks.map((one) => ({ ...one, to: one.from + one.minutes, interrupts: true })),
      );
      const strict = own.shifts.map(({ closed, ...shift }, at) => {
        const rests = fixed[at]!.map(({ from, to }) => ({ start: from, end: to }));
        return { ...shift, closed: [...closed, ...rests], breaks: [] };
      });
      const loose = own.shifts.map((shift, at) => ({ ...shift, breaks: fixed[at]! }));
      const budget = { seed, iterations: 40, milliseconds: Infinity };
      const plan = createPlan({ ...own, tasks, shifts: strict }, budget, () => 0);
      const tours = plan.tours.map(({ shift, stops }) => ({ shift, stops }));
      const kept = exportPlan(loadPlan({ ...own, tasks, shifts: loose }, { tours }));
      expect(validatePlan({ ...own, tasks, shifts: loose }, kept)).toEqual([]);
      const ends = new Map(plan.tours.flatMap(({ stops }) => stops.map(({ task, end }) => [task, end])));
      for (const { task, end } of kept.tours.flatMap(({ stops }) => stops))
        expect(end).toBeLessThanOrEqual(ends.get(task)!);
    }),
    { numRuns: testSize('PLANNER_PROBLEMS') },
  );
});
