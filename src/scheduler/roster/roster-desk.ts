import { createHash } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import type { Agency } from '../../core/agency/agency.ts';
import { checkRoster, type Roster, rosterOf } from '../../core/agency/roster.ts';
import { compareRosters } from '../../core/agency/roster-changes.ts';
import type { RosterEdit, RosterOutcome, StockCounted, StoredRoster } from '../../core/agency/roster-edit.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import type { DepotStockStore } from '../../store/stock/depot-stock.ts';
import type { RosterStore } from '../../store/work/roster.ts';
import type { WorkOrderStore } from '../../store/work/work-orders.ts';
import { countDepots } from './count-depots.ts';
import type { LiveAgency } from './live-agency.ts';
import { type RenewDeps, renewCards } from './renew-cards.ts';

/** Where the roster is read and edited while Crewline runs. */
export interface RosterDesk {
  /** The newest, whichever process saved it. */
  read(): Promise<StoredRoster>;
  /** Replaces the roster, here at once and in the other processes as soon as they hear of it. */
  save(edit: RosterEdit): Promise<RosterOutcome>;
}

export interface RosterDeskDeps {
  fileAgency: Agency;
  live: LiveAgency;
  rosters: RosterStore;
  workOrders: Pick<WorkOrderStore, 'listPromisedBy'>;
  outbox: RenewDeps['outbox'];
  depotStock: Pick<DepotStockStore, 'ensureDepotStock' | 'countStock' | 'list'>;
  now(): Date;
}

const MOST_HASHES = 20;
const MOST_NAMED = 10;

/** Names a roster by its content. */
export function hashRoster(roster: Roster): string {
  return createHash('sha256').update(JSON.stringify(roster)).digest('hex');
}

/** The desk over the stored roster, which has to be there: see `openRoster`. */
export function createRosterDesk(deps: RosterDeskDeps): RosterDesk {
  const { fileAgency, live, rosters } = deps;
  const read = async (): Promise<StoredRoster> => {
    const stored = await rosters.load();
    if (stored) return stored;
    throw new AppError('there is no stored roster', {
      code: 'roster.missing',
      userMessage: 'The roster is not stored any more: start Crewline again.',
    });
  };
  return {
    read,
    save: async (edit) => {
      const stored = await read();
      if (stored.version !== edit.version) return conflict(stored);
      const checked = checkRoster(fileAgency, edit.roster, 'roster');
      if (!checked.ok) return { problems: checked.problems };
      const roster = rosterOf(checked.agency);
      const changes = compareRosters(stored.roster, roster, fileAgency.currency);
      const refused = await refuseRemoval(deps, changes.crews.removed);
      if (refused) return { refused };
      if (edit.checkOnly) {
        return { version: stored.version, changes, counts: await count(deps, edit, checked.agency) };
      }
      const fileHashes = edit.imported ? addHash(stored.fileHashes, roster) : stored.fileHashes;
      const isKnown = !edit.imported || stored.fileHashes.includes(hashRoster(roster));
      if (isKnown && hashRoster(roster) === hashRoster(stored.roster)) {
        await deps.depotStock.ensureDepotStock(checked.agency);
        return { version: stored.version, changes, counts: await count(deps, edit, checked.agency) };
      }
      const content = { roster, fileHashes, updatedAt: deps.now() };
      // A delivery that came with the roster is told nowhere else: it is entered with it, or neither is.
      const saved = await rosters.save(content, edit.version, edit.by, async (session) => {
        await deps.depotStock.ensureDepotStock(checked.agency, session);
        await renewCards(deps, stored.roster, roster, deps.now(), session);
      });
      if (!saved) return conflict(await read());
      live.replaceRoster(roster);
      return { version: saved.version, changes, counts: await count(deps, edit, checked.agency) };
    },
  };
}

async function count(deps: RosterDeskDeps, edit: RosterEdit, agency: Agency): Promise<StockCounted[]> {
  if (!edit.count) return [];
  return countDepots(deps.depotStock, agency, { now: deps.now(), checkOnly: edit.checkOnly ?? false });
}

/** The first is the last start's and stays; of the imported ones, the newest. */
function addHash([lastStart = '', ...imported]: readonly string[], roster: Roster): string[] {
  return [lastStart, ...imported.concat(hashRoster(roster)).slice(-MOST_HASHES)];
}

function conflict({ version, updatedBy }: StoredRoster): RosterOutcome {
  return { conflict: { version, updatedBy } };
}

/**
 * A crew that has promised work cannot go. What is announced to it between this look and the saving is told to
 * dispatch instead of to the crew, as for any crew that is not known.
 */
async function refuseRemoval(
  { workOrders }: RosterDeskDeps,
  removed: readonly string[],
): Promise<string | null> {
  if (removed.length === 0) return null;
  const promised = await workOrders.listPromisedBy(removed);
  return promised.length === 0 ? null : describePromised(promised);
}

/** Which crews still have which work, and what to do. */
export function describePromised(promised: readonly WorkOrder[]): string {
  const crews = [...new Set(promised.map((order) => order.assignment?.crewName ?? ''))].join(', ');
  const named = promised.slice(0, MOST_NAMED).map(({ _id, title }) => (title ? `${_id} (${title})` : _id));
  const more = promised.length > MOST_NAMED ? ` and ${promised.length - MOST_NAMED} more` : '';
  return `${crews} cannot be removed while there is work for it: ${named.join(', ')}${more}. Give the work to another crew, or finish or cancel it, first.`;
}
