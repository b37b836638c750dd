import type { Doubt } from '../../core/work/assessment.ts';
import { ENGLISH_WORDS } from './english-words.ts';

/** Tells languages apart by how words are spelled. */
export interface LanguageDetector {
  /** By language ("en", "es"), the better the higher; empty when it looks like none. */
  score(text: string): Readonly<Record<string, number>>;
}

type Reading = 'english' | 'other' | 'none';

/** So many of the words of a sentence are English ones: the rest are names. */
const ENGLISH_SHARE = 0.34;
/** English that comes so near to the likeliest language of a sentence is taken for it: few words are weak evidence. */
const NEAR = 0.04;
/** A sentence that few words make says nothing beside others that are read. */
const FEW_LETTERS = 4;

/**
 * Why a report is not understood; null when it is English. It is judged sentence by sentence, so that what stands in
 * another language beside English is noticed. `countKnown` counts the words that the tables read: they are English. The
 * detector is opened only for what is not plainly English.
 */
export async function judgeLanguage(
  report: string,
  countKnown: (sentence: string) => number,
  openDetector: () => Promise<LanguageDetector>,
): Promise<Doubt | null> {
  const readings = new Set<Reading>();
  for (const sentence of sentencesOf(report)) {
    if (isPlainlyEnglish(sentence, countKnown)) readings.add('english');
    else readings.add(compare(sentence, await openDetector()));
  }
  if (readings.has('other')) return readings.has('english') ? 'partly-other-language' : 'other-language';
  return readings.has('english') ? null : 'no-words';
}

function sentencesOf(report: string): string[] {
  return report.split(/[.!?;\n]+(?:\s|$)/).filter((sentence) => /\p{L}/u.test(sentence));
}

function isPlainlyEnglish(sentence: string, countKnown: (sentence: string) => number): boolean {
  const words = wordsOf(sentence);
  const english = words.filter((word) => ENGLISH_WORDS.has(word)).length;
  return english + countKnown(sentence) >= words.length * ENGLISH_SHARE;
}

function compare(sentence: string, detector: LanguageDetector): Reading {
  if (wordsOf(sentence).join('').length < FEW_LETTERS) return 'none';
  const scores = detector.score(sentence);
  const best = Math.max(0, ...Object.values(scores));
  if (best === 0) return 'none';
  return (scores.en ?? 0) >= best - NEAR ? 'english' : 'other';
}

function wordsOf(sentence: string): string[] {
  return (sentence.toLowerCase().match(/\p{L}[\p{L}'’]*/gu) ?? []).map((word) => word.replace('’', "'"));
}
