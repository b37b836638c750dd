import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { checkInput } from '../../src/core/definition/check-input.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { createExplainer } from '../../src/planner/explain/explainer.ts';
import type { Plan } from '../../src/planner/problem/plan-problem.ts';
import { NEVER } from '../../src/planner/problem/problem-index.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { buildPlanProblem } from '../../src/scheduler/problem/build-plan-problem.ts';
import { createTimeScale, type PlanSources } from '../../src/scheduler/problem/plan-sources.ts';
import { describeUnplaced } from '../../src/scheduler/words/describe-unplaced.ts';
import { createCrewScheduler } from '../../src/services/crew-scheduler.ts';
import { createPlan } from '../support/create-plan.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';
import { buildStepContext } from '../support/step-context.ts';

/** Monday 10:36 in Chicago. */
const now = new Date('2026-06-01T15:36:00Z');
const at = (text: string) => new Date(text);
const FAR = at('9999-12-31T00:00:00Z');
const scale = createTimeScale(now);

function sourcesOf(orders: WorkOrder[], changes: Partial<PlanSources> = {}): PlanSources {
  const agency = makeAgency([makeCrew('north'), makeCrew('south')]);
  return { now, agency, orders, absences: [], promised: [], closures: [], stock: [], ...changes };
}

function planBoth(sources: PlanSources) {
  const { problem } = buildPlanProblem(sources);
  const budget = { seed: 1, iterations: 200, milliseconds: Number.POSITIVE_INFINITY };
  const plans = [createPlan(problem, budget, () => 0), repairPlan(problem, null)];
  return { problem, plans };
}

const startsOf = (plan: Plan) =>
  new Map(plan.tours.flatMap(({ stops }) => stops.map(({ task, start }) => [task, scale.toInstant(start)])));

describe('an order that names a time no planner can hold', () => {
  const poisoned: [string, Partial<WorkOrder>][] = [
    ['an earliest start in 9999', { earliestAt: FAR }],
    [
      'an earliest start where 32 bits have wrapped to now',
      { earliestAt: new Date(now.getTime() + 2 ** 32 * 60_000) },
    ],
    ['a wait of 2^32 minutes', { after: { orderId: 'first', minutes: 2 ** 32 } }],
    ['a wait of 2^32 minutes after what is done', { after: { orderId: 'done', minutes: 2 ** 32 } }],
  ];
  it.each(poisoned)(
    'such as %s is left out with a true reason, and the others are planned',
    (_name, changes) => {
      const done = makeOrder('done', { state: 'done', endedAt: now });
      const sources = sourcesOf([
        makeOrder('first'),
        { ...makeOrder('far'), ...changes },
        makeOrder('last'),
        done,
      ]);
      const { problem, plans } = planBoth(sources);
      for (const plan of plans) {
        expect(validatePlan(problem, plan)).toEqual([]);
        expect(plan.unplaced).toEqual([1]);
        const explanation = createExplainer(problem, plan).explainUnplaced(1);
        expect(describeUnplaced({ problem, agency: sources.agency, now }, explanation).why).toBe(
          'no crew with asphalt has time for it in the next 14 days after it may begin: it is planned when that comes nearer',
        );
      }
    },
  );

  it('such as a deadline in 9999 or in the year 1 is planned with the others', () => {
    const orders = [FAR, at('0001-01-01T00:00:00Z')].map((dueAt, index) => makeOrder(`${index}`, { dueAt }));
    const { problem, plans } = planBoth(sourcesOf([...orders, makeOrder('last')]));
    for (const plan of plans) {
      expect(validatePlan(problem, plan)).toEqual([]);
      expect(plan).toMatchObject({ unplaced: [], cost: { lateMinutes: plan.cost.lateMinutes } });
      expect(plan.cost.lateMinutes).toBeLessThan(24 * 60);
    }
  });

  it('or an absence, a rain or a delivery until then, gives the planner minutes that it can add up', () => {
    const area: [number, number][] = [
      [41, -89],
      [43, -89],
      [43, -87],
    ];
    const districts = [{ id: 'all', name: 'all', area }];
    const agency = { ...makeAgency([makeCrew('north'), makeCrew('south')]), districts };
    const period = { _id: 'x', by: 'U0CHEN', at: now, reason: 'gone', start: now, end: FAR };
    const sources = sourcesOf(
      [makeOrder('wet', { place: { latitude: 42, longitude: -88.5 } }), makeOrder('dry')],
      {
        agency,
        absences: [{ ...period, crewId: 'north' }],
        closures: [{ ...period, district: 'all' }],
        stock: [{ depotId: 'north', material: 'hotMix', quantity: 0, incoming: [{ at: FAR, quantity: 1 }] }],
      },
    );
    const { problem, plans } = planBoth(sources);
    const minutes = [...problem.tasks.flatMap(({ closed }) => closed), ...problem.shifts].map(
      ({ end }) => end,
    );
    for (const minute of [...minutes, problem.stock[0]?.incoming[0]?.at ?? NEVER])
      expect(minute).toBeLessThan(NEVER / 50);
    for (const plan of plans) {
      expect(validatePlan(problem, plan)).toEqual([]);
      expect(plan.unplaced).toEqual([0]);
    }
  });
});

describe('a job begins in no minute that has begun too early for it', () => {
  it('after its earliest start', () => {
    const { plans } = planBoth(sourcesOf([makeOrder('a', { earliestAt: at('2026-06-01T16:00:00.100Z') })]));
    for (const plan of plans) expect(startsOf(plan).get(0)).toEqual(at('2026-06-01T16:01:00Z'));
  });

  it('after a job that is done, and after one under way', () => {
    const after = { orderId: 'first', minutes: 45 };
    const done = makeOrder('first', { state: 'done', endedAt: at('2026-06-01T16:00:29.900Z') });
    for (const plan of planBoth(sourcesOf([done, makeOrder('second', { after })])).plans)
      expect(startsOf(plan).get(0)).toEqual(at('2026-06-01T16:46:00Z'));
    const assignment = assignmentFor('north', at('2026-06-01T15:05:00Z'), at('2026-06-01T16:05:00Z'));
    const startedAt = at('2026-06-01T15:00:29.900Z');
    const begun = makeOrder('first', { state: 'started', startedAt, assignment });
    const { problem, plans } = planBoth(sourcesOf([begun, makeOrder('second', { after })]));
    for (const plan of plans) {
      expect(validatePlan(problem, plan)).toEqual([]);
      expect(startsOf(plan).get(1)).toEqual(at('2026-06-01T16:46:00Z'));
    }
  });

  it('in an absence that ends within it', () => {
    const absence = {
      _id: 'x',
      by: 'U0CHEN',
      at: now,
      reason: 'doctor',
      start: now,
      end: at('2026-06-01T19:00:29.999Z'),
    };
    const absences = ['north', 'south'].map((crewId) => ({ ...absence, crewId }));
    for (const plan of planBoth(sourcesOf([makeOrder('a')], { absences })).plans)
      expect(startsOf(plan).get(0)).toEqual(at('2026-06-01T19:01:00Z'));
  });
});

describe('what a step may ask of the crew scheduler', () => {
  const inserted: WorkOrder[] = [];
  const workOrders = {
    insert: async (order: WorkOrder) => void inserted.push(order),
    find: async () => null,
  };
  const runs = { find: async () => null };
  const agency = { timeZone: 'America/Chicago' };
  const scheduler = createCrewScheduler({
    ...{ agency, workOrders, runs },
    requestPlanning: async () => {},
  } as never);

  it.each([
    [{ earliestAt: '9999-12-31T00:00:00Z' }, /check the year: write one from 2000 to 2100/],
    [{ earliestAt: '0001-01-01T00:00:00Z' }, /check the year: write one from 2000 to 2100/],
    [{ earliestAt: '0001-01-01' }, /check the year: write one from 2000 to 2100/],
    [{ earliestAt: 'next week' }, /^write an instant such as "2026-07-01T08:00:00Z", or a date such as/],
    [{ after: { runId: 'R-1', minutes: 2 ** 32 } }, /at most 10 years/],
  ])('%j is refused with the remedy', (input, remedy) => {
    expect(scheduler.input.safeParse(input).error?.issues[0]?.message).toMatch(remedy);
  });

  it('a start that is ten years away is refused for good, and no order is made', async () => {
    const input = scheduler.input.parse({ earliestAt: '2062-07-01T08:00:00Z' });
    const asked = scheduler.execute(input, buildStepContext({ now }));
    await expect(asked).rejects.toMatchObject({ code: 'schedule.farAway', retryable: false });
    await expect(asked).rejects.toThrow(
      /2062-07-01T08:00:00Z, which is more than 10 years away: check the year/,
    );
    expect(inserted).toEqual([]);
  });

  it('asks for what the definition requires, and of other materials what was estimated; repeats add up', async () => {
    const kilos = (material: string, quantity: number) => ({ material, quantity });
    const requires = {
      skills: [],
      materials: [kilos('hotMix', 50), kilos('hotMix', 70)],
      durationMinutes: null,
    };
    const estimated = [kilos('hotMix', 300), kilos('sand', 4), kilos('sand', 5)];
    const input = scheduler.input.parse({ materials: estimated });
    await scheduler.execute(input, buildStepContext({ now, requires }));
    expect(inserted.pop()?.requirements.materials).toEqual([kilos('hotMix', 120), kilos('sand', 9)]);
  });

  it.each([
    ['2026-07-01', '2026-07-01T05:00:00Z'],
    ['2026-12-01', '2026-12-01T06:00:00Z'],
    ['2026-07-01T08:00:00+02:00', '2026-07-01T06:00:00Z'],
  ])('takes what a date input yields: %s begins at %s on the agency’s clock', async (when, earliest) => {
    const source = {
      name: 'visit',
      input: { when: { type: 'date', label: 'When' } },
      steps: [{ task: 'assign', service: 'CrewScheduler', with: { earliestAt: '$input.when' } }],
    };
    const definition = checkWorkflow(source, 'visit.json', null);
    if (!definition.ok) throw new Error('the definition is wrong');
    const given = checkInput(definition.definition, { when });
    const earliestAt = given.ok ? given.input.when : when;
    await scheduler.execute(scheduler.input.parse({ earliestAt }), buildStepContext({ now }));
    expect(inserted.pop()?.earliestAt).toEqual(at(earliest));
  });
});
