import type { AnyBulkWriteOperation, ClientSession, Db, IndexDescription } from 'mongodb';
import type { Agency } from '../../core/agency/agency.ts';
import type { MaterialQuantity } from '../../core/work/materials.ts';
import { countStock, type StockCount } from './count-stock.ts';
import {
  consumeHolds,
  dropExpiredHolds,
  dropHolds,
  dropSoftHolds,
  isFree,
  putDelivery,
  putHold,
  putSoftHold,
  receiveDue,
  shortenSoftHolds,
} from './depot-stock-updates.ts';
import {
  completeEntry,
  type Delivery,
  type DepotStock,
  emptyEntry,
  type StockCollection,
  type StoredStock,
  totalOf,
} from './stock-entry.ts';

/** What a depot can give out from now on. */
export interface FreeStock {
  depotId: string;
  material: string;
  /** Below 0 where reservations rest on deliveries that are still to come: `incoming` makes up for it. */
  quantity: number;
  /** In order of time. */
  incoming: { at: Date; quantity: number }[];
}

/** Material that was used although the count did not show it. */
export interface StockShortage {
  depotId: string;
  material: string;
  quantity: number;
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

/**
 * The collection of stock per depot and material: what work orders take out of it (softly while an approval is pending,
 * reserved once announced, then used), what comes into it, and what is there.
 */
export function createDepotStockStore(db: Db) {
  const stock = db.collection<StoredStock>(COLLECTION);
  return {
    ...createReservations(stock),
    ...createSoftHolds(stock),
    ...createReplenishment(stock),
    ...createLists(stock),
  };
}
export type DepotStockStore = ReturnType<typeof createDepotStockStore>;

function createReservations(stock: StockCollection) {
  return {
    /**
     * Reserves a positive quantity for a work order that takes it at `usableAt`, inside the caller's transaction, in
     * place of what the order holds softly there. It may rest on deliveries that come by then, and leaves everybody else
     * what they have reserved. False, and nothing written, when less than that is free or the order has reserved some of
     * it already.
     */
    async hold(
      depotId: string,
      { material, quantity }: MaterialQuantity,
      orderId: string,
      usableAt: Date,
      now: Date,
      session: ClientSession,
    ): Promise<boolean> {
      const takenAt = usableAt > now ? usableAt : now;
      const result = await stock.updateOne(
        {
          _id: `${depotId}|${material}`,
          'holds.orderId': { $ne: orderId },
          $expr: isFree(quantity, orderId, takenAt, now),
        },
        putHold(orderId, quantity, takenAt),
        { session },
      );
      return result.matchedCount === 1;
    },

    /** Gives back all that the work order has reserved; does nothing when that is nothing. */
    async release(orderId: string, session: ClientSession): Promise<void> {
      await stock.updateMany({ 'holds.orderId': orderId }, dropHolds(orderId), { session });
    },

    /**
     * Turns all that the work order has reserved into consumption, inside the caller's transaction; does nothing when
     * that is nothing. Where the count shows less than was used it stops at 0: the difference is returned, so that
     * somebody counts again.
     */
    async consume(orderId: string, now: Date, session: ClientSession): Promise<StockShortage[]> {
      const filter = { 'holds.orderId': orderId };
      // Whatever changes an entry between these two makes the transaction fail, and be tried again.
      const entries = await stock.find(filter, { session }).toArray();
      if (entries.length === 0) return [];
      await stock.updateMany(filter, consumeHolds(orderId, now), { session });
      return entries.map((entry) => shortageOf(entry, orderId, now)).filter((one) => one.quantity > 0);
    },
  };
}

function createSoftHolds(stock: StockCollection) {
  return {
    /**
     * Keeps a quantity from others until `until`, in place of what the order held softly there. False, and nothing
     * written, when less than that is free by `until`, or the order has reserved some of it already.
     */
    async holdSoftly(
      depotId: string,
      { material, quantity }: MaterialQuantity,
      orderId: string,
      until: Date,
      now: Date,
    ): Promise<boolean> {
      const result = await stock.updateOne(
        {
          _id: `${depotId}|${material}`,
          'holds.orderId': { $ne: orderId },
          $expr: isFree(quantity, orderId, until, now),
        },
        putSoftHold(orderId, quantity, until),
      );
      return result.matchedCount === 1;
    },

    /** Gives back all that the order holds softly; does nothing when that is nothing. */
    async releaseSoft(orderId: string, session?: ClientSession): Promise<void> {
      await stock.updateMany(
        { 'softHolds.orderId': orderId },
        dropSoftHolds(orderId),
        session && { session },
      );
    },

    /** Lets what the order holds softly end at `until`, where that is sooner. */
    async shortenSoft(orderId: string, until: Date): Promise<void> {
      await stock.updateMany({ 'softHolds.orderId': orderId }, shortenSoftHolds(orderId, until));
    },

    /** Forgets soft holds that count for nothing any more. */
    async dropExpired(now: Date): Promise<void> {
      await stock.updateMany({ 'softHolds.until': { $lte: now } }, dropExpiredHolds(now));
    },
  };
}

/** What an order takes beyond what lies in the depot, before it is taken. */
function shortageOf(entry: StoredStock, orderId: string, now: Date): StockShortage {
  const { depotId, material, onHand, holds, incoming = [] } = entry;
  const used = totalOf(holds.filter((hold) => hold.orderId === orderId));
  const there = onHand + totalOf(incoming.filter(({ at }) => at <= now));
  return { depotId, material, quantity: Math.max(0, used - there) };
}

/** What comes into the depots: first entries, deliveries, counts. */
function createReplenishment(stock: StockCollection) {
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

function createLists(stock: StockCollection) {
  const load = async (): Promise<DepotStock[]> =>
    (await stock.find({}).sort({ _id: 1 }).toArray()).map(completeEntry);
  return {
    /** What is free and what is coming, by depot and material. What `exceptSoftOf` hold softly counts as free. */
    async listStock(now: Date, exceptSoftOf: readonly string[] = []): Promise<FreeStock[]> {
      const except = new Set(exceptSoftOf);
      return (await load()).map((entry) => freeStockOf(entry, now, except));
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
  return { depotId, material, quantity: onHand + totalOf(due) - reserved - totalOf(held), incoming: coming };
}
