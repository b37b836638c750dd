import { describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { Place } from '../../src/core/places/place.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import type { PlanningDeps } from '../../src/scheduler/planning/planning-deps.ts';
import { reserveAssignment } from '../../src/scheduler/reserving/reserve-assignment.ts';
import { at, inTransaction, now, usePlanners } from '../support/planners.ts';
import { findShortRoads } from '../support/roads.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const planners = usePlanners();
const { planner, otherPlanner, workOrders } = planners;

const east: Place = { latitude: 41.8, longitude: -87.6 };
const west: Place = { latitude: 41.8, longitude: -87.9 };
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const night = makeCrew('night', { shifts: [{ days: [...weekdays], start: '20:00', end: '06:00' }] });

/** A planner beside which another one gives the crew a job, after the first has read and before it has decided. */
function besideAnother(rival: WorkOrder, agency: Agency): PlanningDeps {
  let plans = 0;
  return {
    ...planner,
    agency,
    engine: {
      ...planner.engine,
      async plan(request) {
        plans += 1;
        if (plans === 1) await announce(rival, agency);
        return planner.engine.plan(request);
      },
    },
  };
}

async function announce(order: WorkOrder, { timeZone }: Agency): Promise<void> {
  await workOrders.insert(order);
  const { assignment } = order;
  if (!assignment) return;
  await inTransaction(otherPlanner.client, (session) =>
    reserveAssignment({ ...otherPlanner.stores, timeZone }, session, order, assignment, now),
  );
}

describe('two planners at the same moment', () => {
  it.each([
    ['by day', makeCrew('north'), '2026-06-01T18:00:00Z', '2026-06-01T19:00:00Z'],
    ['around midnight', night, '2026-06-02T04:00:00Z', '2026-06-02T05:00:00Z'],
  ])('leave a crew its road between two jobs that do not overlap, %s', async (_when, crew, first, second) => {
    const agency = makeAgency([crew]);
    await workOrders.insert(makeOrder('a', { earliestAt: at(second), place: west }));
    const assignment = assignmentFor(crew.id, at(first), at(second));
    const rival = makeOrder('b', { state: 'announced', assignment, acceptedAt: now, place: east });
    expect(await planWaitingOrders(besideAnother(rival, agency), now)).toMatchObject({ contended: [] });
    const orders = await workOrders.findByIds(['a', 'b']);
    expect(orders.map(({ state }) => state)).toEqual(['announced', 'announced']);
    expect(findShortRoads(orders, agency)).toEqual([]);
  });
});

it('a crew that was given another depot keeps the road between what it has and what comes new', async () => {
  const stock = { north: 1_000, south: 1_000 };
  const before = makeAgency([makeCrew('north')], stock);
  await planner.stores.depotStock.ensureDepotStock(before);
  const materials = [{ material: 'hotMix', quantity: 600 }];
  const requirements = { materials };
  const earliestAt = at('2026-06-01T15:00:00Z');
  await workOrders.insert(makeOrder('a', { place: east, earliestAt, requirements }));
  await planWaitingOrders({ ...planner, agency: before }, now);
  const [old] = await workOrders.findByIds(['a']);
  if (old) await workOrders.save({ ...old, acceptedAt: now });

  const agency = makeAgency([makeCrew('north', { depot: 'south' })], stock);
  await workOrders.insert(
    makeOrder('b', { place: west, requirements, earliestAt: at('2026-06-01T16:00:00Z') }),
  );
  expect(await planWaitingOrders({ ...planner, agency }, now)).toMatchObject({ announced: ['b'], moved: [] });
  const orders = await workOrders.findByIds(['a', 'b']);
  expect(findShortRoads(orders, agency)).toEqual([]);
  const depotOf = (id: string) => orders.find(({ _id }) => _id === id)?.assignment?.depotId;
  expect([depotOf('a'), depotOf('b')]).toEqual(['north', 'south']);
});
