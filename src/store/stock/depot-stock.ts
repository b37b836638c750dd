import type { Db, IndexDescription } from 'mongodb';
import { completeEntry, type DepotStock, type StockCollection, type StoredStock } from './stock-entry.ts';
import { createStockHolds } from './stock-holds.ts';
import { createStockReplenishment } from './stock-replenishment.ts';

export type { DepotStock } from './stock-entry.ts';

/** What a depot can give out from now on. */
export interface FreeStock {
  depotId: string;
  material: string;
  /** Below 0 where reservations rest on deliveries that are still to come: `incoming` makes up for it. */
  quantity: number;
  /** In order of time. */
  incoming: { at: Date; quantity: number }[];
}

const COLLECTION = 'depot_stock';

/** What the stock's queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [
    { key: { 'holds.orderId': 1 }, name: 'by_order' },
    { key: { 'softHolds.orderId': 1 }, name: 'by_soft_order' },
    { key: { 'softHolds.until': 1 }, name: 'by_expiry' },
    { key: { 'incoming.at': 1 }, name: 'by_delivery' },
  ],
};

/** The collection of stock per depot and material. */
export function createDepotStockStore(db: Db) {
  const stock = db.collection<StoredStock>(COLLECTION);
  return { ...createStockHolds(stock), ...createStockReplenishment(stock), ...createLists(stock) };
}
export type DepotStockStore = ReturnType<typeof createDepotStockStore>;

function createLists(stock: StockCollection) {
  const load = async (): Promise<DepotStock[]> =>
    (await stock.find({}).sort({ _id: 1 }).toArray()).map(completeEntry);
  const listStock = async (now: Date, exceptSoftOf: readonly string[] = []): Promise<FreeStock[]> => {
    const except = new Set(exceptSoftOf);
    return (await load()).map((entry) => freeStockOf(entry, now, except));
  };
  return {
    /** What is free and what is coming, by depot and material. What `exceptSoftOf` hold softly counts as free. */
    listStock,

    /** What is free at `now`, by depot and material; never below 0. */
    async listAvailable(
      now: Date,
      exceptSoftOf: readonly string[] = [],
    ): Promise<Map<string, Map<string, number>>> {
      const available = new Map<string, Map<string, number>>();
      for (const { depotId, material, quantity } of await listStock(now, exceptSoftOf)) {
        const depot = available.get(depotId) ?? new Map<string, number>();
        available.set(depotId, depot.set(material, Math.max(0, quantity)));
      }
      return available;
    },

    /** Every entry, by depot and material. */
    list: load,
  };
}

function freeStockOf(entry: DepotStock, now: Date, exceptSoftOf: ReadonlySet<string>): FreeStock {
  const { depotId, material, onHand, reserved, incoming, softHolds } = entry;
  const held = softHolds.filter(({ orderId, until }) => until > now && !exceptSoftOf.has(orderId));
  const due = incoming.filter(({ at }) => at <= now);
  const coming = incoming
    .filter(({ at }) => at > now)
    .map(({ at, quantity }) => ({ at, quantity }))
    .sort((one, other) => one.at.getTime() - other.at.getTime());
  return { depotId, material, quantity: onHand + sum(due) - reserved - sum(held), incoming: coming };
}

function sum(quantities: readonly { quantity: number }[]): number {
  return quantities.reduce((total, { quantity }) => total + quantity, 0);
}
