import { randomUUID } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { createBatcher } from '../../src/store/mongo/batcher.ts';

interface Row {
  _id: string;
  version: number;
  state: string;
  dueAt: Date;
}

const WRITES = 6;
const STATES = ['assessed', 'asked', 'approved', 'assigned', 'done'];

/** Six fenced single writes, one after the other, each acknowledged by the majority: a workflow without an engine. */
export function singleWrites(db: Db): () => Promise<void> {
  const collection = db.collection<Row>('floor_single');
  return async () => {
    const _id = randomUUID();
    await collection.insertOne(newRow(_id));
    for (let version = 0; version < WRITES - 1; version++) {
      const update = { $set: { state: STATES[version] ?? '', version: version + 1 } };
      await collection.findOneAndUpdate({ _id, version }, update);
    }
  };
}

/** The same six writes, each waiting for its own, but sharing round trips with the others that are in flight. */
export function batchedWrites(db: Db): () => Promise<void> {
  const collection = db.collection<Row>('floor_batched');
  const inserts = createBatcher(async (rows: Row[]) => {
    await collection.insertMany(rows, { ordered: false });
    return rows;
  });
  const updates = createBatcher((batch: Fenced[]) => writeBatch(collection, batch));
  return async () => {
    const _id = randomUUID();
    await inserts.add(newRow(_id));
    for (let version = 0; version < WRITES - 1; version++) await updates.add({ _id, version });
  };
}

interface Fenced {
  _id: string;
  version: number;
}

async function writeBatch(collection: Collection<Row>, batch: Fenced[]): Promise<Fenced[]> {
  await collection.bulkWrite(
    batch.map(({ _id, version }) => ({
      updateOne: {
        filter: { _id, version },
        update: { $set: { state: STATES[version] ?? '', version: version + 1 } },
      },
    })),
    { ordered: false },
  );
  return batch;
}

function newRow(_id: string): Row {
  return { _id, version: 0, state: 'new', dueAt: new Date(Date.now() + 48 * 3_600_000) };
}
