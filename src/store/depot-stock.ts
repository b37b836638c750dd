import type { AnyBulkWriteOperation, ClientSession, Db, IndexDescription } from 'mongodb';
import type { Agency } from '../core/agency.ts';
import type { MaterialQuantity } from '../core/resources.ts';

/** One material at one depot, in whole units. Always 0 <= reserved <= onHand. */
export interface DepotStock {
  /** `depotId|material` */
  _id: string;
  depotId: string;
  material: string;
  /** What lies in the depot, reserved or not. */
  onHand: number;
  /** Sum of the holds. */
  reserved: number;
  /** What finished work orders have used up since the stock was first entered. */
  consumed: number;
  holds: { orderId: string; quantity: number }[];
  version: number;
}

const COLLECTION = 'depot_stock';

/** What the stock's queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [{ key: { 'holds.orderId': 1 }, name: 'by_order' }],
};

/** Update stages that drop the holds of a work order; `reserved` is summed anew, so that it cannot drift. */
function dropHolds(orderId: string) {
  const others = { $ne: ['$$hold.orderId', { $literal: orderId }] };
  return [
    { $set: { holds: { $filter: { input: '$holds', as: 'hold', cond: others } } } },
    { $set: { reserved: { $sum: '$holds.quantity' }, version: { $add: ['$version', 1] } } },
  ];
}

function newEntries({ depots }: Pick<Agency, 'depots'>): AnyBulkWriteOperation<DepotStock>[] {
  return depots.flatMap(({ id, stock }) =>
    stock.map(({ material, quantity }) => {
      const counts = { onHand: quantity, reserved: 0, consumed: 0, holds: [], version: 0 };
      return {
        updateOne: {
          filter: { _id: `${id}|${material}` },
          update: { $setOnInsert: { depotId: id, material, ...counts } },
          upsert: true,
        },
      };
    }),
  );
}

/** The collection of stock per depot and material. */
export function createDepotStockStore(db: Db) {
  const stock = db.collection<DepotStock>(COLLECTION);

  return {
    /** Enters the agency's stock where a depot's material is new; counted stock is never overwritten. */
    async ensureDepotStock(agency: Pick<Agency, 'depots'>): Promise<void> {
      const entries = newEntries(agency);
      if (entries.length > 0) await stock.bulkWrite(entries, { ordered: false });
    },

    /**
     * Holds a positive quantity for a work order, inside the caller's transaction. False, and nothing written, when
     * less than that is free or the work order holds some of it already.
     */
    async hold(
      depotId: string,
      item: MaterialQuantity,
      orderId: string,
      session: ClientSession,
    ): Promise<boolean> {
      const result = await stock.updateOne(
        {
          _id: `${depotId}|${item.material}`,
          'holds.orderId': { $ne: orderId },
          $expr: { $gte: [{ $subtract: ['$onHand', '$reserved'] }, item.quantity] },
        },
        {
          $inc: { reserved: item.quantity, version: 1 },
          $push: { holds: { orderId, quantity: item.quantity } },
        },
        { session },
      );
      return result.matchedCount === 1;
    },

    /** Gives back all that the work order holds; does nothing when it holds nothing. */
    async release(orderId: string, session: ClientSession): Promise<void> {
      await stock.updateMany({ 'holds.orderId': orderId }, dropHolds(orderId), { session });
    },

    /** Turns all that the work order holds into consumption; does nothing when it holds nothing. */
    async consume(orderId: string, session: ClientSession): Promise<void> {
      const before = { $set: { used: '$reserved' } };
      const used = { $subtract: ['$used', '$reserved'] };
      const after = {
        $set: { onHand: { $subtract: ['$onHand', used] }, consumed: { $add: ['$consumed', used] } },
      };
      await stock.updateMany(
        { 'holds.orderId': orderId },
        [before, ...dropHolds(orderId), after, { $unset: 'used' }],
        { session },
      );
    },

    /** What is free, by depot and material. */
    async listAvailable(): Promise<Map<string, Map<string, number>>> {
      const available = new Map<string, Map<string, number>>();
      for await (const { depotId, material, onHand, reserved } of stock.find({})) {
        const depot = available.get(depotId) ?? new Map<string, number>();
        available.set(depotId, depot.set(material, onHand - reserved));
      }
      return available;
    },

    /** Every entry, by depot and material. */
    list(): Promise<DepotStock[]> {
      return stock.find({}).sort({ _id: 1 }).toArray();
    },
  };
}
export type DepotStockStore = ReturnType<typeof createDepotStockStore>;
