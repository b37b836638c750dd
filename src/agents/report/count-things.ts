import { findMentions } from './find-mentions.ts';
import { ANY_NUMBER, EXACT_NUMBER, ORDINAL, toNumber } from './read-numbers.ts';

/** Things that a report gives the number of, in its own words. */
export interface Count {
  count: number;
  words: string;
}

/** What is called by its number: no count of what comes next. */
const NUMBERED =
  'no|nr|route|rte|rt|highway|hwy|interstate|county road|road|rd|street|st|avenue|ave|i|us|sr|cr|m|exit|mile|marker|district|ward|zone|lane|pole|unit|lot|house|building|bldg|ticket|bus|line|room|apt|at|on|suite|block|number';
const BETWEEN =
  'very|more|other|new|old|deep|shallow|large|big|huge|wide|small|bad|nasty|dangerous|broken|dark|separate|massive|giant|enormous|different|of|the|these|those|our|major|serious|minor|fallen|loose|missing|consecutive|such|street|parked|flat|bent|blown|rather|really';
/** The number of a road or a house is none of things; nor is one that a unit, a name or a street stands behind. */
const COUNT_BEFORE = new RegExp(
  String.raw`(?<![\w.,#'/-])(?<!\b(?:${NUMBERED})\.?\s)(${ANY_NUMBER})\s+(?:(?:${BETWEEN})[\s,]+){0,3}$`,
  'i',
);
const ORDINAL_BEFORE = new RegExp(
  String.raw`\b(?:my|the|their|his|her|our|is|was)?\s*(${ORDINAL})\s+(?:\w+\s+){0,1}$`,
  'i',
);
/** "POTHOLES X 3", "potholes, at least 5 of them". */
const COUNT_BEHIND = new RegExp(
  String.raw`^(?:\s?\((\d{1,2})\)|[^.;!?\d]{0,12}\b(?:x\s?(\d{1,2})\b(?!\s*(?:x|"|'|ft|feet|in (?:deep|wide|x)|inch|cm|m)\b)|(?:at least|about|around|over)\s+(${ANY_NUMBER})(?=\s+of them\b|\s*[.,;)]|\s*$)))`,
  'i',
);
const PLURAL = /\b(?!(?:is|has|was|across|blocks)\b)\w+s\b|\b(?:people|children|women|men)\b/i;
const REACH = 60;

/** The numbers of what `pattern` (global) names in the plural, denied ones left out: "two deep potholes", "potholes x 3". */
export function countThings(text: string, pattern: RegExp): Count[] {
  const mentions = findMentions(text, pattern);
  const counts = mentions.flatMap(({ words, index }): Count[] => {
    const before = COUNT_BEFORE.exec(text.slice(Math.max(0, index - REACH), index));
    if (before && PLURAL.test(words)) {
      return [{ count: toNumber(before[1] ?? ''), words: `${before[0]}${words}` }];
    }
    const behind = COUNT_BEHIND.exec(text.slice(index + words.length));
    const count = behind?.[1] ?? behind?.[2] ?? behind?.[3];
    return behind && count ? [{ count: toNumber(count), words: `${words}${behind[0]}` }] : [];
  });
  const apart = mentions.length > 0 ? COUNT_APART.exec(text) : null;
  const count = apart?.[1] ?? apart?.[2];
  return counts.length === 0 && apart && count ? [{ count: toNumber(count), words: apart[0] }] : counts;
}

/** "Potholes along the entire street. At least 10.", "in 2 locations": said apart from the things. */
const COUNT_APART = new RegExp(
  String.raw`\b(?:at least|about|around|over|more than|must be|maybe|counted|counting at)\s+(${EXACT_NUMBER})(?=\s+of them\b|\s*[.,;!)]|\s*$)|\b(?:in|at)\s+(${EXACT_NUMBER})\s+(?:locations|places|spots|areas)\b`,
  'i',
);

/** How often what `pattern` (global) names has happened: "three accidents", "my fourth flat tire". */
export function countTimes(text: string, pattern: RegExp): Count[] {
  const times = findMentions(text, pattern).flatMap(({ words, index }): Count[] => {
    const before = ORDINAL_BEFORE.exec(text.slice(Math.max(0, index - REACH), index));
    return before ? [{ count: toNumber(before[1] ?? ''), words: `${before[0]}${words}`.trim() }] : [];
  });
  return [...countThings(text, pattern), ...times];
}
