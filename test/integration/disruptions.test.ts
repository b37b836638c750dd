import { beforeAll, describe, expect, it } from 'vitest';
import type { Absence, Closure } from '../../src/core/work/disruption.ts';
import { ensureIndexes } from '../../src/store/stores.ts';
import { createDisruptionStore } from '../../src/store/work/disruptions.ts';
import { useDatabase } from '../support/mongo.ts';

const database = useDatabase();
const disruptions = createDisruptionStore(database.db);
beforeAll(() => ensureIndexes(database.db));

const at = (hour: number) => new Date(Date.UTC(2026, 5, 1, hour));
const said = { reason: 'because', by: 'U0CHEN', at: at(0) };
const absence = (_id: string, start: number, end: number): Absence => ({
  ...said,
  _id,
  crewId: 'north',
  start: at(start),
  end: at(end),
});
const closure = (_id: string, start: number, end: number): Closure => ({
  ...said,
  _id,
  district: 'riverside',
  start: at(start),
  end: at(end),
});

describe('disruptions', () => {
  it('are listed until they end, also before they begin, as they were said', async () => {
    await disruptions.addAbsence(absence('later', 14, 16));
    await disruptions.addAbsence(absence('now', 9, 12));
    await disruptions.addAbsence(absence('over', 6, 10));
    await disruptions.addClosure(closure('rain', 8, 18));
    expect(await disruptions.listFrom(at(10))).toEqual({
      absences: [absence('now', 9, 12), absence('later', 14, 16)],
      closures: [closure('rain', 8, 18)],
    });
    expect(await disruptions.listFrom(at(18))).toEqual({ absences: [], closures: [] });
  });

  it('count once however often and how simultaneously they are reported; the first report stays', async () => {
    const twice = absence('twice', 20, 22);
    const added = await Promise.all([1, 2, 3, 4].map(() => disruptions.addAbsence(twice)));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await disruptions.addAbsence({ ...twice, end: at(23) })).toBe(false);
    expect((await disruptions.listFrom(at(19))).absences).toEqual([twice]);
  });

  it('can be taken back, by one of many at the same moment; who did so stays known', async () => {
    await disruptions.addClosure(closure('mistake', 30, 40));
    const people = ['U0CHEN', 'U0LEE', 'U0DIAZ'];
    const tries = await Promise.all(people.map((by) => disruptions.takeBack('mistake', { by, at: at(2) })));
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect((await disruptions.listFrom(at(29))).closures).toEqual([]);
    const by = people[tries.indexOf(true)];
    expect(await disruptions.find('mistake')).toEqual({
      ...closure('mistake', 30, 40),
      takenBack: { by, at: at(2) },
    });
    expect(await disruptions.takeBack('unknown', { by: 'U0CHEN', at: at(2) })).toBe(false);
  });
});
