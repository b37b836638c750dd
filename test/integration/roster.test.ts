import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import { rosterOf } from '../../src/core/roster/roster.ts';
import { createEditableRoster, type EditableRoster } from '../../src/management/roster.ts';
import { createLiveAgency } from '../../src/scheduler/roster/live-agency.ts';
import type { OpenRoster } from '../../src/scheduler/roster/open-roster.ts';
import { openRoster } from '../../src/scheduler/roster/open-roster.ts';
import { type Database, openDatabase } from '../../src/store/mongo/database.ts';
import { createStores } from '../../src/store/stores.ts';
import { createRosterStore } from '../../src/store/work/roster.ts';
import { defer } from '../support/deferred.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const shared = useDatabase();
const log = createMemoryLog();
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  log.clear();
  for (const name of ['roster', 'work_orders', 'depot_stock', 'bulletins', 'outbox'])
    await shared.db.collection(name).deleteMany({});
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let asked = 0;
const quiet = { requestPlanning: async () => void asked++, wakeDelivery: () => {} };

/** A process of its own as far as the database is concerned. */
async function open(fileAgency: Agency): Promise<OpenRoster & { desk: EditableRoster; database: Database }> {
  const database = await openDatabase(shared.uri, shared.name);
  closers.push(database.close);
  const stores = createStores(database.db);
  const now = () => new Date();
  const roster = await openRoster({ fileAgency, stores, now, log });
  closers.push(roster.stop);
  return { ...roster, desk: createEditableRoster({ ...quiet, live: roster, stores, now }), database };
}

type Depot = Agency['depots'][number];

const file = makeAgency([makeCrew('north'), makeCrew('south')]);
const written = rosterOf(file);
const withNorth = (changes: Parameters<typeof makeCrew>[1], agency = file) => ({
  ...rosterOf(agency),
  crews: agency.crews.map((crew) => (crew.id === 'north' ? { ...crew, ...changes } : crew)),
});
const sizeOf = ({ agency }: OpenRoster) => agency.crews.find(({ id }) => id === 'north')?.size;
const edit = (roster: unknown, version = 1) => ({ roster, version, by: 'U0CHEN' });

describe('the stored roster', () => {
  it('is saved at the version it was read at, by one of many at the same moment', async () => {
    const rosters = createRosterStore(shared.db);
    const content = { roster: written, fileHashes: ['a'], updatedAt: new Date(0) };
    const save = (version: number, by: string) => rosters.save(content, version, by);
    expect(await rosters.load()).toBeNull();
    for (const version of [0, 1]) {
      const saves = await Promise.all(['a', 'b', 'c', 'd'].map((by) => save(version, by)));
      const [won, ...others] = saves.filter((saved) => saved !== null);
      expect(others).toEqual([]);
      expect(await rosters.load()).toEqual(won);
      expect(won).toEqual({ ...content, version: version + 1, updatedBy: expect.any(String) });
    }
    expect(await save(0, 'late')).toBeNull();
    expect(await save(7, 'early')).toBeNull();
  });

  it('that does not fit any more is refused with the remedy', async () => {
    await shared.db.collection<{ _id: string }>('roster').insertOne({ _id: 'roster' });
    await expect(createRosterStore(shared.db).load()).rejects.toMatchObject({
      code: 'roster.unreadable',
      userMessage: expect.stringContaining('remove the document'),
    });
  });
});

describe('two processes with one roster', () => {
  it('both work with what was changed in one of them', async () => {
    const [one, other] = [await open(file), await open(file)];
    const heard = defer();
    await other.follow(heard.resolve);
    const outcome = await one.desk.save(edit(withNorth({ size: 6 })));
    expect(outcome).toMatchObject({
      version: 2,
      changes: { crews: { added: [], removed: [], changed: [{ id: 'north', fields: ['size'] }] } },
    });
    expect(sizeOf(one)).toBe(6);
    await heard.promise;
    expect(sizeOf(other)).toBe(6);
    expect(await other.desk.read()).toMatchObject({ version: 2, updatedBy: 'U0CHEN' });
  });

  it('take up what was saved before they listened', async () => {
    const [one, other] = [await open(file), await open(file)];
    await one.desk.save(edit(withNorth({ size: 6 })));
    expect(sizeOf(other)).toBe(2);
    await other.follow();
    expect(sizeOf(other)).toBe(6);
  });

  it('let one of two edits of the same version win, and tell the other who it was', async () => {
    const [one, other] = [await open(file), await open(file)];
    const outcomes = await Promise.all([
      one.desk.save(edit(withNorth({ size: 6 }))),
      other.desk.save({ ...edit(withNorth({ size: 7 })), by: 'U0BRANDT' }),
    ]);
    expect(outcomes.filter((outcome) => 'changes' in outcome)).toHaveLength(1);
    const { version, updatedBy } = await one.desk.read();
    expect(version).toBe(2);
    expect(outcomes.filter((outcome) => 'conflict' in outcome)).toEqual([
      { conflict: { version, updatedBy } },
    ]);
  });

  it('start at the same moment and agree on one first version', async () => {
    const opened = await Promise.all([open(file), open(file), open(file)]);
    for (const roster of opened) expect(roster.agency.crews).toEqual(file.crews);
    expect(await opened[0]?.desk.read()).toMatchObject({ version: 1, updatedBy: 'agency file' });
  });
});

describe('a start', () => {
  it('keeps what was edited when the file is as it was at the last start', async () => {
    await (await open(file)).desk.save(edit(withNorth({ size: 6 })));
    const again = await open(file);
    expect(sizeOf(again)).toBe(6);
    expect(log.entries).toEqual([]);
  });

  it('takes the file’s roster when the file was changed since, and says so', async () => {
    await open(file);
    const again = await open(makeAgency([makeCrew('north', { size: 9 }), makeCrew('south')]));
    expect(sizeOf(again)).toBe(9);
    expect(log.entries).toMatchObject([
      {
        level: 'info',
        fields: { changes: ['crew north: size 2 → 9'], insteadOf: 'version 1, saved by agency file' },
      },
    ]);
  });

  it('keeps the roster when the changed file would undo an edit, and says so at each start', async () => {
    await (await open(file)).desk.save(edit(withNorth({ size: 6 })));
    const changed = makeAgency([makeCrew('north', { size: 9 }), makeCrew('south')]);
    for (let start = 1; start <= 2; start += 1) {
      expect(sizeOf(await open(changed))).toBe(6);
      expect(log.entries).toMatchObject([
        {
          level: 'warn',
          fields: { edits: [expect.stringMatching(/^crew north: size 6 → 9, edited by U0CHEN on /)] },
        },
      ]);
      log.clear();
    }
  });

  it('keeps edits that were made after the changed file was imported', async () => {
    const { desk } = await open(file);
    const changed = makeAgency([makeCrew('north', { size: 9 }), makeCrew('south')]);
    await desk.save({ ...edit(rosterOf(changed)), imported: true });
    await desk.save(edit(withNorth({ size: 6 }, changed), 2));
    expect(sizeOf(await open(changed))).toBe(6);
    expect(sizeOf(await open(changed))).toBe(6);
    // The file before it would undo the edit.
    expect(sizeOf(await open(file))).toBe(6);
  });

  it('does not take other stock in the file for another roster', async () => {
    await (await open(file)).desk.save(edit(withNorth({ size: 6 })));
    const restocked = makeAgency([...file.crews], { north: 5, south: 5 });
    expect(sizeOf(await open(restocked))).toBe(6);
  });
});

describe('an edit of the roster', () => {
  it('is refused place by place when it does not hold together, and changes nothing', async () => {
    const opened = await open(file);
    expect(await opened.desk.save(edit(withNorth({ depot: 'nroth' })))).toEqual({
      problems: [
        {
          file: 'roster',
          path: 'crews[0].depot',
          wrong: '"nroth" is not known',
          right: expect.stringContaining('did you mean "north"'),
        },
      ],
    });
    expect(opened.agency.crews).toEqual(file.crews);
    expect(await opened.desk.read()).toMatchObject({ version: 1 });
  });

  it.each(['announced', 'started', 'blocked'] as const)(
    'cannot remove a crew that has %s work, and names the jobs',
    async (state) => {
      const { desk, database } = await open(file);
      const { workOrders } = createStores(database.db);
      const slot = { start: new Date(0), end: new Date(1), depotId: 'north', materials: [], reason: '' };
      const assignment = { ...slot, crewId: 'south', crewName: 'Crew South' };
      await workOrders.insert(makeOrder('R-HOLE', { state, assignment, title: 'Hole at 5th' }));
      const withoutSouth = { ...written, crews: written.crews.slice(0, 1) };
      for (const checkOnly of [true, false]) {
        const refusal = { refused: expect.stringMatching(/Crew South .*R-HOLE \(Hole at 5th\)/) };
        expect(await desk.save({ ...edit(withoutSouth), checkOnly })).toEqual(refusal);
      }
      const order = await workOrders.find('R-HOLE');
      await workOrders.save({ ...(order ?? makeOrder('R-HOLE')), state: 'done' });
      expect(await desk.save(edit(withoutSouth))).toMatchObject({ version: 2 });
    },
  );

  it('can be checked without being made', async () => {
    const opened = await open(file);
    const check = { ...edit(withNorth({ size: 6 })), checkOnly: true };
    expect(await opened.desk.save(check)).toMatchObject({
      version: 1,
      changes: { crews: { changed: [{}] } },
    });
    expect(sizeOf(opened)).toBe(2);
    expect(await opened.desk.read()).toMatchObject({ version: 1 });
  });

  it('is refused where a break lies outside its shift, and an older one with such a break can be used', async () => {
    const { desk, database } = await open(file);
    const shift = { days: ['mon' as const], start: '22:00', end: '06:00' };
    const breaks = [
      { start: '01:00', end: '01:30' },
      { start: '05:45', end: '06:15' },
      { start: '12:00', end: '12:30' },
      { start: '23:00', end: '23:00' },
    ];
    const roster = withNorth({ shifts: [{ ...shift, breaks }] });
    const outcome = await desk.save(edit(roster));
    expect(outcome).toMatchObject({
      problems: [1, 2, 3].map((index) => ({ path: `crews[0].shifts[0].breaks[${index}]` })),
    });
    expect(outcome).toMatchObject({
      problems: [{ wrong: 'the break 05:45-06:15 is not inside the shift 22:00-06:00' }, {}, {}],
    });
    await database.db.collection('roster').updateOne({}, { $set: { 'roster.crews': roster.crews } });
    const again = await open(file);
    expect(again.agency.crews[0]?.shifts[0]?.breaks).toEqual(breaks.slice(0, 1));
  });

  it('enters its deliveries with it, once, or neither', async () => {
    const { desk, database } = await open(file);
    const { depotStock } = createStores(database.db);
    await depotStock.ensureDepotStock(file);
    const incoming = [{ material: 'hotMix', quantity: 300, at: '2030-06-02T12:00:00Z' }];
    const [north, south] = makeAgency([...file.crews]).depots as [Depot, Depot];
    const roster = { ...withNorth({ size: 6 }), depots: [{ ...north, incoming }, south] };
    const dying = createEditableRoster({
      ...quiet,
      live: createLiveAgency(file),
      now: () => new Date(),
      stores: {
        ...createStores(database.db),
        depotStock: { ...depotStock, ensureDepotStock: () => Promise.reject(new Error('killed')) },
      },
    });
    await expect(dying.save(edit(roster))).rejects.toThrow('killed');
    expect(await desk.read()).toMatchObject({ version: 1 });
    expect(await desk.save(edit(roster))).toMatchObject({ version: 2 });
    const listIncoming = async () => (await depotStock.list()).flatMap((entry) => entry.incoming);
    expect(await listIncoming()).toMatchObject([{ quantity: 300, at: new Date('2030-06-02T12:00:00Z') }]);
    await desk.save(edit(roster, 2));
    expect(await listIncoming()).toHaveLength(1);
  });

  it('enters the stock of a new depot, and counts stock only when it is told to', async () => {
    const { desk, database } = await open(file);
    const { depotStock } = createStores(database.db);
    await depotStock.ensureDepotStock(file);
    const restocked = makeAgency([...file.crews], { north: 400, south: 1_000, west: 50 });
    const { crews, depots, materials, districts } = restocked;
    const roster = { crews, depots, materials, districts };
    const counts = async () =>
      Object.fromEntries((await depotStock.list()).map(({ depotId, onHand }) => [depotId, onHand]));

    await desk.save(edit(roster));
    expect(await counts()).toEqual({ north: 1_000, south: 1_000, west: 50 });
    const known = { depotId: 'north', material: 'hotMix', before: 1_000, quantity: 400, refused: null };
    const count = { ...edit(roster, 2), count: true };
    expect(await desk.save({ ...count, checkOnly: true })).toMatchObject({ counts: [known] });
    expect(await counts()).toMatchObject({ north: 1_000 });
    expect(await desk.save(count)).toMatchObject({ version: 2, counts: [known] });
    expect(await counts()).toEqual({ north: 400, south: 1_000, west: 50 });
  });

  it('foresees which counts would be refused, in the words of the refusal, and writes nothing', async () => {
    const { desk, database } = await open(file);
    const { depotStock } = createStores(database.db);
    await depotStock.ensureDepotStock(file);
    const soon = new Date(Date.now() + 3_600_000);
    const hold = (depotId: string, quantity: number) =>
      database.client.withSession((session) =>
        depotStock.hold(depotId, { material: 'hotMix', quantity }, depotId, soon, new Date(), session),
      );
    expect([await hold('north', 300), await hold('south', 300)]).toEqual([true, true]);

    // Only at the south a truck comes in time to make up for what the count is short of.
    const { depots } = makeAgency([...file.crews], { north: 299, south: 299 });
    const arriving = { material: 'hotMix', quantity: 50, at: new Date(Date.now() + 60_000).toISOString() };
    const counted = depots.map((depot) =>
      depot.id === 'south' ? { ...depot, incoming: [arriving] } : depot,
    );
    const count = { ...edit({ ...written, depots: counted }), count: true };
    const stored = await depotStock.list();
    const foreseen = await desk.save({ ...count, checkOnly: true });
    expect(foreseen).toMatchObject({
      counts: [
        { depotId: 'north', refused: expect.stringMatching(/^299 of hotMix at north is less than the 300/) },
        { depotId: 'south', before: 1_000, quantity: 299, refused: null },
      ],
    });
    expect(await depotStock.list()).toEqual(stored);
    expect(await desk.save(count)).toMatchObject({ counts: 'counts' in foreseen && foreseen.counts });
  });
});

describe('a file that is taken over', () => {
  const imported = (roster: unknown, version: number, changes: object = {}) => ({
    ...edit(roster, version),
    by: 'command line',
    imported: true,
    ...changes,
  });

  it('undoes no edit that was made since, unless it is told to; it names field, editor and time', async () => {
    const { desk } = await open(file);
    await desk.save(edit(withNorth({ size: 6 })));
    await desk.save({ ...edit(withNorth({ size: 6, hourlyRateCents: 900 }), 2), by: 'HR system' });
    const next = makeAgency([makeCrew('north'), makeCrew('south', { size: 3 })]);
    const foreseen = await desk.save(imported(rosterOf(next), 3, { checkOnly: true }));
    const reverted = [
      { list: 'crews', id: 'north', field: 'size', by: 'U0CHEN', detail: 'size 6 → 2', at: expect.any(Date) },
      expect.objectContaining({ field: 'hourlyRateCents', by: 'HR system' }),
    ];
    expect(foreseen).toMatchObject({ version: 3, reverted });
    expect(await desk.save(imported(rosterOf(next), 3))).toEqual({
      reverts: { reverted, timeZone: 'America/Chicago' },
    });
    expect(await desk.read()).toMatchObject({ version: 3 });

    const merged = withNorth({ size: 6, hourlyRateCents: 900 }, next);
    expect(await desk.save(imported(merged, 3))).toMatchObject({ version: 4, reverted: [] });
    expect(await desk.save(imported(rosterOf(next), 4))).toMatchObject({ version: 5 });
    await desk.save(edit(withNorth({ size: 7 }, next), 5));
    expect(await desk.save(imported(rosterOf(next), 6, { overwrite: true }))).toMatchObject({ version: 7 });
    expect(await desk.read()).toMatchObject({ edits: [] });
  });

  it('brings back no crew that was removed, and removes none that was added, without being told to', async () => {
    const { desk } = await open(file);
    const west = { ...written.crews[0]!, id: 'west', name: 'west crew' };
    await desk.save(edit({ ...written, crews: [written.crews[0]!, west] }));
    expect(await desk.save(imported(written, 2))).toMatchObject({
      reverts: {
        reverted: [
          { id: 'west', field: null, detail: 'removed' },
          { id: 'south', field: null, detail: 'added again' },
        ],
      },
    });
  });

  it('is refused like that where an older version has not noted what was edited, and not where nothing was', async () => {
    const { desk } = await open(file);
    await desk.save(edit(withNorth({ size: 6 })));
    const rosters = shared.db.collection<{ _id: string }>('roster');
    await rosters.updateOne({ _id: 'roster' }, { $unset: { edits: '' } });
    const next = makeAgency([makeCrew('north'), makeCrew('south', { size: 3 })]);
    expect(await desk.save(imported(rosterOf(next), 2))).toHaveProperty('reverts');
    await desk.save(edit(written, 2));
    await rosters.updateOne({ _id: 'roster' }, { $unset: { edits: '' } });
    expect(await desk.save(imported(rosterOf(next), 3))).toMatchObject({ version: 4 });
  });

  it('and was exported before, with what is counted and on its way, changes nothing', async () => {
    const { desk, ...roster } = await open(file);
    await desk.save(edit(withNorth({ size: 6 })));
    const [north, south] = withNorth({ size: 6 }).depots;
    const incoming = [{ material: 'hotMix', quantity: 70, at: '2099-06-01T08:00:00+02:00' }];
    const delivered = { ...withNorth({ size: 6 }), depots: [{ ...north, incoming }, south] };
    await desk.save(edit(delivered, 2));
    await shared.db.collection('depot_stock').updateMany({ depotId: 'north' }, { $set: { onHand: 40 } });
    const exported = await desk.exportAgency();
    expect(exported).toMatchObject({ name: roster.fileAgency.name, crews: [{ size: 6 }, {}] });
    expect(exported.depots[0]).toMatchObject({ stock: [{ quantity: 40 }], incoming: [{ quantity: 70 }] });
    const { crews, depots, materials, districts } = JSON.parse(JSON.stringify(exported));
    const before = await shared.db.collection('depot_stock').find().toArray();
    const { version } = await desk.read();
    const again = await desk.save(
      imported({ crews, depots, materials, districts }, version, { count: true }),
    );
    const nothing = { added: [], removed: [], changed: [] };
    expect(again).toMatchObject({
      changes: { crews: nothing, depots: nothing, materials: nothing, districts: nothing },
      ...{ counts: [], reverted: [] },
    });
    const plain = (entries: typeof before) => entries.map(({ version: _version, ...entry }) => entry);
    expect(plain(await shared.db.collection('depot_stock').find().toArray())).toEqual(plain(before));
  });

  it('is in the way of nobody who edits something else than an old fault', async () => {
    const { desk } = await open(file);
    const rosters = shared.db.collection<{ _id: string }>('roster');
    const set = { 'roster.depots.0.latitude': -87.6, 'roster.depots.0.longitude': 41.8 };
    await rosters.updateOne({ _id: 'roster' }, { $set: set });
    const { roster } = await desk.read();
    expect(await desk.save(edit({ ...roster, crews: withNorth({ size: 6 }).crews }))).toMatchObject({
      version: 2,
    });
    expect(await desk.save(imported(roster, 2))).toMatchObject({
      problems: [{ path: 'depots[0].latitude' }],
    });
  });
});

describe('an edit that leaves announced jobs where nobody works', () => {
  const assignment = assignmentFor(
    'north',
    new Date('2030-06-03T14:00:00Z'),
    new Date('2030-06-03T16:00:00Z'),
  );
  const nights = { shifts: [{ days: ['mon' as const], start: '22:00', end: '06:00' }] };

  it('lists them in its answer, tells dispatch once, and asks for a new plan', async () => {
    const { desk, database } = await open(file);
    const { workOrders } = createStores(database.db);
    await workOrders.insert({ ...makeOrder('R-1'), title: 'Kerb', state: 'announced', assignment });
    await workOrders.insert({
      ...makeOrder('R-2'),
      state: 'started',
      startedAt: assignment.start,
      assignment,
    });
    const job = { orderId: 'R-1', title: 'Kerb', crewId: 'north', start: assignment.start };
    expect(await desk.save({ ...edit(withNorth(nights)), checkOnly: true })).toMatchObject({
      stranded: { count: 1, jobs: [job] },
    });
    const news = () => database.db.collection('bulletins').find({ kind: 'roster' }).toArray();
    expect(await news()).toEqual([]);
    expect(asked).toBe(0);
    expect(await desk.save(edit(withNorth(nights)))).toMatchObject({ stranded: { count: 1, jobs: [job] } });
    expect(await news()).toMatchObject([{ by: 'U0CHEN', jobs: [job], plannedAt: null }]);
    expect(asked).toBe(1);
    const sent = await database.db.collection<OutboxEntry>('outbox').find({ kind: 'bulletin' }).toArray();
    expect(sent.map(({ reference }) => reference)).toEqual(['roster:2#@dispatch']);
    const again = await desk.save(edit(withNorth({ ...nights, size: 6 }), 2));
    expect(again).toMatchObject({ version: 3, stranded: { count: 0, jobs: [] } });
    expect(await news()).toHaveLength(1);
  });
});
