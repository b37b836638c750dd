import type { Agency } from '../core/agency.ts';
import type { DepotStockStore } from '../store/depot-stock.ts';

/** A count of a material at a depot that is another than the one known. */
export interface StockCounted {
  depotId: string;
  material: string;
  /** What was known to lie there. */
  before: number;
  quantity: number;
  /** Why the count was not taken, in words; null when it was. A check does not find out. */
  refused: string | null;
}

/** Takes the stock of the depots as written for counted. Returns what that changes; with `checkOnly` it changes nothing. */
export async function countDepots(
  depotStock: Pick<DepotStockStore, 'list' | 'countStock'>,
  { depots }: Pick<Agency, 'depots'>,
  { now, checkOnly }: { now: Date; checkOnly: boolean },
): Promise<StockCounted[]> {
  const known = new Map((await depotStock.list()).map((entry) => [entry._id, entry.onHand]));
  const counted: StockCounted[] = [];
  for (const { id: depotId, stock } of depots) {
    for (const { material, quantity } of stock) {
      const before = known.get(`${depotId}|${material}`) ?? 0;
      const outcome = checkOnly ? null : await depotStock.countStock(depotId, material, quantity, now);
      const refused = outcome && 'refused' in outcome ? outcome.refused : null;
      if (before !== quantity || refused !== null) {
        counted.push({ depotId, material, before, quantity, refused });
      }
    }
  }
  return counted;
}

/** The counts, a line each. */
export function describeCounts(counts: readonly StockCounted[]): string[] {
  return counts.map(({ depotId, material, before, quantity, refused }) => {
    const what = `stock of ${material} at ${depotId}:`;
    return refused === null
      ? `${what} ${before} → ${quantity}`
      : `${what} stays ${before}, the count was refused: ${refused}`;
  });
}
