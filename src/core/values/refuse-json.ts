/**
 * Levels of objects and lists that JSON from outside may have. MongoDB takes 200 in a document, of which the run around
 * it, and steps that collect the outputs of others, need their share.
 */
const DEEPEST = 50;

/** Stands, inside the output of a step with steps inside, for the whole output of one of them: its id. */
export const OUTPUT_OF = '_outputOf';

/** Names that mean something to the database's driver, to JavaScript or to the engine: none of them is plain data. */
const RESERVED: ReadonlySet<string> = new Set(['_bsontype', '__proto__', OUTPUT_OF]);

const TOO_LARGE = 'a number too large to be kept';

/**
 * What keeps a JSON value from being stored, in words that go on after "has"; null when nothing does. Asked before
 * anything is committed: a commit that can never succeed would be repeated for ever, and others share its round trip.
 */
export function refuseJson(value: unknown): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return TOO_LARGE;
  let level = [value].filter(isContainer);
  // Level by level: recursion would end where it has to count.
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) return `more than ${DEEPEST} levels of objects and lists inside each other`;
    for (const container of level) {
      const reason = Array.isArray(container) ? null : refuseNames(Object.keys(container));
      if (reason !== null) return reason;
    }
    const inner = level.flatMap((container): unknown[] => Object.values(container));
    // `1e999` is read as infinite, and would be shown as null.
    if (inner.some((one) => typeof one === 'number' && !Number.isFinite(one))) return TOO_LARGE;
    level = inner.filter(isContainer);
  }
  return null;
}

function refuseNames(names: readonly string[]): string | null {
  if (names.some((name) => name.includes('\0'))) return 'a field name with a NUL character';
  const reserved = names.find((name) => RESERVED.has(name));
  return reserved === undefined ? null : `a field called “${reserved}”, a name that is not free to use`;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
