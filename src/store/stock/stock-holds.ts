import type { ClientSession } from 'mongodb';
import type { MaterialQuantity } from '../../core/work/materials.ts';
import {
  consumeHolds,
  dropExpiredHolds,
  dropHolds,
  dropSoftHolds,
  isFree,
  putHold,
  putSoftHold,
  shortenSoftHolds,
} from './depot-stock-updates.ts';
import type { StockCollection, StoredStock } from './stock-entry.ts';

/** Material that was used although the count did not show it. */
export interface StockShortage {
  depotId: string;
  material: string;
  quantity: number;
}

/** What work orders take out of the depots: softly while an approval is pending, reserved once announced, then used. */
export function createStockHolds(stock: StockCollection) {
  return { ...createReservations(stock), ...createSoftHolds(stock) };
}

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
  const sum = (items: readonly { quantity: number }[]) =>
    items.reduce((total, one) => total + one.quantity, 0);
  const used = sum(holds.filter((hold) => hold.orderId === orderId));
  const there = onHand + sum(incoming.filter(({ at }) => at <= now));
  return { depotId, material, quantity: Math.max(0, used - there) };
}
