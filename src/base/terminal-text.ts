/**
 * What a terminal would obey instead of showing it, or would not show at all: control characters of both kinds, marks of
 * direction, zero-width and other invisible characters, separators of lines, halves of a character. A joiner inside an
 * emoji, and the mark that makes one, are letters of it.
 */
const UNSAFE =
  /(?<!\p{Extended_Pictographic}\uFE0F?|\p{Emoji_Modifier})\u200D|\u200D(?!\p{Extended_Pictographic})|[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200D\uFE0E\uFE0F])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text from anywhere as one line that a terminal only shows: what is unsafe is written as an escape, such as `\u001b`. */
export function terminalText(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT[character] ?? escapeCharacter(character));
}

/** Serialised JSON in which nothing is left that a terminal would obey; it says what it said before. */
export function terminalJson(json: string): string {
  // A line break between the parts of a document is none inside a text: there it is escaped already.
  return json.replace(UNSAFE, (character) => (character === '\n' ? character : escapeUnits(character)));
}

function escapeCharacter(character: string): string {
  return character.length > 1 ? `\\u{${character.codePointAt(0)?.toString(16)}}` : escapeUnits(character);
}

function escapeUnits(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}
