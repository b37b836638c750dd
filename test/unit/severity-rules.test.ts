import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assessReport,
  createSeverityAgent,
  SeverityInput,
  SeverityOutput,
} from '../../src/agents/severity-agent.ts';
import { assessByRules } from '../../src/agents/severity-rules.ts';
import { loadAgency } from '../../src/definitions/load-agency.ts';

const severityOf = (text: string) => assessByRules(text).severity;

describe('the severity rules', () => {
  it('name every word that counted, with its points', () => {
    const { severity, priority, reasons } = assessByRules('5th & Main, deep hole in the bus lane');
    expect(reasons).toEqual([
      'pothole: starts at 2.5',
      '"deep" (depth): +1.5',
      '"Main" (main street): +1.5',
      '"bus lane" (public transport): +1',
    ]);
    expect([severity, priority]).toEqual([6.5, 'high']);
  });

  it.each([
    ['pothole, someone was injured', 'pothole'],
    ['pothole next to the school', 'pothole'],
    ['pothole on the highway', 'pothole'],
    ['pothole, 12 cm deep', 'pothole, 6 cm deep'],
    ['pothole, 6 in deep', 'pothole, 1 in deep'],
    ['pothole, 1.5 m wide', 'pothole, 20 cm wide'],
    ['pothole after an accident', 'pothole'],
    ['pothole, the road is blocked, blocks the lane', 'pothole, heavy traffic'],
    ['deep pothole', 'shallow pothole'],
    ['street light out, exposed wires', 'street light out'],
  ])('rate "%s" above "%s"', (worse, better) => {
    expect(severityOf(worse)).toBeGreaterThan(severityOf(better));
  });

  it.each([
    'pothole, no injuries',
    'pothole. Nobody was hurt',
    "pothole, it isn't deep",
    'pothole without any damage or injuries',
    'pothole, injuries: none',
    'pothole, no one got injured',
    'pothole, not near a school',
  ])('do not count what "%s" denies', (text) => {
    expect(severityOf(text)).toBe(severityOf('pothole'));
  });

  it.each([
    ['no injuries, but deep', '"deep"'],
    ['no injuries and deep', '"deep"'],
    ['no injuries near the school', '"school"'],
    ['not only deep', '"deep"'],
    ['No. 5 at the school', '"school"'],
  ])('still count, in "%s", what is not denied: %s', (text, word) => {
    expect(assessByRules(text).reasons.join()).toContain(word);
  });

  it.each([
    ['a fallen tree blocks the road', ['tree'], []],
    ['street light out at night', ['electric', 'aerial-lift'], ['lamp']],
    ['there is no street light on Oak St', ['electric', 'aerial-lift'], ['lamp']],
    ['deep hole next to the street light', ['asphalt'], ['asphalt']],
    ['cracked sidewalk', ['concrete'], ['concrete']],
    ['tree fell across Hill Rd, car trapped', ['tree'], []],
    ['something odd', [], []],
  ])('plan the job of "%s" by what it names first', (text, skills, materials) => {
    const assessment = assessByRules(text);
    expect(assessment.skills).toEqual(skills);
    expect(assessment.materials.map((entry) => entry.material)).toEqual(materials);
  });

  it.each([
    ['Manhole on Cedar: lid gone!!', ['open-manhole']],
    ['trench left open with no barrier', ['open-manhole']],
    ['my neighbor is stuck under the fallen tree', ['trapped']],
    ['person lying in the road', ['trapped']],
    ['lamp post gives you a shock when you touch it', ['power-line']],
    ['tree leaning on wires', ['power-line']],
    ["they said there's no gas leak but I still smell it", ['gas']],
    ['propane tank leaking', ['gas']],
    ['void under the sidewalk', ['collapse']],
    ['creek over the road', ['flood']],
    ['FIRE!!', ['fire']],
    ['the sinkhole you fixed last year is back', ['collapse']],
    ['gas leak has closed Main St', ['gas']],
    ['mi hijo se cayó en el hoyo', ['trapped']],
  ])('page for "%s", however it is put', (text, grave) => {
    expect(assessByRules(text).grave).toEqual(grave);
  });

  it.each([
    'I was shocked how bad this pothole is',
    'I was trapped on hold for 40 minutes',
    'sinkhole fixed, thanks',
    'last year the bridge collapsed',
    'the drain grate is missing a bolt',
    "open drain cover? no it's closed",
    'no gas leak here, just a pothole',
  ])('page for nothing that is over, denied or only a way to speak: "%s"', (text) => {
    expect(assessByRules(text).grave).toEqual([]);
  });

  it('measure depth and width, and leave out hours and distances', () => {
    expect(assessByRules('depth of 12 cm').reasons).toContain('"12 cm" (depth): +2');
    expect(assessByRules('hole 3 ft wide').reasons).toContain('"3 ft wide" (size): +1');
    expect(severityOf('hole, seen at 6 in the morning, 20 m from the corner')).toBe(severityOf('hole'));
    expect(severityOf('hole, 2 cm deep')).toBeLessThan(severityOf('deep hole'));
  });

  it.each([
    ['two', 2],
    ['three', 3],
    ['four', 4],
    ['five', 5],
    ['six', 6],
    ['seven', 7],
    ['eight', 8],
    ['nine', 9],
    ['ten', 10],
    ['Two', 2],
    ['a few', 3],
    ['several', 3],
  ])('count "%s" like the figure %d, of things and in measures', (word, figure) => {
    const [spelled, written] = [word, figure].map((number) => [
      assessByRules(`${number} potholes`).severity,
      assessByRules(`${number} new deep potholes on Elm St`).severity,
      assessByRules(`pothole, ${number} inches deep`).severity,
      assessByRules(`pothole, ${number} feet wide`).severity,
    ]);
    expect(spelled).toEqual(written);
    expect(severityOf(`${word} potholes`)).toBeGreaterThan(severityOf('pothole'));
  });

  it('rate more things higher, with the words that say so, and plan more for them', () => {
    const ofMany = ['pothole', 'two potholes', 'three potholes', 'ten potholes'].map((text) =>
      assessByRules(text),
    );
    expect(ofMany.map(({ severity }) => severity)).toEqual([2.5, 3, 3.5, 4]);
    const costs = ofMany.map(({ estimatedCostCents }) => estimatedCostCents);
    expect(costs).toEqual([...new Set(costs)].sort((one, other) => one - other));
    expect(ofMany[1]?.reasons).toContain('"two potholes" (number): +0.5');
    expect(assessByRules('several potholes').reasons).toHaveLength(2);
    expect(severityOf('two street lights out')).toBeGreaterThan(severityOf('street lights out'));
    expect(severityOf('two fallen trees')).toBeGreaterThan(severityOf('fallen trees'));
    expect(severityOf('two trees fell')).toBeGreaterThan(severityOf('trees fell'));
  });

  it.each([
    'one pothole',
    'potholes at 412 Elm St',
    '12 Oak St potholes',
    '2 blocks from the potholes',
    'Route 9 potholes',
    'No. 5 potholes',
    'US 66 potholes',
    'I 95 potholes',
    'Hwy. 12 potholes',
    'at Unit 12 potholes',
    'seen two days ago, potholes',
    'two cars hit a pothole',
    'weight potholes',
  ])('do not take "%s" for a number of things', (text) => {
    expect(assessByRules(text).reasons).toEqual(['pothole: starts at 2.5']);
  });

  it('count each group once and stop at 10', () => {
    const { severity, priority, reasons } = assessByRules(
      'sinkhole on the highway bridge, deep deep deep, two killed, crash, school, hospital, bus stop, live wires',
    );
    expect([severity, priority]).toEqual([10, 'urgent']);
    expect(reasons.filter((reason) => reason.includes('(depth)'))).toHaveLength(1);
    expect(reasons.at(-1)).toMatch(/capped at 10/);
  });

  it('give the bare report of the seed a standard severity, and say so', async () => {
    const input = SeverityInput.parse({ reportId: 'pothole-123', unknown: 1 });
    const output = await assessReport(input);
    expect(output).toMatchObject({ severity: 4, priority: 'normal', source: 'rules' });
    expect(output.reasons[0]).toMatch(/no description given/);
    expect(createSeverityAgent().output.parse(output)).toEqual(output);
  });

  it('tell the kind of a bare report by its id, and make up none for another', async () => {
    expect((await assessReport({ reportId: 'pothole-123' })).skills).toEqual(['asphalt']);
    expect((await assessReport({ reportId: 'street_light_9' })).skills).toEqual(['electric', 'aerial-lift']);
    expect(await assessReport({ reportId: 4711 })).toMatchObject({ severity: 4, skills: [], materials: [] });
  });

  it.each(['Dead raccoon', 'Wasserrohrbruch', 'graffiti on the wall'])(
    'leave "%s", which they do not know, to people, and make nothing up',
    (text) => {
      const { severity, reasons, skills, materials, estimatedCostCents, durationMinutes, summary } =
        assessByRules(text);
      expect(reasons).toEqual([
        'nothing here is known to the rules: please judge (starts at 5)',
        'cost and time are a guess: those of a plain visit',
      ]);
      expect({ severity, skills, materials }).toEqual({ severity: 5, skills: [], materials: [] });
      expect([estimatedCostCents, durationMinutes]).toEqual([15_000, 60]);
      expect(summary).toContain('job of an unknown kind');
    },
  );

  it.each([
    'a man is trapped',
    'someone injured',
    'the exit is blocked',
    'live wires',
    'wires are down',
    'flooding in the underpass',
    'a car is on fire',
    'it smells of gas',
  ])('take "%s" for worse, whatever the kind', (danger) => {
    for (const kind of ['raccoon', 'pothole', 'street light out', 'fallen tree']) {
      const worse = assessByRules(`${kind}, ${danger}`);
      expect(worse.severity).toBeGreaterThan(severityOf(kind));
      expect(worse.reasons.length).toBeGreaterThan(1);
    }
  });

  it('say of a danger in a job they do not know that only the kind is unknown', () => {
    expect(assessByRules('flooding on Elm St').reasons[0]).toBe(
      'what kind of job this is, the rules do not know: please judge (starts at 5)',
    );
  });

  it('do not take what is denied for danger', () => {
    expect(severityOf('raccoon, nobody is trapped and no flooding')).toBe(severityOf('raccoon'));
  });

  it('do not let a denial in one field reach into the next', async () => {
    const output = await assessReport({ text: 'pothole, injuries? no', description: 'deep' });
    expect(output.reasons).toContain('"deep" (depth): +1.5');
  });

  it('answer any text within bounds, the same each time, and quickly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 1_000, unit: 'grapheme' }), async (text) => {
        const output = await assessReport({ text });
        expect(SeverityOutput.parse(output)).toEqual(output);
        expect(output.estimatedCostCents).toBeLessThanOrEqual(400_000);
        expect(await assessReport({ text })).toEqual(output);
      }),
    );
    // What a pattern that looks back and forth would never come to an end with.
    const repeated = [
      'no ',
      '9',
      'deep hole, not ',
      'a ',
      'manhole ',
      'at Elm ',
      '1 1/2 ',
      'live a a wires are ',
      'é',
    ];
    for (const words of repeated) expect(assessByRules(words.repeat(5_000)).severity).toBeLessThanOrEqual(10);
  });

  it('ask more money and material for a higher severity of the same job', () => {
    const words = ['', 'deep', 'highway', 'injured', 'school', 'live wires'];
    const plans = words.map((_, count) => assessByRules(`pothole ${words.slice(0, count + 1).join(', ')}`));
    for (const [index, plan] of plans.slice(1).entries()) {
      const before = plans[index];
      expect(plan.severity).toBeGreaterThanOrEqual(before?.severity ?? 0);
      expect(plan.estimatedCostCents).toBeGreaterThanOrEqual(before?.estimatedCostCents ?? 0);
      expect(plan.materials[0]?.quantity).toBeGreaterThanOrEqual(before?.materials[0]?.quantity ?? 0);
    }
  });

  it('ask only for skills and materials that the demo agency has', async () => {
    const loaded = await loadAgency('workflows/agency.json');
    const agency = loaded.ok ? loaded.agency : null;
    const texts = ['pothole', 'sinkhole', 'fallen tree', 'street light out', 'sidewalk'];
    for (const { skills, materials } of texts.map((text) =>
      assessByRules(`${text}, injured, highway, deep, killed`),
    )) {
      expect(agency?.crews.some((crew) => skills.every((skill) => crew.skills.includes(skill)))).toBe(true);
      const known = agency?.materials.map((material) => material.id) ?? [];
      expect(materials.every((entry) => known.includes(entry.material))).toBe(true);
    }
  });
});
