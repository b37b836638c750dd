import type { Collection } from 'mongodb';

/** A delivery that is on its way. Its id is known for ever, so that it is added once. */
export interface Delivery {
  id: string;
  at: Date;
  quantity: number;
}

/**
 * One material at one depot, in whole units. Nothing is below 0, and at every instant what is reserved for use by then is
 * covered by what is on hand and delivered by then, unless work used more than had been counted.
 */
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
  /** `usableAt`: when the order takes it, so that it may rest on a delivery; absent means at once. */
  holds: { orderId: string; quantity: number; usableAt?: Date }[];
  /** What runs that wait for an approval would need; each counts until `until` only. */
  softHolds: { orderId: string; quantity: number; until: Date }[];
  incoming: Delivery[];
  /** Ids of the deliveries that have arrived: a daily one for ten years is a document of 200 kB. */
  received: string[];
  version: number;
}

export type StockCollection = Collection<StoredStock>;

type LaterField = 'softHolds' | 'incoming' | 'received';
/** As older versions stored it, too. */
export type StoredStock = Omit<DepotStock, LaterField> & Partial<Pick<DepotStock, LaterField>>;

/** An entry with the lists that older versions stored without. */
export function completeEntry(entry: StoredStock): DepotStock {
  const { softHolds = [], incoming = [], received = [] } = entry;
  return { ...entry, softHolds, incoming, received };
}

/** An entry of which nothing is there yet. */
export function emptyEntry(depotId: string, material: string, onHand = 0): Omit<DepotStock, '_id'> {
  const lists = { holds: [], softHolds: [], incoming: [], received: [] };
  return { depotId, material, onHand, reserved: 0, consumed: 0, ...lists, version: 0 };
}

export function totalOf(quantities: readonly { quantity: number }[]): number {
  return quantities.reduce((total, { quantity }) => total + quantity, 0);
}
