import { join } from 'node:path';
import { stringify } from 'yaml';
import { refuseProblems } from '../core/faults/problem.ts';
import { loadAgency } from '../definitions/load-agency.ts';
import { loadWorkflows } from '../definitions/load-workflows.ts';
import { listBuiltInHandlers } from '../handlers/built-in-handlers.ts';
import { buildManifest, listLeftOut } from '../slack/manifest.ts';

const HEADING =
  '# Made from the workflow definitions by `npm run manifest`; import it at api.slack.com/apps.\n';

/** The Slack app manifest for the commands of a folder's definitions, as YAML. Throws with every problem of the folder. */
export async function renderManifest(folder: string): Promise<string> {
  const agency = await loadAgency(join(folder, 'agency.json'));
  if (!agency.ok) throw refuseProblems('agency.invalid', 'The agency file cannot be used', agency.problems);
  const handlers = listBuiltInHandlers();
  const { definitions, problems } = await loadWorkflows(folder, { handlers, agency: agency.agency });
  if (problems.length > 0)
    throw refuseProblems('workflow.invalid', 'Some workflow definitions cannot be used', problems);
  const leftOut = listLeftOut(definitions).map(
    (command) => `# Left out, because Slack takes no more commands: ${command}\n`,
  );
  return [HEADING, ...leftOut, stringify(buildManifest({ definitions, mode: 'socket' }))].join('');
}
