import type { Agency } from '../../core/agency/agency.ts';
import type { StockCounted } from '../../core/roster/roster-edit.ts';
import { refuseCount } from '../../store/stock/count-stock.ts';
import { type DepotStockStore, withDeliveries } from '../../store/stock/depot-stock.ts';
import type { DepotStock } from '../../store/stock/stock-entry.ts';

/**
 * Takes the stock of the depots as written for counted. Returns what that changes, and what of it is refused; with
 * `checkOnly` what would be, if nobody reserved or released anything meanwhile, and nothing is written.
 */
export async function countDepots(
  depotStock: Pick<DepotStockStore, 'list' | 'countStock'>,
  agency: Pick<Agency, 'depots'>,
  { now, checkOnly }: { now: Date; checkOnly: boolean },
): Promise<StockCounted[]> {
  const known = new Map((await depotStock.list()).map((entry) => [entry._id, entry]));
  const counted: StockCounted[] = [];
  for (const { id: depotId, stock } of agency.depots) {
    for (const { material, quantity } of stock) {
      const entry = known.get(`${depotId}|${material}`);
      const refused = checkOnly
        ? foresee(entry, agency, quantity, now)
        : await take(depotStock, depotId, material, quantity, now);
      const before = entry?.onHand ?? 0;
      if (before !== quantity || refused !== null) {
        counted.push({ depotId, material, before, quantity, refused });
      }
    }
  }
  return counted;
}

/** Nobody can have reserved what the depot does not have yet. */
function foresee(
  entry: DepotStock | undefined,
  agency: Pick<Agency, 'depots'>,
  quantity: number,
  now: Date,
): string | null {
  return entry ? refuseCount(withDeliveries(entry, agency), quantity, now) : null;
}

async function take(
  depotStock: Pick<DepotStockStore, 'countStock'>,
  ...count: Parameters<DepotStockStore['countStock']>
): Promise<string | null> {
  const outcome = await depotStock.countStock(...count);
  return 'refused' in outcome ? outcome.refused : null;
}
