const REDACTED = '[redacted]';
const SECRET_KEY = /token|secret|password|passphrase|authorization|api[-_]?key|cookie|credential/i;
const SLACK_TOKEN = /\bxox[a-z]-[\w-]+|\bxapp-[\w-]+/g;
const BEARER = /\bBearer\s+[\w.~+/=-]{8,}/gi;
const ADDRESS_CREDENTIALS = /\b([a-z][a-z\d+.-]*:\/\/)[^\s/@]+@/gi;
/** Behind `?` stand keys as often as not, and a short one would not be hidden literally. */
const ADDRESS = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>]+\?[^\s"'<>]+/gi;
const QUERY_VALUE = /([?&;][^=&;#]+=)[^&;#]+/g;
/** Shorter literals would blot out ordinary words. */
const SHORTEST_LITERAL = 5;
const DEEPEST = 8;

/** Turns any value into plain, loggable data without secrets. */
export interface Redactor {
  text(text: string): string;
  /** `withStack` keeps the stack of errors. Cycles and depths beyond 8 become a word. */
  value(value: unknown, withStack: boolean): unknown;
}

/** What is a secret by its form alone: credentials and keys in addresses, tokens of Slack, bearer tokens. */
export function hideSecrets(text: string): string {
  return text
    .replace(ADDRESS_CREDENTIALS, `$1${REDACTED}@`)
    .replace(ADDRESS, (address) => address.replace(QUERY_VALUE, `$1${REDACTED}`))
    .replace(SLACK_TOKEN, REDACTED)
    .replace(BEARER, `Bearer ${REDACTED}`);
}

/** A redactor that also hides each of the secrets literally, wherever it occurs; more of them may be read later. */
export function createRedactor(listSecrets: () => readonly string[] = () => []): Redactor {
  const text = (original: string): string => {
    let redacted = original;
    // Longest first: a secret that contains another one must not leave its rest behind.
    const literals = listSecrets()
      .filter((secret) => secret.length >= SHORTEST_LITERAL)
      .sort((left, right) => right.length - left.length);
    for (const literal of literals) redacted = redacted.replaceAll(literal, REDACTED);
    return hideSecrets(redacted);
  };
  return { text, value: (value, withStack) => plain(value, { text, withStack, path: [] }) };
}

interface Walk {
  text(text: string): string;
  withStack: boolean;
  /** The objects above this one, to recognise a cycle. */
  path: readonly object[];
}

function plain(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return walk.text(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return walk.text(String(value));
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (walk.path.includes(value)) return '[circular]';
  if (walk.path.length >= DEEPEST) return '[too deep]';
  const inner = { ...walk, path: [...walk.path, value] };
  if (value instanceof Error) return plainError(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map) return plainEntries(value.entries(), inner);
  if (value instanceof Set || Array.isArray(value)) return [...value].map((item) => plain(item, inner));
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), inner);
  return plainEntries(Object.entries(value), inner);
}

function plainEntries(entries: Iterable<[unknown, unknown]>, walk: Walk): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [rawKey, value] of entries) {
    const key = String(rawKey);
    result[walk.text(key)] = isSecret(key, value) ? REDACTED : plain(value, walk);
  }
  return result;
}

/** Counts and flags such as `inputTokens: 120` or `hasCookie: true` give nothing away. */
function isSecret(key: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return SECRET_KEY.test(key) && typeof value !== 'number' && typeof value !== 'boolean';
}

function plainError(error: Error, walk: Walk): Record<string, unknown> {
  const code = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    ...(code !== undefined && { code: plain(code, walk) }),
    message: walk.text(error.message),
    ...(walk.withStack && error.stack !== undefined && { stack: walk.text(error.stack) }),
    ...(error.cause !== undefined && { cause: plain(error.cause, walk) }),
  };
}
