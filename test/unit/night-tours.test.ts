import { describe, expect, test } from 'vitest';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { viewCrewDays, viewCrewWeek } from '../../src/scheduler/planning/view-crew-days.ts';
import { describeJobs, describeLoad } from '../../src/slack/planning/crew-load.ts';
import { drawPlan } from '../../src/slack/planning/picture/draw-plan.ts';
import { paintPlan } from '../../src/slack/planning/picture/paint-plan.ts';
import { layOutPlan } from '../../src/slack/planning/picture/plan-layout.ts';
import { summarisePlan, tellPlan } from '../../src/slack/planning/plan-words.ts';
import { countJobs } from '../../src/slack/words/job-words.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

/** Monday 1 June, 16:00 in Chicago. */
const now = new Date('2026-06-01T21:00:00Z');
const night = makeCrew('night', {
  name: 'Crew Night',
  shifts: [
    {
      ...{ days: ['mon', 'tue'], start: '22:00', end: '06:00' },
      breaks: [{ start: '02:00', end: '02:30' }],
    },
  ],
});
const day = makeCrew('day', { name: 'Crew Day' });
const agency = makeAgency([day, night]);
const { timeZone } = agency;

/** An announced job, from a local hour to another: `1:23.5` is Monday 1 June 23:30. */
function job(id: string, crewId: string, date: number, from: number, to: number): WorkOrder {
  const at = (hour: number) => new Date(Date.UTC(2026, 5, date, 5) + hour * 3_600_000);
  return makeOrder(id, {
    state: 'announced',
    title: id,
    assignment: assignmentFor(crewId, at(from), at(to)),
  });
}

const tonight = [
  job('Oak St', 'night', 1, 22.5, 23.5),
  job('Elm St', 'night', 1, 27, 28.5),
  job('Ash St', 'night', 1, 28.75, 29.5),
];
const tomorrowNight = [job('Bay St', 'night', 2, 23, 25)];
const morning = [job('5th & Main', 'day', 2, 7.5, 10), job('Pine St', 'day', 2, 12, 14)];

const sourcesOf = (orders: WorkOrder[]) => ({
  now,
  agency,
  orders,
  absences: [],
  promised: [],
  closures: [],
  stock: [],
});
const view = (date: string, orders: WorkOrder[] = [...tonight, ...tomorrowNight, ...morning]) =>
  viewCrewDays(sourcesOf(orders), [day, night], date);
const jobsOf = (days: ReturnType<typeof view>, crewId = 'night') =>
  days.find((one) => one.crewId === crewId)?.jobs.map(({ orderId }) => orderId);
const options = {
  ...{ title: 'Plan for Tue 2 Jun', now, timeZone, byDay: false, unplaced: [], note: '' },
};

describe('a tour over midnight', () => {
  test('is whole on each date on which it has stops', () => {
    const [all, later] = [tonight, tomorrowNight].map((orders) => orders.map(({ _id }) => _id));
    expect(jobsOf(view('2026-06-01'))).toEqual(all);
    expect(jobsOf(view('2026-06-02'))).toEqual([...all!, ...later!]);
    expect(jobsOf(view('2026-06-03'))).toEqual(later);
    expect(jobsOf(view('2026-06-04'))).toEqual([]);
  });

  test('is counted with its shift, so that nobody seems busier or freer than they are', () => {
    const [, tuesday] = view('2026-06-02');
    expect(tuesday).toMatchObject({ availableMinutes: 2 * 450, plannedMinutes: 60 + 90 + 45 + 120 });
    // On Wednesday no shift begins, and yet the crew is at work.
    expect(view('2026-06-03')[1]).toMatchObject({ availableMinutes: 450, plannedMinutes: 120 });
  });

  test('that is over by midnight is on its own date alone', () => {
    const early = job('Early', 'night', 1, 22.5, 24);
    expect(jobsOf(view('2026-06-01', [early]))).toEqual(['Early']);
    expect(view('2026-06-02', [early])[1]).toMatchObject({ jobs: [], availableMinutes: 450 });
  });

  test('does not bring into a date what others do the day before', () => {
    const afternoon = job('Hill Rd', 'day', 1, 13, 15);
    expect(jobsOf(view('2026-06-02', [...tonight, ...morning, afternoon]), 'day')).toEqual([
      '5th & Main',
      'Pine St',
    ]);
  });

  test('is told with the day of each stop that is on another', () => {
    const days = view('2026-06-02');
    const told = tellPlan({ days, byDay: false, timeZone, unplaced: [] }).join('\n');
    expect(told).toContain('*Crew Day* (none accepted yet): 07:30 5th');
    expect(told).toContain('Mon 1 Jun 22:30 Oak St; 03:00 Elm St');
    expect(describeJobs(days[1]!, timeZone, 'crew', days[1]!.shifts[0]!.start)).toContain(
      '1. Mon 1 Jun 22:30–23:30 Oak St',
    );
  });
});

describe('the picture of a tour over midnight', () => {
  test('reaches from where the first tour shown begins to where the last one ends', () => {
    const hours = (date: string) => {
      const { span, shifts } = layOutPlan(view(date), options);
      const nights = shifts.filter(({ from, to }) => from < 0 || to > 1_440);
      return [span.from / 60, span.to / 60, ...nights.map(({ from, to }) => [from / 60, to / 60])];
    };
    expect(hours('2026-06-01')).toEqual([22, 30, [22, 30]]);
    expect(hours('2026-06-02')).toEqual([-2, 30, [-2, 6], [22, 30]]);
    expect(hours('2026-06-03')).toEqual([-2, 6, [-2, 6]]);
  });

  test('names the weekday of each midnight, of which it may have two', async () => {
    const svg = await drawPlan(view('2026-06-02'), options);
    expect(svg).toContain('Tue 00:00');
    expect(svg).toContain('Wed 00:00');
    expect(svg).not.toContain('>00:00<');
  });

  test('counts the stops of the evening before apart', () => {
    const days = view('2026-06-02');
    const loads = layOutPlan(days, options).texts.filter(({ style }) => style === 'load');
    expect(loads.map(({ text }) => text)).toEqual([
      expect.stringMatching(/ · 2 jobs$/),
      expect.stringMatching(/ · 3 jobs, 1 more from Mon$/),
    ]);
    expect(describeLoad(days[1]!, timeZone, options.now)).toContain(' · 3 jobs, 1 more from Mon');
    expect(summarisePlan({ days, byDay: false, timeZone, unplaced: [] })).toMatch(
      /^5 jobs, 1 more from Mon, 2 crews/,
    );
    const [first] = tonight;
    expect(countJobs(view('2026-06-02', [first!, tonight[1]!]), timeZone)).toBe('1 job, 1 more from Mon');
  });

  test('is a PNG', async () => {
    const png = Buffer.from(await paintPlan(view('2026-06-02'), options));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeGreaterThan(30_000);
  }, 20_000);
});

describe('the days of a night crew', () => {
  const week = (date: string) =>
    viewCrewWeek(sourcesOf([...tonight, ...tomorrowNight]), night, date, 3).map((row) => [
      row.day,
      ...row.jobs.map(({ orderId }) => orderId),
    ]);

  test('have each tour once, on the date it begins', () => {
    expect(week('2026-06-01')).toEqual([
      ['2026-06-01', 'Oak St', 'Elm St', 'Ash St'],
      ['2026-06-02', 'Bay St'],
      ['2026-06-03'],
    ]);
  });

  test('begin with the tour that still has stops on the first date', () => {
    expect(week('2026-06-02').slice(0, 2)).toEqual([
      ['2026-06-01', 'Oak St', 'Elm St', 'Ash St'],
      ['2026-06-02', 'Bay St'],
    ]);
    expect(week('2026-06-02')).toHaveLength(4);
  });

  test('count a job once that is under way since the night before', () => {
    const [first] = tonight;
    const startedAt = first?.assignment?.start ?? null;
    const underWay = { ...first!, state: 'started' as const, startedAt };
    const later = { ...sourcesOf([underWay]), now: new Date('2026-06-02T15:00:00Z') };
    const days = viewCrewWeek(later, night, '2026-06-02', 2);
    expect(days.flatMap(({ jobs }) => jobs)).toHaveLength(2);
    expect(summarisePlan({ days, byDay: true, timeZone, unplaced: [] })).toMatch(/^1 job, 3 days/);
  });
});
