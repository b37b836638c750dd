const WORDS: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

/** The one reader of yes or no that people write: `true`, `Yes`, ` no `; null for anything else, `1` and `0` among it. */
export function readBoolean(written: unknown): boolean | null {
  if (typeof written === 'boolean') return written;
  const word = typeof written === 'string' ? written.trim().toLowerCase() : '';
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : null;
}
