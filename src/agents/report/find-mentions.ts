import { correctSpelling } from './correct-spelling.ts';
import { hideNames } from './hide-names.ts';
import { isDenied, isDisputed, isOver, isSupposed } from './read-clause.ts';

/** A report as it is searched. Both texts are equally long. */
export interface ReportText {
  /** As it was said, with slips put right. */
  said: string;
  /** Without the names of roads, shops and places, which look like danger. */
  plain: string;
}

/** Something a report says, in its own words, and where. */
export interface Mention {
  words: string;
  index: number;
}

/** `text` made ready to be searched. */
export function readText(text: string): ReportText {
  const said = correctSpelling(text);
  return { said, plain: hideNames(said) };
}

/** Where `text` says one of `pattern` (global), denied or not. */
export function findWords(text: string, pattern: RegExp): Mention[] {
  return [...text.matchAll(pattern)].map((match) => ({ words: match[0], index: match.index }));
}

/** Where `text` says one of `pattern` (global) without denying it: "no injuries" and "injuries: none" are no mentions. */
export function findMentions(text: string, pattern: RegExp): Mention[] {
  return findWords(text, pattern).filter(({ words, index }) => !isDenied(text, index, words));
}

/** Where `text` tells of one of `pattern` (global) as a fact: neither denied nor only feared. */
export function findFacts(text: string, pattern: RegExp): Mention[] {
  return findMentions(text, pattern).filter(({ words, index }) => !isSupposed(text, index, words));
}

/** Where `text` fears one of `pattern` (global): "before somebody dies". */
export function findFears(text: string, pattern: RegExp): Mention[] {
  return findMentions(text, pattern).filter(({ words, index }) => isSupposed(text, index, words));
}

/** Where `text` tells of one of `pattern` (global) as of a danger there is: what is over is none, what is belied is. */
export function findDangers(text: string, pattern: RegExp, isFact: boolean): Mention[] {
  return findWords(text, pattern).filter(
    (found) =>
      (!isDenied(text, found.index, found.words) || isDisputed(text, found)) &&
      !(isFact && isSupposed(text, found.index, found.words)) &&
      !isOver(text, found),
  );
}
