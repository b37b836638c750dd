import { describe, expect, test } from 'vitest';
import { reasonWithoutFix } from '../../src/core/work/unplaced-reason.ts';
import { drawPlan } from '../../src/slack/planning/picture/draw-plan.ts';
import { paintPlan } from '../../src/slack/planning/picture/paint-plan.ts';
import { drawableText, fitText, measureText } from '../../src/slack/planning/picture/picture-text.ts';
import {
  layOutPlan,
  PICTURE,
  PLOT_WIDTH,
  type PlanLayout,
} from '../../src/slack/planning/picture/plan-layout.ts';
import { tellPlan } from '../../src/slack/planning/plan-words.ts';
import { makeCrewDay, makeJob } from '../support/management.ts';
import { later, START } from '../support/slack-runs.ts';

const options = {
  ...{ title: 'Plan for Mon 1 Jun', now: later(220), timeZone: 'America/Chicago' },
  ...{ byDay: false, unplaced: [], note: '' },
};
const layOut = (days: Parameters<typeof layOutPlan>[0], changes = {}) =>
  layOutPlan(days, { ...options, ...changes });
const textsOf = ({ texts }: PlanLayout, ...styles: string[]) =>
  texts.filter(({ style }) => styles.includes(style)).map(({ text }) => text);
const barsOf = ({ shapes }: PlanLayout) =>
  shapes.map(({ kind, from, to, label }) => ({ kind, from, to, label }));

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
    const plan = layOut(days);
    expect(plan.span).toEqual({ from: 7 * 60, to: 16 * 60 });
    expect(barsOf(plan).slice(0, 6)).toEqual([
      { kind: 'break', from: 720, to: 750, label: '' },
      { kind: 'travel', from: 420, to: 440, label: '' },
      { kind: 'done', from: 440, to: 590, label: expect.stringMatching(/^#1 ✓ 5th & Main.*…$/) },
      { kind: 'travel', from: 755, to: 770, label: '' },
      { kind: 'announced', from: 770, to: 910, label: '#2 LATE' },
      { kind: 'late', from: 770, to: 910, label: '' },
    ]);
    expect(textsOf(plan, 'row')).toEqual(['Crew North', 'Crew South']);
    expect(textsOf(plan, 'load')).toEqual(['71 % busy · 2 jobs · 1 late', 'absent']);
    expect(plan.nows.map(({ now }) => now)).toEqual([640, 640]);
  });

  test('how far each job is, told apart without colour and explained in the legend', () => {
    const at = (minute: number): [number, number] => [minute, minute + 100];
    const jobs = [
      makeJob('R-1', 'One', at(0), { state: 'done' }),
      makeJob('R-2', 'Two', at(100), { state: 'started' }),
      makeJob('R-3', 'Three', at(200), { state: 'blocked' }),
      makeJob('R-4', 'Four', at(300), { acceptedAt: START }),
      makeJob('R-5', 'Five', at(400)),
    ];
    const plan = layOut([makeCrewDay('n', 'N', { jobs, breaks: [] })]);
    expect(barsOf(plan).map(({ kind, label }) => [kind, label])).toEqual([
      ['done', '#1 ✓ One'],
      ['started', '#2 ▶ Two'],
      ['blocked', '#3 ‖ Three'],
      ['accepted', '#4 Four'],
      ['announced', '#5 Five'],
    ]);
    expect(plan.kinds).toEqual(['announced', 'accepted', 'started', 'blocked', 'done']);
  });

  test('an absence of several days is cut to the shift, and named', () => {
    expect(barsOf(layOut(days)).find(({ kind }) => kind === 'absent')).toEqual({
      ...{ kind: 'absent', from: 420, to: 930 },
      label: 'absent: truck in the workshop',
    });
  });

  test('the words of an absence stand beside the jobs in it, never under them', () => {
    const absences = [{ start: later(240), end: later(510), reason: 'truck in the workshop' }];
    const jobs = [makeJob('R-2', 'Oak Street', [300, 390], { travelMinutes: 15 })];
    const plan = layOut([makeCrewDay('north', 'North', { jobs, absences, availableMinutes: 210 })]);
    expect(barsOf(plan).filter(({ kind }) => kind === 'absent')).toEqual([
      { kind: 'absent', from: 660, to: 705, label: '' },
      { kind: 'absent', from: 810, to: 930, label: 'absent' },
    ]);
    expect(textsOf(plan, 'line').join()).toContain('absent 11:00–15:30: truck in the workshop');
  });

  test('a crew without a shift, or absent, that has jobs all the same is not called idle', () => {
    const jobs = [makeJob('R-1', 'Called in', [0, 90], { state: 'started' })];
    const off = { jobs, shifts: [], breaks: [], availableMinutes: 0 };
    const absences = [{ start: START, end: later(510), reason: 'flu' }];
    const plan = layOut([
      makeCrewDay('w', 'West', off),
      makeCrewDay('s', 'South', { ...off, absences, shifts: days[0]!.shifts }),
    ]);
    expect(textsOf(plan, 'load')).toEqual(['no shift · 1 job', 'absent · 1 job']);
  });

  test('a house number is not taken for the job’s, and coordinates take no room', () => {
    const title = '12 Oak St · 39.78170, -89.65010';
    const jobs = [makeJob('R-1', title, [0, 300])];
    const plan = layOut([makeCrewDay('n', 'N', { jobs, breaks: [] })]);
    expect(barsOf(plan).flatMap(({ label }) => label || [])).toEqual(['#1 12 Oak St']);
  });

  test('where there is no room a job keeps its number, a late one a sign, and the line below its title', () => {
    const jobs = [
      makeJob('R-1', 'Kerb on Elm', [0, 25]),
      makeJob('R-2', 'Kerb', [30, 60], { lateMinutes: 5 }),
    ];
    const plan = layOut([makeCrewDay('n', 'N', { jobs, breaks: [] })]);
    expect(barsOf(plan).flatMap(({ label }) => label || [])).toEqual(['1', '2!']);
    expect(textsOf(plan, 'line')).toEqual(['#1 Kerb on Elm · #2 Kerb (late by 5 min)']);
  });

  test('a late job says how late where its bar has room for it, else in the line below', () => {
    const late = { lateMinutes: 134 };
    const jobs = [makeJob('R-1', 'Kerb', [0, 300], late), makeJob('R-2', 'Kerb', [300, 380], late)];
    const plan = layOut([makeCrewDay('n', 'N', { jobs, breaks: [] })]);
    expect(barsOf(plan).flatMap(({ label }) => label || [])).toEqual(['#1 2 h 14 min late: Kerb', '#2 LATE']);
    expect(textsOf(plan, 'line')).toEqual(['#2 Kerb (late by 2 h 14 min)']);
  });

  test('a job outside its crew’s shift has a sign, an outline and a name of its own', async () => {
    const jobs = [
      makeJob('R-1', 'Called in', [0, 200], { obstructedBy: ['shift'] }),
      makeJob('R-2', 'Called in too', [200, 260], { obstructedBy: ['shift'] }),
      makeJob('R-3', 'Usual', [300, 500]),
    ];
    const days = [makeCrewDay('n', 'N', { jobs, breaks: [] })];
    const plan = layOut(days);
    expect(barsOf(plan).map(({ kind, label }) => [kind, label])).toEqual([
      ['announced', '⚠#1 Called in'],
      ['obstructed', ''],
      ['announced', '⚠#2'],
      ['obstructed', ''],
      ['announced', '#3 Usual'],
    ]);
    expect(plan.kinds).toEqual(['announced', 'obstructed']);
    expect(textsOf(plan, 'line')).toEqual(['#2 Called in too (outside its shifts)']);
    expect(await drawPlan(days, options)).toContain('⚠ not possible then');
  });

  test('the legend has no break where a job hides it', () => {
    const jobs = [makeJob('R-1', 'Over noon', [280, 400])];
    expect(layOut([makeCrewDay('n', 'N', { jobs })]).kinds).not.toContain('break');
    expect(layOut([makeCrewDay('n', 'N')]).kinds).toEqual(['break']);
  });

  test('neither a round-the-clock shift nor an idle night crew makes the bars of others narrow', () => {
    const always = makeCrewDay('e', 'E', { shifts: [{ start: later(-420), end: later(1_020) }] });
    expect(layOut([days[0]!, always]).span).toEqual({ from: 420, to: 960 });
    expect(layOut([always]).span).toEqual({ from: 420, to: 960 });
    const night = makeCrewDay('n', 'N', { shifts: [{ start: later(900), end: later(1_380) }], breaks: [] });
    const both = layOut([days[0]!, night]);
    expect(both.span).toEqual({ from: 420, to: 960 });
    expect(textsOf(both, 'load')[1]).toBe('free 22:00–06:00');
    expect(layOut([night]).span).toEqual({ from: 22 * 60, to: 30 * 60 });
  });

  test('the days of a crew are named by date, and only today has the present', () => {
    const shifts = [{ start: later(1_440), end: later(1_950) }];
    const tomorrow = makeCrewDay('north', 'Crew North', { day: '2026-06-02', shifts, breaks: [] });
    const plan = layOut([days[0]!, tomorrow], { byDay: true });
    expect(textsOf(plan, 'row')).toEqual(['Mon 1 Jun, today', 'Tue 2 Jun']);
    expect(plan.nows).toHaveLength(1);
    expect(textsOf(plan, 'subtitle')).toEqual(['as of Mon 1 Jun 10:40 CDT (America/Chicago)']);
  });

  test('jobs without a crew stand below, with their deadlines and why', () => {
    const job = { _id: 'R-9', title: 'Sinkhole 🕳️', unplaced: null, dueAt: later(300), weight: 9 };
    const why = { ...job, unplaced: reasonWithoutFix('No crew has the skill concrete') };
    const plan = layOut(days, { unplaced: [why, job, job, job, job, job, job] });
    expect(textsOf(plan, 'heading')).toEqual(['⚠ 7 jobs without a crew']);
    const lines = textsOf(plan, 'line');
    expect(lines).toContain('• Sinkhole, due 12:00');
    expect(lines).toContain('– No crew has the skill concrete');
    expect(lines).toContain('… and 2 more');
  });
});

test('a reason too long for its line begins with what would help', () => {
  const fix = 'smallest fix: Crew North with the skill asphalt (level 2)';
  const why = `of 14 crew-days ${'3 lack the skill asphalt, '.repeat(6)}1 is too late`;
  const split = 'no shift has 12 h at a stretch and the road: split the job, or give a crew a longer shift';
  const job = {
    _id: 'R-9',
    title: 'Sinkhole',
    unplaced: { why, fix, kind: 'skill' },
    dueAt: null,
    weight: 9,
  };
  const unplaced = [
    job,
    { ...job, unplaced: { why, fix: split, kind: 'tooLong' } },
    { ...job, unplaced: reasonWithoutFix('late; x') },
  ];
  const drawn = textsOf(layOut(days, { unplaced }), 'line').filter((line) => line.startsWith('–'));
  const told = tellPlan({ days: [], byDay: false, timeZone: options.timeZone, unplaced });
  for (const lines of [drawn, told]) {
    expect(lines.join('\n')).toContain(`${fix}; of 14 crew-days 3`);
    expect(lines.join('\n')).toContain(split.slice(0, 50));
    expect(lines.join('\n')).toContain('late; x');
  }
  const short = { ...job, unplaced: { why: 'all absent', fix, kind: 'absent' } };
  expect(tellPlan({ days: [], byDay: false, timeZone: options.timeZone, unplaced: [short] })[1]).toContain(
    `all absent; ${fix}`,
  );
});

describe('the texts of the picture', () => {
  test('leave out what the font cannot draw', () => {
    expect(drawableText('🚧🕳️ 5th &\nMain 🇺🇸 中文 улица')).toBe('5th & Main улица');
    expect(drawableText('🚧', 'R-3')).toBe('R-3');
  });

  test('are cut to their room', () => {
    const long = 'WIDE CAPITALS AND MORE OF THEM';
    const cut = fitText(long, 150, 18);
    expect(cut).toMatch(/^WIDE.*…$/);
    expect(measureText(cut, 18)).toBeLessThanOrEqual(150);
    expect(fitText(long, 3, 18)).toBe('');
  });
});

test('the drawing is an SVG with every title, escaped, and its hatchings', async () => {
  const svg = await drawPlan(days, options);
  expect(svg).toMatch(/^<svg[^>]*width="760"/);
  for (const text of [
    'Plan for Mon 1 Jun',
    '5th &amp; Main',
    '#2 Oak Street',
    '07:00',
    'Crew South',
    'now',
    '! or LATE: late',
    'not accepted yet',
    '(America/Chicago)',
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
  ).toContain('no shift');
});

test('the picture is a PNG that is wide enough for a phone', async () => {
  const png = Buffer.from(await paintPlan(days, options));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(2 * PICTURE.width);
  expect(PLOT_WIDTH).toBeLessThan(PICTURE.width);
  // Two rows, and letters that are there: an empty canvas would be far smaller.
  expect(png.readUInt32BE(20)).toBeGreaterThan(400);
  expect(png.length).toBeGreaterThan(30_000);
}, 20_000);

test('a line of thousands of characters is cut with few looks at it', () => {
  const line = Array.from({ length: 60 }, () => 'x'.repeat(80)).join(' · ');
  for (let count = 0; count < 100; count += 1) {
    const fitted = fitText(line, 300, 24);
    expect(fitted.endsWith('…')).toBe(true);
    expect(measureText(fitted, 24)).toBeLessThanOrEqual(300);
  }
});
