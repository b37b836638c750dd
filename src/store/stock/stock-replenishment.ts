import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import type { Agency } from '../../core/agency/agency.ts';
import { countStock, type StockCount } from './count-stock.ts';
import { putDelivery, receiveDue } from './depot-stock-updates.ts';
import {
  type Delivery,
  type DepotStock,
  emptyEntry,
  type StockCollection,
  type StoredStock,
} from './stock-entry.ts';

/** What comes into the depots: first entries, deliveries, counts. */
export function createStockReplenishment(stock: StockCollection) {
  return {
    /**
     * Enters the agency's stock where a depot's material is new, and its deliveries once each; counted stock is never
     * overwritten.
     */
    async ensureDepotStock(agency: Pick<Agency, 'depots'>, session?: ClientSession): Promise<void> {
      const entries = [...newEntries(agency), ...newDeliveries(agency)];
      if (entries.length > 0) await stock.bulkWrite(entries, session ? { session } : {});
    },

    /** Announces a delivery; one with an id that this depot's material has seen before changes nothing. */
    async addDelivery(depotId: string, material: string, delivery: Delivery): Promise<void> {
      const update = putDelivery(depotId, material, delivery);
      await stock.updateOne({ _id: `${depotId}|${material}` }, update, { upsert: true });
    },

    /** Moves the deliveries that are due into the depots: each once, whoever else does the same. */
    async receiveDeliveries(now: Date): Promise<void> {
      await stock.updateMany({ 'incoming.at': { $lte: now } }, receiveDue(now));
    },

    /**
     * Takes a count for what lies in the depot at `now`, deliveries due by then included. Refused, in words for whoever
     * counted, when what is reserved would not be covered any more.
     */
    countStock(depotId: string, material: string, quantity: number, now: Date): Promise<StockCount> {
      return countStock(stock, { depotId, material, quantity }, now);
    },
  };
}

/** An entry as `ensureDepotStock` would leave it: with the deliveries that the agency announces and it does not know. */
export function withDeliveries(entry: DepotStock, { depots }: Pick<Agency, 'depots'>): DepotStock {
  const known = new Set([...entry.received, ...entry.incoming.map(({ id }) => id)]);
  const announced = depots
    .filter(({ id }) => id === entry.depotId)
    .flatMap(({ id, incoming }) => mergeDeliveries(id, incoming))
    .filter(({ id, material }) => material === entry.material && !known.has(id));
  return { ...entry, incoming: [...entry.incoming, ...announced] };
}

function newEntries({ depots }: Pick<Agency, 'depots'>): AnyBulkWriteOperation<StoredStock>[] {
  return depots.flatMap(({ id, stock }) =>
    stock.map(({ material, quantity }) => ({
      updateOne: {
        filter: { _id: `${id}|${material}` },
        update: { $setOnInsert: emptyEntry(id, material, quantity) },
        upsert: true,
      },
    })),
  );
}

function newDeliveries({ depots }: Pick<Agency, 'depots'>): AnyBulkWriteOperation<StoredStock>[] {
  return depots.flatMap(({ id: depotId, incoming }) =>
    mergeDeliveries(depotId, incoming).map(({ material, ...delivery }) => ({
      updateOne: {
        filter: { _id: `${depotId}|${material}` },
        update: putDelivery(depotId, material, delivery),
        upsert: true,
      },
    })),
  );
}

/** Deliveries by what makes them the same at the next start; two lines for one instant are one delivery. */
function mergeDeliveries(
  depotId: string,
  incoming: Agency['depots'][number]['incoming'],
): (Delivery & { material: string })[] {
  const merged = new Map<string, Delivery & { material: string }>();
  for (const { material, quantity, at: text } of incoming) {
    const at = new Date(text);
    const id = `${depotId}|${material}|${at.toISOString()}`;
    merged.set(id, { id, material, at, quantity: quantity + (merged.get(id)?.quantity ?? 0) });
  }
  return [...merged.values()];
}
