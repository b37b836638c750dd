import { describe, expect, test } from 'vitest';
import { drawPlan } from '../../src/slack/pictures/draw-plan.ts';
import { paintPlan } from '../../src/slack/pictures/paint-plan.ts';
import { layOutPlan } from '../../src/slack/pictures/plan-shapes.ts';
import { makeCrewDay, makeJob } from '../support/crew-desk.ts';
import { later, START } from '../support/slack-runs.ts';

const options = { title: 'Plan for Mon 1 Jun', now: later(220), timeZone: 'America/Chicago', byDay: false };
const layOut = (days: Parameters<typeof layOutPlan>[0], changes = {}) =>
  layOutPlan(days, { ...options, charactersPerHour: () => 8, ...changes });

const days = [
  makeCrewDay('north', 'Crew North', {
    plannedMinutes: 340,
    jobs: [
      makeJob('R-1', '5th & Main <b> deep hole', [20, 170], { travelMinutes: 20, state: 'done' }),
      makeJob('R-2', 'Oak Street', [350, 490], { travelMinutes: 15, lateMinutes: 70 }),
    ],
  }),
  makeCrewDay('south', 'Crew South 🚧', {
    absences: [{ start: START, end: later(2_000), reason: 'truck in the workshop' }],
    availableMinutes: 0,
  }),
];

describe('what the picture shows', () => {
  test('jobs with their travel, breaks and absences, in minutes of the day', () => {
    const { rows, shapes, from, to } = layOut(days);
    expect([from, to]).toEqual([7 * 60, 16 * 60]);
    expect(shapes.filter(({ row }) => row === 0)).toEqual([
      { row: 0, kind: 'break', from: 720, to: 750, label: '' },
      { row: 0, kind: 'travel', from: 420, to: 440, label: '' },
      { row: 0, kind: 'job', from: 440, to: 590, label: '1 ✓ 5th & Main <b> …' },
      { row: 0, kind: 'travel', from: 755, to: 770, label: '' },
      { row: 0, kind: 'late job', from: 770, to: 910, label: '2 LATE Oak Street' },
    ]);
    expect(rows.map(({ title, load }) => [title, load])).toEqual([
      ['Crew North', '71 % · 2 jobs'],
      ['Crew South', 'not at work'],
    ]);
    expect(rows[0]?.now).toBe(640);
  });

  test('an absence of several days is cut to the shift, and named', () => {
    expect(layOut(days).shapes.find(({ kind }) => kind === 'absent')).toMatchObject({
      from: 420,
      to: 930,
      label: 'absent: truck in the workshop',
    });
  });

  test('where there is no room a job keeps its number, and a late one a sign', () => {
    const jobs = [makeJob('R-1', 'Kerb', [0, 20]), makeJob('R-2', 'Kerb', [30, 50], { lateMinutes: 5 })];
    const { shapes } = layOut([makeCrewDay('n', 'N', { jobs, breaks: [] })]);
    expect(shapes.map(({ label }) => label)).toEqual(['1', '2!']);
  });

  test('a crew that works round the clock does not stretch the picture, a night shift goes over midnight', () => {
    const always = makeCrewDay('e', 'E', { shifts: [{ start: later(-420), end: later(1_020) }] });
    expect(layOut([days[0]!, always])).toMatchObject({ from: 420, to: 960 });
    const night = makeCrewDay('n', 'N', { shifts: [{ start: later(900), end: later(1_380) }], breaks: [] });
    expect(layOut([night])).toMatchObject({ from: 22 * 60, to: 30 * 60 });
    expect(layOut([always])).toMatchObject({ from: 420, to: 960 });
  });

  test('the days of a crew are named by date, and only today has the present', () => {
    const tomorrow = makeCrewDay('north', 'Crew North', {
      day: '2026-06-02',
      shifts: [{ start: later(1_440), end: later(1_950) }],
      breaks: [],
    });
    const { rows } = layOut([days[0]!, tomorrow], { byDay: true });
    expect(rows.map(({ title, now }) => [title, now])).toEqual([
      ['Mon 1 Jun', 640],
      ['Tue 2 Jun', null],
    ]);
  });
});

test('the drawing is an SVG with every title, escaped, and both hatchings', async () => {
  const svg = await drawPlan(days, options);
  expect(svg).toMatch(/^<svg[^>]*width="1000"/);
  for (const text of [
    'Plan for Mon 1 Jun',
    '5th &amp; Main &lt;b&gt;',
    'LATE Oak',
    '07:00',
    'Crew South',
    'now',
    'late job',
  ])
    expect(svg).toContain(text);
  expect(svg).toContain('<pattern id="travel"');
  expect(svg.match(/fill="url\(#travel\)"/g)?.length).toBe(3);
  expect(svg.match(/fill="url\(#absent\)"/g)?.length).toBe(2);
  expect(svg).not.toContain('<b>');
});

test('no crew at all, or no job, can be drawn too', async () => {
  expect(await drawPlan([], options)).toContain('Plan for Mon 1 Jun');
  expect(
    await drawPlan([makeCrewDay('n', 'N', { shifts: [], breaks: [], availableMinutes: 0 })], options),
  ).toContain('not at work');
});

test('the picture is a PNG that is wide enough for a phone', async () => {
  const png = Buffer.from(await paintPlan(days, options));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(1_600);
  // Two rows, and letters that are there: an empty canvas would be far smaller.
  expect(png.readUInt32BE(20)).toBeGreaterThan(400);
  expect(png.length).toBeGreaterThan(30_000);
}, 20_000);
