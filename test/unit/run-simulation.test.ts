import { describe, expect, it } from 'vitest';
import { drawBacklog } from '../../src/simulation/report/backlog-chart.ts';
import { createRoster } from '../../src/simulation/roster/create-roster.ts';
import { parseComparison, parseOptions } from '../../src/simulation/roster/simulation-options.ts';
import { runSimulation } from '../../src/simulation/run-simulation.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';
import { simulateFile, writeRequests } from '../support/simulation-requests.ts';

/** Six jobs of two hours on Monday before work, due on Monday at 15:00: a crew does three of them by then. */
const SIX = writeRequests(Array(6).fill({ created: '2018-06-04T05:00', due: '2018-06-04T15:00' }));
const agency = makeAgency([
  makeCrew('north'),
  makeCrew('south', { depot: 'south' }),
  makeCrew('tree', { skills: ['tree'] }),
]);

const run = (written: object, compare?: string, text = SIX) =>
  runSimulation({
    ...{ text, file: 'requests.csv', compare, loadAgency: async () => agency },
    written: { depots: 1, minutes: 120, to: '2018-06-08', ...written },
  });

const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { userMessage: string }).userMessage;
  }
  throw new Error('was not refused');
};

describe('a report', () => {
  it('shows two rosters side by side and says what one more crew brings', async () => {
    const { text } = await run({ crews: 1 }, '2');
    const lines = text.split('\n');
    expect(lines[0]).toBe('6 requests, 2018-06-04 to 2018-06-08');
    expect(lines[1]).toBe('Made-up crews at $180 an hour, 120 minutes a job.');
    expect(lines[3]).toMatch(/^ +1 crew +2 crews$/);
    expect(text).toMatch(/^late, of those due by the end +50\.0 % +0\.0 %$/m);
    expect(text).toMatch(/^hours late, all jobs together +39 +0$/m);
    expect(text).toMatch(/^hours to done, median of those done +8\.5 +6\.0$/m);
    expect(text).toMatch(/^done +6 of 6 +6 of 6$/m);
    expect(text).toMatch(/^utilisation \(work and travel\) +30\.0 % +15\.0 %$/m);
    expect(text).toMatch(/^cost of the shifts +\$7,200 +\$14,400$/m);
    expect(text).toMatch(/^backlog at its longest +2 +0$/m);
    expect(lines.at(-1)).toBe(
      'One more crew: late 50.0 % → 0.0 %, median 8.5 h → 6.0 h, utilisation 30.0 % → 15.0 %.',
    );
  });

  it('says what differs when it is not the crews alone', async () => {
    const { text, sides } = await run({ crews: 2 }, 'minutes=60, crews=1');
    expect(sides.map(({ label }) => label)).toEqual(['2 crews', 'crews=1, minutes=60']);
    expect(text).toContain('crews=1, minutes=60: late 0.0 % → 0.0 %');
  });

  it('counts crews that are fewer', async () => {
    expect((await run({ crews: 3 }, '1')).text).toContain('2 crews fewer: late 0.0 % → 50.0 %');
  });

  it('says how many rows were left out', async () => {
    const { text, leftOut } = await run({}, undefined, `${SIX}x,,1,1\n`);
    expect(text).toMatch(/^6 requests, .*, 1 of 7 rows left out$/m);
    expect(leftOut).toMatchObject([{ reason: 'created_at: no time', rows: 1, lines: [8] }]);
  });

  it('wonders about far-off depots when nothing could be done', async () => {
    const far = makeAgency([makeCrew('north')]);
    const depots = far.depots.map((depot) => ({ ...depot, latitude: 10, longitude: 10 }));
    const { text } = await runSimulation({
      ...{ text: SIX, file: 'requests.csv', written: { agency: 'agency.json' } },
      loadAgency: async () => ({ ...far, depots }),
    });
    expect(text).toContain('--depots 4 places them among the requests');
  });

  it('names the first and the last day when the range has no requests', async () => {
    await expect(run({ from: '2031-01-01', to: '2031-02-01' })).rejects.toMatchObject({
      userMessage: expect.stringContaining('within 2018-06-04 to 2018-06-04'),
    });
  });

  it('refuses a period that ends before it begins, or in which nobody works', async () => {
    const userMessage = '--from 2018-06-09 is after --to 2018-06-04: name the earlier day first.';
    await expect(run({ from: '2018-06-09', to: '2018-06-04' })).rejects.toMatchObject({ userMessage });
    const sunday = writeRequests([{ created: '2018-06-03T05:00' }]);
    await expect(run({ from: '2018-06-03', to: '2018-06-03' }, undefined, sunday)).rejects.toMatchObject({
      userMessage: expect.stringContaining('No crew has a shift'),
    });
    const { title } = await run({ from: '2018-06-04', to: '2018-06-04' });
    expect(title).toBe('6 requests, 2018-06-04 to 2018-06-04');
    const later = writeRequests([{ created: '2018-06-03T05:00' }, { created: '2018-06-04T05:00' }]);
    const { text } = await run({ from: '2018-06-04', to: '2018-06-04' }, undefined, later);
    expect(text).toMatch(/^1 requests, .*, 1 before or after these days$/m);
  });

  it('says which crews of an agency take part, and nothing when all do', async () => {
    const noteOf = async (written: object) =>
      (await run({ agency: 'agency.json', ...written })).text.split('\n').slice(1, 2);
    expect(await noteOf({})).toEqual(['2 crews: the 2 with the skill "asphalt", of the 3 in agency.json.']);
    expect(await noteOf({ crews: 1 })).toEqual([
      '1 crew: the first 1 of the 2 with the skill "asphalt", of the 3 in agency.json.',
    ]);
    expect(await noteOf({ crews: 3 })).toEqual([
      '3 crews: the 2 with the skill "asphalt", taken again in turn, of the 3 in agency.json.',
    ]);
    const all = { ...agency, crews: agency.crews.slice(0, 2) };
    const { text } = await runSimulation({
      ...{ text: SIX, file: 'requests.csv', written: { agency: 'a.json', depots: 1 } },
      loadAgency: async () => all,
    });
    expect(text.split('\n')[1]).toMatch(/^Crews at .* an hour, 90 minutes a job\.$/);
  });

  it('tells its progress by what is reported and not done as the day begins', async () => {
    const told: [string, string, number][] = [];
    const late = writeRequests([
      ...Array(6).fill({ created: '2018-06-04T05:00' }),
      { created: '2018-06-04T12:00' },
    ]);
    await runSimulation({
      ...{ text: late, file: 'requests.csv', loadAgency: async () => agency },
      written: { depots: 1, minutes: 120, crews: 1, to: '2018-06-06' },
      onDay: (label, day, open) => told.push([label, day, open]),
    });
    expect(told).toEqual([
      ['1 crew', '2018-06-04', 6],
      ['1 crew', '2018-06-05', 3],
      ['1 crew', '2018-06-06', 0],
    ]);
  });

  it('says what each roster costs an hour and how long a job takes', async () => {
    const { text, sides } = await run({ crews: 1, durationSpread: 20 }, 'rate=150.5,minutes=60');
    expect(text.split('\n').slice(1, 3)).toEqual([
      'Made-up crews at $180 an hour, 120 minutes a job, 20 % more or less.',
      'Made-up crews at $150.50 an hour, 60 minutes a job, 20 % more or less.',
    ]);
    expect(sides.map(({ summary }) => summary.costCents)).toEqual([720_000, 602_000]);
  });

  it('draws an axis that can be read when nothing is late, and keeps the highest line off the frame', async () => {
    const { sides, title } = await run({ crews: 2 });
    expect(sides[0]?.summary.lateShare).toBe(0);
    const svg = await drawBacklog(sides, title);
    expect(svg).toContain('>0%<');
    expect(svg).not.toMatch(/>[\d.]+\.\d+%</);
    const one = sides[0]!;
    const backlog = one.summary.backlog.map((day) => ({ ...day, open: 100 }));
    const tall = await drawBacklog([{ ...one, summary: { ...one.summary, backlog } }], title);
    expect(tall).toContain('>120<');
  });

  it('draws every roster, by name', async () => {
    const { sides, title } = await run({ crews: 1 }, '2');
    const svg = await drawBacklog(sides, title);
    expect(svg).toMatch(/^<svg /);
    for (const text of ['1 crew', '2 crews', title, 'open jobs at the end of the day'])
      expect(svg).toContain(text);
  });
});

describe('the roster of an agency', () => {
  const requests = [{ latitude: 41.8, longitude: -87.6 }];

  it('has the crews with the skill only', () => {
    const { crews } = createRoster(parseOptions({ agency: 'a' }), agency, requests);
    expect(crews.map(({ id, depot }) => [id, depot])).toEqual([
      ['north', 'north'],
      ['south', 'south'],
    ]);
  });

  it('is repeated in turn for more crews, and cut for fewer', () => {
    const names = (crews: number) =>
      createRoster(parseOptions({ agency: 'a', crews }), agency, requests).crews.map(({ name }) => name);
    expect(names(3)).toEqual(['north crew', 'south crew', 'north crew 2']);
    expect(names(1)).toEqual(['north crew']);
  });

  it('is refused with the skills there are when nobody has the skill', () => {
    expect(refusal(() => createRoster(parseOptions({ skill: 'paint' }), agency, requests))).toBe(
      'No crew of the agency has the skill "paint". Choose one with --skill: "asphalt", "tree".',
    );
  });

  it('lets an urgent request of the night go before what was planned for the morning', () => {
    const rows = [
      ...Array(5).fill({ created: '2018-06-04T05:00', due: '2018-06-08T15:00' }),
      { created: '2018-06-04T20:00', due: '2018-06-05T09:00' },
    ];
    const { done } = simulateFile(writeRequests(rows), { to: '2018-06-05', minutes: 120, crews: 1 });
    const urgent = done.find(({ job }) => job.line === 7);
    expect(urgent?.end).toEqual(new Date('2018-06-05T14:00:00Z'));
  });

  it('lays no more in a day than the depot is filled up to overnight', () => {
    const result = simulateFile(
      SIX,
      { to: '2018-06-08', minutes: 30, materials: 400, crews: 1 },
      ({ roster }) => ({
        roster: {
          ...roster,
          depots: roster.depots.map((depot) => ({
            ...depot,
            stock: [{ material: 'asphalt', quantity: 1_000 }],
          })),
        },
      }),
    );
    const days = result.done.map(({ end }) => end.getUTCDate()).sort();
    expect(days).toEqual([4, 4, 5, 5, 6, 6]);
  });
});

describe('options', () => {
  it('are refused by their names', () => {
    for (const crews of ['0', 'many', '2.5', '501'])
      expect(refusal(() => parseOptions({ crews }))).toBe('--crews: write a whole number from 1 to 500');
    expect(refusal(() => parseOptions({ from: '2018-02-30' }))).toBe(
      '--from: write a date such as 2018-01-31',
    );
    expect(refusal(() => parseOptions({ to: '9999-12-31' }))).toBe(
      '--to: check the year: write one from 2000 to 2100',
    );
    expect(refusal(() => parseOptions({ planAt: 'noon' }))).toMatch(/^--plan-at: .*"shift"\|"arrival"/);
    expect(refusal(() => parseOptions({ timeZone: 'Mars' }))).toMatch(
      /^--time-zone: write an IANA time zone/,
    );
  });

  it('of a comparison change the others, and cannot change the requests', () => {
    const base = parseOptions({ crews: '8' });
    expect(parseComparison(base, '9')).toEqual({ ...base, crews: 9 });
    expect(parseComparison(base, '--plan-at=arrival,truck=500')).toEqual({
      ...base,
      planAt: 'arrival',
      truck: 500,
    });
    expect(refusal(() => parseComparison(base, 'crw=9'))).toContain('did you mean "crews"?');
    expect(refusal(() => parseComparison(base, 'from=2018-01-01'))).toContain('--compare from=2018-01-01');
    expect(refusal(() => parseComparison(base, 'crews'))).toContain('key=value');
  });
});
