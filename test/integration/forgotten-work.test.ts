import { expect, it } from 'vitest';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { assignmentOf, at, usePlanners } from '../support/planners.ts';
import { makeAskingAgency } from '../support/proposals.ts';
import { makeCrew, makeOrder } from '../support/scheduling.ts';

const { planner, findOrder, workOrders } = usePlanners();
const place = { latitude: 41.82, longitude: -87.7 };
const base = makeAskingAgency({ pinnedHours: 4 });
const agency = {
  ...base,
  crews: [...base.crews.filter(({ id }) => id === 'north'), makeCrew('other', { skills: ['concrete'] })],
  depots: base.depots.map((depot) => ({ ...depot, latitude: 41.8, longitude: -87.7 })),
};

function underWay(id: string, state: 'started' | 'blocked', start: Date, end: Date): WorkOrder {
  const assignment = assignmentOf({ start, end, materials: [] });
  return makeOrder(id, { place, state, startedAt: start, assignment });
}

it.each(['started', 'blocked'] as const)(
  'a job of yesterday that was left %s keeps nobody else from being planned',
  async (state) => {
    await workOrders.insert(
      underWay('forgotten', state, at('2026-06-01T19:00:00Z'), at('2026-06-01T20:00:00Z')),
    );
    await workOrders.insert(
      underWay('today', 'started', at('2026-06-02T12:05:00Z'), at('2026-06-02T13:05:00Z')),
    );
    await workOrders.insert(makeOrder('same crew', { place }));
    await workOrders.insert(makeOrder('other crew', { place, requirements: { skills: ['concrete'] } }));
    const planned = await planWaitingOrders({ ...planner, agency }, at('2026-06-02T12:40:00Z'));
    expect(planned).toMatchObject({ objections: [] });
    expect(planned.announced.toSorted()).toEqual(['other crew', 'same crew']);
    // Behind what it does today, and behind what it may still have to finish.
    const { assignment } = await findOrder('same crew');
    expect(assignment?.start.getTime()).toBeGreaterThanOrEqual(Date.parse('2026-06-02T13:05:00Z'));
  },
);
