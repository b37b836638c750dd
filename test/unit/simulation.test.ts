import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REAL_PLANNER } from '../../src/simulation/replay/make-plan.ts';
import type { SimulationResult } from '../../src/simulation/replay/simulate-roster.ts';
import { summarise } from '../../src/simulation/report/summarise.ts';
import { placeDepots } from '../../src/simulation/roster/place-depots.ts';
import { simulateFile, writeRequests } from '../support/simulation-requests.ts';

/** Monday 4 June to Sunday 10 June 2018. */
const WEEK = { from: '2018-06-04', to: '2018-06-10' };

const times = ({ done }: SimulationResult) =>
  done.map(({ job, start, end }) => [
    job.id,
    start.toISOString().slice(5, 16),
    end.toISOString().slice(5, 16),
  ]);

describe('a week by hand', () => {
  // Two hours each at the depot's door: 07–09, 09–11, 11–13:30 around the break of 11:30, 13:30–15:30. Four a day.
  const seven = writeRequests(Array(7).fill({ created: '2018-06-04T05:00', due: '2018-06-05T12:00' }));
  const summary = summarise(simulateFile(seven, { ...WEEK, crews: 1, minutes: 120 }));

  it('does four jobs on Monday, one of them around its break, and the other three on Tuesday', () => {
    expect(summary.backlog.map(({ open }) => open)).toEqual([3, 0, 0, 0, 0, 0, 0]);
    expect(summary).toMatchObject({ requests: 7, done: 7, openAtEnd: 0, mostOpen: 3, plans: 5 });
  });

  it('is late with the one that ends on Tuesday at 13:30', () => {
    expect(summary.lateShare).toBe(1 / 7);
    expect(summary.due[1]).toEqual({ day: '2018-06-05', late: 1, all: 7 });
  });

  it('takes hours from report to done: 4, 6, 8.5, 10.5, 28, 30 and 32.5', () => {
    expect(summary.medianHours).toBe(10.5);
    expect(summary.hours95).toBe(32.5);
  });

  it('uses 14 of the 40 hours of five shifts without their breaks, none for travel', () => {
    expect(summary.utilisation).toBe(14 / 40);
    expect(summary.travelShare).toBe(0);
    expect(summary.costCents).toBe(40 * 18_000);
  });
});

describe('a simulation', () => {
  it('drives to the job and back to the depot', () => {
    const text = writeRequests([{ created: '2018-06-04T05:00', lat: 41.9 }]);
    const result = simulateFile(text, { ...WEEK, crews: 1 }, ({ roster }) => ({
      roster: {
        ...roster,
        depots: roster.depots.map((depot) => ({ ...depot, latitude: 41.8, longitude: -87.6 })),
      },
    }));
    // A tenth of a degree is 11.1 km: 24.8 minutes at 35 km/h on roads 1.3 times as long, so 25.
    expect(result.days[0]).toMatchObject({ workMinutes: 90, travelMinutes: 50, shiftMinutes: 480 });
    expect(times(result)).toEqual([['line 2', '06-04T12:25', '06-04T13:55']]);
  });

  it('plans what comes in during the day for the next day, or at once when it is told to', () => {
    const text = writeRequests([{ created: '2018-06-04T09:07' }]);
    const start = (planAt: string) => times(simulateFile(text, { ...WEEK, crews: 1, planAt }))[0]?.[1];
    expect(start('shift')).toBe('06-05T12:00');
    // Planned at 09:15; half an hour to tell the crew and to drive.
    expect(start('arrival')).toBe('06-04T14:45');
  });

  it('does not work on a Saturday, nor plan beyond the range', () => {
    const result = simulateFile(writeRequests([{ created: '2018-06-08T16:00', due: '2018-06-11T08:00' }]), {
      ...WEEK,
      crews: 1,
    });
    const summary = summarise(result);
    expect(summary).toMatchObject({ done: 0, openAtEnd: 1, lateShare: null, medianHours: null });
  });

  it('counts a job that is open past its due time as late', () => {
    const text = writeRequests([{ created: '2018-06-08T16:00', due: '2018-06-09T08:00' }]);
    expect(summarise(simulateFile(text, { ...WEEK, crews: 1 })).lateShare).toBe(1);
  });

  it('lays no more in a shift than the truck carries', () => {
    const text = writeRequests(Array(4).fill({ created: '2018-06-04T05:00' }));
    const result = simulateFile(text, { ...WEEK, crews: 1, minutes: 30, materials: 300, truck: 700 });
    expect(
      summarise(result)
        .backlog.slice(0, 3)
        .map(({ open }) => open),
    ).toEqual([2, 0, 0]);
  });

  it('ends with an error when the planner breaks a rule', () => {
    const planner = { ...REAL_PLANNER, validatePlan: () => ['Crew 1 is in two places at 10:00'] };
    const text = writeRequests([{ created: '2018-06-04T05:00' }]);
    expect(() => simulateFile(text, { ...WEEK, crews: 1 }, () => ({ planner }))).toThrow(
      expect.objectContaining({
        code: 'simulation.invalidPlan',
        userMessage: expect.stringContaining('two places at 10:00'),
      }),
    );
  });
});

/** A town of 20 km, busy for two weeks. */
const requests = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 14 * 1_440 }),
    dueHours: fc.option(fc.integer({ min: 1, max: 96 })),
    lat: fc.double({ min: 41.7, max: 41.9, noNaN: true }),
    lon: fc.double({ min: -87.7, max: -87.5, noNaN: true }),
  }),
  { minLength: 1, maxLength: 60 },
);
const begin = Date.parse('2018-03-05T06:00:00Z');
const toText = (rows: typeof requests extends fc.Arbitrary<infer Rows> ? Rows : never) =>
  writeRequests(
    rows.map(({ minute, dueHours, lat, lon }) => {
      const at = (hours: number) => new Date(begin + minute * 60_000 + hours * 3_600_000).toISOString();
      const place = { lat: Number(lat.toFixed(4)), lon: Number(lon.toFixed(4)) };
      return { created: at(0), ...(dueHours === null ? {} : { due: at(dueHours) }), ...place };
    }),
  );
const OPTIONS = { from: '2018-03-05', to: '2018-03-19', durationSpread: 50, iterations: 30 };
const NIGHT = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, start: '22:00', end: '06:00' },
  { days: ['sat', 'sun'] as const, start: '00:00', end: '24:00' },
].map((shift) => ({ ...shift, days: [...shift.days] }));

describe('any requests', () => {
  it.each(['shift', 'arrival'])(
    'are each done once, after they came in, by a crew with nothing else to do (plans at %s)',
    (planAt) => {
      fc.assert(
        fc.property(requests, fc.integer({ min: 1, max: 4 }), (rows, crews) => {
          const result = simulateFile(toText(rows), { ...OPTIONS, crews, planAt }, ({ roster }) => ({
            // The last crew works at night and round the clock on weekends: jobs run on from day to day.
            roster: {
              ...roster,
              crews: roster.crews.map((crew, index) =>
                index === crews - 1 ? { ...crew, shifts: NIGHT } : crew,
              ),
            },
          }));
          const { done, open } = result;
          const ids = [...done, ...open].map(({ job }) => job.id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).toHaveLength(rows.length);
          for (const { job, start } of done)
            expect(start.getTime()).toBeGreaterThanOrEqual(job.createdAt.getTime());
          for (const one of done) {
            const beside = done.filter(
              (other) => other.crewId === one.crewId && other.start < one.end && one.start < other.end,
            );
            expect(beside).toEqual([one]);
          }
          const { utilisation } = summarise(result);
          expect(utilisation).toBeLessThanOrEqual(1);
        }),
        { numRuns: 15, seed: 7 },
      );
    },
  );

  it('come to the same twice with the same seed', () => {
    const [text = ''] = fc.sample(requests.map(toText), { numRuns: 1, seed: 3 });
    const run = (seed: number) => JSON.stringify(simulateFile(text, { ...OPTIONS, crews: 2, seed }));
    expect(run(1)).toBe(run(1));
    expect(run(2)).not.toBe(run(1));
  });
});

describe('depots', () => {
  it('stand where the jobs are, a part of town each', () => {
    const town = (longitude: number) =>
      Array.from({ length: 20 }, (_, index) => ({ latitude: 41 + index / 1_000, longitude }));
    const depots = placeDepots(
      [...town(-87.6), ...town(-87.2), ...town(-86.8), { latitude: 41, longitude: 0 }],
      3,
    );
    expect(depots.map(({ longitude }) => longitude)).toEqual([-87.6, -87.2, -86.8]);
  });

  it('are no more than the jobs', () => {
    expect(placeDepots([{ latitude: 41, longitude: -87 }], 5)).toEqual([{ latitude: 41, longitude: -87 }]);
  });
});
