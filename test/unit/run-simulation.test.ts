import { describe, expect, it } from 'vitest';
import { createRoster } from '../../src/simulation/create-roster.ts';
import { drawBacklog } from '../../src/simulation/draw-backlog.ts';
import { runSimulation } from '../../src/simulation/run-simulation.ts';
import { parseComparison, parseOptions } from '../../src/simulation/simulation-options.ts';
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
    expect(lines[2]).toMatch(/^ +1 crew +2 crews$/);
    expect(text).toMatch(/^late +50\.0 % +0\.0 %$/m);
    expect(text).toMatch(/^hours to done, median +9\.0 +6\.0$/m);
    expect(text).toMatch(/^done +6 of 6 +6 of 6$/m);
    expect(text).toMatch(/^utilisation \(work and travel\) +30\.0 % +15\.0 %$/m);
    expect(text).toMatch(/^cost of the shifts +\$2,400 +\$4,800$/m);
    expect(text).toMatch(/^backlog at its longest +3 +0$/m);
    expect(lines.at(-1)).toBe(
      'One more crew: late 50.0 % → 0.0 %, median 9.0 h → 6.0 h, utilisation 30.0 % → 15.0 %.',
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
    const { text, skipped } = await run({}, undefined, `${SIX}x,,1,1\n`);
    expect(text).toMatch(/^6 requests, .*, 1 row left out$/m);
    expect(skipped).toHaveLength(1);
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
    expect(refusal(() => parseOptions({ crews: '0' }))).toMatch(/^--crews: /);
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
