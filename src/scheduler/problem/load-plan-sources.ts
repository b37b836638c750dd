import type { Agency } from '../../core/agency/agency.ts';
import { localDay, moveDay } from '../../core/values/wall-time.ts';
import type { DepotStockStore } from '../../store/stock/depot-stock.ts';
import type { CrewDayStore, CrewDayVersions } from '../../store/work/crew-days.ts';
import type { DisruptionStore } from '../../store/work/disruptions.ts';
import type { WorkOrderStore } from '../../store/work/work-orders.ts';
import type { PlanSources } from './plan-sources.ts';

/** The collections that planning reads and writes. */
export interface PlanningStores {
  workOrders: WorkOrderStore;
  crewDays: CrewDayStore;
  depotStock: DepotStockStore;
  disruptions: DisruptionStore;
}

/** The crew-days from a local date on, by the versions that were seen. */
export interface SeenCrewDays {
  since: string;
  versions: CrewDayVersions;
}

/** Sources as they lie in the database, and which versions of the crew-days they show. */
export interface LoadedSources extends PlanSources {
  crewDays: SeenCrewDays;
}

/** The longest tour that is not over yet began so many dates ago. */
const DATES_BACK = 2;

/** Everything a plan is made from, as it lies in the database now. */
export async function loadPlanSources(
  stores: PlanningStores,
  agency: Agency,
  now: Date,
): Promise<LoadedSources> {
  // Before the orders: what is promised after this look shows in a version, whether the orders told of it or not.
  const since = moveDay(localDay(now, agency.timeZone), -DATES_BACK);
  const { busy, versions } = await stores.crewDays.listFrom(since);
  const orders = await stores.workOrders.listOpen();
  const known = new Set(orders.map(({ _id }) => _id));
  const [{ absences, closures }, stock] = await Promise.all([
    stores.disruptions.listFrom(now),
    stores.depotStock.listStock(now, [...known]),
  ]);
  const promised = [...busy].flatMap(([crewId, intervals]) =>
    intervals
      .filter(({ orderId, end }) => !known.has(orderId) && end > now)
      .map(({ orderId, start, end }) => ({ orderId, crewId, start, end })),
  );
  const awaited = orders.flatMap(({ after }) => (after && !known.has(after.orderId) ? after.orderId : []));
  const ended = awaited.length > 0 ? await stores.workOrders.findByIds(awaited) : [];
  return {
    now,
    agency,
    orders: [...orders, ...ended],
    absences,
    promised,
    closures,
    stock,
    crewDays: { since, versions },
  };
}
