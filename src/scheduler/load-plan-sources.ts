import type { Agency } from '../core/agency.ts';
import { localDay } from '../core/crew-calendar.ts';
import type { CrewDayStore } from '../store/crew-days.ts';
import type { DepotStockStore } from '../store/depot-stock.ts';
import type { DisruptionStore } from '../store/disruptions.ts';
import type { WorkOrderStore } from '../store/work-orders.ts';
import type { PlanSources } from './plan-sources.ts';

/** The collections that planning reads and writes. */
export interface PlanningStores {
  workOrders: WorkOrderStore;
  crewDays: CrewDayStore;
  depotStock: DepotStockStore;
  disruptions: DisruptionStore;
}

/** Everything a plan is made from, as it lies in the database now. */
export async function loadPlanSources(
  stores: PlanningStores,
  agency: Agency,
  now: Date,
): Promise<PlanSources> {
  const orders = await stores.workOrders.listOpen();
  const known = new Set(orders.map(({ _id }) => _id));
  const [{ absences, closures }, stock, busy] = await Promise.all([
    stores.disruptions.listFrom(now),
    stores.depotStock.listStock(now, [...known]),
    stores.crewDays.listBusy(localDay(now, agency.timeZone)),
  ]);
  // Time that is promised to nothing we know, such as an order that is being closed: no plan may use it.
  const promised = [...busy].flatMap(([crewId, intervals]) =>
    intervals
      .filter(({ orderId }) => !known.has(orderId))
      .map(({ orderId, start, end }) => ({
        ...{ _id: orderId, crewId, start, end, reason: 'promised to other work', by: 'system', at: now },
      })),
  );
  const awaited = orders.flatMap(({ after }) => (after && !known.has(after.orderId) ? after.orderId : []));
  const ended = awaited.length > 0 ? await stores.workOrders.findByIds(awaited) : [];
  return {
    now,
    agency,
    orders: [...orders, ...ended],
    absences: [...absences, ...promised],
    closures,
    stock,
  };
}
