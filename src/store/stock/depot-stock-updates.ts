import type { Document } from 'mongodb';
import type { Delivery } from './stock-entry.ts';

/** The last instant a date can tell. */
const END_OF_TIME = new Date(8.64e15);
const BUMP = { version: { $add: [{ $ifNull: ['$version', 0] }, 1] } };

/** Elements of a list that satisfy `condition` on `$$one`. Older documents lack some lists: they are empty. */
function filterList(list: string, condition: Document): Document {
  return { $filter: { input: { $ifNull: [`$${list}`, []] }, as: 'one', cond: condition } };
}

function sumOf(list: Document): Document {
  return { $sum: { $map: { input: list, as: 'one', in: '$$one.quantity' } } };
}

const isOf = (orderId: string): Document => ({ $eq: ['$$one.orderId', { $literal: orderId }] });
const isOfAnother = (orderId: string): Document => ({ $not: [isOf(orderId)] });
const isDue = (by: Date): Document => ({ $lte: ['$$one.at', by] });

/**
 * Expression: whether `quantity` can be given to an order that takes it at `usableAt` without taking it from those who
 * have reserved, at any instant from then on. Material runs lowest just before a delivery, and after the last one: there
 * it is looked at. What other orders hold softly at `now` counts as gone at every instant.
 */
export function isFree(quantity: number, orderId: string, usableAt: Date, now: Date): Document {
  const isLater = { $gt: ['$$one.at', usableAt] };
  const deliveries = { $map: { input: filterList('incoming', isLater), as: 'one', in: '$$one.at' } };
  const delivered = sumOf(filterList('incoming', { $lt: ['$$one.at', '$$end'] }));
  const taken = sumOf(filterList('holds', { $not: [{ $gte: ['$$one.usableAt', '$$end'] }] }));
  const others = sumOf(
    filterList('softHolds', { $and: [{ $gt: ['$$one.until', now] }, isOfAnother(orderId)] }),
  );
  const left = { $subtract: [{ $add: ['$onHand', delivered] }, { $add: [taken, others] }] };
  const ends = { $concatArrays: [deliveries, [END_OF_TIME]] };
  return { $allElementsTrue: [{ $map: { input: ends, as: 'end', in: { $gte: [left, quantity] } } }] };
}

/** Reserves for an order, in place of what it held softly. */
export function putHold(orderId: string, quantity: number, usableAt: Date): Document[] {
  const hold = { orderId: { $literal: orderId }, quantity, usableAt };
  return [
    {
      $set: {
        holds: { $concatArrays: ['$holds', [hold]] },
        reserved: { $add: ['$reserved', quantity] },
        softHolds: filterList('softHolds', isOfAnother(orderId)),
        ...BUMP,
      },
    },
  ];
}

/** Drops the holds of an order; `reserved` is summed anew, so that it cannot drift. */
export function dropHolds(orderId: string): Document[] {
  return [
    { $set: { holds: filterList('holds', isOfAnother(orderId)) } },
    { $set: { reserved: { $sum: '$holds.quantity' }, ...BUMP } },
  ];
}

/** Uses up what an order holds, after what was delivered by `now`; a count that is short of it stops at 0. */
export function consumeHolds(orderId: string, now: Date): Document[] {
  const taken = {
    onHand: { $max: [0, { $subtract: ['$onHand', '$used'] }] },
    consumed: { $add: ['$consumed', '$used'] },
  };
  return [
    ...receiveDue(now),
    { $set: { used: sumOf(filterList('holds', isOf(orderId))) } },
    ...dropHolds(orderId),
    { $set: taken },
    { $unset: 'used' },
  ];
}

/** Holds softly for an order, in place of what it held softly before. */
export function putSoftHold(orderId: string, quantity: number, until: Date): Document[] {
  const hold = { orderId: { $literal: orderId }, quantity, until };
  const others = filterList('softHolds', isOfAnother(orderId));
  return [{ $set: { softHolds: { $concatArrays: [others, [hold]] }, ...BUMP } }];
}

export function dropSoftHolds(orderId: string): Document[] {
  return [{ $set: { softHolds: filterList('softHolds', isOfAnother(orderId)), ...BUMP } }];
}

/** Lets the soft holds of an order end at `until` where they would last longer. */
export function shortenSoftHolds(orderId: string, until: Date): Document[] {
  const short = { $mergeObjects: ['$$one', { until: { $min: ['$$one.until', until] } }] };
  const each = { $cond: [isOf(orderId), short, '$$one'] };
  return [{ $set: { softHolds: { $map: { input: '$softHolds', as: 'one', in: each } }, ...BUMP } }];
}

export function dropExpiredHolds(now: Date): Document[] {
  return [{ $set: { softHolds: filterList('softHolds', { $gt: ['$$one.until', now] }), ...BUMP } }];
}

/** Moves what is due into the depot. */
export function receiveDue(now: Date): Document[] {
  const due = filterList('incoming', isDue(now));
  const ids = { $map: { input: due, as: 'one', in: '$$one.id' } };
  return [
    {
      $set: {
        onHand: { $add: ['$onHand', sumOf(due)] },
        received: { $concatArrays: [{ $ifNull: ['$received', []] }, ids] },
        incoming: filterList('incoming', { $not: [isDue(now)] }),
        ...BUMP,
      },
    },
  ];
}

/** Adds a delivery that was not added before; the entry is made where it is missing. */
export function putDelivery(depotId: string, material: string, { id, at, quantity }: Delivery): Document[] {
  const incoming = { $ifNull: ['$incoming', []] };
  const known = { $concatArrays: [{ $ifNull: ['$received', []] }, { $ifNull: ['$incoming.id', []] }] };
  const delivery = { id: { $literal: id }, at, quantity };
  const empty = { onHand: 0, reserved: 0, consumed: 0, holds: [], softHolds: [], received: [] };
  const kept = Object.entries(empty).map(([field, value]) => [field, { $ifNull: [`$${field}`, value] }]);
  return [
    {
      $set: {
        depotId: { $literal: depotId },
        material: { $literal: material },
        ...Object.fromEntries(kept),
        incoming: {
          $cond: [{ $in: [{ $literal: id }, known] }, incoming, { $concatArrays: [incoming, [delivery]] }],
        },
        ...BUMP,
      },
    },
  ];
}
