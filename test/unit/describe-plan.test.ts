import { describe, expect, it } from 'vitest';
import { tellReason, type UnplacedReason } from '../../src/core/work/unplaced-reason.ts';
import { createExplainer } from '../../src/planner/explain/explainer.ts';
import type {
  Plan,
  PlanCrew,
  PlanProblem,
  PlanShift,
  PlanTask,
} from '../../src/planner/problem/plan-problem.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { describePlacement } from '../../src/scheduler/words/describe-placement.ts';
import { describeUnplaced } from '../../src/scheduler/words/describe-unplaced.ts';

const DAY = 24 * 60;
const agency = {
  timeZone: 'UTC',
  currency: 'USD',
  materials: [{ id: 'hot-mix', name: 'hot mix', unit: 'kg' }],
};

/** One crew at a depot with a working day of 7:00 to 15:00 and a break at noon, and the given jobs. */
function cityOf(tasks: Partial<PlanTask>[], changes: Partial<PlanProblem> = {}): PlanProblem {
  const place = { latitude: 42, longitude: -88 };
  return {
    origin: Date.UTC(2026, 10, 23),
    skills: ['asphalt', 'concrete'],
    materials: ['hot-mix'],
    depots: [{ id: 'yard', name: 'the yard' }],
    crews: [
      {
        ...{ id: 'north', name: 'Crew North', depot: 0, size: 3, hourlyRateCents: 6_000, ...place },
        ...{ levels: [1, 0], truckCapacity: [null] },
      },
    ],
    shifts: [0, 1].map((day) => ({
      ...{ crew: 0, day: `2026-11-${23 + day}`, start: day * DAY + 7 * 60, end: day * DAY + 15 * 60 },
      ...{ closed: [{ start: day * DAY + 12 * 60, end: day * DAY + 13 * 60 }], absent: null },
    })),
    tasks: tasks.map((task, index) => ({
      ...{ id: `R-${index}`, title: `Job ${index}`, skills: [], crewSize: 2, durationMinutes: 60 },
      ...{ declinedBy: [], chosenCrews: null },
      ...{ materials: [], weight: 1, earliest: 0, due: null, deadline: null, closed: [], after: null },
      ...{ current: null, ...place, ...task },
    })),
    stock: [{ depot: 0, material: 0, quantity: 10, incoming: [] }],
    travel: { factor: 1.3, kilometersPerHour: 30 },
    prices: {
      unplaced: 10_000_000,
      lateMinute: 500,
      changeCrew: 20_000,
      changeDay: 10_000,
      changeTime: 1_000,
    },
    ...changes,
  };
}

const KNOWN = { dueAt: null, isCompared: true, isPlaceKnown: true };

function reasonOf(problem: PlanProblem, task = 0): UnplacedReason {
  const explanation = createExplainer(problem, repairPlan(problem, null)).explainUnplaced(task);
  return describeUnplaced({ problem, agency, now: new Date(problem.origin) }, explanation);
}

function whyNot(problem: PlanProblem, task = 0): string {
  return tellReason(reasonOf(problem, task));
}

function kindOf(problem: PlanProblem, task = 0): string {
  return reasonOf(problem, task).kind;
}

function why(problem: PlanProblem, plan: Plan, task: number): string {
  const explanation = createExplainer(problem, plan).explainPlacement(task);
  return describePlacement({ problem, agency, now: new Date(problem.origin) }, explanation, KNOWN);
}

describe('why a job has no crew', () => {
  it('tells a skill from a material, and the level that is needed', () => {
    expect(whyNot(cityOf([{ skills: [{ skill: 0, level: 2 }] }]))).toBe(
      'no crew has asphalt (level 2); smallest fix: Crew North with the skill asphalt (level 2)',
    );
    expect(whyNot(cityOf([{ materials: [{ material: 0, quantity: 14 }] }]))).toBe(
      'there is not enough hot mix for it; smallest fix: 4 more of hot mix at the yard',
    );
  });

  it('says that a job is too long for any shift, which no empty day would change', () => {
    const tooLong = whyNot(cityOf([{ durationMinutes: 13 * 60 }]));
    expect(tooLong).toBe(
      'no crew has a long enough day; it takes 13 h and the road, and 4 h of overtime would not do: ' +
        'split the job, or give a crew a longer shift',
    );
    // The day is longer, but not before its break, nor after it.
    expect(whyNot(cityOf([{ durationMinutes: 5 * 60 + 30 }]))).toBe(
      'no crew has a long enough day; nearest: Crew North on Mon 23 Nov, 3 h 30 min longer',
    );
  });

  it('names no overtime where only the end of what is planned is in the way', () => {
    expect(whyNot(cityOf([{ durationMinutes: 3 * 60, earliest: DAY + 11 * 60 }]))).toBe(
      'no crew has time for it in the time that is planned after it may begin (Tue 24 Nov 11:00): ' +
        'it is planned when that comes nearer',
    );
  });

  it('says that a place is too far from every depot, and to check it, instead of counting days', () => {
    expect(whyNot(cityOf([{ latitude: 52.8 }]))).toBe(
      'the place is 1,200 km from every depot: check the place',
    );
    // Three hours there and three back leave an hour for the work before the break.
    expect(whyNot(cityOf([{ latitude: 42.5, durationMinutes: 5 * 60 }]))).toMatch(
      /^no crew has a long enough day/,
    );
  });

  it('names the crew that declined it', () => {
    const problem = cityOf([{ declinedBy: [0] }]);
    expect(whyNot(problem)).toBe('Crew North declined it; smallest fix: Crew North takes it after all');
    expect(kindOf(problem)).toMatch(/declined/);
  });

  it('says that who could have done it declined, and that nobody else can', () => {
    const problem = cityOf([{ skills: [{ skill: 0, level: 1 }], declinedBy: [0] }]);
    const [north] = problem.crews as [PlanCrew];
    const south = { ...north, id: 'south', name: 'Crew South', levels: [0, 1] };
    const [today] = problem.shifts as [PlanShift];
    const both = { crews: [north, south], shifts: [today, { ...today, crew: 1 }] };
    const declined = { ...problem, ...both };
    expect(whyNot(declined)).toMatch(
      /^Crew North declined it, and no other crew has asphalt; smallest fix: /,
    );
    const ill = { ...declined, shifts: [today, { ...today, crew: 1, absent: 'ill' }] };
    expect(whyNot(ill)).toMatch(/^Crew North declined it, and no other crew has asphalt/);
  });

  it('says how late the job becomes that would make room', () => {
    const [crew] = cityOf([]).shifts as [PlanShift];
    const day = (number: number) => ({ ...crew, start: number * DAY + 7 * 60, end: number * DAY + 8 * 60 });
    const shifts = [day(0), day(1)].map((shift) => ({ ...shift, closed: [] }));
    const problem = cityOf([{ due: 8 * 60 }, { deadline: 8 * 60 }], { shifts });
    const plan = { ...repairPlan(problem, null), unplaced: [1] };
    const [tour] = plan.tours as [Plan['tours'][number]];
    const [stop] = tour.stops as [Plan['tours'][number]['stops'][number]];
    const first = {
      ...plan,
      tours: [{ ...tour, shift: 0, stops: [{ ...stop, task: 0, start: 420, end: 480 }] }],
    };
    const explanation = createExplainer(problem, first).explainUnplaced(1);
    expect(describeUnplaced({ problem, agency, now: new Date(problem.origin) }, explanation).fix).toMatch(
      /^smallest fix: move Job 0 to Crew North, .*07:00, 1 d past the deadline$/,
    );
  });

  it('is of the same kind however many days it counts, and of another when something else is in the way', () => {
    const untrained = cityOf([{ skills: [{ skill: 0, level: 2 }] }]);
    const oneDay = { ...untrained, shifts: untrained.shifts.slice(0, 1) };
    expect(whyNot(oneDay)).toBe(whyNot(untrained));
    expect(kindOf(oneDay)).toBe(kindOf(untrained));
    expect(kindOf(cityOf([{ materials: [{ material: 0, quantity: 14 }] }]))).not.toBe(kindOf(untrained));
  });

  it('says that time is used up only when an empty day would do', () => {
    const full = [0, 1, 2, 3].map(() => ({ durationMinutes: 4 * 60 + 30, weight: 9, latitude: 42.01 }));
    const problem = cityOf([...full, { durationMinutes: 4 * 60, weight: 1, deadline: 2 * DAY }]);
    const plan = repairPlan(problem, null);
    expect(plan.unplaced).toContain(4);
    expect(whyNot(problem, 4)).toMatch(/^no crew has enough time left; /);
  });

  it('says that dispatch chose another, and how many workers no crew has', () => {
    const problem = cityOf([{ chosenCrews: [] }]);
    const oneDay = { ...problem, shifts: problem.shifts.slice(0, 1) };
    expect(whyNot(oneDay)).toBe(
      'the crew that dispatch chose cannot do it; smallest fix: Crew North takes it after all',
    );
    const large = cityOf([{ crewSize: 9 }]);
    expect(whyNot({ ...large, shifts: large.shifts.slice(0, 1) })).toMatch(
      /^no crew has 9 workers; smallest fix/,
    );
  });
});

describe('why a job has no crew in the time that is planned', () => {
  const told = (problem: PlanProblem, task = 0) => {
    const explanation = createExplainer(problem, repairPlan(problem, null)).explainUnplaced(task);
    const planning = { horizonDays: 14, pinnedHours: 4, automaticMoves: 2, milliseconds: 1_000 };
    const context = { problem, agency: { ...agency, planning }, now: new Date(problem.origin) };
    return tellReason(describeUnplaced(context, explanation));
  };

  it('says that no crew has a shift, and how far was looked', () => {
    const idle = cityOf([{}], { shifts: [] });
    expect(told(idle)).toBe('no crew has a shift in the next 14 days: check the shifts of the crews');
    expect(whyNot(idle)).toMatch(/^no crew has a shift in the time that is planned:/);
    expect(kindOf(idle)).toBe('no shifts');
  });

  it('says that it may begin only after all shifts, by its own time or by the job before it', () => {
    const later =
      'no crew has time for it in the next 14 days after it may begin: it is planned when that comes nearer';
    expect(told(cityOf([{ earliest: 3 * DAY + 8 * 60 }]))).toBe(
      later.replace('begin:', 'begin (Thu 26 Nov 08:00):'),
    );
    expect(told(cityOf([{ earliest: 10_000_000 }]))).toBe(later);
    expect(told(cityOf([{}, { after: { task: 0, minutes: 10_000_000 } }]), 1)).toBe(later);
    expect(kindOf(cityOf([{ earliest: 10_000_000 }]))).toBe('later');
  });
});

describe('why this crew', () => {
  it('tells the road from where it begins: the depot, or the job before', () => {
    const problem = cityOf([{ latitude: 42.05 }, { latitude: 42.09 }, { latitude: 42.09 }]);
    const tour = (tasks: number[]) => tasks.map((task, place) => ({ task, start: 7 * 60 + 90 * place }));
    const shifts = tour([0, 1, 2]).map((one) => ({ ...one, shift: 0 }));
    const announced = {
      ...problem,
      tasks: problem.tasks.map((task, index) => {
        const { shift = 0, start = 0 } = shifts.find((one) => one.task === index) ?? {};
        return { ...task, current: { shift, start: start + 60, pinned: false } };
      }),
    };
    const plan = repairPlan(announced, null);
    expect(plan.tours[0]?.stops.map(({ task }) => task)).toEqual([0, 1, 2]);
    expect(why(announced, plan, 0)).toBe('15 min from its depot, starts 08:00; the only crew');
    expect(why(announced, plan, 1)).toMatch(/^12 min from its job before, /);
    expect(why(announced, plan, 2)).toMatch(/^where its job before is, /);
  });

  it('says what is in the way of every other crew, or that dispatch chose', () => {
    const problem = cityOf([{ skills: [{ skill: 0, level: 1 }] }]);
    const [north] = problem.crews;
    const crews = [north!, { ...north!, id: 'south', name: 'Crew South', levels: [0, 1] }];
    const shifts = [...problem.shifts, { ...problem.shifts[0]!, crew: 1 }];
    const two = { ...problem, crews, shifts };
    expect(why(two, repairPlan(two, null), 0)).toMatch(
      /has asphalt, .*; no other crew can: 1 lacks a skill it needs$/,
    );
    const declined = { ...two, tasks: [{ ...two.tasks[0]!, skills: [], declinedBy: [1] }] };
    expect(why(declined, repairPlan(declined, null), 0)).toMatch(
      /; no other crew can: Crew South declined it$/,
    );
    const given = { ...two, tasks: [{ ...two.tasks[0]!, skills: [], chosenCrews: [0] }] };
    expect(why(given, repairPlan(given, null), 0)).toMatch(
      /^at its depot, starts 07:00; chosen by dispatch$/,
    );
  });

  it('says of a job that is put off what is in the way of the days before', () => {
    const ofMonday = { shift: 0, start: 7 * 60, pinned: false };
    const problem = cityOf([{ current: ofMonday, earliest: 0 }]);
    const [monday, tuesday] = problem.shifts as [PlanShift, PlanShift];
    const ill = { ...problem, shifts: [{ ...monday, absent: 'ill' }, tuesday] };
    expect(why(ill, repairPlan(ill, null), 0)).toMatch(
      /starts Tue 24 Nov 07:00; the only crew; of the shifts before, 1 is absent$/,
    );
    expect(why(problem, repairPlan(problem, null), 0)).not.toContain('days before');
    const waiting = { ...ill, tasks: [{ ...ill.tasks[0]!, current: null }] };
    expect(why(waiting, repairPlan(waiting, null), 0)).not.toContain('days before');
  });

  it('says that its district is closed until it starts, or until just before', () => {
    const problem = cityOf([{}]);
    const [task] = problem.tasks;
    const plan = repairPlan(problem, null);
    const { own } = createExplainer(problem, plan).explainPlacement(0);
    const closedUntil = (end: number) =>
      why({ ...problem, tasks: [{ ...task!, closed: [{ start: 0, end }] }] }, plan, 0);
    expect(closedUntil(own.start)).toMatch(/starts [^,]+, the district is closed until then;/);
    expect(closedUntil(own.start - 10)).toMatch(/, the district is closed until [^t]*\d\d:\d\d;/);
    expect(closedUntil(own.start - 60)).not.toContain('closed');
  });

  it('tells whole minutes, and no distance to a place that nobody said', () => {
    const problem = cityOf([{ latitude: 42.002 }]);
    const plan = repairPlan(problem, null);
    expect(why(problem, plan, 0)).toMatch(/^1 min from its depot, /);
    const explanation = createExplainer(problem, plan).explainPlacement(0);
    const context = { problem, agency, now: new Date(problem.origin) };
    expect(describePlacement(context, explanation, { ...KNOWN, isPlaceKnown: false })).toMatch(
      /^place unknown: middle of town assumed, starts /,
    );
  });

  it.each([
    [{ deltaRoadCents: -8_450, deltaMinutes: 120 }, 'next best Crew North: $84.50 cheaper, but 2 h later'],
    [
      { deltaRoadCents: -8_450, deltaMinutes: 0 },
      '; Crew North alone would be $84.50 cheaper and at the same time, but this plan is better as a whole',
    ],
    [
      { deltaRoadCents: -4_500, deltaMinutes: -450 },
      '; Crew North alone would be $45.00 cheaper and 7 h 30 min earlier, but this plan is better as a whole',
    ],
    [
      { deltaRoadCents: 0, deltaMinutes: -30 },
      '; Crew North alone would be no dearer and 30 min earlier, but this plan is better as a whole',
    ],
    [{ deltaRoadCents: 0, deltaMinutes: 2 * 1_440 }, 'next best Crew North: same cost, 2 d later'],
    [{ deltaRoadCents: 0.3, deltaMinutes: 0 }, 'next best Crew North: same cost, at the same time'],
    [{ deltaRoadCents: 4_600, deltaMinutes: -30 }, 'next best Crew North: +$46.00, 30 min earlier'],
  ])('says what speaks against the next best, and never a negative price (%#)', (next, words) => {
    const problem = cityOf([{}]);
    const explanation = createExplainer(problem, repairPlan(problem, null)).explainPlacement(0);
    const alternatives = [{ ...explanation.own, deltaCents: 0, ...next }];
    const context = { problem, agency, now: new Date(problem.origin) };
    const told = describePlacement(context, { ...explanation, alternatives }, KNOWN);
    expect(told).toContain(words);
  });
});
