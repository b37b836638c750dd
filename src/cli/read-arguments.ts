import { AppError } from '../base/errors.ts';

const EXAMPLE = '-i text="5th and Main, deep hole"';
const FIELD = /^[A-Za-z_][\w-]*$/;

/** One more field of a run's input: `text=deep hole`. Throws `cli.arguments` with an example. */
export function collectInput(pair: string, all: Record<string, unknown> = {}): Record<string, unknown> {
  const [name = '', ...value] = pair.split('=');
  if (value.length === 0) throw refuse(`-i ${pair} has no value: write name=value, such as ${EXAMPLE}.`);
  if (!FIELD.test(name)) throw refuse(`-i ${pair} names no field: write name=value, such as ${EXAMPLE}.`);
  if (Object.hasOwn(all, name)) throw refuse(`-i ${name} is given twice: give every field once.`);
  return { ...all, [name]: value.join('=') };
}

/** The input of a run: its words are the field “text”. Throws `cli.arguments` when the field is given as well. */
export function joinInput(
  words: readonly string[],
  fields: Record<string, unknown>,
): Record<string, unknown> {
  if (words.length === 0) return fields;
  if (Object.hasOwn(fields, 'text'))
    throw refuse(
      `“${words.join(' ')}” and -i text are both the text: give one of them. Put quotes around blanks.`,
    );
  return { text: words.join(' '), ...fields };
}

/** An idempotency key travels in a header. Throws `cli.arguments` for one that cannot. */
export function readKey(key: string): string {
  if (/^[\x21-\x7E]([\x20-\x7E]*[\x21-\x7E])?$/.test(key)) return key;
  throw refuse('--key takes letters, digits and signs of ASCII, such as ticket-4711.');
}

/** Throws `cli.arguments` when the terminal gave something that is no text in UTF-8: it would be stored with wrong letters. */
export function refuseUnreadable(words: readonly string[]): void {
  const bad = words.find((word) => word.includes('\uFFFD'));
  if (bad !== undefined) throw refuse(`“${bad}” is not UTF-8: set the terminal to UTF-8 and write it again.`);
}

function refuse(userMessage: string): AppError {
  return new AppError('the arguments cannot be used', { code: 'cli.arguments', userMessage });
}
