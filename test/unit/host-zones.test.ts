import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Shift } from '../../src/core/agency/agency.ts';
import type { CrewDayView } from '../../src/core/work/crew-day-view.ts';

/** Zones of machines: without summer time, with it on either half of the world, and one whose clocks move half an hour. */
const HOSTS = { UTC: 0, 'America/Chicago': 300, 'Europe/Berlin': -120, 'Australia/Lord_Howe': -630 };
/** Zones of agencies, each with the nights in which its clocks change. */
const NIGHTS: readonly (readonly [timeZone: string, day: string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Europe/London', '2026-10-25'],
  ['America/Chicago', '2026-03-08'],
  ['America/Chicago', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  // The clocks go on at midnight.
  ['America/Santiago', '2026-09-06'],
  // A day that never was.
  ['Pacific/Apia', '2011-12-30'],
];
const HALF_HOUR_MS = 30 * 60_000;
const HALF_HOURS = Array.from({ length: 96 }, (_, index) => index);
const ofMachine = process.env.TZ;

/** Everything that reads or writes a wall time, loaded anew: what it remembers was worked out on this machine. */
async function loadOn(host: string) {
  process.env.TZ = host;
  vi.resetModules();
  return {
    ...(await import('../../src/core/values/wall-time.ts')),
    ...(await import('../../src/core/agency/crew-calendar.ts')),
    ...(await import('../../src/core/agency/shift-breaks.ts')),
    ...(await import('../../src/slack/words/local-time.ts')),
    ...(await import('../../src/slack/words/parse-period.ts')),
    ...(await import('../../src/slack/planning/picture/plan-span.ts')),
    ...(await import('../../src/simulation/requests/read-requests.ts')),
  };
}

type House = Awaited<ReturnType<typeof loadOn>>;

afterAll(() => {
  vi.resetModules();
  if (ofMachine === undefined) delete process.env.TZ;
  else process.env.TZ = ofMachine;
});

describe.each(Object.entries(HOSTS))('on a machine in %s', (host, minutesToUtc) => {
  let house: House;
  beforeAll(async () => {
    house = await loadOn(host);
  });

  it('(which is where it stands)', () => {
    expect(new Date('2026-07-01T12:00:00Z').getTimezoneOffset()).toBe(minutesToUtc);
  });

  it.each(NIGHTS)('every time of day in %s around %s is the first instant that shows it', (timeZone, day) => {
    const shown = listShown(timeZone, day);
    for (const half of HALF_HOURS) {
      const instant = house.wallTimeInstant(day, half * 30, timeZone).toISOString();
      expect(`${half / 2} h: ${instant}`).toBe(`${half / 2} h: ${firstShowing(shown, day, half)}`);
    }
  });

  it('a break that the clock shows twice is the first one', () => {
    const night: Shift = {
      days: ['sat'],
      start: '22:00',
      end: '06:00',
      breaks: [{ start: '02:00', end: '02:30' }],
    };
    const [from, to] = [new Date('2026-10-24T12:00Z'), new Date('2026-10-25T12:00Z')];
    expect(house.listShiftBreaks([night], 'Europe/Berlin', from, to)).toMatchObject([
      { start: new Date('2026-10-25T00:00Z'), end: new Date('2026-10-25T00:30Z') },
    ]);
  });

  it.each(NIGHTS)(
    'what is read, told and drawn in %s around %s is the same as anywhere',
    async (timeZone, day) => {
      const here = tellNight(house, timeZone, day);
      if (host !== 'UTC') expect(here).toEqual(toldInUtc.get(`${timeZone} ${day}`));
      else toldInUtc.set(`${timeZone} ${day}`, here);
      expect(JSON.stringify(here)).not.toContain('Invalid');
    },
  );
});

const toldInUtc = new Map<string, unknown>();

/** The instants of four days, by half hours, each with what clocks show at it; as slow and as plain as can be. */
function listShown(timeZone: string, day: string): Map<string, number> {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const shown = new Map<string, number>();
  const noon = Date.parse(`${day}T12:00:00Z`);
  for (let at = noon - 144 * HALF_HOUR_MS; at < noon + 144 * HALF_HOUR_MS; at += HALF_HOUR_MS)
    if (!shown.has(clock.format(at))) shown.set(clock.format(at), at);
  return shown;
}

/** A time that no clock shows is as much later than the last one shown before it as its name says. */
function firstShowing(shown: Map<string, number>, day: string, half: number): string {
  const nameOf = (index: number) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + index * HALF_HOUR_MS)
      .toISOString()
      .slice(0, 16)
      .replace('T', ' ');
  let last = half;
  while (!shown.has(nameOf(last))) last -= 1;
  return new Date((shown.get(nameOf(last)) ?? Number.NaN) + (half - last) * HALF_HOUR_MS).toISOString();
}

function tellNight(house: House, timeZone: string, day: string): unknown {
  const midnight = new Date(`${day}T00:00:00Z`);
  const instants = HALF_HOURS.map((half) => new Date(midnight.getTime() + (half - 48) * HALF_HOUR_MS));
  const first = instants[0] ?? midnight;
  const everyDay: Shift['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const shifts: Shift[] = [
    { days: everyDay, start: '22:00', end: '06:30', breaks: [{ start: '02:00', end: '02:30' }] },
  ];
  const context = { now: new Date(midnight.getTime() - 14 * 24 * 60 * 60_000), timeZone };
  const until = (text: string) => house.parsePeriod(`${day} ${text}`, context);
  const view = { day, jobs: [], shifts: house.listShifts(shifts, timeZone, first, midnight) };
  const times = ['', 'T01:30', ' 02:15:30', 'T02:30:00Z', 'T02:30+05:30'].map((time) => `${day}${time}`);
  return {
    days: instants.map((instant) => house.localDay(instant, timeZone)),
    minutes: instants.map((instant) => house.minutesSinceMidnight(instant, day, timeZone)),
    told: instants.map((instant) => house.formatInstant(instant, timeZone)),
    toldShort: instants.map((instant) => house.describeLocalTime(instant, timeZone, midnight)),
    periods: house.listWorkingPeriods(shifts, timeZone, first, new Date(midnight.getTime() + 86_400_000)),
    breaks: house.listShiftBreaks(shifts, timeZone, first, new Date(midnight.getTime() + 86_400_000)),
    read: ['01:30 02:30', '02:30 3am ill', '', '23:30'].map(until),
    written: times.map((text) => house.readInstant(text, timeZone)?.toISOString()),
    named: house.formatDate(day, 'EEE d MMM yyyy'),
    span: house.findSpan([view as unknown as CrewDayView], timeZone),
    requests: house.readRequests(`created_at,due_at,lat,lon\n${day} 02:30,,29,-95`, 'a.csv', timeZone)
      .requests,
  };
}
