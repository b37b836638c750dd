import type { ClientSession } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import { listLocalDays } from '../../core/agency/crew-calendar.ts';
import { after, MINUTE_MS } from '../../core/values/duration.ts';
import { addUpRepeats, type MaterialQuantity } from '../../core/work/materials.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import type { DepotStockStore, StockShortage } from '../../store/stock/depot-stock.ts';
import type { CrewDayStore } from '../../store/work/crew-days.ts';
import type { SeenCrewDay } from './crew-day-fence.ts';

/** What reserving needs. */
export interface ReservationDeps {
  crewDays: CrewDayStore;
  depotStock: DepotStockStore;
  /** The agency's IANA time zone. */
  timeZone: string;
}

/** Code of the error that says somebody else took the minutes or the material first. */
export const CONFLICT = 'schedule.conflict';

/** Somebody else took the crew's time, or the material that is named, at the same moment. Plan again. */
export class ScheduleConflict extends AppError {
  readonly material: (MaterialQuantity & { depotId: string }) | null;

  constructor(material: (MaterialQuantity & { depotId: string }) | null) {
    super(material ? `not enough ${material.material} at ${material.depotId}` : 'the crew has other work', {
      code: CONFLICT,
      retryable: true,
      userMessage:
        'Another job took this crew or its materials at the same moment. The job is being planned again.',
    });
    this.material = material;
  }
}

/**
 * Reserves the crew's minutes and the depot's materials for `order`, inside the caller's transaction, in place of what
 * the order holds softly. Material may rest on a delivery that comes before the crew sets out. The crew-days that were
 * `seen` have to be as they were: each is written once. Throws an `AppError` `schedule.conflict` (retryable) when some of
 * it is taken: let it abort the transaction, read again and plan again. MongoDB's transient transaction errors pass
 * through, for `withTransaction` to retry.
 */
export async function reserveAssignment(
  deps: ReservationDeps,
  session: ClientSession,
  order: Pick<WorkOrder, '_id'>,
  assignment: Assignment,
  now: Date,
  seen: readonly SeenCrewDay[] = [],
): Promise<void> {
  const { depotId, start } = assignment;
  await reserveMinutes(deps, session, order, assignment, seen);
  const setOut = after(start, -(assignment.travelMinutes ?? 0) * MINUTE_MS);
  for (const item of addUpRepeats(assignment.materials)) {
    const held = await deps.depotStock.hold(depotId, item, order._id, setOut, now, session);
    if (!held) throw new ScheduleConflict({ depotId, ...item });
  }
  // At another depot than the one it was assigned to.
  await deps.depotStock.releaseSoft(order._id, session);
}

async function reserveMinutes(
  { crewDays, timeZone }: ReservationDeps,
  session: ClientSession,
  { _id: orderId }: Pick<WorkOrder, '_id'>,
  { crewId, start, end }: Assignment,
  seen: readonly SeenCrewDay[],
): Promise<void> {
  // Two intervals of a crew that overlap share a local date, so one of these documents sees both.
  const days = listLocalDays({ start, end }, timeZone);
  for (const day of days) {
    const version = seen.find((one) => one.crewId === crewId && one.day === day)?.version;
    const reserved = await crewDays.reserve({ crewId, day }, { orderId, start, end }, session, version);
    if (!reserved) throw new ScheduleConflict(null);
  }
  for (const one of seen) {
    if (one.crewId === crewId && days.includes(one.day)) continue;
    if (!(await crewDays.fence(one, one.version, session))) throw new ScheduleConflict(null);
  }
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
