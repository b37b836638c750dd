import { describe, expect, it } from 'vitest';
import { JOB_KINDS } from '../../src/agents/report/kind-table.ts';
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
});
