import { describeRosterChanges } from '../core/roster-changes.ts';
import { requireAgency } from '../orchestrator/require-definitions.ts';
import { describeCounts } from '../scheduler/count-depots.ts';
import type { ApiClient } from './api-client.ts';

/**
 * Hands the crews, depots, materials and districts of an agency file to an installation that runs, and returns what
 * that changed (`check`: would change), a line each. Throws with every fault of the file, or the installation's words.
 */
export async function importRoster(
  client: Pick<ApiClient, 'roster' | 'saveRoster'>,
  file: string,
  options: { check?: boolean; stock?: boolean },
): Promise<string> {
  const { crews, depots, materials, districts } = await requireAgency(file);
  const { version } = await client.roster();
  const [check, count] = [options.check ?? false, options.stock ?? false];
  const request = { version, roster: { crews, depots, materials, districts }, check, count, imported: true };
  const saved = await client.saveRoster({ ...request, requester: 'command line' });
  const lines = [...describeRosterChanges(saved.changes), ...describeCounts(saved.counts)];
  if (lines.length === 0) return 'Nothing to change: the roster is as the file has it.';
  const heading = check ? 'This would change:' : `Roster version ${saved.version}:`;
  return [heading, ...lines.map((line) => `  ${line}`)].join('\n');
}
