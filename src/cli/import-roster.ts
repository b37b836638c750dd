import { describeReverted } from '../core/roster/field-edits.ts';
import { describeRosterChanges } from '../core/roster/roster-changes.ts';
import type { RosterSaved } from '../core/roster/roster-edit.ts';
import { describeCounts } from '../core/roster/roster-edit.ts';
import { describeStranded } from '../core/roster/stranded-jobs.ts';
import { requireAgency } from '../definitions/load-agency.ts';
import type { ApiClient } from './api-client.ts';

/** What an import came to, for a terminal. */
export interface ImportReport {
  report: string;
  /** False when a part of it was refused. */
  ok: boolean;
}

/**
 * Hands the crews, depots, materials and districts of an agency file to an installation that runs, and returns what
 * that changed (`check`: would change), a line each. Throws with every fault of the file, or the installation's words.
 */
export async function importRoster(
  client: Pick<ApiClient, 'roster' | 'saveRoster'>,
  file: string,
  options: { check?: boolean; stock?: boolean; overwrite?: boolean },
): Promise<ImportReport> {
  const { crews, depots, materials, districts, timeZone } = await requireAgency(file);
  const { version } = await client.roster();
  const [check, count] = [options.check ?? false, options.stock ?? false];
  const overwrite = options.overwrite ?? false;
  const roster = { crews, depots, materials, districts };
  const request = { version, roster, check, count, overwrite, imported: true };
  const saved = await client.saveRoster({ ...request, requester: 'command line' });
  const changes = describeRosterChanges(saved.changes);
  const counts = describeCounts(saved.counts);
  const reverted = describeUndone(saved, timeZone);
  const ok = reverted.length === 0 && saved.counts.every(({ refused }) => refused === null);
  const unchanged = `Unchanged: roster version ${saved.version} is as the file has it.`;
  if (changes.length + counts.length === 0) return { report: unchanged, ok };
  const heading = sayHeading(saved, changes.length > 0, check) ?? unchanged;
  const lines = changes.concat(counts).map((line) => `  ${line}`);
  const stranded = describeLeft(saved, timeZone, check);
  return { report: [heading, ...lines, ...stranded, ...reverted].join('\n'), ok };
}

/** The announced jobs that nobody can do any more when they were promised; over HTTP instants are texts. */
function describeLeft({ stranded }: RosterSaved, timeZone: string, check: boolean): string[] {
  if (stranded.count === 0) return [];
  const jobs = stranded.jobs.map((job) => ({ ...job, start: new Date(job.start), end: new Date(job.end) }));
  const lines = describeStranded({ ...stranded, jobs }, timeZone).map((line) => `  ${line}`);
  const heading = check
    ? 'It would leave announced jobs outside the working time of their crews:'
    : 'Announced jobs are now outside the working time of their crews, and are planned anew:';
  return [heading, ...lines];
}

/** What a check foresees to be refused; over HTTP instants are texts. */
function describeUndone({ reverted }: RosterSaved, timeZone: string): string[] {
  if (reverted.length === 0) return [];
  const edits = reverted.map((edit) => ({ ...edit, at: new Date(edit.at) }));
  const lines = describeReverted(edits, timeZone).map((line) => `  ${line}`);
  return ['Refused without --overwrite, since it would undo what was edited:', ...lines];
}

/** Null where nothing but counts is spoken of, and where a check foresees none that is taken. */
function sayHeading({ version, counts }: RosterSaved, isChanged: boolean, check: boolean): string | null {
  if (!check) return isChanged ? `Roster version ${version}:` : null;
  return isChanged || counts.some(({ refused }) => refused === null) ? 'This would change:' : null;
}
