import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Agency } from '../../core/agency/agency.ts';
import { describeProblem } from '../../core/faults/problem.ts';
import { describeReverted, findReverted } from '../../core/roster/field-edits.ts';
import { checkRoster, rosterOf } from '../../core/roster/roster.ts';
import { compareRosters, describeRosterChanges } from '../../core/roster/roster-changes.ts';
import type { StoredRoster } from '../../core/roster/roster-edit.ts';
import { describePromised, hashRoster, type RosterDeps } from './edit-roster.ts';
import { createLiveAgency, type LiveAgency } from './live-agency.ts';
import { renewCards } from './renew-cards.ts';
import { findStranded, tellStranded } from './tell-stranded.ts';

/** The file's agency with the newest roster, whoever saves it. */
export interface OpenRoster extends LiveAgency {
  /** From now on takes over what is saved elsewhere; `onReplaced` is called after each time. */
  follow(onReplaced?: () => void): Promise<void>;
  stop(): Promise<void>;
}

type Deps = Omit<RosterDeps, 'live'> & { fileAgency: Agency; log: Log };

/** A change stream can break; what it did not say is seen after this long. */
const LOOK_EVERY_MS = 5_000;
const MOST_TRIES = 5;

/**
 * Opens the roster at start: the stored one, unless the file's is another than at the last start (and was not imported
 * since), or none is stored: then the file's is stored and used. A file that would undo an edit made since is not: only
 * whoever imports it can say that this is meant.
 */
export async function openRoster(deps: Deps): Promise<OpenRoster> {
  const live = createLiveAgency(deps.fileAgency);
  const opened = await settle(deps);
  live.replaceRoster(opened.roster);
  warnOfFaults(deps, opened);
  return { ...live, ...createFollower(deps, live, opened) };
}

/** What an older version took and this one would refuse stays in use: whoever runs it has to hear of it. */
function warnOfFaults({ fileAgency, log }: Deps, { roster, version, updatedBy }: StoredRoster): void {
  const checked = checkRoster(fileAgency, roster, 'roster');
  if (checked.ok) return;
  const problems = checked.problems.map(describeProblem);
  log.warn('The stored roster has faults: import a corrected agency file', { version, updatedBy, problems });
}

/** What is stored and valid from now on. */
async function settle(deps: Deps): Promise<StoredRoster> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const settled = await trySettle(deps);
    if (settled) return settled;
  }
  throw new AppError('the roster is saved all the time', { code: 'roster.contended', retryable: true });
}

/** Null when somebody else saved at the same moment: what is stored now has to be looked at again. */
async function trySettle(deps: Deps): Promise<StoredRoster | null> {
  const { stores, fileAgency, now, log } = deps;
  const { rosters, workOrders } = stores;
  const stored = await rosters.load();
  const roster = rosterOf(fileAgency);
  const hash = hashRoster(roster);
  if (stored?.fileHashes.includes(hash)) {
    // The file alone counts as the last start's; what was imported before this start is of no more account.
    if (stored.fileHashes.length === 1) return stored;
    const { roster: kept, updatedAt, updatedBy, edits } = stored;
    const content = { roster: kept, fileHashes: [hash], updatedAt, edits };
    return rosters.save(content, stored.version, updatedBy);
  }
  const changes = stored && compareRosters(stored.roster, roster, fileAgency.currency);
  const undone = changes ? findReverted(stored.edits ?? [], changes) : [];
  if (stored && undone.length > 0) {
    log.warn(
      'The agency file would undo edits of the roster, which stays as it is: export it, or import --overwrite',
      {
        edits: describeReverted(undone, fileAgency.timeZone),
      },
    );
    return stored;
  }
  const content = { roster, fileHashes: [hash], updatedAt: now(), edits: [] };
  const stranded = stored && (await findStranded(stores, fileAgency.timeZone, stored.roster, roster));
  const saved = await rosters.save(content, stored?.version ?? 0, 'agency file', async (session) => {
    if (!stored || !stranded) return;
    await renewCards(stores, stored.roster, roster, now(), session);
    const edit = { version: stored.version + 1, by: 'agency file', at: now() };
    await tellStranded(stores, stranded, edit, session);
  });
  if (!saved || !stored || !changes) return saved;
  log.info('The agency file has changed since the last start: its roster is used', {
    changes: describeRosterChanges(changes),
    insteadOf: `version ${stored.version}, saved by ${stored.updatedBy}`,
  });
  const promised = await workOrders.listPromisedBy(changes.crews.removed);
  if (promised.length > 0) log.warn('A crew is gone that has work', { why: describePromised(promised) });
  return saved;
}

function createFollower(
  deps: Deps,
  live: LiveAgency,
  opened: StoredRoster,
): Pick<OpenRoster, 'follow' | 'stop'> {
  const { stores, log } = deps;
  const { rosters } = stores;
  let seen = opened.version;
  let renewed = opened;
  let hearing: { close(): Promise<void> } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const look = async (onReplaced: () => void): Promise<void> => {
    const stored = await rosters.load();
    if (stored && stored.version > seen) {
      seen = stored.version;
      live.replaceRoster(stored.roster);
      const { version, updatedBy } = stored;
      log.info('The roster has changed', { version, updatedBy });
      onReplaced();
    }
    if (stored && stored.version > renewed.version) {
      // Whoever saved it has asked too, but a process that had not heard of it yet may have made the cards meanwhile:
      // the last process to hear asks last.
      await renewCards(stores, renewed.roster, stored.roster, deps.now());
      renewed = stored;
    }
  };
  return {
    follow: async (onReplaced = () => {}) => {
      // One look after the other, so that an old answer never comes after a new one.
      const lookSoon = (): void => {
        looking = looking
          .then(() => look(onReplaced))
          .catch((error: unknown) =>
            log.warn('The roster could not be read; the known one is used', { error }),
          );
      };
      hearing = await rosters.watch(lookSoon);
      timer = setInterval(lookSoon, LOOK_EVERY_MS);
      lookSoon();
      await looking;
    },
    stop: async () => {
      clearInterval(timer);
      await hearing?.close();
      await looking;
    },
  };
}
