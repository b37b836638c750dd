import type { Config } from '../base/config.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';

/** What a person reads once everything is up: where to look, whom to act as, what to type. */
export function describeReady(facts: {
  config: Config;
  port: number;
  localSlackUrl: string | null;
  slackProblem: string | null;
  definitions: WorkflowDefinition[];
}): string {
  const { config, port, localSlackUrl, slackProblem, definitions } = facts;
  const commands = definitions.flatMap((definition) => definition.command ?? []).sort();
  const lines = [
    '',
    'Crewline is ready.',
    `  HTTP        http://localhost:${port}  (/healthz, /readyz, /metrics, POST /api/runs)`,
    `  MongoDB     ${config.mongo.kind === 'embedded' ? `embedded, data in ${config.home}/` : 'as configured'}`,
    `  Commands    ${[...commands, '/crewline help'].join('  ')}`,
  ];
  if (localSlackUrl) lines.push(...describeTour(localSlackUrl));
  else if (slackProblem) lines.push(`  Slack       not there yet: ${slackProblem} (/readyz tells)`);
  else lines.push('  Slack       connected to your workspace: try /crewline help there');
  return `${lines.join('\n')}\n`;
}

function describeTour(url: string): string[] {
  return [
    `  Slack       ${url}  (a local one, for trying things out)`,
    '',
    'Try it:',
    `  1. Open ${url} and act as Maya Rivera in #requests.`,
    '  2. Type   /repair 5th & Main, deep hole in the bus lane',
    '  3. Act as Ada Okafor in #supervisors and press Approve.',
    '  4. See which crew got the job; act as its lead there, press Start, then Done.',
    '  5. Type   /drill pothole  and wait two minutes to see a deadline missed and who is paged.',
    '',
    'Stop with Ctrl-C; the next start goes on where this one stopped.',
  ];
}
