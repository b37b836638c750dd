import { expect, it } from 'vitest';
import type { ApiClient } from '../../src/cli/api-client.ts';
import { importRoster } from '../../src/cli/import-roster.ts';
import type { RosterSaved } from '../../src/core/agency/roster-edit.ts';

const NOTHING = { added: [], removed: [], changed: [] };
const changes = { crews: NOTHING, depots: NOTHING, materials: NOTHING, districts: NOTHING };
const sand = { depotId: 'north', material: 'sand', before: 40, quantity: 30, refused: null };
const refusedSand = { ...sand, refused: '30 is less than the 35 that announced jobs need.' };
const WORDS = '  stock of sand at north: stays 40, the count was refused: 30 is less than the 35 that';

/** An installation at version 7 that answers every wish alike. */
function answering(counts: RosterSaved['counts']): Pick<ApiClient, 'roster' | 'saveRoster'> {
  const roster = { version: 7, roster: {}, updatedBy: 'U0CHEN', updatedAt: '' };
  return { roster: async () => roster, saveRoster: async () => ({ version: 7, changes, counts }) } as never;
}
const importCounts = (counts: RosterSaved['counts'], check: boolean) =>
  importRoster(answering(counts), 'workflows/agency.json', { stock: true, check });

it('a check that foresees a refused count is not all right, and says so as the import does', async () => {
  const [foreseen, refused] = [
    await importCounts([refusedSand], true),
    await importCounts([refusedSand], false),
  ];
  expect(foreseen.ok).toBe(false);
  expect(foreseen).toEqual(refused);
  expect(foreseen.report).toContain(`Unchanged: roster version 7 is as the file has it.\n${WORDS}`);
});

it('a check tells what would change beside what would be refused', async () => {
  const lamps = { ...sand, material: 'lamp' };
  const { report, ok } = await importCounts([lamps, refusedSand], true);
  expect(report).toContain(`This would change:\n  stock of lamp at north: 40 → 30\n${WORDS}`);
  expect(ok).toBe(false);
  expect(await importCounts([lamps], true)).toMatchObject({ ok: true });
});
