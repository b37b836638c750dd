import type { Agency } from '../../core/agency/agency.ts';
import type { DepotStock } from '../../store/stock/stock-entry.ts';
import { type RosterDeps, readRoster } from './edit-roster.ts';

/**
 * The agency in the form of its file: what is only in the file as it was read, the roster as it was last edited, and of
 * each depot what lies there and is on its way by now. Taken over again, it changes nothing.
 */
export async function exportAgency(deps: RosterDeps): Promise<Agency> {
  const { fileAgency } = deps.live;
  const { roster } = await readRoster(deps);
  const known = new Set(roster.materials.map(({ id }) => id));
  const entries = (await deps.stores.depotStock.list()).filter(({ material }) => known.has(material));
  const depots = roster.depots.map((depot) => ({ ...depot, ...stockOf(depot.id, entries) }));
  return { ...fileAgency, ...roster, depots };
}

function stockOf(
  depotId: string,
  entries: readonly DepotStock[],
): Pick<Agency['depots'][number], 'stock' | 'incoming'> {
  const own = entries.filter((entry) => entry.depotId === depotId);
  return {
    stock: own.map(({ material, onHand }) => ({ material, quantity: onHand })),
    incoming: own.flatMap(({ material, incoming }) =>
      incoming.map(({ at, quantity }) => ({ material, quantity, at: at.toISOString() })),
    ),
  };
}
