import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { ApiClient } from '../../src/cli/api-client.ts';
import { importRoster } from '../../src/cli/import-roster.ts';
import { replaceFile } from '../../src/cli/replace-file.ts';
import type { RosterSaved } from '../../src/core/roster/roster-edit.ts';

const NOTHING = { added: [], removed: [], changed: [] };
const changes = { crews: NOTHING, depots: NOTHING, materials: NOTHING, districts: NOTHING };
const sand = { depotId: 'north', material: 'sand', before: 40, quantity: 30, refused: null };
const refusedSand = { ...sand, refused: '30 is less than the 35 that announced jobs need.' };
const WORDS = '  stock of sand at north: stays 40, the count was refused: 30 is less than the 35 that';

/** An installation at version 7 that answers every wish alike. */
function answering(
  counts: RosterSaved['counts'],
  reverted: unknown[] = [],
  stranded: unknown = { count: 0, jobs: [] },
): Pick<ApiClient, 'roster' | 'saveRoster'> {
  const roster = { version: 7, roster: {}, updatedBy: 'U0CHEN', updatedAt: '' };
  return {
    roster: async () => roster,
    saveRoster: async () => ({ version: 7, changes, counts, reverted, stranded }),
  } as never;
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

it('a check that foresees that edits would be undone is not all right, and names them', async () => {
  const edit = { list: 'crews', id: 'north', field: 'size', by: 'U0CHEN', at: '2026-11-30T18:15:00Z' };
  const client = answering([sand], [{ ...edit, detail: 'size 6 → 2' }]);
  const { report, ok } = await importRoster(client, 'workflows/agency.json', { check: true, stock: true });
  expect(ok).toBe(false);
  expect(report).toContain(
    'Refused without --overwrite, since it would undo what was edited:\n  crew north: size 6 → 2, edited by U0CHEN on 30 Nov 2026 at 12:15',
  );
});

it('names the announced jobs that are left where nobody works, as foreseen or as they are', async () => {
  const job = { orderId: 'R-1', title: 'Kerb', crewId: 'north', crewName: 'Crew North' };
  const times = { start: '2026-06-01T18:00:00Z', end: '2026-06-01T19:00:00Z' };
  const client = answering([sand], [], { count: 3, jobs: [{ ...job, ...times }] });
  const told = async (check: boolean) =>
    (await importRoster(client, 'workflows/agency.json', { check, stock: true })).report;
  const jobs = '  Kerb, R-1: Crew North on Mon 1 Jun 13:00\n  and 2 more';
  expect(await told(true)).toContain(
    `It would leave announced jobs outside the working time of their crews:\n${jobs}`,
  );
  expect(await told(false)).toContain(
    `Announced jobs are now outside the working time of their crews, and are planned anew:\n${jobs}`,
  );
});

it('a file is replaced whole, or stays as it was', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'crewline-replace-')), 'agency.json');
  await replaceFile(file, 'one');
  await replaceFile(file, 'two');
  expect(await readFile(file, 'utf8')).toBe('two');
  expect(await readdir(dirname(file))).toEqual(['agency.json']);
  await expect(replaceFile(join(file, 'none'), '')).rejects.toMatchObject({
    userMessage: expect.stringContaining('cannot be written (ENOTDIR)'),
  });
  await rm(dirname(file), { recursive: true });
});
