import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { checkRoster } from '../../src/core/roster/roster.ts';
import { nameKey } from '../../src/core/values/name-key.ts';
import { findByName } from '../../src/slack/words/find-by-name.ts';

const written = JSON.parse(await readFile('workflows/agency.json', 'utf8'));

function faultsOf(change: (agency: typeof written) => void): string[] {
  const agency = structuredClone(written);
  change(agency);
  const checked = checkAgency(agency, 'agency.json');
  return checked.ok ? [] : checked.problems.map(({ path, wrong }) => `${path}: ${wrong}`);
}

/** "Crew North", as somebody else may write it. */
const ALIKE = [
  'crew north',
  'CREW  NORTH',
  ' Crew North ',
  'Crew\u00A0North',
  'Crew-North',
  'Crew\u200B North\u2060',
  '\u202ECrew North',
  'Сrеw Nоrth',
  'Ｃｒｅｗ Ｎｏｒｔｈ',
  'Créw Nörth',
  '𝐂𝐫𝐞𝐰 𝐍𝐨𝐫𝐭𝐡',
];

describe('names', () => {
  it.each(ALIKE)('that commands read alike are one name, and are refused with both places: %j', (name) => {
    expect(faultsOf((agency) => Object.assign(agency.crews[1], { name }))).toEqual([
      `crews[1].name: "${name}" reads like "Crew North" at crews[0].name`,
    ]);
    expect(findByName(`${name} tomorrow`, written.crews, 'crews')).toMatchObject({ item: { id: 'north' } });
  });

  it('are compared in one way, whether they are checked or looked for', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 2, maxLength: 12 })
      .filter((text) => nameKey(text).length > 1);
    fc.assert(
      fc.property(name, name, (one, other) => {
        const crews = [
          { ...written.crews[0], id: 'a-first', name: one },
          { ...written.crews[1], id: 'b-second', name: other },
        ];
        const isOne = nameKey(one) === nameKey(other);
        const faults = faultsOf((agency) => Object.assign(agency, { crews }));
        expect(faults.some((fault) => fault.includes('crews[0].name'))).toBe(isOne);
        if (isOne || /^["“”']/.test(other)) return;
        expect(findByName(other, crews, 'crews')).toMatchObject({ item: { id: 'b-second' } });
      }),
      { numRuns: 50 },
    );
  });

  it('belong to one entry of a list, which may bear one as its id, too', () => {
    expect(faultsOf((agency) => Object.assign(agency.crews[1], { name: 'North' }))).toEqual([
      'crews[1].name: "North" reads like "north" at crews[0].id',
    ]);
    expect(faultsOf((agency) => Object.assign(agency.crews[0], { name: 'north' }))).toEqual([]);
    expect(faultsOf((agency) => Object.assign(agency.depots[2], { name: 'South Yard' }))).toEqual([
      'depots[2].name: "South Yard" is also at depots[1].name',
    ]);
    expect(faultsOf((agency) => Object.assign(agency.materials[1], { name: 'asphalt' }))[0]).toMatch(
      /^materials\[1\]/,
    );
    expect(faultsOf((agency) => agency.roles.push({ name: 'supervisor', channel: 'C0X' }))).toEqual([
      'roles[3].name: "supervisor" reads like "Supervisor" at roles[0].name',
    ]);
    for (const name of ['\u200B \u3164', ' - — '])
      expect(faultsOf((agency) => Object.assign(agency.crews[1], { name }))).toEqual([
        expect.stringMatching(/^crews\[1\]\.name: .* (does not fit|has nothing to read)$/),
      ]);
  });

  it('of skills have one spelling, also in an edited roster', () => {
    const { crews, depots, materials, districts } = structuredClone(written);
    crews[1].skills = ['Asphalt:2'];
    const shipped = checkAgency(written, 'agency.json');
    if (!shipped.ok) throw new Error('the shipped agency is refused');
    const checked = checkRoster(shipped.agency, { crews, depots, materials, districts }, 'roster');
    expect(checked).toMatchObject({
      problems: [
        {
          path: 'crews[1].skills[0]',
          wrong: '"Asphalt" reads like "asphalt" at crews[0].skills[0]',
          right: expect.stringContaining('did you mean "asphalt"?'),
        },
      ],
    });
  });
});
