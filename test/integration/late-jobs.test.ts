import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency.ts';
import type { Bulletin } from '../../src/core/bulletin.ts';
import { planWaitingOrders } from '../../src/scheduler/plan-waiting-orders.ts';
import { renderBulletin } from '../../src/slack/delivery/render-bulletin.ts';
import type { RenderOutcome } from '../../src/slack/delivery/render-entry.ts';
import type { OutboxEntry } from '../../src/store/outbox.ts';
import { at, usePlanners } from '../support/planners.ts';
import {
  makeAfternoonOrder as afternoon,
  announceToNorth,
  makeAskingAgency,
  morning,
  OPERATOR,
  openDesk,
  RAIN_DAY,
  RIVERSIDE,
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
    .find({ _id: /:late#/ })
    .toArray();

beforeEach(async () => {
  for (const name of ['bulletins', 'outbox']) await db.collection(name).deleteMany({});
  await depotStock.ensureDepotStock(agency);
});

async function render(entry: OutboxEntry): Promise<RenderOutcome> {
  const bulletin = await planner.stores.bulletins.find(entry.reference.split('#')[0] ?? '');
  const managementLayer = { findWorkOrder: workOrders.find, listAudit: async () => [] };
  const deps = { outbox: planner.stores.outbox, managementLayer, agency, now: morning };
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

  it('are told of a move that was made without asking, and not to who applied it by a click', async () => {
    const place = { latitude: 41.5, longitude: -87.5 };
    const today = { dueAt: at('2026-06-01T20:00:00Z'), place };
    for (const automaticMoves of [5, 0]) {
      const known = { ...agency, planning: { ...agency.planning, automaticMoves } };
      const id = `moves-${automaticMoves}`;
      await announceToNorth(planners, known, [afternoon(id, today)]);
      expect(await listMessages()).toEqual([]);
      const { desk } = openDesk(planners, known);
      await desk.closeDistrict(RAIN_DAY);
      await plan(known);
      const [proposal] = await planner.stores.planProposals.listOpen();
      if (proposal) await desk.decideProposal(proposal._id, 'apply', OPERATOR);
      expect((await findOrder(id)).assignment?.end.getTime()).toBeGreaterThan(today.dueAt.getTime());
      expect(await listMessages()).toHaveLength(automaticMoves === 5 ? 1 : 0);
      for (const name of ['bulletins', 'outbox', 'disruptions', 'work_orders', 'crew_days'])
        await db.collection(name).deleteMany({});
    }
    expect(await listTold('work.late')).toHaveLength(2);
  });
});
