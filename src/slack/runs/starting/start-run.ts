import { checkInput } from '../../../core/definition/check-input.ts';
import type { WorkflowDefinition } from '../../../core/definition/workflow-definition.ts';
import type { Reply } from '../../kit/guard.ts';
import type { CommandCall, CommandHandler, HandlerDeps } from '../../kit/handler-deps.ts';
import { offerAgain } from '../../kit/open-modal.ts';
import { againButton, askBack, type Draft, giveBack, openStartForm } from './ask-back.ts';
import { sayStarted } from './say-started.ts';
import { startAsked } from './start-asked.ts';
import { asksForHelp, startHelp, textField } from './start-help.ts';

/** The slash command of a definition: `/repair <text>` starts it, `/repair` alone opens its form. */
export function createWorkflowCommand(deps: HandlerDeps, definition: WorkflowDefinition): CommandHandler {
  return (call) => startFromCommand(deps, definition, call, call.text);
}

/**
 * A slash command that Slack knows and no definition of this process has: one that another process has loaded, while a
 * new version is rolled out, or one that no version has any more.
 */
export async function startUnknownCommand(
  deps: HandlerDeps,
  command: string,
  call: CommandCall,
): Promise<Reply | null> {
  const definition = await deps.management.runs.findDefinition(command);
  if (definition) return startFromCommand(deps, definition, call, call.text);
  const text = `No workflow has the command \`${command}\` here. \`/crewline\` lists those there are; nothing was started.`;
  return { text };
}

/**
 * Starts a workflow from what was typed behind a command, or opens its form. The text goes into the first required text
 * field; the run starts at once when nothing else is required, and the text names a thing or a place. The answer
 * says what was started: the card may take its time.
 */
export async function startFromCommand(
  deps: HandlerDeps,
  definition: WorkflowDefinition,
  call: CommandCall,
  text: string,
): Promise<Reply | null> {
  if (asksForHelp(text)) return { text: startHelp(definition) };
  const field = textField(definition);
  const draft: Draft = {
    workflow: definition.name,
    channel: call.channel,
    // A command that is delivered twice carries the same trigger, and starts one run.
    requestKey: `slack:${call.triggerId}`,
    prefilled: field !== null && text !== '' ? { [field]: text } : {},
  };
  const input = readInput(definition, text);
  if (input === null) {
    const open = () => openStartForm(deps, call.triggerId, definition, draft);
    return offerAgain(deps.log, againButton(draft), open);
  }
  const isTaken = checkInput(definition, input).ok;
  if (field !== null && isTaken && (await deps.management.runs.isUnclear(definition, text)))
    return askBack(definition, draft, text);
  try {
    const run = await startAsked(deps.management.runs, {
      workflow: definition.name,
      input,
      requester: { userId: call.userId, name: call.userName },
      origin: { kind: 'slack', channel: call.channel },
      requestKey: draft.requestKey,
    });
    return await sayStarted(deps, run);
  } catch (error) {
    return giveBack(error, text);
  }
}

/** The input that the text alone amounts to; null when the form is needed. */
function readInput(definition: WorkflowDefinition, text: string): Record<string, unknown> | null {
  const fields = Object.entries(definition.input);
  if (fields.length === 0) return text === '' ? {} : { text };
  const field = textField(definition);
  if (text === '' || field === null) return null;
  const others = fields.filter(
    ([name, other]) => name !== field && other.required && other.default === undefined,
  );
  return others.length === 0 ? { [field]: text } : null;
}
