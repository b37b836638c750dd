import { expect, it } from 'vitest';
import type { PlannedMove } from '../../src/core/work/plan-proposal.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { type Proposable, proposeMoves } from '../../src/scheduler/planning/propose-moves.ts';
import { at, usePlanners } from '../support/planners.ts';
import { morning } from '../support/proposals.ts';
import { assignmentFor, makeOrder } from '../support/scheduling.ts';

const planners = usePlanners();
const { planner } = planners;
const deps = { client: planner.client, ...planner.stores };
const later = (hours: number) => new Date(morning.getTime() + hours * 3_600_000);

const from = assignmentFor('north', at('2026-06-01T18:00:00Z'), at('2026-06-01T19:00:00Z'));
const orders = ['a', 'b', 'c'].map((id) => makeOrder(id, { state: 'announced', assignment: from }));
const [a, b, c] = orders as [WorkOrder, WorkOrder, WorkOrder];
const move = ({ _id: orderId, version }: WorkOrder, crewId: string): PlannedMove => ({
  ...{ orderId, version, title: orderId, from, to: { ...from, crewId }, reason: '', dueAt: null },
});

/** A plan that is a tenth cheaper. */
const plan = (moves: PlannedMove[], changes: Partial<Proposable> = {}): Proposable => ({
  ...{ moves, orders, isAutomatic: false, about: [], placements: [], fits: () => true },
  ...{ before: { cents: 10_000, lateMinutes: 0 }, after: { cents: 9_000, lateMinutes: 0 } },
  ...changes,
});
const ask = (proposable: Proposable, now = morning) => proposeMoves(deps, proposable, 'cause', now);
const listMoved = async () =>
  (await planner.stores.planProposals.listOpen()).map(({ moves }) => moves.map(({ orderId }) => orderId));
async function keep(): Promise<void> {
  const [open] = await planner.stores.planProposals.listOpen();
  const kept = { ...open!, state: 'kept' as const, decidedBy: 'U0CHEN', decidedAt: morning };
  await planner.client.withSession((session) => planner.stores.planProposals.save(kept, session));
}

it('another plan for work that is as it was is no new question', async () => {
  expect(await ask(plan([move(a, 'south')]))).toBe(true);
  expect(await ask(plan([move(b, 'south'), move(c, 'south')]))).toBe(false);
  expect(await listMoved()).toEqual([['a']]);
});

it.each([
  ['work that it moves has changed', { orders: [{ ...a, acceptedAt: morning }, b, c] }],
  ['its moves do not fit any more', { fits: () => false }],
  ['a crew got other work', { placements: [{ order: c } as never] }],
  ['another job cannot be done as announced, or has no crew', { about: ['c'] }],
])('a question gives way to a new one when %s', async (_when, changes) => {
  await ask(plan([move(a, 'south')]));
  expect(await ask(plan([move(b, 'south')], changes))).toBe(true);
  expect(await listMoved()).toEqual([['b']]);
});

it('a question stands though its crews were reminded, or dispatch was warned', async () => {
  await ask(plan([move(a, 'south')]));
  const marked = {
    ...a,
    version: a.version + 3,
    warnedOf: ['closure:x'],
    nudges: { start: from.start, sent: [] },
  };
  expect(await ask(plan([move(b, 'south')], { orders: [marked, b, c] }))).toBe(false);
  expect(await listMoved()).toEqual([['a']]);
});

it('a question and its card are one: neither is there without the other', async () => {
  const outbox = { ...deps.outbox, request: () => Promise.reject(new Error('gone')) };
  await expect(proposeMoves({ ...deps, outbox }, plan([move(a, 'south')]), 'cause', morning)).rejects.toThrow(
    'gone',
  );
  expect(await listMoved()).toEqual([]);
});

it('one job that would be in time is worth a question, whatever that saves of all the rest', async () => {
  const worth = { before: { cents: 10_000, lateMinutes: 1_000 }, after: { cents: 10_000, lateMinutes: 999 } };
  expect(await ask(plan([move(a, 'south')], worth))).toBe(false);
  const to = { ...from, start: later(-1), end: later(0) };
  expect(
    await ask(plan([{ ...move(a, 'south'), to: { ...to, crewId: 'south' }, dueAt: to.end }], worth)),
  ).toBe(true);
});

it('a question ends when nothing is to move any more, and when its time has come', async () => {
  await ask(plan([move(a, 'south')]));
  expect(await ask(plan([move(b, 'south')]), later(7))).toBe(true);
  expect(await listMoved()).toEqual([['b']]);
  await ask(plan([], { isAutomatic: true }));
  expect(await listMoved()).toEqual([]);
});

it('what dispatch kept is not asked again in other moves, but for the sake of another job', async () => {
  await ask(plan([move(a, 'south')]));
  await keep();
  expect(await ask(plan([move(b, 'south')]))).toBe(false);
  expect(await ask(plan([move(b, 'south')], { about: ['b sick'] }))).toBe(true);
  await keep();
  expect(await ask(plan([move(c, 'south')], { about: ['b sick'] }))).toBe(false);
  expect(await ask(plan([move(c, 'south')], { about: ['b rain'] }))).toBe(true);
  await keep();
  expect(await ask(plan([move(c, 'south')], { about: ['b sick'] }), later(13))).toBe(true);
});

it('a plan that saves next to nothing is not worth a question, unless a job needs it', async () => {
  const slight = {
    before: { cents: 10_000, lateMinutes: 1_000 },
    after: { cents: 9_900, lateMinutes: 980 },
  };
  expect(await ask(plan([move(a, 'south')], slight))).toBe(false);
  expect(await ask(plan([move(a, 'south')], { ...slight, about: ['a'] }))).toBe(true);
});
