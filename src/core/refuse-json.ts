/**
 * Levels of objects and lists that JSON from outside may have. MongoDB takes 200 in a document, of which the run around
 * it, and steps that collect the outputs of others, need their share.
 */
const DEEPEST = 50;

/**
 * What keeps a JSON value from being stored, in words that go on after "has"; null when nothing does. Asked before
 * anything is committed: a commit that can never succeed would be repeated for ever, and others share its round trip.
 */
export function refuseJson(value: unknown): string | null {
  let level = [value].filter(isContainer);
  // Level by level: recursion would end where it has to count.
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) return `more than ${DEEPEST} levels of objects and lists inside each other`;
    if (level.some(hasUnstorableName)) return 'a field name with a NUL character';
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return null;
}

function hasUnstorableName(container: object): boolean {
  return !Array.isArray(container) && Object.keys(container).some((name) => name.includes('\0'));
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
