import type { Agency } from '../../src/core/agency.ts';
import type { PlanProposal } from '../../src/core/plan-proposal.ts';
import type { WorkOrder } from '../../src/core/resources.ts';
import { createCrewDesk } from '../../src/scheduler/create-crew-desk.ts';
import type { CrewDesk } from '../../src/scheduler/crew-desk.ts';
import { planWaitingOrders } from '../../src/scheduler/plan-waiting-orders.ts';
import { at, type usePlanners } from './planners.ts';
import { makeAgency, makeCrew, makeOrder } from './scheduling.ts';

export const OPERATOR = 'U0CHEN';
/** Monday 07:00 in Chicago: what is planned for the afternoon is not pinned yet. */
export const morning = at('2026-06-01T12:00:00Z');

/** Crews north and south, and a dispatcher who is asked about every move. */
export function makeAskingAgency(): Agency {
  const crews = [makeCrew('north', { lead: 'U0SANTOS' }), makeCrew('south', { lead: 'U0KELLY' })];
  return {
    ...makeAgency(crews, { north: 1_000 }),
    operators: [OPERATOR],
    planning: { ...makeAgency(crews).planning, pinnedHours: 1, automaticMoves: 0, horizonDays: 5 },
  };
}

/** The desk of dispatch in the morning, and how often it asked for a new plan. */
export function openDesk(
  { planner }: ReturnType<typeof usePlanners>,
  agency: Agency,
  now = morning,
): { desk: CrewDesk; asked: number[] } {
  const asked: number[] = [];
  const desk = createCrewDesk({
    ...planner,
    agency,
    stores: planner.stores as never,
    now: () => now,
    requestPlanning: async () => void asked.push(1),
    wakeDelivery: () => {},
  });
  return { desk, asked };
}

/** An order in the middle of the day, far from being pinned. */
export function makeAfternoonOrder(id: string, changes: Parameters<typeof makeOrder>[1] = {}): WorkOrder {
  return makeOrder(id, { earliestAt: at('2026-06-01T17:00:00Z'), ...changes });
}

/** Orders that north has and would lose to south, because it is absent all day; and the question about that. */
export async function proposeMoves(
  planners: ReturnType<typeof usePlanners>,
  agency: Agency,
  orders: readonly WorkOrder[],
): Promise<PlanProposal> {
  const { planner, workOrders } = planners;
  for (const order of orders) await workOrders.insert({ ...order, givenTo: 'north' });
  await planWaitingOrders({ ...planner, agency }, morning);
  for (const order of await workOrders.listOpen()) await workOrders.save({ ...order, givenTo: null });
  const away = { start: morning, end: at('2026-06-02T05:00:00Z'), reason: 'sick' };
  await openDesk(planners, agency).desk.reportAbsence({ ...away, crewId: 'north', actor: OPERATOR });
  await planWaitingOrders({ ...planner, agency }, morning);
  const [proposal] = await planner.stores.planProposals.listOpen();
  if (!proposal) throw new Error('nothing was proposed');
  return proposal;
}
