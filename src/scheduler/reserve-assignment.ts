import type { ClientSession } from 'mongodb';
import { listLocalDays } from '../core/crew-calendar.ts';
import { after } from '../core/duration.ts';
import { type Assignment, mergeMaterials, type WorkOrder } from '../core/resources.ts';
import { AppError } from '../errors.ts';
import type { CrewDayStore } from '../store/crew-days.ts';
import type { DepotStockStore } from '../store/depot-stock.ts';
import type { StockShortage } from '../store/stock-holds.ts';

/** What reserving needs. */
export interface ReservationDeps {
  crewDays: CrewDayStore;
  depotStock: DepotStockStore;
  /** The agency's IANA time zone. */
  timeZone: string;
}

const MINUTE_MS = 60_000;

/** Code of the error that says somebody else took the minutes or the material first. */
export const CONFLICT = 'schedule.conflict';

/**
 * Reserves the crew's minutes and the depot's materials for `order`, inside the caller's transaction, in place of what
 * the order holds softly. Material may rest on a delivery that comes before the crew sets out. Throws an
 * `AppError` `schedule.conflict` (retryable) when some of it is taken: let it abort the transaction, read again and
 * plan again. MongoDB's transient transaction errors pass through, for `withTransaction` to retry.
 */
export async function reserveAssignment(
  deps: ReservationDeps,
  session: ClientSession,
  order: Pick<WorkOrder, '_id'>,
  assignment: Assignment,
  now: Date,
): Promise<void> {
  const { crewId, depotId, start, end } = assignment;
  // Two intervals of a crew that overlap share a local date, so one of these documents sees both.
  for (const day of listLocalDays({ start, end }, deps.timeZone)) {
    const interval = { orderId: order._id, start, end };
    const reserved = await deps.crewDays.reserve({ crewId, day }, interval, session);
    if (!reserved) throw conflict(`crew ${crewId} is taken on ${day}`);
  }
  const setOut = after(start, -(assignment.travelMinutes ?? 0) * MINUTE_MS);
  for (const item of mergeMaterials(assignment.materials)) {
    const held = await deps.depotStock.hold(depotId, item, order._id, setOut, now, session);
    if (!held) throw conflict(`depot ${depotId} has no ${item.quantity} of ${item.material} free`);
  }
  // At another depot than the one it was assigned to.
  await deps.depotStock.releaseSoft(order._id, session);
}

/** Gives back the minutes and the materials of a work order, soft holds too. Repeating it, or calling it without any, does nothing. */
export async function releaseAssignment(
  deps: ReservationDeps,
  session: ClientSession,
  order: Pick<WorkOrder, '_id'>,
): Promise<void> {
  await deps.crewDays.release(order._id, session);
  await deps.depotStock.release(order._id, session);
  await deps.depotStock.releaseSoft(order._id, session);
}

/**
 * Takes what the work order holds out of the depot for good, at its completion. Returns what the depot's count did not
 * show, for dispatch to have it counted again. Repeating it does nothing.
 */
export async function consumeMaterials(
  deps: ReservationDeps,
  session: ClientSession,
  order: Pick<WorkOrder, '_id'>,
  now: Date,
): Promise<StockShortage[]> {
  return deps.depotStock.consume(order._id, now, session);
}

/** Frees the reserved minutes from `now` on, when the work ended early. Repeating it, or being late, does nothing. */
export async function shortenReservation(
  deps: ReservationDeps,
  session: ClientSession,
  order: Pick<WorkOrder, '_id'>,
  now: Date,
): Promise<void> {
  await deps.crewDays.shorten(order._id, now, session);
}

function conflict(message: string): AppError {
  return new AppError(message, {
    code: CONFLICT,
    retryable: true,
    userMessage:
      'Another job took this crew or its materials at the same moment. The job is being planned again.',
  });
}
