import { findNearest } from '../core/problem.ts';
import { cut, userLine } from './mrkdwn.ts';

interface Named {
  id: string;
  name: string;
}

/** What was meant and what follows it, or in words why nothing was understood. */
export type Found<Item> = { item: Item; rest: string } | { problem: string };

/**
 * The item whose id or name `text` begins with, whole words, in any case, also in quotes; the longest such name counts.
 * What is unique may be shortened to its last word: "north" for "Crew North". `kind` is a plural such as "crews".
 */
export function findByName<Item extends Named>(
  text: string,
  items: readonly Item[],
  kind: string,
): Found<Item> {
  const quoted = /^["“”']([^"“”']+)["“”']\s*/.exec(text);
  const written = (quoted?.[1] ?? text).trim();
  const matches = items
    .flatMap((item) => namesOf(item, items).map((name) => ({ item, name })))
    .filter(({ name }) => startsWithWord(written, name))
    .sort((one, other) => other.name.length - one.name.length);
  const [best] = matches;
  if (best) {
    const rest = quoted ? text.slice(quoted[0].length) : written.slice(best.name.length);
    return { item: best.item, rest: rest.trim() };
  }
  const word = quoted ? written : (written.split(/\s/)[0] ?? '');
  const [one = kind] = [kind.replace(/s$/, '')];
  const spellings = items.flatMap((item) => namesOf(item, items).map((name) => ({ item, name })));
  const near = findNearest(
    word,
    spellings.map(({ name }) => name),
  );
  const meant = spellings.find(({ name }) => name === near)?.item;
  const guess = meant ? `: did you mean “${userLine(meant.name, 80)}”?` : '.';
  const known = items.map(({ name }) => userLine(name, 80)).join(', ');
  return {
    problem: `No ${one} is called “${userLine(word, 80)}”${guess} There are: ${cut(known, 900) || 'none'}.`,
  };
}

function namesOf<Item extends Named>({ id, name }: Item, items: readonly Item[]): string[] {
  const last = lastWord(name);
  const isUnique = items.filter((other) => lastWord(other.name) === last).length === 1;
  return isUnique ? [id, name, last] : [id, name];
}

function lastWord(name: string): string {
  return name.toLowerCase().split(/\s+/).at(-1) ?? '';
}

function startsWithWord(text: string, name: string): boolean {
  if (name === '' || text.slice(0, name.length).toLowerCase() !== name.toLowerCase()) return false;
  return text.length === name.length || /\s/.test(text[name.length] ?? '');
}
