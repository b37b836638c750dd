import { createHash } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import type { Agency } from '../../core/agency/agency.ts';
import type { AgencyCheck } from '../../core/agency/check-agency.ts';
import { describeProblem } from '../../core/faults/problem.ts';
import { type FieldEdit, findReverted, listEdits, mergeEdits } from '../../core/roster/field-edits.ts';
import { checkRoster, type Roster, rosterOf } from '../../core/roster/roster.ts';
import { compareRosters, type RosterChanges } from '../../core/roster/roster-changes.ts';
import type {
  RosterEdit,
  RosterOutcome,
  RosterSaved,
  StockCounted,
  StoredRoster,
} from '../../core/roster/roster-edit.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import type { Stores } from '../../store/stores.ts';
import { countDepots } from './count-depots.ts';
import type { LiveAgency } from './live-agency.ts';
import { renewCards } from './renew-cards.ts';
import { findStranded, tellStranded } from './tell-stranded.ts';

/** What editing the roster needs. */
export interface RosterDeps {
  live: LiveAgency;
  stores: Pick<Stores, 'rosters' | 'workOrders' | 'outbox' | 'depotStock' | 'bulletins'>;
  now(): Date;
}

const MOST_HASHES = 20;
const MOST_NAMED = 10;

/** Names a roster by its content. */
export function hashRoster(roster: Roster): string {
  return createHash('sha256').update(JSON.stringify(roster)).digest('hex');
}

/** The newest roster, whichever process saved it; it has to be there: see `openRoster`. */
export async function readRoster({ stores }: Pick<RosterDeps, 'stores'>): Promise<StoredRoster> {
  const stored = await stores.rosters.load();
  if (stored) return stored;
  throw new AppError('there is no stored roster', {
    code: 'roster.missing',
    userMessage: 'The roster is not stored any more: start Crewline again.',
  });
}

/** Replaces the roster, here at once and in the other processes as soon as they hear of it. */
export async function saveRoster(deps: RosterDeps, edit: RosterEdit): Promise<RosterOutcome> {
  const { live, stores } = deps;
  const { fileAgency } = live;
  const stored = await readRoster(deps);
  if (stored.version !== edit.version) return conflict(stored);
  const checked = checkEdit(fileAgency, stored, edit);
  if (!checked.ok) return { problems: checked.problems };
  const roster = rosterOf(checked.agency);
  const changes = compareRosters(stored.roster, roster, fileAgency.currency);
  const refused = await refuseRemoval(stores, changes.crews.removed);
  if (refused !== null) return { refused };
  const reverted = edit.imported && !edit.overwrite ? findReverted(editsOf(stored, changes), changes) : [];
  if (reverted.length > 0 && !edit.checkOnly) return { reverts: { reverted, timeZone: fileAgency.timeZone } };
  const stranded = await findStranded(stores, fileAgency.timeZone, stored.roster, roster);
  const answer = async ({ version }: StoredRoster): Promise<RosterSaved> => ({
    version,
    changes,
    stranded,
    counts: await count(deps, edit, checked.agency),
    reverted,
  });
  if (edit.checkOnly) return answer(stored);
  const fileHashes = edit.imported ? addHash(stored.fileHashes, roster) : stored.fileHashes;
  const isKnown = !edit.imported || stored.fileHashes.includes(hashRoster(roster));
  if (isKnown && hashRoster(roster) === hashRoster(stored.roster)) {
    await stores.depotStock.ensureDepotStock(checked.agency);
    return answer(stored);
  }
  const content = {
    roster,
    fileHashes,
    updatedAt: deps.now(),
    edits: nextEdits(stored, edit, roster, changes, deps.now()),
  };
  // A delivery that came with the roster is told nowhere else: it is entered with it, or neither is.
  const saved = await stores.rosters.save(content, edit.version, edit.by, async (session) => {
    await stores.depotStock.ensureDepotStock(checked.agency, session);
    await renewCards(stores, stored.roster, roster, deps.now(), session);
    const told = { version: edit.version + 1, by: edit.by, at: deps.now() };
    await tellStranded(stores, stranded, told, session);
  });
  if (!saved) return conflict(await readRoster(deps));
  live.replaceRoster(roster);
  return answer(saved);
}

/**
 * What an older version stored and this one would refuse keeps nobody from editing something else; a file is taken over
 * only without faults.
 */
function checkEdit(fileAgency: Agency, stored: StoredRoster, { roster, imported }: RosterEdit): AgencyCheck {
  const checked = checkRoster(fileAgency, roster, 'roster');
  if (checked.ok || imported) return checked;
  const old = checkRoster(fileAgency, stored.roster, 'roster');
  const known = new Set(old.ok ? [] : old.problems.map(describeProblem));
  const problems = checked.problems.filter((problem) => !known.has(describeProblem(problem)));
  return problems.length > 0 ? { ...checked, problems } : checkRoster(fileAgency, roster, 'roster', true);
}

/** Of a roster that an older version saved, and that is no file's, everything may have been edited by its last editor. */
function editsOf(
  { edits, fileHashes, roster, updatedBy, updatedAt }: StoredRoster,
  changes: RosterChanges,
): FieldEdit[] {
  if (edits) return edits;
  return fileHashes.includes(hashRoster(roster)) ? [] : listEdits(changes, updatedBy, updatedAt);
}

/** Undefined as long as nobody knows. A roster that is a file's is not edited. */
function nextEdits(
  stored: StoredRoster,
  { imported, by }: RosterEdit,
  roster: Roster,
  changes: RosterChanges,
  now: Date,
): FieldEdit[] | undefined {
  if (imported || stored.fileHashes.includes(hashRoster(roster))) return [];
  const wasFile = stored.fileHashes.includes(hashRoster(stored.roster));
  const known = stored.edits ?? (wasFile ? [] : undefined);
  return known && mergeEdits(known, listEdits(changes, by, now), roster);
}

async function count(deps: RosterDeps, edit: RosterEdit, agency: Agency): Promise<StockCounted[]> {
  if (!edit.count) return [];
  return countDepots(deps.stores.depotStock, agency, { now: deps.now(), checkOnly: edit.checkOnly ?? false });
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
  { workOrders }: Pick<Stores, 'workOrders'>,
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
