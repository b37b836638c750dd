import { randomUUID } from 'node:crypto';
import { MongoBackend, MongoChangeStreamNotificationChannel } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import type { Db } from 'mongodb';

const STEPS = ['assess', 'approve', 'assign', 'execute'];

/** The seed's workflow with one Agenda job a step and one for the deadline: what the engine would be without an engine. */
export async function startAgendaSteps(db: Db): Promise<{ one(): Promise<void>; stop(): Promise<void> }> {
  const runs = db.collection<{ _id: string; version: number; state: string }>('agenda_runs');
  const collection = 'agenda_steps';
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: db, collection }),
    notificationChannel: new MongoChangeStreamNotificationChannel({ db, collection }),
    processEvery: 200,
    maxConcurrency: 400,
    defaultConcurrency: 100,
    defaultLockLimit: 200,
    removeOnComplete: true,
  });
  const waiting = new Map<string, () => void>();
  for (const [index, step] of STEPS.entries()) {
    agenda.define(step, async (job: { attrs: { data: { id: string } } }) => {
      const { id } = job.attrs.data;
      const update = { $set: { state: step, version: index + 1 } };
      await runs.findOneAndUpdate({ _id: id, version: index }, update);
      const next = STEPS[index + 1];
      if (next) return void (await agenda.now(next, { id }));
      await agenda.cancel({ name: 'deadline', data: { id } });
      waiting.get(id)?.();
      waiting.delete(id);
    });
  }
  agenda.define('deadline', async () => {});
  await agenda.start();
  return {
    one: async () => {
      const id = randomUUID();
      const done = new Promise<void>((resolve) => waiting.set(id, resolve));
      await runs.insertOne({ _id: id, version: 0, state: 'new' });
      await agenda.schedule(new Date(Date.now() + 48 * 3_600_000), 'deadline', { id });
      await agenda.now(STEPS[0] ?? '', { id });
      await done;
    },
    stop: () => agenda.stop(false),
  };
}
