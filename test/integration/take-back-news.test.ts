import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency.ts';
import type { Bulletin } from '../../src/core/bulletin.ts';
import type { WorkOrder } from '../../src/core/resources.ts';
import { clearStrandedWork } from '../../src/scheduler/clear-stranded.ts';
import { planWaitingOrders } from '../../src/scheduler/plan-waiting-orders.ts';
import { warnOfStrandedWork } from '../../src/scheduler/warn-stranded.ts';
import { at, usePlanners } from '../support/planners.ts';
import { makeAfternoonOrder, makeAskingAgency, morning, OPERATOR, openDesk } from '../support/proposals.ts';

const planners = usePlanners();
const { db, planner, otherPlanner, workOrders, depotStock, listTold } = planners;
const RIVERSIDE: Agency['districts'][number] = {
  ...{ id: 'riverside', name: 'Riverside' },
  area: [
    [41, -88],
    [42, -88],
    [42, -87],
    [41, -87],
  ],
};
const agency: Agency = { ...makeAskingAgency(), districts: [RIVERSIDE] };
const deps = { ...planner, agency };
const { desk } = openDesk(planners, agency);
const tomorrow = at('2026-06-02T05:00:00Z');
const plan = (known = agency) => planWaitingOrders({ ...planner, agency: known }, morning);

beforeEach(async () => {
  for (const name of ['bulletins', 'outbox']) await db.collection(name).deleteMany({});
  await depotStock.ensureDepotStock(agency);
});

async function find(id: string): Promise<WorkOrder> {
  const order = await workOrders.find(id);
  if (!order) throw new Error(`no order ${id}`);
  return order;
}

async function announceToNorth(id: string): Promise<void> {
  const place = { latitude: 41.5, longitude: -87.5 };
  await workOrders.insert(makeAfternoonOrder(id, { place, givenTo: 'north' }));
  await plan();
  await workOrders.save({ ...(await find(id)), givenTo: null });
}

async function keepAll(): Promise<void> {
  await plan();
  const [proposal] = await planner.stores.planProposals.listOpen();
  await desk.decideProposal(proposal?._id ?? '', 'keep', OPERATOR);
}

async function closeRiverside(): Promise<string> {
  const rain = { start: morning, end: tomorrow, reason: 'rain', district: 'riverside', actor: OPERATOR };
  const outcome = await desk.closeDistrict(rain);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.closure._id;
}

async function northIsAway(changes: { end?: Date } = {}): Promise<string> {
  const away = { start: morning, end: tomorrow, reason: 'flu', crewId: 'north', actor: OPERATOR };
  const outcome = await desk.reportAbsence({ ...away, ...changes });
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.absence._id;
}

describe('a warning of stranded work', () => {
  it('is settled once after its closure is taken back, whichever process plans', async () => {
    await announceToNorth('a');
    const id = await closeRiverside();
    await keepAll();
    expect(await warnOfStrandedWork(deps, morning)).toEqual(['a']);
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
    await desk.takeBack(id, OPERATOR);
    await plan();
    const both = [clearStrandedWork(deps, morning), clearStrandedWork({ ...otherPlanner, agency }, morning)];
    expect((await Promise.all(both)).flat()).toEqual(['a']);
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
    expect(await listTold('work.cleared')).toMatchObject([
      { orderId: 'a', reason: 'Riverside is open again', crewName: 'north crew', isAllClear: true },
    ]);
    expect((await find('a')).warnedOf).toEqual([]);
  });

  it('of an absence comes again when the same absence is entered again', async () => {
    await announceToNorth('a');
    const id = await northIsAway();
    await keepAll();
    await warnOfStrandedWork(deps, morning);
    await desk.takeBack(id, OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
    await northIsAway();
    expect(await warnOfStrandedWork(deps, morning)).toEqual(['a']);
    expect(await listTold('work.cleared')).toMatchObject([{ reason: 'north crew is not absent any more' }]);
  });

  it('stands when something else keeps the crew away, and is all clear with the last of it', async () => {
    await announceToNorth('a');
    const [rain, flu] = [await closeRiverside(), await northIsAway()];
    await keepAll();
    await warnOfStrandedWork(deps, morning);
    await desk.takeBack(rain, OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
    await desk.takeBack(flu, OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
    expect((await listTold('work.cleared')).map(({ isAllClear }) => isAllClear)).toEqual([false, true]);
  });

  it('is not settled by an end that merely came, nor for a job that has left', async () => {
    await announceToNorth('a');
    const start = (await find('a')).assignment?.start ?? morning;
    const end = new Date(+start + 10 * 60_000);
    await northIsAway({ end });
    const order = await find('a');
    await workOrders.save({ ...order, acceptedAt: morning });
    await warnOfStrandedWork(deps, morning);
    expect((await find('a')).warnedOf).toHaveLength(1);
    expect(await clearStrandedWork(deps, end)).toEqual([]);
    const id = (await planner.stores.disruptions.listFrom(morning)).absences[0]?._id ?? '';
    await desk.takeBack(id, OPERATOR);
    const { assignment, ...warned } = await find('a');
    await workOrders.save({ ...warned, assignment: assignment && { ...assignment, crewId: 'south' } });
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
  });
});

describe('of two absences of a crew that overlap', () => {
  it('the other one is told with the taking back, and the crew is not said to be back', async () => {
    await announceToNorth('a');
    const training = { start: morning, end: new Date(+tomorrow + 60_000), reason: 'training' };
    const flu = await northIsAway();
    const other = await desk.reportAbsence({ ...training, crewId: 'north', actor: OPERATOR });
    await keepAll();
    await warnOfStrandedWork(deps, morning);
    expect(await desk.takeBack(flu, OPERATOR)).toMatchObject({
      standing: [{ name: 'north crew', ...training }],
    });
    const bulletin = await db.collection<Bulletin>('bulletins').findOne({ _id: flu });
    expect(bulletin).toMatchObject({ takenBackBy: OPERATOR, standing: [training] });
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
    await desk.takeBack('absence' in other ? other.absence._id : '', OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
  });

  it('of two that are taken back at once one has nothing that goes on', async () => {
    const ids = [await northIsAway(), await northIsAway({ end: new Date(+tomorrow + 60_000) })];
    const outcomes = await Promise.all(ids.map((id) => desk.takeBack(id, OPERATOR)));
    const counts = outcomes.map((outcome) =>
      'refused' in outcome ? outcome.refused : outcome.standing.length,
    );
    expect(counts.toSorted()).toEqual([0, 1]);
  });

  it('one of the roster goes on, and so does another closure of the district', async () => {
    const holidays = [{ from: '2026-06-01', to: '2026-06-03', reason: 'leave' }];
    const crews = agency.crews.map((crew) => (crew.id === 'north' ? { ...crew, absences: holidays } : crew));
    const planned = openDesk(planners, { ...agency, crews }).desk;
    const taken = await planned.takeBack(await northIsAway(), OPERATOR);
    expect(taken).toMatchObject({ standing: [{ _id: null, reason: 'leave' }] });
    const rain = await closeRiverside();
    const flood = { start: morning, end: new Date(+tomorrow + 60_000), reason: 'flood' };
    await desk.closeDistrict({ ...flood, district: 'riverside', actor: OPERATOR });
    expect(await desk.takeBack(rain, OPERATOR)).toMatchObject({
      standing: [{ name: 'Riverside', ...flood }],
    });
  });
});

it('the taking back keeps what the absence had moved, as it stood then', async () => {
  await announceToNorth('a');
  const { start } = (await find('a')).assignment ?? {};
  const id = await northIsAway();
  await plan({ ...agency, planning: { ...agency.planning, automaticMoves: 5 } });
  const moved = (await find('a')).assignment;
  expect(moved?.crewId).toBe('south');
  await desk.takeBack(id, OPERATOR);
  const bulletin = await db.collection<Bulletin>('bulletins').findOne({ _id: id });
  expect(bulletin).toMatchObject({
    movedJobs: [
      { orderId: 'a', crewId: 'north', start, movedTo: { crewName: 'south crew', start: moved?.start } },
    ],
  });
});
