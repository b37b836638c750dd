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
type Reading = 'english' | 'other' | 'unclear';

/** So many of the words of a part are English ones: the rest are names. */
const ENGLISH_SHARE = 0.34;
/** English that comes so near to the likeliest language is taken for it: few words are weak evidence. */
const NEAR = 0.04;
/** Fewer words are mostly a name or an address. */
const FEW_WORDS = 2;
const PARTS = /[.!?;:,\n()]+(?:\s|$)|\s[-–—]+\s/;
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
  const readings = new Set<Reading>();
  for (const part of text.split(PARTS).filter((one) => /\p{L}/u.test(one))) {
    readings.add(readByWords(part, findKnown) ?? readBySpelling(part, await openDetector()));
  }
  if (readings.has('other')) return readings.has('english') ? 'partly-other-language' : 'other-language';
  if (readings.has('english')) return null;
  if (!readings.has('unclear')) return 'no-words';
  const { scores, reliable } = (await openDetector()).detect(text);
  if (isNearEnglish(scores) && reliable) return null;
  return reliable ? 'other-language' : 'no-words';
}

/** Null when the words alone do not tell. */
function readByWords(part: string, findKnown: FindKnown): Reading | null {
  if (OTHER_SCRIPT.test(part)) return 'other';
  const words = [...part.toLowerCase().matchAll(/\p{L}[\p{L}'’]*/gu)].filter(
    ([word]) => !/^x{2,}$/.test(word),
  );
  const known = findKnown(part);
  const isEnglish = (word: string, index: number) =>
    ENGLISH_WORDS.has(word.replace('’', "'")) || known.has(index);
  const english = words.filter((word) => isEnglish(word[0], word.index)).length;
  const spanish = words.filter(([word]) => SPANISH_WORDS.has(word)).length;
  if (spanish > 0 && spanish >= english) return 'other';
  if (english > 0 && english >= words.length * ENGLISH_SHARE) return 'english';
  return words.length <= FEW_WORDS ? 'unclear' : null;
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
