import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { Roster } from '../../src/core/roster/roster.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { requireAgency } from '../../src/definitions/load-agency.ts';
import type { DepotStock } from '../../src/store/stock/stock-entry.ts';
import { API_TOKEN } from '../support/crewline.ts';
import { runCommandLine } from '../support/run-command-line.ts';
import { makeOrder } from '../support/scheduling.ts';
import { giveJob, showRoster } from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

const crewline = useCrewline();
const { db } = crewline.database;
let other: string;
let shipped: Agency;
let folder: string;
beforeAll(async () => {
  shipped = await requireAgency('workflows/agency.json');
  folder = await mkdtemp(join(tmpdir(), 'crewline-test-roster-'));
  other = await crewline.startAnother();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const call = (method: 'GET' | 'PUT', body?: unknown, base = crewline.url, token = API_TOKEN) =>
  crewline.api(method, '/api/agency/roster', body, { authorization: `Bearer ${token}` }, base);
const read = () => showRoster(crewline);

function renameCrews(roster: Roster, word: string): Roster {
  return { ...roster, crews: roster.crews.map((crew) => ({ ...crew, name: `${word} ${crew.id}` })) };
}

/** A file as the command line is given it: the shipped agency with these changes. */
async function writeAgency(name: string, changes: Partial<Agency>): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ ...shipped, ...changes }));
  return file;
}

describe('the roster over HTTP', () => {
  it('is the agency file’s at first, without the stock that is counted elsewhere', async () => {
    const { roster, version, updatedBy } = await read();
    expect({ version, updatedBy }).toEqual({ version: 1, updatedBy: 'agency file' });
    expect(roster.crews).toEqual(shipped.crews);
    expect(roster.districts).toEqual(shipped.districts);
    expect(roster.depots[0]).not.toHaveProperty('stock');
  });

  it('is changed in one process and worked with in the other, while both run', async () => {
    const { roster, version } = await read();
    const saved = await call('PUT', { version, roster: renameCrews(roster, 'Renamed') }, other);
    expect(saved.status).toBe(200);
    expect(await saved.json()).toMatchObject({ version: version + 1, changes: { crews: { added: [] } } });
    await vi.waitFor(() => expect(crewline.output().split('The roster has changed')).toHaveLength(3), 10_000);

    const { runId } = await giveJob(crewline.slack.client, 'Roster Street 1, deep hole');
    const order = await db.collection<WorkOrder>('work_orders').findOne({ _id: runId });
    expect(order?.assignment).toMatchObject({ crewName: expect.stringMatching(/^Renamed /) });
  });

  it('keeps a crew that has announced work, and names the job', async () => {
    const { roster, version } = await read();
    const slot = {
      start: new Date(0),
      end: new Date(60_000),
      depotId: 'north-yard',
      materials: [],
      reason: '',
    };
    const assignment = { ...slot, crewId: 'electric', crewName: 'Electric Crew' };
    const order = makeOrder('R-LAMP', { state: 'announced', assignment });
    await db.collection<WorkOrder>('work_orders').insertOne(order);
    const crews = roster.crews.filter(({ id }) => id !== 'electric');
    const refused = await call('PUT', { version, roster: { ...roster, crews } });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toEqual({
      error: { code: 'roster.refused', message: expect.stringMatching(/Electric Crew cannot .*R-LAMP/) },
    });
    expect(await read()).toMatchObject({ version, roster });
  });

  it('is refused place by place, and stays as it was', async () => {
    const { roster, version } = await read();
    const crews = [...roster.crews, { ...roster.crews[0], id: 'west', depot: 'nroth-yard', skils: [] }];
    const misspelt = await call('PUT', { version, roster: { ...roster, crews } });
    expect(misspelt.status).toBe(422);
    expect(await misspelt.json()).toMatchObject({
      error: {
        code: 'agency.invalid',
        message: expect.stringContaining('crews[4].skils: unknown key "skils"'),
        problems: [
          { path: 'crews[4].skils', wrong: 'unknown key "skils"', right: expect.stringContaining('skills') },
        ],
      },
    });
    for (const body of [{ roster }, { version }, { version: 0, roster }, { version, roster: [] }, []]) {
      expect((await call('PUT', body)).status).toBe(400);
    }
    expect(await read()).toMatchObject({ version, roster });
  });

  it('is not overwritten by whoever read it earlier', async () => {
    const { roster, version } = await read();
    const late = await call('PUT', { version: version - 1, roster, requester: 'HR system' });
    expect(late.status).toBe(409);
    const words = expect.stringContaining(`version ${version} by now`);
    expect(await late.json()).toEqual({ error: { code: 'roster.conflict', message: words } });
  });

  it('is for those with the token', async () => {
    for (const method of ['GET', 'PUT'] as const) {
      const refused = await call(method, method === 'PUT' ? {} : undefined, crewline.url, 'wrong');
      expect(refused.status).toBe(401);
    }
  });
});

describe('crewline import', () => {
  const run = (...args: string[]) => runCommandLine(crewline.url, ['import', ...args]);

  it('takes the file over, says what that changes, and has nothing to do the second time', async () => {
    const file = await writeAgency('agency.json', { districts: [] });
    const before = await read();
    expect(await run(file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /crew north: name Renamed north → Crew North, edited by api on .*--overwrite/s,
      ),
    });
    const checked = await run(file, '--check', '--overwrite');
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('This would change:') });
    expect(checked.stdout).toContain('  crew north: name Renamed north → Crew North\n');
    expect(checked.stdout).toContain('  district riverside: removed\n');
    expect(await read()).toEqual(before);

    const taken = await run(file, '--overwrite');
    expect(taken.stdout).toBe(
      checked.stdout.replace('This would change:', `Roster version ${before.version + 1}:`),
    );
    expect(await read()).toMatchObject({
      updatedBy: 'command line',
      roster: { crews: shipped.crews, districts: [] },
    });
    const unchanged = `Unchanged: roster version ${before.version + 1} is as the file has it.\n`;
    expect(await run(file)).toEqual({ code: 0, stdout: unchanged, stderr: '' });
    expect(await run(file, '--check')).toMatchObject({ code: 0, stdout: unchanged });
    expect((await read()).version).toBe(before.version + 1);

    const exported = join(folder, 'exported.json');
    expect(await runCommandLine(crewline.url, ['export', exported])).toMatchObject({ code: 0 });
    expect(await requireAgency(exported)).toMatchObject({ name: shipped.name, crews: shipped.crews });
    expect(await run(exported, '--stock')).toEqual({ code: 0, stdout: unchanged, stderr: '' });
  });

  it('takes the stock for counted when it is told to', async () => {
    const [first, ...rest] = shipped.depots;
    if (!first) throw new Error('the shipped agency has depots');
    const stock = [{ material: 'asphalt', quantity: 19_000 }, ...first.stock.slice(1)];
    const file = await writeAgency('counted.json', { depots: [{ ...first, stock }, ...rest], districts: [] });
    expect((await run(file)).stdout).toMatch(/^Unchanged/);
    const counted = '  stock of asphalt at north-yard: 20000 → 19000\n';
    expect((await run(file, '--stock', '--check')).stdout).toContain(counted);
    expect((await run(file, '--stock')).stdout).toContain(counted);
    expect((await run(file, '--stock')).stdout).toMatch(/^Unchanged/);
  });

  it('ends with an error when a count is refused, and says what stays', async () => {
    const depots = shipped.depots.map((depot) => ({
      ...depot,
      stock: depot.stock.map(({ material }) => ({ material, quantity: 0 })),
    }));
    const held = db.collection<DepotStock>('depot_stock').find({ 'holds.0': { $exists: true } });
    const [entry] = await held.toArray();
    if (!entry) throw new Error('a job of this file holds material');
    const file = await writeAgency('empty.json', { depots, districts: [] });
    const [depotId, material] = entry._id.split('|');
    const words = `stock of ${material} at ${depotId}: stays ${entry.onHand}, the count was refused: 0 of`;
    const foreseen = await run(file, '--stock', '--check');
    expect(foreseen).toMatchObject({ code: 1, stdout: expect.stringContaining(words) });
    const refused = await run(file, '--stock');
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining(words) });
    expect(await db.collection<DepotStock>('depot_stock').findOne({ _id: entry._id })).toMatchObject({
      onHand: entry.onHand,
    });
  });

  it('refuses a file with faults, every one of them with its remedy', async () => {
    const file = await writeAgency('faulty.json', { crews: [] });
    expect(await run(file)).toMatchObject({ code: 1, stderr: expect.stringContaining('crews') });
    expect(await run(join(folder, 'none.json'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('check that'),
    });
  });
});
