import type { InputField, WorkflowDefinition } from '../../../core/definition/workflow-definition.ts';
import { endSentence, escapeText, userLine } from '../../words/mrkdwn.ts';

const TEXT_TYPES: ReadonlySet<string> = new Set(['text', 'longText', 'location']);

/** How people ask what a command does, in some of the languages they speak. */
const HELP =
  /^[\s\-–—/!?¿.:"'“”*_`]*(?:help|help me|h|hlp|hepl|hlep|usage|info|manual|man|how|how to|what|what is this|commands?|options?|examples?|ayuda|hilfe|aide|aiuto|ajuda)?[\s?!.:"'“”*_`]*$/i;

/** Whether what follows a command asks for its help: `help`, `?`, `--help`; not a text that has more to say. */
export function asksForHelp(text: string): boolean {
  return text !== '' && HELP.test(text);
}

/** What a start command does, what it asks for, and an example. */
export function startHelp(definition: WorkflowDefinition): string {
  const { title, description, input } = definition;
  const command = commandOf(definition);
  const fields = Object.values(input).map(describeField);
  const behind = textField(definition) === null ? '' : ` \`${command} [text]\` files what is behind it;`;
  return [
    `*${escapeText(title)}*${description ? `: ${escapeText(description)}` : ''}`,
    `•${behind} \`${command}\` alone opens the form.`,
    ...(fields.length > 0 ? [`• It asks for: ${fields.join(' · ')}`] : []),
    `${startHint(definition)} Nothing has been filed.`.trim(),
    '`/crewline help` lists everything else.',
  ].join('\n');
}

/** What to write instead; empty where the definition has no example. */
export function startHint(definition: WorkflowDefinition): string {
  const name = textField(definition);
  const hint = name === null ? undefined : definition.input[name]?.hint;
  const asked = 'Say what it is, and where.';
  return hint ? `${asked} ${endSentence(userLine(hint, 150))}` : asked;
}

/** The field that a text behind the command goes into: the first required one, else the first one. */
export function textField({ input }: Pick<WorkflowDefinition, 'input'>): string | null {
  const texts = Object.entries(input).filter(([, field]) => TEXT_TYPES.has(field.type));
  return (texts.find(([, field]) => field.required) ?? texts[0])?.[0] ?? null;
}

function describeField({ label, required }: InputField): string {
  return `${userLine(label, 75)}${required ? '' : ' (optional)'}`;
}

function commandOf({ command, name }: WorkflowDefinition): string {
  return command ?? `/crewline start ${name}`;
}
