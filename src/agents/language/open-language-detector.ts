import type { LanguageDetector } from './judge-language.ts';

/** Loads the tables of spelling of some sixty languages. Imported only here: a start does not pay for them. */
export async function openLanguageDetector(): Promise<LanguageDetector> {
  const { eld } = await import('eld/extrasmall');
  return {
    detect: (text) => {
      const result = eld.detect(text);
      return { scores: result.getScores(), reliable: result.isReliable() };
    },
  };
}
