import { AppError } from '../../base/errors.ts';
import { completeEntry, type DepotStock, emptyEntry, type StockCollection, totalOf } from './stock-entry.ts';

export type StockCount = { counted: DepotStock } | { refused: string };

const MOST_TRIES = 50;
const NO_COUNT = 'Write what you counted as a whole number, 0 or more.';

/**
 * Sets what lies in a depot to what was counted at `now`; deliveries due by then are taken to be in the count. Refused,
 * in words, when what is reserved would not be covered any more.
 */
export async function countStock(
  stock: StockCollection,
  count: { depotId: string; material: string; quantity: number },
  now: Date,
): Promise<StockCount> {
  const { quantity } = count;
  // What is no number of things is no reason to enter the material either.
  if (!isCount(quantity)) return { refused: NO_COUNT };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const entry = await findOrEnter(stock, count);
    const refused = refuseCount(entry, quantity, now);
    if (refused !== null) return { refused };
    const due = entry.incoming.filter(({ at }) => at <= now);
    const counted = await stock.findOneAndUpdate(
      { _id: entry._id, version: entry.version },
      {
        $set: {
          onHand: quantity,
          incoming: entry.incoming.filter((delivery) => !due.includes(delivery)),
          received: [...entry.received, ...due.map(({ id }) => id)],
        },
        $inc: { version: 1 },
      },
      { returnDocument: 'after' },
    );
    if (counted) return { counted: completeEntry(counted) };
  }
  throw new AppError(`the stock ${count.depotId}|${count.material} changes all the time`, {
    code: 'stock.contended',
    retryable: true,
    userMessage: 'This stock is changing all the time just now. Try again in a moment.',
  });
}

/** Why a count of `quantity` at `now` is refused where `entry` is what is known, in words; null when it is taken. */
export function refuseCount(entry: DepotStock, quantity: number, now: Date): string | null {
  if (!isCount(quantity)) return NO_COUNT;
  const needed = findUncovered(entry, quantity, now);
  if (needed === null) return null;
  const { depotId, material } = entry;
  return `${quantity} of ${material} at ${depotId} is less than the ${needed} that announced jobs need. Cancel or move one of them first, then enter the count again.`;
}

async function findOrEnter(
  stock: StockCollection,
  { depotId, material }: { depotId: string; material: string },
): Promise<DepotStock> {
  const _id = `${depotId}|${material}`;
  const empty = emptyEntry(depotId, material);
  const update = { $setOnInsert: empty };
  const entry = await stock.findOneAndUpdate({ _id }, update, { upsert: true, returnDocument: 'after' });
  return completeEntry(entry ?? { _id, ...empty });
}

/** How much has to be there for the first reservation that `onHand` and the deliveries before it do not cover. */
function findUncovered(entry: DepotStock, onHand: number, now: Date): number | null {
  const takenAt = (hold: DepotStock['holds'][number]) =>
    Math.max(hold.usableAt?.getTime() ?? 0, now.getTime());
  for (const hold of entry.holds) {
    const instant = takenAt(hold);
    const taken = entry.holds.filter((other) => takenAt(other) <= instant);
    const coming = entry.incoming.filter(({ at }) => at > now && at.getTime() <= instant);
    const needed = totalOf(taken) - totalOf(coming);
    if (needed > onHand) return needed;
  }
  return null;
}

function isCount(quantity: number): boolean {
  return Number.isSafeInteger(quantity) && quantity >= 0;
}
