import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import type { Bulletin, LateBulletin } from '../../src/core/work/bulletin.ts';
import { applyMoves } from '../../src/scheduler/planning/apply-moves.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { renderBulletin } from '../../src/slack/delivery/rendering/render-bulletin.ts';
import type { RenderOutcome } from '../../src/slack/delivery/rendering/rendering.ts';
import { at, inTransaction, usePlanners } from '../support/planners.ts';
import {
  makeAfternoonOrder as afternoon,
  announceToNorth,
  makeAskingAgency,
  morning,
  OPERATOR,
  openDesk,
  RAIN_DAY,
  RIVERSIDE,
  SICK_DAY,
} from '../support/proposals.ts';
import { readCard } from '../support/read-card.ts';

const planners = usePlanners();
const { db, planner, workOrders, findOrder, depotStock, listTold } = planners;
const agency: Agency = { ...makeAskingAgency({ milliseconds: 2_000 }), districts: [RIVERSIDE] };
const plan = (known = agency) => planWaitingOrders({ ...planner, agency: known }, morning);

/** Before the job can be done: no work begins before noon. */
const dueAt = at('2026-06-01T17:30:00Z');
const late = (id: string) => afternoon(id, { dueAt, requirements: { durationMinutes: 120 } });
const listMessages = () =>
  db
    .collection<OutboxEntry>('outbox')
    .find({ _id: /:@late#/ })
    .toArray();

beforeEach(async () => {
  for (const name of ['bulletins', 'outbox']) await db.collection(name).deleteMany({});
  await depotStock.ensureDepotStock(agency);
});

async function render(entry: OutboxEntry): Promise<RenderOutcome> {
  const bulletin = await planner.stores.bulletins.find(entry.reference.split('#')[0] ?? '');
  const management = { runs: { listAudit: async () => [] }, work: { find: workOrders.find } };
  const deps = { outbox: planner.stores.outbox, management, agency, now: morning };
  return renderBulletin(deps, entry, bulletin as Bulletin);
}

async function readMessage(): Promise<string> {
  const [entry] = await listMessages();
  const rendered = await render(entry as OutboxEntry);
  if (typeof rendered === 'string' || 'nothing' in rendered) throw new Error('nothing is told');
  expect(rendered.targets).toEqual([{ channel: agency.channels.dispatch }]);
  return readCard(rendered.message);
}

describe('jobs that a planning has end after their deadline', () => {
  it('are told to dispatch in one message when it is over, with what would help', async () => {
    for (const id of ['a', 'b', 'c']) await workOrders.insert(late(id));
    expect((await plan()).announced).toHaveLength(3);
    expect(await listMessages()).toMatchObject([{ dueAt: morning, delivered: 0 }]);
    const text = await readMessage();
    expect(text).toContain('3 jobs end after their deadline');
    for (const id of ['a', 'b', 'c']) expect(text).toContain(`\`${id}\``);
    expect(await listTold('work.late')).toHaveLength(3);
  });

  it('are none when all are in time', async () => {
    await workOrders.insert(afternoon('a', { dueAt: at('2026-06-02T17:30:00Z') }));
    expect((await plan()).announced).toHaveLength(1);
    expect(await listMessages()).toEqual([]);
  });

  it('are told half a minute later when the planning dies after it announced them', async () => {
    await workOrders.insert(late('a'));
    const planProposals = {
      ...planner.stores.planProposals,
      listOpen: () => Promise.reject(new Error('gone')),
    };
    const dying = { ...planner, agency, stores: { ...planner.stores, planProposals } };
    await expect(planWaitingOrders(dying, morning)).rejects.toThrow('gone');
    expect((await findOrder('a')).state).toBe('announced');
    const dueAtLast = new Date(morning.getTime() + 30_000);
    expect(await listMessages()).toMatchObject([{ dueAt: dueAtLast }]);
    expect(await readMessage()).toContain('after its deadline');
  });

  it('are no news any more when they are in time before the message is out', async () => {
    await workOrders.insert(late('a'));
    await plan();
    const order = await findOrder('a');
    await workOrders.save({ ...order, dueAt, assignment: { ...order.assignment!, end: dueAt } });
    const [entry] = await listMessages();
    expect(await render(entry as OutboxEntry)).toMatchObject({ nothing: true });
  });

  it('are told what a crew that is absent would help', async () => {
    const diving = { ...agency.crews[0]!, skills: ['diving'] };
    const known = { ...agency, crews: [diving, agency.crews[1]!] };
    await openDesk(planners, known).desk.disruptions.reportAbsence(SICK_DAY);
    const today = { dueAt: at('2026-06-01T21:00:00Z') };
    await workOrders.insert(afternoon('a', { ...today, requirements: { skills: ['diving'] } }));
    expect((await plan(known)).announced).toEqual(['a']);
    expect(await readMessage()).toContain('Would help: north crew on Mon 1 Jun works after all');
  });

  it('are named once, also when they came to their lateness twice, and as long as they are not over', async () => {
    await workOrders.insert(late('a'));
    await plan();
    const bulletin = await db.collection<LateBulletin>('bulletins').findOne({ kind: 'late' });
    const twice = { lateJobs: [...bulletin!.lateJobs, ...bulletin!.lateJobs] };
    await db.collection<LateBulletin>('bulletins').updateOne({ _id: bulletin!._id }, { $set: twice });
    await workOrders.save({ ...(await findOrder('a')), state: 'started', startedAt: dueAt });
    const text = await readMessage();
    expect(text.match(/`a`/g)).toHaveLength(1);
    expect(text).toContain('after its deadline');
  });

  it('are said to be settled once a plan has them in time', async () => {
    for (const id of ['a', 'b']) await workOrders.insert(late(id));
    await plan();
    const [entry] = await listMessages();
    const posted = { ts: '1.1', channel: 'C0DISPATCH', dueAt: null, delivered: entry!.wanted };
    await db.collection<OutboxEntry>('outbox').updateOne({ _id: entry!._id }, { $set: posted });
    const order = await findOrder('a');
    const to = { ...order.assignment!, end: dueAt };
    const { title = 'a', version, weight } = order;
    const move = { orderId: 'a', title, version, weight, dueAt, from: order.assignment!, to, reason: '' };
    await inTransaction(planner.client, (session) =>
      applyMoves(
        { ...planner, timeZone: agency.timeZone },
        [move],
        { actor: 'system', byHand: null, cause: '', batch: 'later' },
        morning,
        session,
      ),
    );
    expect(await listMessages()).toMatchObject([{ dueAt: morning }]);
    expect(await readMessage()).toMatch(/1 job ends after its deadline.*1 job told here is settled/s);
  });

  it('are told of moves, whether they were made without asking or applied by a click', async () => {
    const place = { latitude: 41.5, longitude: -87.5 };
    const today = { dueAt: at('2026-06-01T20:00:00Z'), place };
    for (const automaticMoves of [5, 0]) {
      const known = { ...agency, planning: { ...agency.planning, automaticMoves } };
      const id = `moves-${automaticMoves}`;
      await announceToNorth(planners, known, [afternoon(id, today)]);
      expect(await listMessages()).toEqual([]);
      const { desk } = openDesk(planners, known);
      await desk.disruptions.closeDistrict(RAIN_DAY);
      await plan(known);
      const [proposal] = await planner.stores.planProposals.listOpen();
      if (proposal) await desk.planning.decideProposal(proposal._id, 'apply', OPERATOR);
      expect((await findOrder(id)).assignment?.end.getTime()).toBeGreaterThan(today.dueAt.getTime());
      expect(await listMessages()).toMatchObject([{ dueAt: morning }]);
      for (const name of ['bulletins', 'outbox', 'disruptions', 'work_orders', 'crew_days'])
        await db.collection(name).deleteMany({});
    }
    expect(await listTold('work.late')).toHaveLength(2);
  });
});
