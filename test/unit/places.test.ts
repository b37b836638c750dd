import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { regionOf } from '../../src/core/agency/region-of-agency.ts';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { listKnownNames } from '../../src/core/checks/known-names.ts';
import { checkField } from '../../src/core/definition/check-input.ts';
import { InputField } from '../../src/core/definition/workflow-definition.ts';
import { explainPlaceFault, findPlaceFault } from '../../src/core/places/check-place.ts';
import { choosePlace } from '../../src/core/places/choose-place.ts';
import { findCoordinates } from '../../src/core/places/find-coordinates.ts';
import { findGivenPlaces } from '../../src/core/places/find-given-places.ts';
import { listBuiltInHandlers } from '../../src/handlers/built-in-handlers.ts';
import { startRun } from '../../src/orchestrator/run-starter.ts';
import { createCrewScheduler } from '../../src/services/crew-scheduler.ts';
import { dropCoordinates } from '../../src/slack/words/job-words.ts';
import { buildStepContext } from '../support/step-context.ts';

const written = JSON.parse(await readFile('workflows/agency.json', 'utf8'));
const checked = checkAgency(written, 'agency.json');
if (!checked.ok) throw new Error('the shipped agency is refused');
const region = regionOf(checked.agency);
const PLACE = { latitude: 39.8512, longitude: -89.541 };

const kindOf = (latitude: number, longitude: number, where = region) =>
  findPlaceFault({ latitude, longitude }, where)?.kind ?? null;

describe('a place', () => {
  it('is in the agency’s region, or is told by what is wrong with it', () => {
    expect(kindOf(39.8512, -89.541)).toBeNull();
    expect(kindOf(0, 0)).toBe('zero');
    expect(kindOf(-89.541, 39.8512)).toBe('swapped');
    expect(kindOf(39.8512, 89.541)).toBe('sign');
    expect(kindOf(12.5, 14.75)).toBe('far');
    expect(kindOf(139.8, 200)).toBe('degrees');
    expect(kindOf(Number.NaN, 1)).toBe('unreadable');
    expect(explainPlaceFault(findPlaceFault({ latitude: -89.65, longitude: 39.78 }, region)!)).toEqual({
      wrong: 'latitude -89.65, longitude 39.78 looks swapped: 39.78 N, 89.65 W is meant',
      right: 'write latitude 39.78, longitude -89.65',
    });
  });

  it('is measured by the time zone where no depot says where it is', () => {
    const houston = { anchors: [], kilometers: 100, timeZone: 'America/Chicago' };
    expect(kindOf(29.76, -95.37, houston)).toBeNull();
    expect(kindOf(-95.37, 29.76, houston)).toBe('swapped');
    expect(kindOf(-74, 40.7, { ...houston, timeZone: 'America/New_York' })).toBe('swapped');
    expect(kindOf(52.5, 13.4, houston)).toBe('far');
    expect(kindOf(52.5, 13.4, { ...houston, timeZone: 'UTC' })).toBeNull();
  });

  it('swapped is never taken for right, wherever in the region it is', () => {
    const near = fc.record({
      latitude: fc.double({ min: 39.3, max: 40.3, noNaN: true }),
      longitude: fc.double({ min: -90.2, max: -88.9, noNaN: true }),
    });
    fc.assert(
      fc.property(near, ({ latitude, longitude }) => {
        expect(kindOf(latitude, longitude)).toBeNull();
        expect(kindOf(longitude, latitude)).toBe('swapped');
        expect(kindOf(latitude, -longitude)).toBe('sign');
      }),
    );
  });

  it('given in fields is found by their names, at any place of the input', () => {
    expect(findGivenPlaces({ site: { lat: '39.8512', lng: -89.541 }, text: 'lat, lon' })).toEqual([
      { path: 'site.lat', place: PLACE },
    ]);
    expect(findGivenPlaces({ latitude: 39.8512 })).toEqual([]);
    expect(findGivenPlaces({ lat: '39.851', lon: '-89.541' })).toMatchObject([
      { place: { latitude: 39.851, longitude: -89.541 } },
    ]);
    const number = InputField.parse({ type: 'number', label: 'N' });
    expect(checkField(number, '39.851', 'lat')).toEqual({ value: 39.851 });
    expect(checkField(number, '39.851', 'pieces')).toHaveProperty('problem');
  });
});

describe('a place in a text', () => {
  it.each([
    '39.8512, -89.5410',
    'pothole (39.8512,-89.5410), bus lane',
    '39.8512, 89.5410 W',
    '39.8512° N, 89.5410° W',
    'N 39.8512 W 89.5410',
    '89.5410 W, 39.8512 N',
    '39.8512 north, 89.5410 west',
    '39.8512 degrees N, 89.5410 degrees W',
    'lat 39.8512 lon -89.5410',
    'lon: -89.5410, lat: 39.8512',
    'https://maps.example/@39.8512,-89.5410,17z',
    '39,8512; -89,5410',
    '39.8512, -89.5410 N Main St',
    '39.8512 -89.5410 in the bus lane',
    `39°51'04.32"N 89°32'27.6"W`,
  ])('is read: %s', (text) => expect(choosePlace(text, null, region)).toEqual({ place: PLACE, doubt: null }));

  it.each([
    'between mile 12.50, 14.75',
    'between mile 39.8512, -89.5410',
    '39.85, -89.54',
    '$39.8512, $89.5410',
    '-89.5410, 39.8512',
    '139.8512, -89.5410',
    '39.8512, 89.5410',
    '39.8512 N, 89.5410 N',
    'S 39.8512 W 89.5410',
    '0.0000, 0.0000',
    'call 217-555-0143, 217-555-0144',
    '39.8512 x 89.5410 ft',
    'on 12.01.2026, 14.01.2026',
  ])('is not: %s', (text) => expect(choosePlace(text, null, region).place).toBeNull());

  it('is none of several, unless it is given in fields too; what is not understood is told', () => {
    const other = { latitude: 39.86, longitude: -89.55 };
    const both = 'from 39.8600, -89.5500 to 39.8512, -89.5410';
    const several = (...places: object[]) => ({ place: null, doubt: { kind: 'several', places } });
    expect(choosePlace(both, null, region)).toEqual(several(other, PLACE));
    expect(choosePlace(both, PLACE, region)).toEqual({ place: PLACE, doubt: null });
    expect(choosePlace('39.8600, -89.5500', PLACE, region)).toEqual(several(PLACE, other));
    expect(choosePlace('at the school', PLACE, region)).toEqual({ place: PLACE, doubt: null });
    expect(choosePlace('39.8512, -89.5410\n39.85121, -89.54101', null, region).place).toEqual(PLACE);
    expect(choosePlace('hole at 39.8512, 89.5410', null, region)).toEqual({
      place: null,
      doubt: { kind: 'not-understood', places: [{ latitude: 39.8512, longitude: 89.541 }] },
    });
    expect(choosePlace('mile 39.8512, -89.5410', null, region)).toEqual({ place: null, doubt: null });
  });

  it('leaves titles as it is read', () => {
    expect(dropCoordinates('Pothole (39.8512° N, 89.5410° W), bus lane')).toBe('Pothole, bus lane');
    for (const [title, left] of [
      ['2 potholes at 39.8512, -89.5410', '2 potholes'],
      ['Schlagloch bei 39.8512, -89.5410', 'Schlagloch'],
      ['Pothole near GPS: 39.8512, -89.5410, bus lane', 'Pothole, bus lane'],
      ['Crack between 39.8512, -89.5410 and 39.8600, -89.5500', 'Crack'],
      ['Hole at 39.8512, -89.5410 Main St', 'Hole at Main St'],
      ['2 at 39.8512, -89.5410', '2 at 39.8512, -89.5410'],
      ['at 39.8512, -89.5410', 'at 39.8512, -89.5410'],
    ] as const)
      expect(dropCoordinates(title)).toBe(left);
    expect(dropCoordinates('between mile 12.50, 14.75')).toBe('between mile 12.50, 14.75');
    expect(findCoordinates('39.8512, -89.5410 and 39.8600, -89.5500')).toHaveLength(2);
  });
});

describe('the agency’s own places', () => {
  function faultsOf(change: object): string[] {
    const result = checkAgency({ ...written, ...change }, 'agency.json');
    return result.ok ? [] : result.problems.map(({ path, wrong }) => `${path}: ${wrong}`);
  }
  const moved = (latitude?: number, longitude?: number) => ({
    depots: written.depots.map((depot: object, index: number) =>
      index === 0 ? { ...depot, latitude, longitude } : depot,
    ),
  });

  it('are refused by depot and field', () => {
    expect(faultsOf(moved(-89.541, 39.872))).toEqual([
      'depots[0].latitude: latitude -89.541, longitude 39.872 looks swapped: 39.872 N, 89.541 W is meant',
    ]);
    expect(faultsOf(moved(0, 0))[0]).toMatch(/^depots\[0\]\.latitude: 0, 0 is in the sea/);
    expect(faultsOf(moved(29.8, -89.5))).toEqual([
      expect.stringMatching(/^depots\[0\]\.latitude: "north-yard" is 1,\d{3} km from every other depot/),
    ]);
    expect(faultsOf(moved(39.872))).toEqual(['depots[0].longitude: is missing']);
  });

  it('are known by the time zone when there is one depot', () => {
    const [depot] = moved(-89.541, 39.872).depots;
    const crews = written.crews.map((crew: object) => ({ ...crew, depot: depot.id }));
    expect(faultsOf({ depots: [depot], crews, districts: [] })).toEqual([
      expect.stringContaining('depots[0].latitude: latitude -89.541, longitude 39.872 looks swapped'),
    ]);
  });

  it('are refused when the outline of a district is in the order of GeoJSON, or closes nothing', () => {
    const [district] = written.districts;
    const withArea = (area: unknown) => faultsOf({ districts: [{ ...district, area }] });
    expect(withArea(district.area.map(([latitude, longitude]: number[]) => [longitude, latitude]))).toEqual([
      'districts[0].area: its corners look swapped: [longitude, latitude], as GeoJSON has them',
    ]);
    expect(
      withArea([
        [39.86, -89.57],
        [39.86, -89.55],
        [-89.54, 39.83],
      ])[0],
    ).toContain('districts[0].area[2]: ');
    expect(
      withArea([
        [39.86, -89.57],
        [39.86, -89.55],
        [39.86, -89.53],
      ]),
    ).toEqual(['districts[0].area: its corners lie on one line']);
    const mirrored = withArea(
      district.area.map(([latitude, longitude]: number[]) => [latitude, -longitude!]),
    );
    expect(mirrored).toHaveLength(2);
    expect(mirrored[1]).toMatch(
      /^districts\[0\]\.area\[1\]: .*slip of the sign.*; and 3 more corners like it$/,
    );
    expect(withArea('somewhere')).toHaveLength(1);
  });

  it('may be as far apart as the file states', () => {
    const wide = { ...moved(29.8, -89.5), region: { latitude: 35, longitude: -89.5, kilometers: 800 } };
    expect(faultsOf(wide)).toEqual([]);
    expect(faultsOf({ region: { kilometers: 300 } })).toEqual([]);
    const swapped = { latitude: -89.5, longitude: 39.8, kilometers: 50 };
    expect(faultsOf({ region: swapped })).toEqual([
      expect.stringMatching(/^region\.latitude: .*looks swapped/),
    ]);
    expect(kindOf(41.8, -87.6)).toBe('far');
    const stated = checkAgency({ ...written, region: { kilometers: 300 } }, 'agency.json');
    expect(stated.ok && kindOf(41.8, -87.6, regionOf(stated.agency))).toBeNull();
  });
});

describe('what a run or a step is given', () => {
  const { agency } = checked;
  const placeFrom = async (given: object) => {
    const places: unknown[] = [];
    const scheduler = createCrewScheduler({
      agency,
      workOrders: { insert: async ({ place }) => places.push(place) > 0, find: async () => null },
      runs: { find: async () => null },
      requestPlanning: async () => {},
    });
    await scheduler.execute(scheduler.input.parse(given), buildStepContext());
    return places[0];
  };

  it('has a place by its degrees or its text, or none, and is refused with wrong degrees', async () => {
    expect(await placeFrom({ latitude: 39.8512, longitude: -89.541, text: '0.0000, 0.0000' })).toEqual(PLACE);
    expect(await placeFrom({ text: 'pothole', location: '39.8512° N, 89.5410° W' })).toEqual(PLACE);
    expect(await placeFrom({ text: 'between mile 12.50, 14.75' })).toBeNull();
    await expect(placeFrom({ latitude: -89.541, longitude: 39.8512 })).rejects.toMatchObject({
      code: 'schedule.badPlace',
      message: expect.stringContaining('looks swapped'),
    });
    await expect(placeFrom({ latitude: 39.8512 })).rejects.toThrow('a place needs both');
  });

  it('is refused where the run is started, before anybody is sent there, by the field', async () => {
    const definition = { name: 'visit', title: 'Visit', input: {}, escalation: null };
    const start = (input: Record<string, unknown>) =>
      startRun(
        { agency, definitions: new Map(), orchestrator: { start: async () => ({}) } } as never,
        { workflow: 'visit', input } as never,
        definition as never,
      );
    await start({ site: { lat: 39.8512, lon: -89.541 }, text: 'far: 52.5200, 13.4050' });
    await expect(start({ site: { lat: 0, lon: 0 } })).rejects.toMatchObject({
      code: 'run.badInput',
      userMessage: expect.stringContaining('“site.lat” cannot be right: 0, 0 is in the sea'),
    });
  });

  it('is refused where a definition writes it out', () => {
    const known = listKnownNames(listBuiltInHandlers(), agency);
    const check = (latitude: number, longitude: number) =>
      checkWorkflow(
        {
          name: 'w',
          steps: [{ task: 'a', service: 'CrewScheduler', with: { text: 'x', latitude, longitude } }],
        },
        'w.json',
        known,
      );
    expect(check(39.8512, -89.541)).toMatchObject({ ok: true });
    expect(check(-89.541, 39.8512)).toMatchObject({
      problems: [{ path: 'steps[0].with.latitude', wrong: expect.stringContaining('looks swapped') }],
    });
  });
});
