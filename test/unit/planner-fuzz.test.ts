import { expect, it } from 'vitest';
import { createExplainer, type Explainer } from '../../src/planner/explain/explainer.ts';
import { improvePlan } from '../../src/planner/improve-plan.ts';
import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { exportPlan, loadPlan } from '../../src/planner/tours/convert-plan.ts';
import { placeTask, takeOut } from '../../src/planner/tours/edit-tour.ts';
import { applyFix } from '../support/apply-fix.ts';
import { createPlannerWorld } from '../support/planner-world.ts';
import { testSize } from '../support/test-size.ts';

const EVENTS = testSize('PLANNER_EVENTS');
const SEED = Number(process.env.PLANNER_SEED ?? Math.floor(Math.random() * 1_000_000));

it(`keeps every plan valid and explained through ${EVENTS} random events, seed ${SEED} (PLANNER_SEED repeats it)`, () => {
  const world = createPlannerWorld(SEED);
  const seen = { unplaced: 0, fixed: 0, moved: 0, pinned: 0 };
  for (let event = 0; event < EVENTS; event++) {
    const what = `${world.step()}, event ${event}`;
    const built = world.build();
    const { problem } = built;
    let plan = repairPlan(problem, null);
    if (event % 25 === 0) {
      const budget = { seed: event, iterations: 150, milliseconds: Number.POSITIVE_INFINITY };
      plan = improvePlan(problem, plan, budget, () => 0);
    }
    expect(validatePlan(problem, plan), what).toEqual([]);
    seen.pinned += expectPins(problem, plan, what);
    const explainer = createExplainer(problem, plan);
    for (const task of plan.unplaced) {
      seen.unplaced++;
      seen.fixed += expectExplained(problem, plan, explainer, task, what);
    }
    seen.moved += expectPlacementsExplained(problem, plan, explainer, event, what);
    world.publish(built, plan);
  }
  // A world in which nothing ever goes wrong would prove nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(EVENTS / 20);
}, 900_000);

function expectPins(problem: PlanProblem, plan: Plan, what: string): number {
  const places = new Map(
    plan.tours.flatMap(({ shift, stops }) =>
      stops.map(({ task, start }) => [task, `${shift} ${start}`] as const),
    ),
  );
  const pinned = problem.tasks.flatMap(({ current }, task) => (current?.pinned ? [{ task, current }] : []));
  for (const { task, current } of pinned)
    expect(places.get(task), what).toBe(`${current.shift} ${current.start}`);
  return pinned.length;
}

/** Every crew-day has one cause; the fixes it names really let the task in. */
function expectExplained(
  problem: PlanProblem,
  plan: Plan,
  explainer: Explainer,
  task: number,
  what: string,
): number {
  const { causes, crewDays, fixes } = explainer.explainUnplaced(task);
  expect(crewDays, what).toBe(problem.shifts.length);
  expect(
    causes.reduce((sum, cause) => sum + cause.crewDays, 0),
    what,
  ).toBe(crewDays);
  for (const fix of fixes.slice(0, 3)) {
    const fixed = applyFix(problem, plan, task, fix);
    expect(validatePlan(fixed.problem, fixed.plan), `${what}, ${fix.kind}`).toEqual([]);
    expect(fixed.plan.unplaced, `${what}, ${fix.kind}`).not.toContain(task);
  }
  return fixes.length > 0 ? 1 : 0;
}

/** What the next best crew is said to cost is what the plan costs more with the task there. */
function expectPlacementsExplained(
  problem: PlanProblem,
  plan: Plan,
  explainer: Explainer,
  event: number,
  what: string,
): number {
  const stops = plan.tours.flatMap((tour) => tour.stops);
  const stop = stops[event % Math.max(1, stops.length)];
  if (!stop || problem.tasks[stop.task]?.current?.pinned) return 0;
  const { own, alternatives } = explainer.explainPlacement(stop.task);
  expect(own.start, what).toBe(stop.start);
  const [next] = alternatives;
  if (!next) return 0;
  const state = loadPlan(problem, plan);
  const before = exportPlan(state);
  takeOut(state, stop.task);
  const { current } = problem.tasks[stop.task] ?? {};
  const isHeld = current?.shift === next.shift && next.start >= current.start;
  placeTask(state, stop.task, next.shift, next.position, isHeld);
  const after = exportPlan(state);
  expect(validatePlan(problem, after), what).toEqual([]);
  // Costs are rounded to cents once a tour.
  expect(Math.abs(after.cost.total - before.cost.total - next.deltaCents), what).toBeLessThanOrEqual(3);
  return 1;
}
