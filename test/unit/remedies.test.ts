import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Shift } from '../../src/core/agency/agency.ts';
import { tellReason } from '../../src/core/work/unplaced-reason.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { createExplainer } from '../../src/planner/explain/explainer.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { buildPlanProblem } from '../../src/scheduler/problem/build-plan-problem.ts';
import { describeFix } from '../../src/scheduler/words/describe-fix.ts';
import { describeUnplaced } from '../../src/scheduler/words/describe-unplaced.ts';
import { applyFix } from '../support/apply-fix.ts';
import { createPlan } from '../support/create-plan.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';
import { testSize } from '../support/test-size.ts';

/** Monday 07:00 in Chicago. */
const now = new Date('2026-06-01T12:00:00Z');
const at = (text: string) => new Date(text);
const WEEK: Shift['days'] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const night = makeCrew('night', { shifts: [{ days: WEEK, start: '22:00', end: '06:00' }] });
const south = makeCrew('south', {
  skills: ['asphalt', 'concrete'],
  shifts: [{ days: ['sat'], start: '07:00', end: '12:00' }],
});
type Requirements = Partial<WorkOrder['requirements']>;
const asking = (requirements: Requirements, changes: Partial<WorkOrder> = {}) =>
  makeOrder('asked', { ...changes, requirements });

/** Orders in the town of the crews, planned; all but those asked about are given. */
function build(orders: WorkOrder[], crews = [makeCrew('north'), night, south], moment = now) {
  const agency = makeAgency(crews);
  const stock = [{ depotId: 'north', material: 'hotMix', quantity: 500, incoming: [] }];
  const sources = { now: moment, agency, orders, absences: [], promised: [], closures: [], stock };
  const { problem } = buildPlanProblem(sources);
  const plan = repairPlan(problem, null);
  expect(validatePlan(problem, plan)).toEqual([]);
  return { context: { problem, agency, now }, problem, plan };
}

function whyNot(orders: WorkOrder[], crews?: ReturnType<typeof makeCrew>[]): string {
  const { context, problem, plan } = build(orders, crews);
  const task = orders.findIndex(({ _id }) => _id === 'asked');
  const explanation = createExplainer(problem, plan).explainUnplaced(task);
  return tellReason(describeUnplaced(context, explanation));
}

describe('a job without a crew', () => {
  it.each([
    [
      'may begin only after what is planned',
      asking({}, { earliestAt: at('2026-06-15T23:00:00Z') }),
      'no crew with asphalt has time for it in the next 14 days after it may begin (Mon 15 Jun 18:00): it is planned when that comes nearer',
    ],
    [
      'would have to begin in what is left of a day, the last that is planned',
      asking({ durationMinutes: 240, skills: ['concrete'] }, { earliestAt: at('2026-06-13T16:00:00Z') }),
      'no crew with concrete has time for it in the next 14 days after it may begin (Sat 13 Jun 11:00): it is planned when that comes nearer',
    ],
    [
      'is too long for those who can do it',
      asking({ durationMinutes: 374, skills: ['asphalt', 'concrete'] }),
      'no crew with asphalt and concrete has a long enough day in the next 14 days; nearest: south crew on Sat 6 Jun, 74 min longer',
    ],
    [
      'is too long for anybody',
      asking({ durationMinutes: 900 }),
      'no crew with asphalt has a long enough day in the next 14 days; it takes 15 h and the road, and 4 h of overtime would not do: split the job, or give a crew a longer shift',
    ],
    [
      'needs a skill that nobody has',
      asking({ skills: ['asphalt', 'diving'] }),
      'no crew has asphalt and diving; nobody has diving: give it to a crew, or call somebody from outside',
    ],
    [
      'needs more people than any crew has',
      asking({ crewSize: 5 }),
      'no crew with asphalt has 5 workers; smallest fix: north crew with 3 more',
    ],
    [
      'needs more material than there is',
      asking({ materials: [{ material: 'hotMix', quantity: 700 }] }),
      'there is not enough hot mix for it; smallest fix: 200 more of hot mix at north depot',
    ],
    [
      'was declined by the only crew that can do it',
      asking({ skills: ['concrete'] }, { declined: [{ crewId: 'south', reason: 'no', at: now }] }),
      'south crew declined it, and no other crew has concrete; smallest fix: north crew with the skill concrete',
    ],
  ])('because it %s', (_name, order, expected) => {
    expect(whyNot([order])).toBe(expected);
  });

  it('because every day of those who can do it is full', () => {
    const full = Array.from({ length: 2 }, (_, index) =>
      makeOrder(`full-${index}`, { weight: 9, requirements: { skills: ['concrete'], durationMinutes: 300 } }),
    );
    expect(whyNot([...full, asking({ skills: ['concrete'], durationMinutes: 200 })])).toBe(
      'no crew with concrete has enough time left in the next 14 days; nearest: south crew on Sat 6 Jun, 3 h 20 min longer',
    );
  });

  it('gets it planned on the last day that begins within the horizon, which is a whole one', () => {
    const order = asking({ durationMinutes: 500 }, { earliestAt: at('2026-06-15T05:00:00Z') });
    const { plan } = build([order], [makeCrew('north')], at('2026-06-01T15:36:00Z'));
    expect(plan.unplaced).toEqual([]);
  });

  it('is told no overtime that leads into the next shift', () => {
    const halves = [
      { days: WEEK, start: '07:00', end: '11:00' },
      { days: WEEK, start: '11:30', end: '15:30' },
    ];
    expect(whyNot([asking({ durationMinutes: 260 })], [makeCrew('north', { shifts: halves })])).toMatch(
      /nearest: north crew on Mon 1 Jun, 20 min longer$/,
    );
    expect(whyNot([asking({ durationMinutes: 500 })], [makeCrew('north', { shifts: halves })])).not.toContain(
      'nearest',
    );
  });
});

it.each([90, 131, 175, 239])(
  'a late job is told that %i minutes of overtime would get it done in time',
  (overtime) => {
    const dueAt = at('2026-06-02T03:00:00Z');
    const order = (id: string, minutes: number, weight: number) =>
      makeOrder(id, { dueAt, weight, requirements: { skills: ['asphalt'], durationMinutes: minutes } });
    const { context, problem, plan } = build(
      [order('first', 510 - 60, 9), order('second', overtime + 60, 5)],
      [makeCrew('north')],
    );
    const fix = createExplainer(problem, plan).explainLateness(1);
    expect(fix && describeFix(context, fix)).toMatch(/^north crew on Mon 1 Jun works .* longer$/);
    expect(fix).toMatchObject({ kind: 'extendShift', minutes: overtime });
  },
);

it('on random problems, a remedy that is told gets the job done when the plan is made again', () => {
  let tried = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
      const problem = randomPlanProblem(seed);
      const plan = createPlan(problem, { seed, iterations: 60, milliseconds: Infinity }, () => 0);
      const explainer = createExplainer(problem, plan);
      for (const task of plan.unplaced) {
        for (const fix of explainer.explainUnplaced(task).fixes) {
          const mended = applyFix(problem, plan, task, fix);
          // What else is left out must not take the room that was made.
          const alone = (one: number) => one === task || !plan.unplaced.includes(one);
          const tasks = mended.problem.tasks.map((one, index) =>
            alone(index) ? one : { ...one, chosenCrews: [] },
          );
          const again = repairPlan({ ...mended.problem, tasks }, mended.plan);
          expect(validatePlan({ ...mended.problem, tasks }, again)).toEqual([]);
          expect(again.unplaced).not.toContain(task);
          expect(again.unplaced.filter(alone)).toEqual([]);
          tried++;
        }
      }
    }),
    { numRuns: testSize('PLANNER_PROBLEMS') },
  );
  expect(tried).toBeGreaterThan(10);
});
