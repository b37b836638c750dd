import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { Bulletin } from '../../src/core/work/bulletin.ts';
import { clearStrandedWork } from '../../src/scheduler/disruptions/clear-stranded.ts';
import { warnOfStrandedWork } from '../../src/scheduler/disruptions/warn-stranded.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { usePlanners } from '../support/planners.ts';
import {
  announceToNorth,
  keepOpenProposal,
  makeAfternoonOrder,
  makeAskingAgency,
  morning,
  OPERATOR,
  openDesk,
  RAIN_DAY,
  RIVERSIDE,
  SICK_DAY,
  tomorrow,
} from '../support/proposals.ts';

const planners = usePlanners();
const { db, planner, otherPlanner, workOrders, findOrder, depotStock, listTold } = planners;
const agency: Agency = { ...makeAskingAgency(), districts: [RIVERSIDE] };
const deps = { ...planner, agency };
const { desk } = openDesk(planners, agency);
const plan = (known = agency) => planWaitingOrders({ ...planner, agency: known }, morning);

beforeEach(async () => {
  for (const name of ['bulletins', 'outbox']) await db.collection(name).deleteMany({});
  await depotStock.ensureDepotStock(agency);
});

async function giveToNorth(id: string): Promise<void> {
  const place = { latitude: 41.5, longitude: -87.5 };
  await announceToNorth(planners, agency, [makeAfternoonOrder(id, { place })]);
}

async function keepAll(): Promise<void> {
  await plan();
  await keepOpenProposal(planners, desk);
}

async function closeRiverside(): Promise<string> {
  const outcome = await desk.disruptions.closeDistrict(RAIN_DAY);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.closure._id;
}

async function northIsAway(changes: { end?: Date } = {}): Promise<string> {
  const outcome = await desk.disruptions.reportAbsence({ ...SICK_DAY, ...changes });
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.absence._id;
}

describe('a warning of stranded work', () => {
  it('is settled once after its closure is taken back, whichever process plans', async () => {
    await giveToNorth('a');
    const id = await closeRiverside();
    await keepAll();
    expect(await warnOfStrandedWork(deps, morning)).toEqual(['a']);
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
    await desk.disruptions.takeBack(id, OPERATOR);
    await plan();
    const both = [clearStrandedWork(deps, morning), clearStrandedWork({ ...otherPlanner, agency }, morning)];
    expect((await Promise.all(both)).flat()).toEqual(['a']);
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
    expect(await listTold('work.cleared')).toMatchObject([
      { orderId: 'a', reason: 'Riverside is open again', crewName: 'north crew', isAllClear: true },
    ]);
    expect((await findOrder('a')).warnedOf).toEqual([]);
  });

  it('waits for a planning that knew of the absence: it may find a way out', async () => {
    await giveToNorth('a');
    await northIsAway();
    const justBefore = new Date(morning.getTime() - 1);
    expect(await warnOfStrandedWork(deps, morning, justBefore)).toEqual([]);
    await closeRiverside();
    expect(await warnOfStrandedWork(deps, morning, justBefore)).toEqual([]);
    expect(await warnOfStrandedWork(deps, morning)).toEqual(['a']);
  });

  it('of an absence comes again when the same absence is entered again', async () => {
    await giveToNorth('a');
    const id = await northIsAway();
    await keepAll();
    await warnOfStrandedWork(deps, morning);
    await desk.disruptions.takeBack(id, OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
    await northIsAway();
    expect(await warnOfStrandedWork(deps, morning)).toEqual(['a']);
    expect(await listTold('work.cleared')).toMatchObject([{ reason: 'north crew is not absent any more' }]);
  });

  it('stands when something else keeps the crew away, and is all clear with the last of it', async () => {
    await giveToNorth('a');
    const [rain, flu] = [await closeRiverside(), await northIsAway()];
    await keepAll();
    await warnOfStrandedWork(deps, morning);
    await desk.disruptions.takeBack(rain, OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
    await desk.disruptions.takeBack(flu, OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
    expect((await listTold('work.cleared')).map(({ isAllClear }) => isAllClear)).toEqual([false, true]);
  });

  it('is not settled by an end that merely came, nor for a job that has left', async () => {
    await giveToNorth('a');
    const start = (await findOrder('a')).assignment?.start ?? morning;
    const end = new Date(+start + 10 * 60_000);
    await northIsAway({ end });
    const order = await findOrder('a');
    await workOrders.save({ ...order, acceptedAt: morning });
    await warnOfStrandedWork(deps, morning);
    expect((await findOrder('a')).warnedOf).toHaveLength(1);
    expect(await clearStrandedWork(deps, end)).toEqual([]);
    const id = (await planner.stores.disruptions.listFrom(morning)).absences[0]?._id ?? '';
    await desk.disruptions.takeBack(id, OPERATOR);
    const { assignment, ...warned } = await findOrder('a');
    await workOrders.save({ ...warned, assignment: assignment && { ...assignment, crewId: 'south' } });
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
  });
});

describe('of two absences of a crew that overlap', () => {
  it('the other one is told with the taking back, and the crew is not said to be back', async () => {
    await giveToNorth('a');
    const training = { start: morning, end: new Date(+tomorrow + 60_000), reason: 'training' };
    const flu = await northIsAway();
    const other = await desk.disruptions.reportAbsence({ ...training, crewId: 'north', actor: OPERATOR });
    await keepAll();
    await warnOfStrandedWork(deps, morning);
    expect(await desk.disruptions.takeBack(flu, OPERATOR)).toMatchObject({
      standing: [{ name: 'north crew', ...training }],
    });
    const bulletin = await db.collection<Bulletin>('bulletins').findOne({ _id: flu });
    expect(bulletin).toMatchObject({ takenBackBy: OPERATOR, standing: [training] });
    expect(await clearStrandedWork(deps, morning)).toEqual([]);
    await desk.disruptions.takeBack('absence' in other ? other.absence._id : '', OPERATOR);
    expect(await clearStrandedWork(deps, morning)).toEqual(['a']);
  });

  it('of two that are taken back at once one has nothing that goes on', async () => {
    const ids = [await northIsAway(), await northIsAway({ end: new Date(+tomorrow + 60_000) })];
    const outcomes = await Promise.all(ids.map((id) => desk.disruptions.takeBack(id, OPERATOR)));
    const counts = outcomes.map((outcome) =>
      'refused' in outcome ? outcome.refused : outcome.standing.length,
    );
    expect(counts.toSorted()).toEqual([0, 1]);
  });

  it('one of the roster goes on, and so does another closure of the district', async () => {
    const holidays = [{ from: '2026-06-01', to: '2026-06-03', reason: 'leave' }];
    const crews = agency.crews.map((crew) => (crew.id === 'north' ? { ...crew, absences: holidays } : crew));
    const planned = openDesk(planners, { ...agency, crews }).desk;
    const taken = await planned.disruptions.takeBack(await northIsAway(), OPERATOR);
    expect(taken).toMatchObject({ standing: [{ _id: null, reason: 'leave' }] });
    const rain = await closeRiverside();
    const flood = { start: morning, end: new Date(+tomorrow + 60_000), reason: 'flood' };
    await desk.disruptions.closeDistrict({ ...flood, district: 'riverside', actor: OPERATOR });
    expect(await desk.disruptions.takeBack(rain, OPERATOR)).toMatchObject({
      standing: [{ name: 'Riverside', ...flood }],
    });
  });
});

it('the taking back keeps what the absence had moved, as it stood then, and what was placed meanwhile', async () => {
  await giveToNorth('a');
  const { start } = (await findOrder('a')).assignment ?? {};
  const id = await northIsAway();
  await workOrders.insert(makeAfternoonOrder('b'));
  await plan({ ...agency, planning: { ...agency.planning, automaticMoves: 5 } });
  const moved = (await findOrder('a')).assignment;
  expect(moved?.crewId).toBe('south');
  await desk.disruptions.takeBack(id, OPERATOR);
  const bulletin = await db.collection<Bulletin>('bulletins').findOne({ _id: id });
  expect((await findOrder('b')).state).toBe('announced');
  expect(bulletin).toMatchObject({
    waitingIds: expect.arrayContaining(['b']),
    movedJobs: [
      { orderId: 'a', crewId: 'north', start, movedTo: { crewName: 'south crew', start: moved?.start } },
    ],
  });
});
