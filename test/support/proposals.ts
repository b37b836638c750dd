import type { Agency, District } from '../../src/core/agency/agency.ts';
import type { PlanProposal } from '../../src/core/work/plan-proposal.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { createDisruptions } from '../../src/management/disruptions.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import { createPlanning, type Planning } from '../../src/management/planning.ts';
import { createWork, type WorkDeps } from '../../src/management/work.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import type { PlanningDeps } from '../../src/scheduler/planning/planning-deps.ts';
import type { Stores } from '../../src/store/stores.ts';
import { createMemoryLog } from './memory-log.ts';
import { at, type usePlanners } from './planners.ts';
import { makeAgency, makeCrew, makeOrder } from './scheduling.ts';

export const OPERATOR = 'U0CHEN';
/** Monday 07:00 in Chicago: what is planned for the afternoon is not pinned yet. */
export const morning = at('2026-06-01T12:00:00Z');
/** When that Monday ends in Chicago. */
export const tomorrow = at('2026-06-02T05:00:00Z');

/** A district with most of the town in it. */
export const RIVERSIDE: District = {
  ...{ id: 'riverside', name: 'Riverside' },
  area: [
    [41, -88],
    [42, -88],
    [42, -87],
    [41, -87],
  ],
};

/** What dispatch enters when Crew North is away for the rest of Monday. */
export const SICK_DAY = { start: morning, end: tomorrow, reason: 'sick', crewId: 'north', actor: OPERATOR };
/** What dispatch enters when nobody can work in Riverside for the rest of Monday. */
export const RAIN_DAY = {
  ...{ start: morning, end: tomorrow, reason: 'rain', district: RIVERSIDE.id, actor: OPERATOR },
};

/** Crews north and south, and a dispatcher who is asked about every move unless `planning` says otherwise. */
export function makeAskingAgency(planning: Partial<Agency['planning']> = {}): Agency {
  const crews = [makeCrew('north', { lead: 'U0SANTOS' }), makeCrew('south', { lead: 'U0KELLY' })];
  const agency = makeAgency(crews, { north: 1_000 });
  const asking = { pinnedHours: 1, automaticMoves: 0, horizonDays: 5 };
  return { ...agency, operators: [OPERATOR], planning: { ...agency.planning, ...asking, ...planning } };
}

/** The desk of dispatch in the morning, and how often it asked for a new plan. */
export function openDesk(
  { planner }: ReturnType<typeof usePlanners>,
  agency: Agency,
  now = morning,
): { desk: PlanDesk; asked: number[] } {
  const asked: number[] = [];
  const desk = makePlanDesk({
    ...planner,
    agency,
    now: () => now,
    requestPlanning: async () => void asked.push(1),
  });
  return { desk, asked };
}

type PlanDesk = Pick<ManagementLayer, 'work' | 'planning' | 'disruptions'>;

/** What dispatch and crews do with the plan, over the parts of a planner; nobody has to be woken. */
export function makePlanDesk(
  deps: PlanningDeps & { now(): Date } & Partial<Pick<WorkDeps, 'requestPlanning' | 'wakeDelivery'>>,
): PlanDesk {
  const known = {
    requestPlanning: async () => {},
    wakeDelivery: () => {},
    log: createMemoryLog(),
    ...deps,
    stores: deps.stores as Stores,
  };
  return {
    work: createWork(known),
    planning: createPlanning(known),
    disruptions: createDisruptions(known),
  };
}

/** An order in the middle of the day, far from being pinned. */
export function makeAfternoonOrder(id: string, changes: Parameters<typeof makeOrder>[1] = {}): WorkOrder {
  return makeOrder(id, { earliestAt: at('2026-06-01T17:00:00Z'), ...changes });
}

/** Makes Crew North have these jobs, announced and with these changes, though a plan may give them to others. */
export async function announceToNorth(
  { planner, workOrders, findOrder }: ReturnType<typeof usePlanners>,
  agency: Agency,
  orders: readonly WorkOrder[],
  changes: Partial<WorkOrder> = {},
): Promise<void> {
  for (const order of orders) await workOrders.insert({ ...order, givenTo: 'north' });
  await planWaitingOrders({ ...planner, agency }, morning);
  for (const { _id } of orders)
    await workOrders.save({ ...(await findOrder(_id)), givenTo: null, ...changes });
}

/** Dispatch answers the open question with Keep. */
export async function keepOpenProposal(
  { planner }: ReturnType<typeof usePlanners>,
  desk: PlanDesk,
): ReturnType<Planning['decideProposal']> {
  const [proposal] = await planner.stores.planProposals.listOpen();
  if (!proposal) throw new Error('nothing is proposed');
  return desk.planning.decideProposal(proposal._id, 'keep', OPERATOR);
}

/** Orders that north has and would lose to south, because it is absent all day; and the question about that. */
export async function proposeMoves(
  planners: ReturnType<typeof usePlanners>,
  agency: Agency,
  orders: readonly WorkOrder[],
): Promise<PlanProposal> {
  const { planner } = planners;
  await announceToNorth(planners, agency, orders);
  await openDesk(planners, agency).desk.disruptions.reportAbsence(SICK_DAY);
  await planWaitingOrders({ ...planner, agency }, morning);
  const [proposal] = await planner.stores.planProposals.listOpen();
  if (!proposal) throw new Error('nothing was proposed');
  return proposal;
}
