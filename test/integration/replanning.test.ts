import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency.ts';
import type { WorkOrder } from '../../src/core/resources.ts';
import { createCrewDesk } from '../../src/scheduler/create-crew-desk.ts';
import { type PlanningOutcome, planWaitingOrders } from '../../src/scheduler/plan-waiting-orders.ts';
import { at, hotMix, usePlanners } from '../support/planners.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const planners = usePlanners();
const { planner, otherPlanner, workOrders, depotStock, listDays, listTold } = planners;
const DISPATCH = 'U0CHEN';
/** Monday 07:00 in Chicago: what is planned for the afternoon is not pinned yet. */
const morning = at('2026-06-01T12:00:00Z');

const district = {
  id: 'riverside',
  name: 'Riverside',
  area: [
    [41, -88],
    [42, -88],
    [42, -87],
    [41, -87],
  ] as [number, number][],
};

function agencyOf(automaticMoves: number): Agency {
  const crews = [makeCrew('north', { lead: 'U0SANTOS' }), makeCrew('south', { lead: 'U0KELLY' })];
  return {
    ...makeAgency(crews, { north: 1_000 }),
    operators: [DISPATCH],
    districts: [district],
    planning: { pinnedHours: 1, automaticMoves, horizonDays: 5, milliseconds: 2_000 },
  };
}

function openDesk(agency: Agency, now = morning) {
  const planned: number[] = [];
  const desk = createCrewDesk({
    ...planner,
    agency,
    stores: planner.stores as never,
    now: () => now,
    requestPlanning: async () => void planned.push(1),
    wakeDelivery: () => {},
  });
  return { desk, planned };
}

const plan = (agency: Agency, now = morning): Promise<PlanningOutcome> =>
  planWaitingOrders({ ...planner, agency }, now);

/** An order in the middle of the day, far from being pinned. */
const afternoon = (id: string, changes: Parameters<typeof makeOrder>[1] = {}) =>
  makeOrder(id, { earliestAt: at('2026-06-01T17:00:00Z'), ...changes });

async function find(id: string): Promise<WorkOrder> {
  const order = await workOrders.find(id);
  if (!order) throw new Error(`no order ${id}`);
  return order;
}

const crewOf = async (id: string) => (await find(id)).assignment?.crewId;

async function reservedFor(id: string): Promise<string[]> {
  const days = await listDays();
  return days
    .filter(({ reserved }) => reserved.some(({ orderId }) => orderId === id))
    .map(({ crewId }) => crewId);
}

beforeEach(() => depotStock.ensureDepotStock(agencyOf(0)));

describe('an absence', () => {
  it('moves announced work to another crew by itself when few jobs move, with its time and its material', async () => {
    const agency = agencyOf(2);
    await workOrders.insert(afternoon('a', { requirements: hotMix(300) }));
    await plan(agency);
    const before = await crewOf('a');
    const { desk, planned } = openDesk(agency);
    const away = { start: morning, end: at('2026-06-02T05:00:00Z'), reason: 'truck broke down' };
    const said = await desk.reportAbsence({ ...away, crewId: before ?? '', actor: DISPATCH });
    expect(said).toMatchObject({ affectedJobs: 1 });
    expect(planned).toHaveLength(1);

    expect(await plan(agency)).toMatchObject({ moved: ['a'], proposed: false });
    const after = await find('a');
    expect(after).toMatchObject({ state: 'announced', acceptedAt: null });
    expect(after.assignment?.crewId).not.toBe(before);
    expect(await reservedFor('a')).toEqual([after.assignment?.crewId]);
    expect(await planners.findStock()).toMatchObject({ reserved: 300 });
    expect(await listTold('work.moved')).toMatchObject([{ orderId: 'a', fromCrewId: before }]);
    expect(await plan(agency)).toMatchObject({ moved: [], announced: [] });
  });

  it('asks dispatch when more jobs move than may move by themselves, once; applying moves them all', async () => {
    const agency = agencyOf(0);
    for (const id of ['a', 'b']) await workOrders.insert(afternoon(id, { givenTo: 'north' }));
    await plan(agency);
    for (const id of ['a', 'b']) await workOrders.save({ ...(await find(id)), givenTo: null });
    const { desk } = openDesk(agency);
    const away = { start: morning, end: at('2026-06-02T05:00:00Z'), reason: 'sick' };
    await desk.reportAbsence({ ...away, crewId: 'north', actor: DISPATCH });

    expect(await plan(agency)).toMatchObject({ moved: [], proposed: true });
    expect(await plan(agency)).toMatchObject({ moved: [], proposed: false });
    const [proposal, ...more] = await planner.stores.planProposals.listOpen();
    expect(more).toEqual([]);
    expect(proposal).toMatchObject({ cause: 'north crew: sick', state: 'open' });
    expect(proposal?.moves.map(({ orderId, to }) => [orderId, to?.crewId]).sort()).toEqual([
      ['a', 'south'],
      ['b', 'south'],
    ]);
    expect(await crewOf('a')).toBe('north');

    const id = proposal?._id ?? '';
    expect(await desk.decideProposal(id, 'apply', 'U0SANTOS')).toMatchObject({
      refused: 'Only dispatch can do this.',
    });
    const clicks = await Promise.all([
      desk.decideProposal(id, 'apply', DISPATCH),
      desk.decideProposal(id, 'apply', DISPATCH),
    ]);
    expect(clicks.filter((outcome) => 'proposal' in outcome)).toHaveLength(1);
    expect([await crewOf('a'), await crewOf('b')]).toEqual(['south', 'south']);
    expect(await reservedFor('a')).toEqual(['south']);
    expect(await planner.stores.planProposals.find(id)).toMatchObject({
      state: 'applied',
      decidedBy: DISPATCH,
    });
  });

  it('leaves everything as it is when dispatch keeps the plan, and does not ask again', async () => {
    const agency = agencyOf(0);
    await workOrders.insert(afternoon('a', { givenTo: 'north' }));
    await plan(agency);
    await workOrders.save({ ...(await find('a')), givenTo: null });
    const { desk } = openDesk(agency);
    const away = { start: morning, end: at('2026-06-02T05:00:00Z'), reason: 'sick' };
    await desk.reportAbsence({ ...away, crewId: 'north', actor: DISPATCH });
    await plan(agency);
    const [proposal] = await planner.stores.planProposals.listOpen();
    expect(await desk.decideProposal(proposal?._id ?? '', 'keep', DISPATCH)).toMatchObject({
      proposal: { state: 'kept' },
    });
    expect(await plan(agency)).toMatchObject({ moved: [], proposed: false });
    expect(await crewOf('a')).toBe('north');
  });

  it('makes a question out of date when the work changes before anybody decides', async () => {
    const agency = agencyOf(0);
    await workOrders.insert(afternoon('a', { givenTo: 'north' }));
    await plan(agency);
    await workOrders.save({ ...(await find('a')), givenTo: null });
    const { desk } = openDesk(agency);
    const away = { start: morning, end: at('2026-06-02T05:00:00Z'), reason: 'sick' };
    await desk.reportAbsence({ ...away, crewId: 'north', actor: DISPATCH });
    await plan(agency);
    const [proposal] = await planner.stores.planProposals.listOpen();
    await workOrders.save({ ...(await find('a')), state: 'done', endedAt: morning });
    expect(await desk.decideProposal(proposal?._id ?? '', 'apply', DISPATCH)).toMatchObject({
      refused: expect.stringMatching(/has changed/),
    });
    await plan(agency);
    expect(await planner.stores.planProposals.find(proposal?._id ?? '')).toMatchObject({ state: 'stale' });
  });
});

describe('a rain day', () => {
  it('moves what lies in the district behind it, and leaves the rest of the town alone', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('wet', { place: { latitude: 41.99, longitude: -87.5 } }));
    await workOrders.insert(afternoon('dry', { place: { latitude: 42.01, longitude: -87.5 } }));
    await plan(agency);
    const dry = (await find('dry')).assignment;
    const { desk } = openDesk(agency);
    const rain = { district: 'riverside', start: morning, end: at('2026-06-02T14:00:00Z'), reason: 'rain' };
    expect(await desk.closeDistrict({ ...rain, actor: 'U0KELLY' })).toMatchObject({
      refused: expect.anything(),
    });
    expect(await desk.closeDistrict({ ...rain, actor: DISPATCH })).toMatchObject({ affectedJobs: 1 });
    expect(await plan(agency)).toMatchObject({ moved: ['wet'] });
    const wet = (await find('wet')).assignment;
    expect(wet?.start.getTime()).toBeGreaterThanOrEqual(rain.end.getTime());
    expect((await find('dry')).assignment).toEqual(dry);
  });
});

describe('a crew', () => {
  it('that accepts keeps the job, and one that declines is not asked again', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('a'));
    await plan(agency);
    const first = (await crewOf('a')) ?? '';
    const lead = first === 'north' ? 'U0SANTOS' : 'U0KELLY';
    const { desk, planned } = openDesk(agency);
    expect(await desk.decline('a', 'U0STRANGER', 'no')).toMatchObject({
      refused: expect.stringMatching(/^Only/),
    });
    expect(await desk.decline('a', lead, 'no roller today')).toMatchObject({ order: { state: 'waiting' } });
    expect(planned).toHaveLength(1);
    expect(await reservedFor('a')).toEqual([]);
    expect(await plan(agency)).toMatchObject({ announced: ['a'] });
    const second = (await crewOf('a')) ?? '';
    expect(second).not.toBe(first);

    const other = second === 'north' ? 'U0SANTOS' : 'U0KELLY';
    expect(await desk.accept('a', other)).toMatchObject({ order: { acceptedAt: morning } });
    expect(await desk.decline('a', other, 'changed my mind')).toMatchObject({ order: { state: 'waiting' } });
    expect(await plan(agency)).toMatchObject({ announced: [], unplaced: ['a'] });
  });

  it('that runs over has what comes after it moved', async () => {
    const agency = agencyOf(5);
    for (const id of ['a', 'b'])
      await workOrders.insert(makeOrder(id, { givenTo: 'north', requirements: { durationMinutes: 120 } }));
    await plan(agency);
    const [first, second] = (await Promise.all([find('a'), find('b')])).toSorted(
      (one, other) => Number(one.assignment?.start) - Number(other.assignment?.start),
    ) as [WorkOrder, WorkOrder];
    await workOrders.save({ ...first, state: 'started', startedAt: first.assignment?.start ?? null });
    const late = new Date(Number(second.assignment?.start) + 10 * 60_000);
    expect(await plan(agency, late)).toMatchObject({ moved: [second._id] });
    const moved = (await find(second._id)).assignment;
    expect(moved?.start.getTime()).toBeGreaterThan(late.getTime());
  });
});

describe('dispatch', () => {
  it('gives a job to another crew for the cost it was shown, and no plan takes it away again', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('a'));
    await plan(agency);
    const from = await crewOf('a');
    const { desk } = openDesk(agency);
    const shown = await desk.listReassignments('a');
    if ('refused' in shown) throw new Error(shown.refused);
    expect(shown.options).toHaveLength(1);
    const [option] = shown.options;
    expect(option?.crewId).not.toBe(from);
    expect(option?.deltaCents).toBeGreaterThanOrEqual(0);
    expect(await desk.reassign('a', option?.crewId ?? '', DISPATCH)).toMatchObject({
      order: { givenTo: option?.crewId, assignment: { crewId: option?.crewId } },
    });
    await plan(agency);
    expect(await crewOf('a')).toBe(option?.crewId);
    // What dispatch decided, dispatch may change.
    expect(await desk.listReassignments('a')).toMatchObject({ options: [{ crewId: from }] });
  });

  it('sees each crew’s day', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('a', { title: 'Pothole at the school', givenTo: 'north' }));
    await plan(agency);
    const { desk } = openDesk(agency);
    const days = await desk.viewDay('2026-06-01');
    expect(days.map(({ crewId }) => crewId)).toEqual(['north', 'south']);
    expect(days[0]).toMatchObject({
      availableMinutes: 510,
      jobs: [{ orderId: 'a', title: 'Pothole at the school', state: 'announced', lateMinutes: 0 }],
    });
    expect(await desk.viewCrew('north', '2026-06-01', 3)).toHaveLength(3);
  });
});

it('warns of a breach before it happens, with what would help', async () => {
  const agency = agencyOf(5);
  const dueAt = at('2026-06-01T17:30:00Z');
  await workOrders.insert(afternoon('a', { dueAt, requirements: { durationMinutes: 120 } }));
  await plan(agency);
  expect(await listTold('work.late')).toMatchObject([{ orderId: 'a', dueAt, fix: expect.any(String) }]);
});

it('two processes that re-plan at once move each job once', async () => {
  const agency = agencyOf(20);
  const ids = Array.from({ length: 8 }, (_, index) => `job-${index}`);
  for (const id of ids) await workOrders.insert(afternoon(id, { requirements: { durationMinutes: 30 } }));
  await plan(agency);
  const { desk } = openDesk(agency);
  const away = { start: morning, end: at('2026-06-02T05:00:00Z'), reason: 'sick' };
  await desk.reportAbsence({ ...away, crewId: 'north', actor: DISPATCH });
  await Promise.all([plan(agency), planWaitingOrders({ ...otherPlanner, agency }, morning)]);
  const orders = await workOrders.findByIds(ids);
  expect(
    orders.every(
      ({ assignment, state }) =>
        (state === 'announced' && assignment?.crewId === 'south') ||
        state !== 'announced' ||
        Number(assignment?.start) >= Number(away.end),
    ),
  ).toBe(true);
  const reserved = (await listDays()).flatMap(({ reserved: all }) => all.map(({ orderId }) => orderId));
  expect(reserved.toSorted()).toEqual([...ids].sort());
  const moved = await listTold('work.moved');
  expect(new Set(moved.map(({ orderId }) => orderId)).size).toBe(moved.length);
});

describe('what was promised', () => {
  it('keeps its time when the shift is edited under it, and other work finds room beside it', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(makeOrder('early', { givenTo: 'north' }));
    await plan(agency);
    const early = await find('early');
    await workOrders.save({ ...early, state: 'started', startedAt: morning });
    const later = { days: ['mon' as const], start: '09:00', end: '15:30' };
    const edited = { ...agency, crews: agency.crews.map((crew) => ({ ...crew, shifts: [later] })) };
    await workOrders.insert(makeOrder('next', { givenTo: 'north' }));
    expect(await plan(edited)).toMatchObject({ announced: ['next'], contended: [] });
  });

  it('stays where it is when a crew begins a later job early', async () => {
    const agency = agencyOf(5);
    for (const id of ['a', 'b', 'c']) await workOrders.insert(afternoon(id, { givenTo: 'north' }));
    await plan(agency);
    const [first, second, last] = (await workOrders.findByIds(['a', 'b', 'c'])).toSorted(
      (one, other) => Number(one.assignment?.start) - Number(other.assignment?.start),
    ) as [WorkOrder, WorkOrder, WorkOrder];
    for (const order of [first, second]) await workOrders.save({ ...order, acceptedAt: morning });
    await workOrders.save({ ...last, state: 'started', startedAt: morning });
    await workOrders.insert(makeOrder('new'));
    expect(await plan(agency)).toMatchObject({ moved: [], announced: ['new'] });
  });
});

it('an old question cannot be answered into the past, and two planners ask it once', async () => {
  const agency = agencyOf(0);
  await workOrders.insert(afternoon('a', { givenTo: 'north' }));
  await plan(agency);
  await workOrders.save({ ...(await find('a')), givenTo: null });
  const { desk } = openDesk(agency);
  await desk.reportAbsence({
    ...{ start: morning, end: at('2026-06-02T05:00:00Z'), reason: 'sick' },
    ...{ crewId: 'north', actor: DISPATCH },
  });
  await Promise.all([plan(agency), planWaitingOrders({ ...otherPlanner, agency }, morning)]);
  const [proposal, ...more] = await planner.stores.planProposals.listOpen();
  expect(more).toEqual([]);
  const start = proposal?.moves[0]?.to?.start ?? morning;
  const late = openDesk(agency, new Date(start.getTime() + 60_000));
  expect(await late.desk.decideProposal(proposal?._id ?? '', 'apply', DISPATCH)).toMatchObject({
    refused: expect.stringMatching(/out of date/),
  });
});
