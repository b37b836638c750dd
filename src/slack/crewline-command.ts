import { holdsRight } from '../core/agency/rights.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { suggestName } from '../core/faults/problem.ts';
import { closeDistrict, reportAbsence } from './disruptions/enter-by-words.ts';
import type { Reply } from './kit/guard.ts';
import type { CommandCall, CommandGate, CommandHandler, HandlerDeps } from './kit/handler-deps.ts';
import { sayRefusal } from './kit/say-refusal.ts';
import { editCrew, showCrews } from './planning/show-crews.ts';
import { showPlan } from './planning/show-plan.ts';
import { listRuns } from './runs/list-runs.ts';
import { retryRun } from './runs/retry-run.ts';
import { showRun } from './runs/show-run.ts';
import { asksForHelp } from './runs/starting/start-help.ts';
import { startFromCommand } from './runs/starting/start-run.ts';
import { userLine } from './words/mrkdwn.ts';
import { splitWord } from './words/parse-when.ts';

/** One thing that can be done with `/crewline`, and the right it asks for. */
interface Subcommand extends CommandGate {
  run(deps: HandlerDeps, call: CommandCall, rest: string): Promise<Reply | null>;
}

/** By the words they begin with; who lacks the right of one hears so before anything after them is read. */
export const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  help: { right: 'member', heard: 'atOnce', run: async (deps, call) => ({ text: help(deps, call.userId) }) },
  start: { right: 'member', heard: 'whenDone', run: start },
  list: { right: 'member', heard: 'atOnce', run: (deps, call, rest) => listRuns(deps, call.userId, rest) },
  show: { right: 'member', heard: 'atOnce', run: (deps, call, rest) => showRun(deps, call.userId, rest) },
  cancel: { right: 'member', heard: 'whenDone', run: cancel },
  retry: { right: 'member', heard: 'whenDone', run: (deps, call, rest) => retryRun(deps, call.userId, rest) },
  crews: { right: 'member', heard: 'atOnce', run: showCrews },
  'crews edit': { right: 'dispatch', heard: 'whenDone', run: editCrew },
  plan: { right: 'member', heard: 'atOnce', run: showPlan },
  absent: { right: 'work', heard: 'whenDone', run: reportAbsence },
  rain: { right: 'dispatch', heard: 'whenDone', run: closeDistrict },
};

/** What `/crewline` alone, or followed by what it cannot do, asks for: it is answered with the help. */
const HELP: CommandGate = { right: 'member', heard: 'atOnce' };

/** What the text behind `/crewline` asks of whoever typed it. */
export function findCrewlineGate(text: string): CommandGate {
  return findSubcommand(text)?.subcommand ?? HELP;
}

/** `/crewline` and one of the subcommands above; anything else is answered with the help and what was probably meant. */
export function createCrewlineCommand(deps: HandlerDeps): CommandHandler {
  return async (call) => {
    const found = findSubcommand(call.text);
    if (found) return found.subcommand.run(deps, call, found.rest);
    const [word] = splitWord(call.text);
    if (word === '' || asksForHelp(call.text)) return { text: help(deps, call.userId) };
    const suggestion = suggestName(word.toLowerCase(), Object.keys(SUBCOMMANDS), 'commands');
    return {
      text: `“${userLine(word, 80)}” is not something \`/crewline\` can do: ${suggestion}.\n\n${help(deps, call.userId)}`,
    };
  };
}

/** The subcommand whose name the text begins with, the longer one first, and what follows. */
function findSubcommand(text: string): { subcommand: Subcommand; rest: string } | null {
  const [first, afterFirst] = splitWord(text);
  const [second, afterSecond] = splitWord(afterFirst);
  const names = [
    [`${first} ${second}`, afterSecond],
    [first, afterFirst],
  ] as const;
  for (const [name, rest] of names) {
    const known = name.toLowerCase();
    const subcommand = Object.hasOwn(SUBCOMMANDS, known) ? SUBCOMMANDS[known] : undefined;
    if (subcommand) return { subcommand, rest };
  }
  return null;
}

async function start(deps: HandlerDeps, call: CommandCall, rest: string): Promise<Reply | null> {
  const [name, text] = splitWord(rest);
  const definition = findWorkflow(deps, name) ?? (name && (await deps.management.runs.findDefinition(name)));
  if (definition) return startFromCommand(deps, definition, call, text);
  const known = deps.management.runs.definitions.keys();
  const said =
    name === ''
      ? 'Say which workflow to start.'
      : `No workflow is called “${userLine(name, 80)}”: ${suggestName(name, known, 'workflows')}.`;
  return { text: `${said}\n${listWorkflows(deps)}` };
}

async function cancel(deps: HandlerDeps, call: CommandCall, rest: string): Promise<Reply | null> {
  const [id, reason] = splitWord(rest);
  if (id === '') return { text: 'Say which request to cancel: `/crewline cancel R-… [reason]`.' };
  const runId = id.toUpperCase();
  const outcome = await deps.management.runs.cancel(runId, call.userId, reason);
  return { text: 'refused' in outcome ? sayRefusal(outcome) : `${userLine(runId, 60)} is cancelled.` };
}

function findWorkflow(deps: HandlerDeps, name: string): WorkflowDefinition | undefined {
  const wanted = name.toLowerCase();
  return [...deps.management.runs.definitions.values()].find(
    (definition) =>
      definition.name.toLowerCase() === wanted || (wanted !== '' && definition.command === wanted),
  );
}

function listWorkflows(deps: HandlerDeps): string {
  const lines = [...deps.management.runs.definitions.values()].map((definition) => {
    const command = definition.command ? ` · \`${definition.command}\`` : '';
    return `• \`${definition.name}\` · ${userLine(definition.title, 75)}${command}`;
  });
  return ['Workflows:', ...lines].join('\n');
}

/** What this person may do; nobody reads of what would be refused. */
function help(deps: HandlerDeps, userId: string): string {
  const isOperator = holdsRight(deps.agency, userId, 'dispatch');
  const mayReport = holdsRight(deps.agency, userId, 'work');
  return [
    '*What you can do*',
    '• `/crewline start <workflow> [text]` starts a workflow',
    '• `/crewline list [open|mine|all] [page]` lists requests',
    '• `/crewline show R-…` shows how a request stands',
    '• `/crewline cancel R-… [reason]` calls a request off',
    '• `/crewline retry R-…` tries again a step that could not be carried out here',
    `• \`/crewline crews [day]\` shows the load of each crew${isOperator ? '; `crews edit NAME` edits one' : ''}`,
    '• `/crewline plan [crew] [day]` shows the plan as a picture',
    ...(mayReport
      ? [
          '• `/crewline absent CREW FROM [TO] [reason]` plans without a crew for a while; `absent` alone opens a form, lists and takes back',
        ]
      : []),
    ...(isOperator
      ? [
          '• `/crewline rain DISTRICT UNTIL [reason]` plans without a district for a while; `rain` alone opens a form, lists and takes back',
        ]
      : []),
    '',
    listWorkflows(deps),
  ].join('\n');
}
