import { describe, expect, it } from 'vitest';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { mayTake } from '../../src/planner/problem/able-shifts.ts';
import type { PlanTask } from '../../src/planner/problem/plan-problem.ts';
import { buildPlanProblem } from '../../src/scheduler/problem/build-plan-problem.ts';
import { createTimeScale, type PlanSources } from '../../src/scheduler/problem/plan-sources.ts';
import { severityOf } from '../../src/scheduler/problem/weigh-severity.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

/** Monday 10:36 in Chicago. */
const now = new Date('2026-06-01T15:36:00Z');
const at = (text: string) => new Date(text);
const north = makeCrew('north');
const south = makeCrew('south', { skills: ['asphalt:3', 'concrete'] });

function sourcesOf(orders: WorkOrder[], changes: Partial<PlanSources> = {}): PlanSources {
  return {
    now,
    agency: makeAgency([north, south]),
    orders,
    absences: [],
    promised: [],
    closures: [],
    stock: [],
    ...changes,
  };
}
const announced = (id: string, start: string, end: string, changes: Partial<WorkOrder> = {}): WorkOrder => ({
  ...makeOrder(id),
  state: 'announced' as const,
  assignment: assignmentFor('north', at(start), at(end)),
  ...changes,
});
const task = (sources: PlanSources, isFrozen = false) => buildPlanProblem(sources, isFrozen).problem.tasks[0];

describe('time', () => {
  it('never plans work before now, nor before the instant an order names', () => {
    const { problem } = buildPlanProblem(
      sourcesOf([makeOrder('a'), makeOrder('b', { earliestAt: at('2026-06-02T12:00:00Z') })]),
    );
    const scale = createTimeScale(now);
    expect(problem.tasks.map(({ earliest }) => scale.toInstant(earliest))).toEqual([
      now,
      at('2026-06-02T12:00:00Z'),
    ]);
  });

  it('has breaks and closes absences, and says why a whole shift is gone', () => {
    const breaks = [{ start: '12:00', end: '12:30' }];
    const crew = makeCrew('north', {
      shifts: north.shifts.map((shift) => ({ ...shift, breaks })),
      absences: [{ from: '2026-06-03', to: '2026-06-03', reason: 'training' }],
    });
    const absence = {
      ...{ _id: 'x', crewId: 'north', by: 'U0CHEN', at: now, reason: 'truck down' },
      ...{ start: at('2026-06-02T18:00:00Z'), end: at('2026-06-02T22:00:00Z') },
    };
    const sources = sourcesOf([], { agency: makeAgency([crew]), absences: [absence] });
    const { shifts } = buildPlanProblem(sources).problem;
    const { toMinute } = createTimeScale(now);
    const of = (day: string) => shifts.find((shift) => shift.day === day);
    expect(of('2026-06-02')).toMatchObject({
      absent: null,
      closed: [{ start: toMinute(absence.start), end: toMinute(absence.end) }],
      breaks: [
        {
          from: toMinute(at('2026-06-02T17:00:00Z')),
          to: toMinute(at('2026-06-02T17:30:00Z')),
          ...{ minutes: 30, interrupts: true },
        },
      ],
    });
    expect(of('2026-06-03')).toMatchObject({ absent: 'training' });
  });

  it('counts severity by its square, and nothing for less than 1', () => {
    const weights = [0, 1, 2, 4, 5, 6, 10].map((weight) => makeOrder(`w${weight}`, { weight }));
    const { tasks } = buildPlanProblem(sourcesOf(weights)).problem;
    expect(tasks.map(({ weight }) => weight)).toEqual([1, 1, 1, 4, 6, 9, 25]);
    expect([1, 9, 25].map(severityOf)).toEqual([2, 6, 10]);
  });

  it('lets no drive fall into an absence at the beginning or the end of a shift', () => {
    const away = (from: string, to: string) => ({
      ...{ _id: from, crewId: 'north', by: 'U0CHEN', at: now, reason: 'truck down' },
      ...{ start: at(`2026-06-02T${from}:00Z`), end: at(`2026-06-02T${to}:00Z`) },
    });
    const { toInstant } = createTimeScale(now);
    const shiftWith = (...absences: ReturnType<typeof away>[]) => {
      const { shifts } = buildPlanProblem(sourcesOf([], { absences })).problem;
      const { start, end, closed, absent } = shifts.find(({ day }) => day === '2026-06-02')!;
      return { start: toInstant(start), end: toInstant(end), closed: closed.length, absent };
    };
    const usual = shiftWith();
    const [early, noon, late] = [away('05:00', '15:10'), away('16:00', '16:30'), away('19:00', '23:59')];
    expect(shiftWith(early, noon, late)).toEqual({
      start: early.end,
      end: late.start,
      closed: 3,
      absent: null,
    });
    expect(shiftWith(noon)).toEqual({ ...usual, closed: 1 });
    // As it would be if they came after all.
    expect(shiftWith(away('05:00', '23:59'))).toEqual({ ...usual, absent: 'truck down' });
  });

  it('keeps free what a crew has promised to other work, and whoever has promised it all has no time', () => {
    const dayWith = (from: string, to: string) => {
      const time = { start: at(`2026-06-02T${from}:00Z`), end: at(`2026-06-02T${to}:00Z`) };
      const promised = [{ orderId: 'closing', crewId: 'north', ...time }];
      const { shifts } = buildPlanProblem(sourcesOf([], { promised })).problem;
      const ofDay = shifts.filter(({ day }) => day === '2026-06-02');
      return ofDay.map(({ closed, absent }) => ({ closed: closed.length, absent }));
    };
    const free = { closed: 0, absent: null };
    expect(dayWith('15:00', '16:00')).toEqual([{ closed: 1, absent: null }, free]);
    expect(dayWith('05:00', '23:59')).toEqual([{ closed: 1, absent: 'promised to other work' }, free]);
  });

  it('keeps announced work in its shift, though the crew comes only after its start', () => {
    const order = announced('a', '2026-06-02T15:00:00Z', '2026-06-02T16:00:00Z');
    const absence = {
      ...{ _id: 'x', crewId: 'north', by: 'U0CHEN', at: now, reason: 'flat tyre' },
      ...{ start: at('2026-06-02T12:00:00Z'), end: at('2026-06-02T17:00:00Z') },
    };
    const { shifts, tasks } = buildPlanProblem(sourcesOf([order], { absences: [absence] })).problem;
    const { current } = tasks[0]!;
    expect(shifts[current!.shift]).toMatchObject({ day: '2026-06-02' });
    expect(shifts[current!.shift]!.start).toBeGreaterThan(current!.start);
  });

  const always = makeCrew('always', {
    shifts: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '08:00', end: '20:00' },
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '20:00', end: '08:00' },
    ],
  });
  const toursAt = (instant: Date, crew = always) => {
    const sources = { ...sourcesOf([], { agency: makeAgency([crew]) }), now: instant };
    const { toInstant } = createTimeScale(instant);
    return buildPlanProblem(sources).problem.shifts.map(({ day, start, end }) => ({
      day,
      start: toInstant(start).toISOString(),
      end: toInstant(end).toISOString(),
    }));
  };

  it('plans no work in a minute that an absence or rain touches', () => {
    const period = { start: at('2026-06-02T18:00:40Z'), end: at('2026-06-02T18:30:20Z') };
    const absence = { _id: 'x', crewId: 'north', by: 'U0CHEN', at: now, reason: 'flat tyre', ...period };
    const touched = { start: at('2026-06-02T18:00:00Z'), end: at('2026-06-02T18:31:00Z') };
    const { toMinute } = createTimeScale(now);
    const span = { start: toMinute(touched.start), end: toMinute(touched.end) };
    const { shifts } = buildPlanProblem(sourcesOf([], { absences: [absence] })).problem;
    expect(shifts.find(({ day }) => day === '2026-06-02')?.closed).toContainEqual(span);
    expect(createTimeScale(now).toSpan(period)).toEqual(span);
  });

  it('gives a crew that works around the clock one tour a local date, whenever one looks', () => {
    const [today, tomorrow] = toursAt(now);
    expect(today).toMatchObject({ day: '2026-06-01', end: '2026-06-02T05:00:00.000Z' });
    expect(tomorrow).toMatchObject({ day: '2026-06-02', start: '2026-06-02T05:00:00.000Z' });
    for (const hours of [1, 7, 13]) {
      const later = toursAt(new Date(now.getTime() + hours * 3_600_000));
      expect(later.find(({ day }) => day === '2026-06-03')).toEqual(toursAt(now)[2]);
    }
  });

  it('cuts these tours at midnight over the clock changes, of 23 and of 25 hours', () => {
    for (const [day, start, end] of [
      ['2026-03-08', '2026-03-08T06:00:00.000Z', '2026-03-09T05:00:00.000Z'],
      ['2026-11-01', '2026-11-01T05:00:00.000Z', '2026-11-02T06:00:00.000Z'],
    ] as const) {
      const days = toursAt(new Date(Date.parse(start) - 40 * 3_600_000));
      expect(days.filter((tour) => tour.day === day)).toEqual([{ day, start, end }]);
    }
  });

  it('leaves a night shift whole, also when it is nearly over or at the end of what is planned', () => {
    const night = makeCrew('night', {
      shifts: [{ days: ['sun', 'mon', 'tue'], start: '22:00', end: '06:00' }],
    });
    expect(toursAt(at('2026-06-01T09:00:00Z'), night).slice(0, 2)).toEqual([
      { day: '2026-05-31', start: '2026-06-01T09:00:00.000Z', end: '2026-06-01T11:00:00.000Z' },
      { day: '2026-06-01', start: '2026-06-02T03:00:00.000Z', end: '2026-06-02T11:00:00.000Z' },
    ]);
  });

  it('has a crew begin after midnight when it is back from what it began before', () => {
    const assignment = assignmentFor('always', at('2026-06-02T04:00:00Z'), at('2026-06-02T06:30:00Z'));
    const place = { latitude: 41.8, longitude: -87.9 };
    const begun = makeOrder('a', { state: 'started', startedAt: assignment.start, assignment, place });
    const instant = at('2026-06-02T04:30:00Z');
    const { toInstant } = createTimeScale(instant);
    const startsAt = (longitude: number) => {
      const agency = makeAgency([always]);
      const depots = agency.depots.map((depot) => ({ ...depot, latitude: 41.8, longitude }));
      const sources = { ...sourcesOf([begun], { agency: { ...agency, depots } }), now: instant };
      const [, tomorrow] = buildPlanProblem(sources).problem.shifts;
      return toInstant(tomorrow?.start ?? 0);
    };
    expect(startsAt(-87.9)).toEqual(at('2026-06-02T06:30:00Z'));
    // 24.9 km as the crow flies, a third more by road, at 35 km/h.
    expect(startsAt(-87.6)).toEqual(at('2026-06-02T07:26:00Z'));
  });

  it('follows the clock change: the shift of that Sunday is an hour shorter', () => {
    const crew = makeCrew('night', { shifts: [{ days: ['sun', 'mon'], start: '00:00', end: '08:00' }] });
    const before = at('2026-03-07T18:00:00Z');
    const sources = { ...sourcesOf([], { agency: makeAgency([crew]) }), now: before };
    const { shifts } = buildPlanProblem(sources).problem;
    expect(shifts.slice(0, 2).map(({ day, start, end }) => [day, end - start])).toEqual([
      ['2026-03-08', 420],
      ['2026-03-09', 480],
    ]);
  });
});

describe('announced work', () => {
  it('is pinned when it begins soon, was accepted or is under way, and may move otherwise', () => {
    const soon = announced('a', '2026-06-01T17:00:00Z', '2026-06-01T18:00:00Z');
    const later = announced('a', '2026-06-03T17:00:00Z', '2026-06-03T18:00:00Z');
    expect(task(sourcesOf([soon]))?.current?.pinned).toBe(true);
    expect(task(sourcesOf([later]))?.current?.pinned).toBe(false);
    expect(task(sourcesOf([{ ...later, acceptedAt: now }]))?.current?.pinned).toBe(true);
    expect(task(sourcesOf([{ ...later, state: 'started', startedAt: now }]))?.current?.pinned).toBe(true);
    expect(task(sourcesOf([later]), true)?.current?.pinned).toBe(true);
  });

  it('is not pinned where its crew is absent, nor where work before it runs over', () => {
    const soon = announced('b', '2026-06-01T16:00:00Z', '2026-06-01T17:00:00Z');
    const absence = {
      ...{ _id: 'x', crewId: 'north', by: 'U0CHEN', at: now, reason: 'sick' },
      ...{ start: now, end: at('2026-06-02T00:00:00Z') },
    };
    expect(task(sourcesOf([soon], { absences: [absence] }))?.current?.pinned).toBe(false);
    const running = announced('a', '2026-06-01T13:00:00Z', '2026-06-01T16:30:00Z', {
      state: 'started' as never,
    });
    const tasks = buildPlanProblem(sourcesOf([soon, running])).problem.tasks;
    expect(tasks.map(({ id, current }) => [id, current?.pinned])).toEqual([
      ['b', false],
      ['a', true],
    ]);
  });

  it('that should have been over holds its crew for a while longer', () => {
    const late = announced('a', '2026-06-01T13:00:00Z', '2026-06-01T15:00:00Z', {
      state: 'started' as never,
    });
    expect(task(sourcesOf([late]))?.durationMinutes).toBe(180);
  });

  const running = (minutesPast: number, changes: Partial<WorkOrder> = {}) => {
    const end = new Date(now.getTime() - minutesPast * 60_000);
    return announced('a', '2026-06-01T13:00:00Z', end.toISOString(), {
      state: 'started' as never,
      ...changes,
    });
  };
  const isPinned = (orders: WorkOrder[], id: string, changes: Partial<PlanSources> = {}) =>
    buildPlanProblem(sourcesOf(orders, changes)).problem.tasks.find((one) => one.id === id)?.current?.pinned;
  const next = (minutesAhead: number, changes: Partial<WorkOrder> = {}) => {
    const start = now.getTime() + minutesAhead * 60_000;
    const times = [new Date(start).toISOString(), new Date(start + 3_600_000).toISOString()] as const;
    return announced('b', ...times, { acceptedAt: now, ...changes });
  };

  it('stays where it is while the work before it is in its time, and until it should have begun ten minutes ago', () => {
    for (const minutes of [14, 1, 0, -9])
      expect(isPinned([running(-minutes), next(minutes)], 'b')).toBe(true);
    expect(isPinned([running(10), next(-10)], 'b')).toBe(false);
    // Where nobody comes next, half an hour; then by steps that grow.
    const lengthAfter = (minutes: number) => {
      const work = running(minutes);
      const [only] = buildPlanProblem(sourcesOf([work])).problem.tasks;
      return (
        (only?.durationMinutes ?? 0) -
        (Number(work.assignment?.end) - Number(work.assignment?.start)) / 60_000
      );
    };
    expect([0, 29, 30, 59, 60, 119, 120, 4_000].map(lengthAfter)).toEqual([
      30, 30, 60, 60, 120, 120, 240, 4_080,
    ]);
  });

  it('counts the road in: a crew that is not on its way when it should be is late', () => {
    const far = next(20);
    const assignment = far.assignment && { ...far.assignment, travelMinutes: 35 };
    expect(isPinned([running(15), far], 'b')).toBe(true);
    expect(isPinned([running(15), { ...far, assignment }], 'b')).toBe(false);
  });

  it('does not stay where the job before it has no crew, cannot stay itself, or ends too late', () => {
    const wait = {
      after: { orderId: 'a', minutes: 30 },
      assignment: assignmentFor('south', at('2026-06-01T18:00:00Z'), at('2026-06-01T19:00:00Z')),
    };
    const successor = next(0, wait);
    const dig = (end: string) => announced('a', '2026-06-01T16:30:00Z', end);
    const sick = {
      _id: 'x',
      crewId: 'north',
      by: 'U0CHEN',
      at: now,
      reason: 'sick',
      start: now,
      end: at('2026-06-01T17:00:00Z'),
    };
    expect(isPinned([dig('2026-06-01T17:30:00Z'), successor], 'b')).toBe(true);
    expect(isPinned([dig('2026-06-01T17:31:00Z'), successor], 'b')).toBe(false);
    expect(isPinned([makeOrder('a'), successor], 'b')).toBe(false);
    expect(isPinned([dig('2026-06-01T17:30:00Z'), successor], 'b', { absences: [sick] })).toBe(false);
    const started = { ...successor, state: 'started' as const, startedAt: now };
    expect(isPinned([makeOrder('a'), started], 'b')).toBe(true);
    const done = { ...makeOrder('a'), state: 'done' as const };
    expect(isPinned([{ ...done, endedAt: at('2026-06-01T17:30:00Z') }, successor], 'b')).toBe(true);
    expect(isPinned([{ ...done, endedAt: at('2026-06-01T17:45:00Z') }, successor], 'b')).toBe(false);
  });

  it('that an accepted job waits for stays with it', () => {
    const before = announced('a', '2026-06-03T16:30:00Z', '2026-06-03T17:30:00Z');
    const times = ['2026-06-03T18:00:00Z', '2026-06-03T19:00:00Z'] as const;
    const successor = announced('b', ...times, { after: { orderId: 'a', minutes: 30 } });
    expect(isPinned([before, successor], 'a')).toBe(false);
    expect(isPinned([before, { ...successor, acceptedAt: now }], 'a')).toBe(true);
  });
});

describe('who may do a job', () => {
  it('is told by levels of skills', () => {
    const order = makeOrder('a', { requirements: { skills: ['asphalt:2', 'concrete'] } });
    const { problem } = buildPlanProblem(sourcesOf([order]));
    expect(problem.skills).toEqual(['asphalt', 'concrete']);
    expect(problem.crews.map(({ levels }) => levels)).toEqual([
      [1, 0],
      [3, 1],
    ]);
    expect(problem.tasks[0]?.skills).toEqual([
      { skill: 0, level: 2 },
      { skill: 1, level: 1 },
    ]);
  });

  it('leaves out crews that declined, and all but the one dispatch chose', () => {
    const declined = makeOrder('a', { declined: [{ crewId: 'north', reason: 'no', at: now }] });
    const given = makeOrder('b', { givenTo: 'north' });
    const lost = makeOrder('c', { givenTo: 'west' });
    const { problem } = buildPlanProblem(sourcesOf([declined, given, lost]));
    const may = (task: PlanTask) => problem.crews.flatMap(({ id }, crew) => (mayTake(crew, task) ? id : []));
    expect(problem.tasks.map(may)).toEqual([['south'], ['north'], []]);
    expect(problem.skills).toEqual(['asphalt']);
  });
});

it('lets announced work use what it holds, and nobody a material the agency does not know', () => {
  const holder = announced('a', '2026-06-03T17:00:00Z', '2026-06-03T18:00:00Z');
  const materials = [{ material: 'hotMix', quantity: 300 }];
  const order = { ...holder, assignment: holder.assignment && { ...holder.assignment, materials } };
  const odd = makeOrder('b', { requirements: { materials: [{ material: 'granite', quantity: 1 }] } });
  const stock = [{ depotId: 'north', material: 'hotMix', quantity: 50, incoming: [] }];
  const { problem } = buildPlanProblem(sourcesOf([order, odd], { stock }));
  expect(problem.stock).toEqual([{ depot: 0, material: 0, quantity: 350, incoming: [] }]);
  expect(problem.materials).toEqual(['hotMix', 'granite']);
  expect(problem.tasks[1]?.materials).toEqual([{ material: 1, quantity: 1 }]);
});

it('makes a job wait for the one before it: while that is open, and for its minutes once it is done', () => {
  const cures = makeOrder('asphalt', { after: { orderId: 'concrete', minutes: 90 } });
  const open = buildPlanProblem(sourcesOf([makeOrder('concrete'), cures])).problem;
  expect(open.tasks[1]?.after).toEqual({ task: 0, minutes: 90 });
  const done = { ...makeOrder('concrete'), state: 'done' as const, endedAt: at('2026-06-01T15:30:00Z') };
  const { problem, orders } = buildPlanProblem(sourcesOf([done, cures]));
  expect(orders.map(({ _id }) => _id)).toEqual(['asphalt']);
  expect(problem.tasks[0]).toMatchObject({
    after: null,
    earliest: createTimeScale(now).toMinute(at('2026-06-01T17:00:00Z')),
  });
});
