import { findNearest } from '../../core/faults/problem.ts';
import { nameKey } from '../../core/values/name-key.ts';
import { cut, userLine } from './mrkdwn.ts';

interface Named {
  id: string;
  name: string;
}

/** What was meant and what follows it, or in words why nothing was understood. */
export type Found<Item> = { item: Item; rest: string } | { problem: string };

/** A single letter is more often a slip than a name. */
const SHORTEST_BEGINNING = 2;
/** No name has more. */
const MOST_WORDS = 20;

/**
 * The item whose id or name `text` begins with, as `nameKey` compares them, also in quotes; the longest such name counts. What is unique
 * may be shortened: "north" or "nor" for "Crew North". `kind` is a plural such as "crews".
 */
export function findByName<Item extends Named>(
  text: string,
  items: readonly Item[],
  kind: string,
): Found<Item> {
  const quoted = /^["“”']([^"“”']+)["“”']\s*/.exec(text);
  const written = (quoted?.[1] ?? text).trim();
  const found = findWhole(written, items) ?? findBeginning(written, items);
  if (!found) return { problem: sayUnknown(quoted ? written : firstWord(written), items, kind) };
  const rest = quoted ? text.slice(quoted[0].length) : written.slice(found.length);
  return { item: found.item, rest: rest.trim() };
}

interface Match<Item> {
  item: Item;
  /** Characters of the text that name it. */
  length: number;
}

function findWhole<Item extends Named>(written: string, items: readonly Item[]): Match<Item> | null {
  const spellings = listSpellings(items);
  for (const { key, length } of listBeginnings(written)) {
    const found = spellings.find((spelling) => nameKey(spelling.name) === key);
    if (found) return { item: found.item, length };
  }
  return null;
}

/** The one item of which an id, a name or a word of it begins as the text does, by as many of its words as fit. */
function findBeginning<Item extends Named>(written: string, items: readonly Item[]): Match<Item> | null {
  for (const { key, length } of listBeginnings(written)) {
    if (key.length < SHORTEST_BEGINNING) continue;
    const [item, ...others] = items.filter(({ id, name }) =>
      [id, name, ...wordsOf(name)].some((spelling) => nameKey(spelling).startsWith(key)),
    );
    if (item && others.length === 0) return { item, length };
  }
  return null;
}

/** The text up to each of its words, as names are compared; the longest first. */
function listBeginnings(written: string): { key: string; length: number }[] {
  const ends = [...written.matchAll(/\s+|$/g)].map(({ index }) => index).slice(0, MOST_WORDS);
  return ends
    .map((length) => ({ key: nameKey(written.slice(0, length)), length }))
    .filter(({ key }) => key !== '')
    .reverse();
}

function sayUnknown(word: string, items: readonly Named[], kind: string): string {
  const spellings = listSpellings(items);
  const near = findNearest(
    word,
    spellings.map(({ name }) => name),
  );
  const meant = spellings.find(({ name }) => name === near)?.item;
  const guess = meant ? `: did you mean “${userLine(meant.name, 80)}”?` : '.';
  const known = items.map(({ name }) => userLine(name, 80)).join(', ');
  return `No ${kind.replace(/s$/, '')} is called “${userLine(word, 80)}”${guess} There are: ${cut(known, 900) || 'none'}.`;
}

/** Each item by its id, its name, each word of it that no other item has, and its last word if no other one's is the same. */
function listSpellings<Item extends Named>(items: readonly Item[]): { item: Item; name: string }[] {
  const holders = countEach(items.flatMap(({ name }) => [...new Set(wordsOf(name))]));
  const lastWords = countEach(items.map(({ name }) => wordsOf(name).at(-1) ?? ''));
  return items.flatMap((item) => {
    const words = wordsOf(item.name).filter(
      (word, index, all) =>
        holders.get(word) === 1 || (index === all.length - 1 && lastWords.get(word) === 1),
    );
    return [item.id, item.name, ...words].map((name) => ({ item, name }));
  });
}

function countEach(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function wordsOf(name: string): string[] {
  return nameKey(name).split(' ').filter(Boolean);
}

function firstWord(text: string): string {
  return text.split(/\s/)[0] ?? '';
}
