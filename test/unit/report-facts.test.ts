import { describe, expect, it } from 'vitest';
import { JOB_KINDS } from '../../src/agents/report/kind-table.ts';
import { readReport } from '../../src/agents/report/read-report.ts';
import { WORK_KINDS } from '../../src/agents/report/report-facts.ts';
import { assessReport } from '../../src/agents/severity-agent.ts';

describe('the facts of a report', () => {
  it.each([
    ['water main break flooding Elm and 9th, road collapsing', 'water-main', ['collapse', 'flood']],
    ['manhole cover missing on Main Street', 'manhole', ['open-manhole']],
    ['strong smell of gas on Oak St', 'gas', ['gas']],
    ['power line down across the road', 'power-line', ['power-line']],
    ['two people stuck in their car', 'unknown', ['trapped']],
    ['a pothole, no gas leak and nobody trapped', 'pothole', []],
  ])('of "%s": %s, grave %j', async (text, kind, grave) => {
    expect(await assessReport({ text })).toMatchObject({ kind, grave, understood: true });
  });

  it('have a job for every kind that is known, and each asks for a skill', () => {
    expect(new Set(JOB_KINDS.map(({ id }) => id))).toEqual(new Set(WORK_KINDS));
    expect(JOB_KINDS.filter(({ skills }) => skills.length === 0)).toEqual([]);
  });

  it.each([
    ['Hay un hoyo grande en la calle Main', 'other-language'],
    ['Es gibt ein tiefes Schlagloch vor der Schule', 'other-language'],
    ['Выбоина на дороге', 'other-language'],
    ['道路有坑', 'other-language'],
    ['Pothole on Elm. Un hombre se cayó y está en el hospital.', 'partly-other-language'],
    ['asdf qwer zxcv', 'no-words'],
    ['12345', 'no-words'],
  ])('of "%s" say that it was not understood (%s), and never that it is harmless', async (text, doubt) => {
    const { understood, doubt: told, severity, priority, reasons } = await assessReport({ text });
    expect({ understood, told }).toEqual({ understood: false, told: doubt });
    expect(severity).toBeGreaterThanOrEqual(5);
    expect(priority).not.toBe('low');
    expect(reasons[0]).toContain('not understood');
  });

  it.each(['POTHOLE ON CALLE DE LA LUNA', 'Tree down on Rue de la Paix', 'huge crater on Camino Real'])(
    'take "%s" for the English it is',
    async (text) => expect(await assessReport({ text })).toMatchObject({ understood: true, doubt: null }),
  );

  it.each([
    ['Rider hospitalised.', 8],
    ['An elderly man fell and broke his hip.', 8],
    ['pothole, several people tripped', 6],
    ['pothole, tyre blowouts, three incidents', 4.5],
    ['dangerous pothole', 3.5],
    ['giant pothole', 4],
    ['numerous potholes', 3.5],
    ["I couldn't avoid the huge pothole", 4],
    ['Nobody has fixed the huge pothole', 4],
    ["You can't see the deep pothole at night", 4],
    ['open manhole', 8],
  ])('of "%s" make it a %d at least', async (text, least) => {
    expect((await assessReport({ text })).severity).toBeGreaterThanOrEqual(least);
  });

  it.each([
    'pothole, no signs of any serious injuries',
    'pothole outside the Smoke Shop',
    'pothole by Burning Man cafe',
    'pothole on Crash Boat Road',
    'pothole, 12 School Lane',
    'pothole on Hospital Road',
    'pothole on crash boat road',
    'POTHOLE ON CRASH BOAT ROAD',
  ])('find nothing but a pothole in "%s"', async (text) => {
    expect(await assessReport({ text })).toMatchObject({ severity: 2.5, grave: [], kind: 'pothole' });
  });

  it.each([
    ['6” deep', 15.24],
    ["6'' deep", 15.24],
    ['1/2 inch deep', 1.27],
    ['a foot deep', 30.48],
    ['half a metre deep', 50],
    ['twelve inches deep', 30.48],
    ['5 1/2 inches deep', 13.97],
    ['4 to 6 inches deep', 15.24],
  ])('measure "pothole %s": %d cm', (words, centimetres) => {
    const [found] = readReport(`pothole ${words}`).measures;
    expect(found?.of).toBe('depth');
    expect(found?.centimetres).toBeCloseTo(centimetres);
  });
});
