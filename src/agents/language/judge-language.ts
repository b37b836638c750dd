import type { Doubt } from '../../core/work/assessment.ts';
import { hideForeignNames } from './hide-foreign-names.ts';
import { ENGLISH_WORDS, SPANISH_WORDS } from './known-words.ts';

/** Tells languages apart by how words are spelled. */
export interface LanguageDetector {
  detect(text: string): {
    /** By language ("en", "es"), the better the higher; empty when it looks like none. */
    scores: Readonly<Record<string, number>>;
    /** Whether there was enough of it to tell. */
    reliable: boolean;
  };
}

/** Where words that the tables read stand in a text: they are English. */
type FindKnown = (text: string) => ReadonlySet<number>;
type Reading = 'english' | 'other' | 'mixed' | 'unclear';

/** So many of the words of a part are English ones: the rest are names. */
const ENGLISH_SHARE = 0.34;
/** English that comes so near to the likeliest language is taken for it: few words are weak evidence. */
const NEAR = 0.04;
/** In more languages than one. */
const SHARED_WORDS = new Set('a an on in no me he die son an or so as is at to do it i x'.split(' '));
/** "gefährlich": English has such letters in names. */
const ACCENTED = /^\p{Ll}*(?=[^a-z'])\p{Ll}[\p{Ll}']*$/u;
/** Fewer words are mostly a name or an address. */
const FEW_WORDS = 2;
const BETWEEN_PARTS = /([.!?;:,\n()]+(?:\s|$)|\s[-–—]+\s)/;
const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/u;

/**
 * Why a report is not understood; null when it is English. It is judged part by part, so that what stands in another
 * language beside English is noticed. The detector is opened only for what is not plainly English or Spanish.
 */
export async function judgeLanguage(
  report: string,
  findKnown: FindKnown,
  openDetector: () => Promise<LanguageDetector>,
): Promise<Doubt | null> {
  const text = hideForeignNames(report);
  const known = findKnown(text);
  const readings = new Set<Reading>();
  for (const part of partsOf(text)) readings.add(await readPart(part, known, openDetector));
  if (readings.has('mixed')) return 'partly-other-language';
  if (readings.has('other')) return readings.has('english') ? 'partly-other-language' : 'other-language';
  if (readings.has('english')) return null;
  if (!readings.has('unclear')) return 'no-words';
  const { scores, reliable } = (await openDetector()).detect(text);
  if (isNearEnglish(scores) && reliable) return null;
  return reliable ? 'other-language' : 'no-words';
}

interface Part {
  words: string;
  /** Where it begins in the text. */
  index: number;
}

/** Those that have letters. */
function partsOf(text: string): Part[] {
  let index = 0;
  const pieces = text.split(BETWEEN_PARTS).map((words) => {
    const piece = { words, index };
    index += words.length;
    return piece;
  });
  return pieces.filter(({ words }) => /\p{L}/u.test(words));
}

async function readPart(
  part: Part,
  known: ReadonlySet<number>,
  openDetector: () => Promise<LanguageDetector>,
): Promise<Reading> {
  if (OTHER_SCRIPT.test(part.words)) return 'other';
  const words = [...part.words.matchAll(/\p{L}[\p{L}'’]*/gu)].filter(([word]) => isTelling(word));
  const isEnglish = (word: string, index: number) =>
    ENGLISH_WORDS.has(word.toLowerCase().replace('’', "'")) || known.has(part.index + index);
  const english = words.filter((word) => isEnglish(word[0], word.index));
  const foreign = words.filter(([word]) => isSpanish(word, part.words) || isAccented(word));
  if (foreign.length > 0) return foreign.length >= english.length ? 'other' : 'mixed';
  if (english.length > 0 && english.length >= words.length * ENGLISH_SHARE) return 'english';
  // In capitals they are names, unless nothing else is said.
  const areNames = words.every((word) => english.includes(word) || /^\p{Lu}/u.test(word[0]));
  if (english.length === 0 && (words.length <= FEW_WORDS || areNames)) return 'unclear';
  const spelled = readBySpelling(part.words, await openDetector());
  return spelled === 'unclear' && english.length > 0 ? 'english' : spelled;
}

/** Hidden names tell nothing, nor do words that several languages have. */
function isTelling(word: string): boolean {
  return !/^x{2,}$/i.test(word) && !SHARED_WORDS.has(word.toLowerCase());
}

/** With a capital among small letters it is a name: "Luz Ave". */
function isSpanish(word: string, around: string): boolean {
  const isName = /^\p{Lu}\p{Ll}/u.test(word) && !around.trimStart().startsWith(word);
  return !isName && SPANISH_WORDS.has(word.toLowerCase());
}

function isAccented(word: string): boolean {
  return ACCENTED.test(word) && !/^(?:caf[eé]|na[iï]ve|fa[cç]ade)s?$/.test(word);
}

function readBySpelling(part: string, detector: LanguageDetector): Reading {
  const { scores, reliable } = detector.detect(part);
  if (!reliable) return 'unclear';
  return isNearEnglish(scores) ? 'english' : 'other';
}

function isNearEnglish(scores: Readonly<Record<string, number>>): boolean {
  const best = Math.max(0, ...Object.values(scores));
  return best > 0 && (scores.en ?? 0) >= best - NEAR;
}
