import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { Agency } from '../../src/core/agency/agency.ts';
import { listWorkingPeriods } from '../../src/core/agency/crew-calendar.ts';
import type { Assignment } from '../../src/core/work/work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import type { PlanningDeps } from '../../src/scheduler/planning/planning-deps.ts';
import { reserveAssignment } from '../../src/scheduler/reserving/reserve-assignment.ts';
import { cancelWorkOrder } from '../../src/scheduler/work/cancel-work-order.ts';
import { assignmentOf, at, hotMix, inTransaction, now, usePlanners } from '../support/planners.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';
import { testSize } from '../support/test-size.ts';

const RUSH = testSize('RUSH_ORDERS');

const planners = usePlanners();
const { db, agency, planner, otherPlanner, workOrders, depotStock } = planners;
const { listDays, findStock, listAnnouncements, listTold } = planners;
const canceller = { ...planner, timeZone: agency.timeZone };

describe('a work order', () => {
  it('is stored once, however often it is handed in', async () => {
    expect(await workOrders.insert(makeOrder('a', { weight: 7 }))).toBe(true);
    expect(await workOrders.insert(makeOrder('a', { weight: 1 }))).toBe(false);
    expect(await workOrders.find('a')).toEqual(makeOrder('a', { weight: 7 }));
  });

  it('is moved by one of two who read the same version', async () => {
    const order = makeOrder('a');
    await workOrders.insert(order);
    expect(await workOrders.save({ ...order, weight: 8 })).toMatchObject({ weight: 8, version: 1 });
    expect(await workOrders.save({ ...order, weight: 9 })).toBeNull();
  });

  it('that is announced and then cancelled gives back its crew and its material, also when cancelled twice', async () => {
    await workOrders.insert(makeOrder('a', { requirements: hotMix(400) }));
    await planWaitingOrders(planner, now);
    expect(await findStock()).toMatchObject({ reserved: 400 });
    const cancelled = await Promise.all([
      cancelWorkOrder(canceller, 'a', now),
      cancelWorkOrder({ ...canceller, ...otherPlanner }, 'a', now),
    ]);
    expect(cancelled).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled' }]);
    expect((await listDays())[0]?.reserved).toEqual([]);
    expect(await findStock()).toMatchObject({ reserved: 0, holds: [] });
    expect(await cancelWorkOrder(canceller, 'unknown', now)).toBeNull();
  });

  it('that is started is not cancelled', async () => {
    await workOrders.insert(makeOrder('a', { state: 'started' }));
    expect(await cancelWorkOrder(canceller, 'a', now)).toMatchObject({ state: 'started', version: 0 });
  });
});

describe('planning', () => {
  it(`by two planners at once announces each of ${RUSH} orders once, and never double-books a crew or oversells`, async () => {
    const crews = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) =>
      makeCrew(id, { depot: index % 2 === 0 ? 'north' : 'south' }),
    );
    const night = { days: ['mon', 'tue', 'wed', 'thu'] as const, start: '20:00', end: '04:00' };
    crews.push(makeCrew('night', { shifts: [{ ...night, days: [...night.days] }], depot: 'south' }));
    // Exactly what the orders need.
    const half = (RUSH / 2) * 100;
    const large = { ...makeAgency(crews, { north: half, south: half }), planning: agency.planning };
    await db.collection('depot_stock').deleteMany({});
    await depotStock.ensureDepotStock(large);
    for (let index = 0; index < RUSH; index += 1) {
      const requirements = { durationMinutes: 30 + (index % 5) * 10, ...hotMix(100) };
      await workOrders.insert(makeOrder(`order-${index}`, { weight: index % 7, requirements }));
    }

    const outcomes = await Promise.all([
      planWaitingOrders({ ...planner, agency: large }, now),
      planWaitingOrders({ ...otherPlanner, agency: large }, now),
    ]);

    // Each plan may move two jobs of the other planner's, or give one back; so what counts is where all stand at the end.
    const announced = (await listAnnouncements()).map(({ orderId }) => orderId);
    const unplaced = (await listTold('work.unplaced')).filter(({ fromCrewId }) => fromCrewId !== undefined);
    const returned = unplaced.map(({ orderId }) => orderId);
    const orders = await workOrders.findByIds(Array.from({ length: RUSH }, (_, index) => `order-${index}`));
    for (const { _id } of orders) {
      const times = announced.filter((id) => id === _id).length - returned.filter((id) => id === _id).length;
      expect({ _id, times }).toEqual({ _id, times: 1 });
    }
    expect(outcomes.flatMap((outcome) => outcome.announced).toSorted()).toEqual(announced.toSorted());
    const standing = orders.flatMap(({ assignment }) => assignment ?? []);
    expect(standing).toHaveLength(RUSH);
    expectNoOverlap(standing);
    expect(standing.every((assignment) => isInShift(assignment, large))).toBe(true);
    for (const { onHand, reserved, holds } of await depotStock.list()) {
      expect({ onHand, reserved }).toEqual({ onHand: half, reserved: half });
      expect(holds).toHaveLength(RUSH / 2);
    }
  }, 60_000);

  it('while orders are being cancelled leaves no reservation without an announced order', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `order-${index}`);
    for (const id of ids) await workOrders.insert(makeOrder(id, { requirements: hotMix(10) }));
    await Promise.all([
      planWaitingOrders(planner, now),
      planWaitingOrders(otherPlanner, now),
      ...ids.filter((_, index) => index % 2 === 0).map((id) => cancelWorkOrder(canceller, id, now)),
    ]);
    const orders = await workOrders.findByIds(ids);
    const announced = orders.filter(({ state }) => state === 'announced').map(({ _id }) => _id);
    expect(announced).toHaveLength(20);
    const reserved = (await listDays()).flatMap((day) => day.reserved.map(({ orderId }) => orderId));
    expect(reserved.toSorted()).toEqual(announced.toSorted());
    expect(await findStock()).toMatchObject({ reserved: 200 });
  }, 30_000);

  it('plans an order again when somebody took its minutes after they were read', async () => {
    await workOrders.insert(makeOrder('a'));
    let plans = 0;
    const racing: PlanningDeps = {
      ...planner,
      engine: {
        ...planner.engine,
        async plan(request) {
          plans += 1;
          if (plans === 1) await takeCrew('rival');
          return planner.engine.plan(request);
        },
      },
    };
    expect(await planWaitingOrders(racing, now)).toMatchObject({ announced: ['a'], contended: [] });
    expect(plans).toBe(2);
    const [announced] = await listAnnouncements();
    expect(announced?.start.getTime()).toBeGreaterThanOrEqual(at('2026-06-01T18:00:00Z').getTime());
  });

  it('writes nothing of an order whose announcement is refused, and goes on with the others', async () => {
    await workOrders.insert(makeOrder('ended', { weight: 9 }));
    await workOrders.insert(makeOrder('b'));
    const error = new AppError('the run has ended', { code: 'run.ended' });
    const applyInTransaction: PlanningDeps['applyInTransaction'] = (runId, event, session) =>
      runId === 'ended' ? Promise.reject(error) : planner.applyInTransaction(runId, event, session);
    expect(await planWaitingOrders({ ...planner, applyInTransaction }, now)).toMatchObject({
      announced: ['b'],
      unplaced: [],
      contended: [],
      refused: [{ orderId: 'ended', error }],
    });
    expect(await workOrders.find('ended')).toMatchObject({ state: 'waiting', version: 0 });
    expect((await listDays())[0]?.reserved.map(({ orderId }) => orderId)).toEqual(['b']);
  });

  it('does what an announcement asks for after the commit, once for each order, and never for a refused one', async () => {
    for (const id of ['a', 'b']) await workOrders.insert(makeOrder(id));
    const woken: string[] = [];
    const waking: PlanningDeps = {
      ...planner,
      async applyInTransaction(runId, event, session) {
        const { run } = await planner.applyInTransaction(runId, event, session);
        if (runId === 'b') throw new AppError('the run has ended', { code: 'run.ended' });
        return { run, afterCommit: () => void woken.push(runId) };
      },
    };
    await planWaitingOrders(waking, now);
    expect(woken).toEqual(['a']);
    expect((await listAnnouncements()).map(({ orderId }) => orderId)).toEqual(['a']);
  });

  it('goes on when the report of an unplaced order is refused, and tells of it', async () => {
    await workOrders.insert(makeOrder('ended', { requirements: { skills: ['diving'] } }));
    const error = new AppError('the run has ended', { code: 'run.ended' });
    const outcome = await planWaitingOrders(
      { ...planner, applyInTransaction: () => Promise.reject(error) },
      now,
    );
    expect(outcome.refused).toEqual([{ orderId: 'ended', error }]);
    expect(await workOrders.find('ended')).toMatchObject({ unplaced: null, version: 0 });
  });

  it('goes on where a planner died between two announcements: nothing is lost, nothing announced twice', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await workOrders.insert(makeOrder(id));
    let announced = 0;
    const dying: PlanningDeps = {
      ...planner,
      async applyInTransaction(runId, event, session) {
        const applied = await planner.applyInTransaction(runId, event, session);
        announced += 1;
        if (announced === 3) throw new Error('killed');
        return applied;
      },
    };
    await expect(planWaitingOrders(dying, now)).rejects.toThrow('killed');
    expect(await listAnnouncements()).toHaveLength(2);
    await planWaitingOrders(otherPlanner, now);
    const ids = (await listAnnouncements()).map(({ orderId }) => orderId);
    expect(ids.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect((await listDays()).flatMap(({ reserved }) => reserved)).toHaveLength(4);
  });

  it('reports why an order has no crew once for each reason, also when two planners find it', async () => {
    await workOrders.insert(makeOrder('a', { requirements: { skills: ['diving'] } }));
    for (let time = 0; time < 2; time += 1) {
      await Promise.all([planWaitingOrders(planner, now), planWaitingOrders(otherPlanner, now)]);
    }
    const reports = await listTold('work.unplaced');
    expect(reports).toHaveLength(1);
    expect(reports[0]?.reason).toBe('no crew has diving');
    expect(reports[0]?.fix).toBe('give it to a crew, or call somebody from outside');

    const divers = makeCrew('divers', {
      skills: ['diving'],
      depot: 'north',
      shifts: [{ days: ['mon'], start: '07:00', end: '07:30' }],
    });
    await planWaitingOrders({ ...planner, agency: makeAgency([makeCrew('north'), divers]) }, now);
    expect(await listTold('work.unplaced')).toHaveLength(2);
    expect(await workOrders.find('a')).toMatchObject({
      state: 'waiting',
      unplaced: { why: expect.stringMatching(/^no crew with diving has a long enough day/) },
    });
  });
});

it('a reason of which only the minutes have changed is kept, and told to nobody again', async () => {
  await workOrders.insert(makeOrder('a', { requirements: { durationMinutes: 560 } }));
  await planWaitingOrders(planner, now);
  const before = await workOrders.find('a');
  const [north] = agency.crews;
  const longer = { ...north!, shifts: north!.shifts.map((shift) => ({ ...shift, end: '15:40' })) };
  await planWaitingOrders({ ...planner, agency: { ...agency, crews: [longer] } }, now);
  const after = await workOrders.find('a');
  expect(before?.unplaced?.fix).toMatch(/^nearest: north crew on .*, 50 min longer$/);
  expect(after?.unplaced?.fix).toMatch(/^nearest: north crew on .*, 40 min longer$/);
  expect(await listTold('work.unplaced')).toHaveLength(1);
});

/** Somebody else takes the crew until 18:00 UTC. */
function takeCrew(orderId: string): Promise<void> {
  const assignment = assignmentOf({ start: now, materials: [] });
  return inTransaction(planner.client, (session) =>
    reserveAssignment(
      { ...planner.stores, timeZone: agency.timeZone },
      session,
      { _id: orderId },
      assignment,
      now,
    ),
  );
}

type Announced = Pick<Assignment, 'crewId' | 'start' | 'end'>;

function expectNoOverlap(assignments: Announced[]): void {
  for (const [index, one] of assignments.entries()) {
    const clash = assignments
      .slice(index + 1)
      .find((other) => other.crewId === one.crewId && one.start < other.end && other.start < one.end);
    expect(clash).toBeUndefined();
  }
}

function isInShift({ crewId, start, end }: Announced, { crews, timeZone }: Agency): boolean {
  const crew = crews.find(({ id }) => id === crewId)!;
  const periods = listWorkingPeriods(crew.shifts, timeZone, now, at('2026-06-20T00:00:00Z'));
  return periods.some((period) => period.start <= start && end <= period.end);
}
