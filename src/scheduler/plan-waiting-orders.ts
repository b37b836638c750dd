import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../core/agency.ts';
import { localDay } from '../core/crew-calendar.ts';
import type { Assignment, WorkOrder } from '../core/resources.ts';
import { AppError } from '../errors.ts';
import type { CrewDayStore } from '../store/crew-days.ts';
import type { DepotStockStore } from '../store/depot-stock.ts';
import type { WorkOrderStore } from '../store/work-orders.ts';
import { planCrews } from './plan-crews.ts';
import {
  CONFLICT,
  type ReservationDeps,
  releaseAssignment,
  reserveAssignment,
} from './reserve-assignment.ts';
import { transitionWorkOrder } from './work-order-transition.ts';

/**
 * What planning needs. Both callbacks run inside a transaction that may be retried: they write only through `session`,
 * and return what is to happen once it is committed (wake-ups). An `AppError` refuses: nothing is written, and the
 * order stays as it was.
 */
export interface PlanningDeps {
  client: MongoClient;
  agency: Agency;
  workOrders: WorkOrderStore;
  crewDays: CrewDayStore;
  depotStock: DepotStockStore;
  horizonDays: number;
  /** Commits what follows from the assignment (the run's step, its messages) together with the reservation. */
  announce(order: WorkOrder, assignment: Assignment, session: ClientSession): Promise<() => void>;
  /** Tells dispatch why an order has no crew; called once for each reason that is new to it. */
  reportUnplaced(order: WorkOrder, reason: string, session: ClientSession): Promise<() => void>;
}

/** What one planning did. */
export interface PlanningOutcome {
  announced: string[];
  unplaced: string[];
  /** Orders that somebody else moved, or took the minutes or materials of, still in the last round: plan again soon. */
  contended: string[];
  /** Orders whose announcement or report was refused, with the error. */
  refused: { orderId: string; error: AppError }[];
}

const ROUNDS = 6;
const JITTER_MS = 60;

/**
 * Plans every waiting work order, and announces each with its reservation in one transaction. Safe beside others that
 * do the same: an order is announced once, and minutes or materials taken meanwhile lead to a new plan, at most six
 * times. Errors other than an `AppError` of the callbacks end it; what is announced by then stays.
 */
export async function planWaitingOrders(deps: PlanningDeps, now: Date): Promise<PlanningOutcome> {
  const outcome: PlanningOutcome = { announced: [], unplaced: [], contended: [], refused: [] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const refused = new Set(outcome.refused.map(({ orderId }) => orderId));
    const waiting = (await deps.workOrders.listWaiting()).filter(({ _id }) => !refused.has(_id));
    outcome.contended = [];
    if (waiting.length === 0) break;
    const { contended, unplaced } = await planRound(deps, waiting, outcome, now);
    outcome.contended = contended;
    if (contended.length === 0) {
      await recordUnplaced(deps, waiting, unplaced, outcome);
      break;
    }
    await sleep(Math.random() * JITTER_MS * round);
  }
  return outcome;
}

/**
 * Cancels a work order that has not been started and gives back what it reserved, in one transaction. Returns the order
 * as it is afterwards, or null when there is none: one that is started, blocked or has ended stays as it was.
 */
export async function cancelWorkOrder(
  deps: Pick<PlanningDeps, 'client' | 'agency' | 'workOrders' | 'crewDays' | 'depotStock'>,
  orderId: string,
  now: Date,
): Promise<WorkOrder | null> {
  return inTransaction(deps, async (session) => {
    const order = await deps.workOrders.find(orderId, session);
    if (!order) return null;
    const outcome = transitionWorkOrder(order, { kind: 'cancel' }, now);
    if (!outcome.ok) return order;
    await releaseAssignment(reservationDeps(deps), session, order);
    // Never null: the order was read in this transaction, and a write by another one aborts and retries it.
    return deps.workOrders.save(outcome.order, session);
  });
}

async function planRound(
  deps: PlanningDeps,
  waiting: readonly WorkOrder[],
  outcome: PlanningOutcome,
  now: Date,
): Promise<{ contended: string[]; unplaced: ReadonlyMap<string, string> }> {
  const { agency, horizonDays } = deps;
  const busy = await deps.crewDays.listBusy(localDay(now, agency.timeZone));
  const stock = await deps.depotStock.listAvailable();
  const plan = planCrews({ now, orders: waiting, agency, busy, stock, horizonDays });
  const orders = new Map(waiting.map((order) => [order._id, order]));
  const contended: string[] = [];
  for (const { orderId, assignment } of plan.placements) {
    const order = orders.get(orderId);
    if (!order) continue;
    try {
      const announced = await announceOrder(deps, order, assignment, now);
      (announced ? outcome.announced : contended).push(orderId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === CONFLICT) contended.push(orderId);
      else outcome.refused.push({ orderId, error });
    }
  }
  return { contended, unplaced: new Map(plan.unplaced.map(({ orderId, reason }) => [orderId, reason])) };
}

/** False when somebody else moved the order since it was read; the next round sees whether it is still waiting. */
async function announceOrder(
  deps: PlanningDeps,
  order: WorkOrder,
  assignment: Assignment,
  now: Date,
): Promise<boolean> {
  const decided = transitionWorkOrder(order, { kind: 'announce', assignment }, now);
  if (!decided.ok) return false;
  const afterCommit = await inTransaction(deps, async (session) => {
    const announced = await deps.workOrders.save(decided.order, session);
    if (!announced) return null;
    await reserveAssignment(reservationDeps(deps), session, announced, assignment);
    return deps.announce(announced, assignment, session);
  });
  afterCommit?.();
  return afterCommit !== null;
}

/** Writes the reasons that changed and reports them, each in one transaction so that none is lost or told twice. */
async function recordUnplaced(
  deps: PlanningDeps,
  waiting: readonly WorkOrder[],
  unplaced: ReadonlyMap<string, string>,
  outcome: PlanningOutcome,
): Promise<void> {
  for (const order of waiting) {
    const reason = unplaced.get(order._id);
    if (reason === undefined) continue;
    outcome.unplaced.push(order._id);
    if (reason === order.unplacedReason) continue;
    try {
      const afterCommit = await inTransaction(deps, async (session) => {
        const saved = await deps.workOrders.save({ ...order, unplacedReason: reason }, session);
        return saved && deps.reportUnplaced(saved, reason, session);
      });
      afterCommit?.();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      outcome.refused.push({ orderId: order._id, error });
    }
  }
}

function inTransaction<Result>(
  deps: Pick<PlanningDeps, 'client'>,
  work: (session: ClientSession) => Promise<Result>,
): Promise<Result> {
  return deps.client.withSession((session) => session.withTransaction(() => work(session)));
}

function reservationDeps(deps: Pick<PlanningDeps, 'agency' | 'crewDays' | 'depotStock'>): ReservationDeps {
  return { crewDays: deps.crewDays, depotStock: deps.depotStock, timeZone: deps.agency.timeZone };
}
