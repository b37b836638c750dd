import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createExplainer } from '../../src/planner/explain/explainer.ts';
import { judgeShift } from '../../src/planner/explain/obstacles.ts';
import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { hasMovableBreak } from '../../src/planner/tours/choose-breaks.ts';
import { loadPlan } from '../../src/planner/tours/convert-plan.ts';
import { createInsertion, findInsertion } from '../../src/planner/tours/insertion.ts';
import { cityProblem } from '../bench/planner-problems.ts';
import { applyFix } from '../support/apply-fix.ts';
import { createPlan } from '../support/create-plan.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';
import { testSize } from '../support/test-size.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });

function planOf(problem: PlanProblem, seed: number): Plan {
  return createPlan(problem, { seed, iterations: 60, milliseconds: Infinity }, () => 0);
}

function without(plan: Plan, task: number): Plan {
  const tours = plan.tours.map((tour) => {
    if (!tour.stops.some((stop) => stop.task === task)) return tour;
    // Its breaks are chosen anew, by the stops that are left.
    return { shift: tour.shift, stops: tour.stops.filter((stop) => stop.task !== task) };
  });
  return { ...plan, tours, unplaced: [...plan.unplaced, task] };
}

function stopsOf(plan: Plan) {
  return plan.tours.flatMap(({ stops }) => stops);
}

/** Tasks that end past their due time in `after`, and did not, or less so, in `before`. */
function listDelayed({ tasks }: PlanProblem, before: Plan, after: Plan): number[] {
  const ends = new Map(stopsOf(before).map(({ task, end }) => [task, end]));
  return stopsOf(after).flatMap(({ task, end }) => {
    const due = tasks[task]!.due ?? Infinity;
    return end > Math.max(due, ends.get(task) ?? due) ? [task] : [];
  });
}

/** Runs `check` on many random problems and their plans; `seen` has to be counted up now and then. */
function checkPlans(check: (problem: PlanProblem, plan: Plan, seed: number) => number): void {
  let seen = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = randomPlanProblem(seed);
      seen += check(problem, planOf(problem, seed), seed);
    }),
    { numRuns: testSize('PLANNER_PROBLEMS') },
  );
  // Problems in which there is nothing to explain would prove nothing.
  expect(seen).toBeGreaterThan(0);
}

describe('explanations, on random problems', () => {
  test('count every crew-day once and name only fixes that let the task in', () => {
    checkPlans((problem, plan) => {
      const explainer = createExplainer(problem, plan);
      let named = 0;
      for (const task of plan.unplaced) {
        const { causes, crewDays, fixes } = explainer.explainUnplaced(task);
        expect(causes.reduce((sum, cause) => sum + cause.crewDays, 0)).toBe(crewDays);
        named += fixes.length;
        for (const fix of fixes) {
          const fixed = applyFix(problem, plan, task, fix);
          expect(validatePlan(fixed.problem, fixed.plan)).toEqual([]);
          expect(fixed.plan.unplaced).toEqual(plan.unplaced.filter((one) => one !== task));
          const place = fixed.plan.tours.find(({ shift }) => shift === fix.place.shift);
          expect(place?.stops.find((stop) => stop.task === task)?.start).toBe(fix.place.start);
        }
        const first = (most: number) => ({ task, crewDays, causes, fixes: fixes.slice(0, most) });
        if (task !== plan.unplaced[0]) continue;
        for (const most of [0, 1]) expect(explainer.explainUnplaced(task, most)).toEqual(first(most));
      }
      return named;
    });
  });

  test('name no overtime when a shorter one would do', () => {
    checkPlans((problem, plan) => {
      // Where tasks wait for one another, or for an announced time, more than the end of the shift is in the way.
      for (const task of problem.tasks) {
        task.after = null;
        if (!task.current?.pinned) task.current = null;
      }
      const explainer = createExplainer(problem, plan);
      let named = 0;
      for (const task of plan.unplaced) {
        const fix = explainer.explainUnplaced(task).fixes.find(({ kind }) => kind === 'extendShift');
        if (fix?.kind !== 'extendShift') continue;
        named += 1;
        const shifts = problem.shifts.map((one) => ({ ...one, end: one.end + fix.minutes - 1 }));
        const longer = loadPlan({ ...problem, shifts }, plan);
        const asItIs = loadPlan(problem, plan);
        for (const shift of shifts.keys()) {
          const isShort = ['time', 'tooLong'].includes(judgeShift(asItIs, task, shift).obstacle ?? '');
          // Breaks that may move are tried one after the other: a shorter one may be there, but is not looked for.
          const isFixed = !hasMovableBreak(asItIs, shift) && !hasMovableBreak(asItIs, fix.shift);
          if (isFixed && isShort && asItIs.ledger.canTake(shift, task))
            expect(hasPlace(longer, task, shift)).toBe(false);
        }
      }
      return named;
    });
  });

  test('name for a late task a change that gets it done in time', () => {
    checkPlans((problem, plan) => {
      const explainer = createExplainer(problem, plan);
      let named = 0;
      for (const { task, end } of stopsOf(plan)) {
        const due = problem.tasks[task]!.due;
        const fix = explainer.explainLateness(task);
        if (due === null || end <= due) expect(fix).toBeNull();
        // What waits for the task follows it, which is more than one placement.
        const isWaitedFor = problem.tasks.some(({ after }) => after?.task === task);
        // What is pinned is a fact, and excuses its crew from being back in time; without it nothing does.
        const isPinned = problem.tasks[task]!.current?.pinned ?? false;
        if (fix === null || due === null || isWaitedFor || isPinned) continue;
        named += 1;
        const urgent = problem.tasks.map((one, index) =>
          index === task ? { ...one, deadline: due, current: null } : one,
        );
        const fixed = applyFix({ ...problem, tasks: urgent }, without(plan, task), task, fix);
        expect(validatePlan(fixed.problem, fixed.plan)).toEqual([]);
        expect(stopsOf(fixed.plan).find((stop) => stop.task === task)?.end).toBeLessThanOrEqual(due);
        expect(listDelayed(problem, plan, fixed.plan).filter((other) => other !== task)).toEqual([]);
      }
      return named;
    });
  });

  test('are the same whatever was explained before', () => {
    checkPlans((problem, plan, seed) => {
      const explainer = createExplainer(problem, plan);
      const explain = (one: typeof explainer, task: number) =>
        plan.unplaced.includes(task)
          ? [one.explainUnplaced(task)]
          : [one.explainPlacement(task), one.explainLateness(task)];
      for (const task of problem.tasks.keys()) explain(explainer, task);
      const again = problem.tasks.map((_, task) => explain(explainer, task));
      const task = seed % problem.tasks.length;
      expect(again[task]).toEqual(explain(createExplainer(problem, plan), task));
      return again.length;
    });
  });

  test('tell for every other crew what the plan costs with it, to the cent', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = randomPlanProblem(seed);
        // What waits for a task follows it, which is more than one placement.
        for (const task of problem.tasks) task.after = null;
        const plan = planOf(problem, seed);
        const explainer = createExplainer(problem, plan);
        for (const { task } of stopsOf(plan)) {
          if (problem.tasks[task]!.current?.pinned) continue;
          const { alternatives, excluded } = explainer.explainPlacement(task);
          expect(alternatives.length + excluded.length).toBe(problem.crews.length - 1);
          for (const { deltaCents, deltaRoadCents, ...place } of alternatives) {
            // A shift that can be used is not absent: this fix changes nothing but the place.
            const fix = { kind: 'endAbsence' as const, shift: place.shift, place, costCents: 0 };
            const moved = applyFix(problem, without(plan, task), task, fix).plan;
            expect(validatePlan(problem, moved)).toEqual([]);
            // Each tour is rounded to a cent.
            expect(Math.abs(moved.cost.total - plan.cost.total - deltaCents)).toBeLessThanOrEqual(2);
            const road = moved.cost.travelAndWork - plan.cost.travelAndWork;
            expect(Math.abs(road - deltaRoadCents)).toBeLessThanOrEqual(2);
          }
        }
      }),
      { numRuns: testSize('PLANNER_PROBLEMS'), examples: [[390_006]] },
    );
  });
});

function hasPlace(state: ReturnType<typeof loadPlan>, task: number, shift: number): boolean {
  const found = createInsertion();
  findInsertion(state, task, shift, found);
  return found.cost < Infinity;
}

test('advise no overtime into an absence that begins where the shift ends', () => {
  const city = cityProblem({ name: 'small', crews: 1, tasks: 1, days: 1 }, 1);
  const [crew, task] = [city.crews[0]!, city.tasks[0]!];
  const plain = { ...task, crewSize: 1, skills: [], materials: [], earliest: 0, due: null, closed: [] };
  const advise = (closed: PlanProblem['shifts'][number]['closed']) => {
    const shifts = [{ crew: 0, day: 'today', start: 0, end: 420, closed, absent: null }];
    const tasks = [{ ...plain, deadline: null, after: null, current: null, durationMinutes: 415 }];
    const far = { ...city, crews: [{ ...crew, latitude: 41.9, longitude: -87.7 }], shifts };
    const problem = { ...far, tasks: tasks.map((one) => ({ ...one, latitude: 41.95, longitude: -87.7 })) };
    const plan = createPlan(problem, { seed: 1, iterations: 10, milliseconds: Infinity }, () => 0);
    return createExplainer(problem, plan)
      .explainUnplaced(0)
      .fixes.map(({ kind }) => kind);
  };
  expect(advise([])).toContain('extendShift');
  expect(advise([{ start: 420, end: 600 }])).not.toContain('extendShift');
});
