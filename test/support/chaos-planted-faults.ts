import { appendFile, readFile } from 'node:fs/promises';
import type { Db, Document } from 'mongodb';
import { expect } from 'vitest';

type Corrupt = (db: Db, logFile: string) => Promise<unknown>;

/** Changes the one document that the filter finds first; that there is one is part of the test. */
const change =
  (collection: string, filter: Document, update: Document | Document[]): Corrupt =>
  async (database) => {
    const result = await database.collection(collection).updateOne(filter, update);
    expect(result.modifiedCount).toBe(1);
  };
const drop =
  (collection: string, filter: Document): Corrupt =>
  async (database) =>
    expect((await database.collection(collection).deleteOne(filter)).deletedCount).toBe(1);
const copy =
  (collection: string, filter: Document, patch: (document: Document) => Document): Corrupt =>
  async (database) => {
    const document = await database.collection(collection).findOne(filter);
    await database.collection(collection).insertOne({ ...document, ...patch(document ?? {}) });
  };
/** Rewrites the history of a completed run of a workflow. */
const rewrite =
  (workflow: string, edit: (history: Document[]) => Document[]): Corrupt =>
  async (database) => {
    const runs = database.collection<{ _id: string; history: Document[] }>('runs');
    const run = await runs.findOne({ workflow, status: 'completed' });
    const history = edit(run?.history ?? []).map((event, index) => ({ ...event, seq: index + 1 }));
    await runs.updateOne({ _id: run?._id ?? '' }, { $set: { history, lastSeq: history.length } });
  };
const repeated = (type: string) => (history: Document[]) =>
  history.flatMap((event) => (event.type === type ? [event, event] : [event]));
const DONE = { workflow: 'repair', status: 'completed' };
const BREACHED = { workflow: 'undecided', 'clocks.run.breachedAt': { $ne: null } };

/** What is done to a healthy database and log, in words; the rule that has to find it; and the deed. */
export const PLANTED_FAULTS: [string, string, Corrupt][] = [
  ['a run is lost', 'runs.count', drop('runs', DONE)],
  [
    'a request started two runs',
    'runs.doubled',
    async (database, logFile) => {
      await database.collection('runs').dropIndex('request');
      await copy('runs', DONE, () => ({ _id: 'R-TWIN' }))(database, logFile);
    },
  ],
  ['a run never ended', 'run.open', change('runs', DONE, { $set: { endedAt: null, status: 'running' } })],
  [
    'a lease is left',
    'run.lease',
    change('runs', DONE, { $set: { lease: { owner: 'x', token: 1, until: new Date() } } }),
  ],
  ['a message is left in a run', 'run.pending', change('runs', DONE, { $set: { pending: [{ _id: 'x' }] } })],
  ['a run is left to be looked at', 'run.wake', change('runs', DONE, { $set: { wakeAt: new Date() } })],
  [
    'a step is left open',
    'run.openStep',
    change('runs', DONE, { $set: { 'steps.execute.status': 'running' } }),
  ],
  ['a run ended twice', 'run.ends', rewrite('repair', repeated('run.ended'))],
  ['a fact is missing', 'audit.seq', change('runs', DONE, { $pull: { history: { seq: 4 } } })],
  [
    'a fact is there twice',
    'audit.count',
    change('runs', DONE, [{ $set: { history: { $concatArrays: ['$history', [{ $last: '$history' }]] } } }]),
  ],
  ['a step succeeded twice', 'step.ends', rewrite('repair', repeated('step.succeeded'))],
  ['a step was decided twice', 'approval.decisions', rewrite('repair', repeated('approval.approved'))],
  [
    'an attempt is not told of',
    'step.starts',
    change('runs', DONE, { $set: { 'steps.assess.attempts': [] } }),
  ],
  [
    'attempts are misnumbered',
    'step.numbers',
    change('runs', DONE, { $set: { 'steps.assess.attempts.0.number': 2 } }),
  ],
  [
    'a step overtook the one before it',
    'order.overtook',
    rewrite('repair', (history) => [
      ...history.slice(0, 1),
      ...history.filter((event) => event.task === 'execute' && event.type === 'step.started'),
      ...history.slice(1).filter((event) => !(event.task === 'execute' && event.type === 'step.started')),
    ]),
  ],
  [
    'a branch went on after its container',
    'order.outside',
    rewrite('branches', (history) => {
      const inner = history.filter((event) => event.task === 'left' && event.type === 'step.succeeded');
      const rest = history.filter((event) => !inner.includes(event));
      return [...rest.slice(0, -1), ...inner, ...rest.slice(-1)];
    }),
  ],
  [
    'a breach was told twice',
    'sla.breached',
    change('runs', BREACHED, [
      {
        $set: {
          history: {
            $concatArrays: [
              '$history',
              { $filter: { input: '$history', cond: { $eq: ['$$this.type', 'sla.breached'] } } },
            ],
          },
        },
      },
    ]),
  ],
  [
    'an effect took place twice',
    'effect.applied',
    async (_database, logFile) => {
      const healthyLog = await readFile(logFile, 'utf8');
      const line = healthyLog.split('\n').find((text) => text.includes('"applied"')) ?? '';
      await appendFile(logFile, `${line.replace(/"nonce":"[^"]*"/, '"nonce":"other"')}\n`);
    },
  ],
  [
    'an effect of no attempt',
    'effect.phantom',
    copy('effective', { task: 'assess' }, ({ runId }) => ({
      ...{ _id: `${runId}/assess/9`, attempt: 9 },
    })),
  ],
  ['an effect is forgotten', 'effect.lost', drop('effective', { task: 'assess' })],
  [
    'a run believes in another result',
    'effect.believed',
    change('runs', DONE, { $set: { 'steps.assess.output.nonce': 'x' } }),
  ],
  [
    'a minute is promised twice',
    'minutes.twice',
    change('crew_days', { 'reserved.0': { $exists: true } }, [
      {
        $set: {
          reserved: {
            $concatArrays: [
              '$reserved',
              [{ $mergeObjects: [{ $first: '$reserved' }, { orderId: 'R-OTHER' }] }],
            ],
          },
        },
      },
    ]),
  ],
  [
    'minutes are kept for nobody',
    'minutes.orphan',
    change('crew_days', { 'reserved.0': { $exists: true } }, { $set: { 'reserved.0.orderId': 'R-GONE' } }),
  ],
  [
    'promised minutes are free',
    'minutes.missing',
    change('crew_days', { 'reserved.0': { $exists: true } }, { $set: { reserved: [] } }),
  ],
  [
    'material was used twice',
    'kilos.consumed',
    change('depot_stock', { consumed: { $gt: 0 } }, { $inc: { consumed: 5, onHand: -5 } }),
  ],
  ['material vanished', 'kilos.sum', change('depot_stock', {}, { $inc: { onHand: -1 } })],
  ['more is reserved than held', 'kilos.reserved', change('depot_stock', {}, { $inc: { reserved: 1 } })],
  [
    'a hold is lost',
    'kilos.missing',
    change('depot_stock', { 'holds.0': { $exists: true } }, [{ $set: { holds: [], reserved: 0 } }]),
  ],
  [
    'a job was done without its run',
    'order.done',
    change('work_orders', { state: 'done' }, { $set: { state: 'started' } }),
  ],
  ['a message is missing', 'outbox.missing', drop('outbox', { kind: 'runCard' })],
  ['a page is missing', 'outbox.missing', drop('outbox', { kind: 'page' })],
  [
    'a page is there twice',
    'outbox.doubled',
    copy('outbox', { kind: 'page' }, () => ({ _id: 'page:again' })),
  ],
  [
    'a page nobody asked for',
    'outbox.unexpected',
    copy('outbox', { kind: 'page' }, ({ runId }) => ({
      ...{ _id: `page:${runId}:sla-run#99`, reference: 'sla-run#99' },
    })),
  ],
  ['a card is out of date', 'outbox.stale', change('outbox', { kind: 'runCard' }, { $set: { wanted: 1 } })],
  [
    'a page was told twice',
    'page.told',
    change('runs', BREACHED, [
      {
        $set: {
          history: {
            $concatArrays: [
              '$history',
              { $filter: { input: '$history', cond: { $eq: ['$$this.type', 'escalation.paged'] } } },
            ],
          },
        },
      },
    ]),
  ],
];
