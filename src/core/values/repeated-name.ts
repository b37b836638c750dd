/** What counts in JSON that has been parsed: texts, those that are names with their colon, and what opens and closes. */
const TOKEN = /"(?:[^"\\]|\\.)*"(?:[ \t\r\n]*:)?|[{}[\]]/gs;

/** A name that an object has for the second time, and where in the text that stands. */
export interface RepeatedName {
  name: string;
  position: number;
}

/**
 * The first name that an object of a JSON text has twice; null when none has. Parsers keep the last one, and nobody is told
 * of the first. `json` has to be valid; `normalise` says which names come to be the same.
 */
export function findRepeatedName(json: string, normalise = (name: string) => name): RepeatedName | null {
  const open: (Set<string> | null)[] = [];
  for (const { 0: token, index: position } of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name = normalise(JSON.parse(token.slice(0, -1)));
      const names = open.at(-1);
      if (names?.has(name)) return { name, position };
      names?.add(name);
    }
  }
  return null;
}
