import { type Count, countThings, countTimes } from './count-things.ts';
import { findFear, findHarm, type Harm } from './find-harm.ts';
import {
  findDangers,
  findFacts,
  findFears,
  findMentions,
  findWords,
  type Mention,
  readText,
} from './find-mentions.ts';
import type { GraveRule } from './grave-rule.ts';
import { GRAVE_RULES } from './grave-table.ts';
import { HARM_RULES } from './harm-table.ts';
import { JOB_KINDS, type JobKind, UNKNOWN_KIND } from './kind-table.ts';
import { type Measure, measure } from './measure.ts';
import { WORD_RULES, type WordRule } from './word-table.ts';

/** What a report says, each fact with the words it was found by. */
export interface ReportFacts {
  kind: JobKind;
  grave: Found<GraveRule>[];
  harm: Harm | null;
  /** By which words it fears that worse may come. */
  fear: string | null;
  /** How many things there are to be repaired. */
  counts: Count[];
  /** How often it has done harm. */
  times: Count[];
  measures: Measure[];
  /** Of the table of words, all that apply. */
  words: Found<WordRule>[];
}

export interface Found<Rule> {
  rule: Rule;
  words: string;
}

/** "The hole by the storm drain" is about the hole; "a dead cat by the storm drain" about none of ours. */
const ONLY_WHERE =
  /\b(?:near|(?<!\b(?:\w+ed|hit|struck|hurt|broken|torn|taken|bent)(?: off| out| up| down)? )by|beside|next to|in front of|outside|behind|opposite|across from|(?<!\bg[eo]t(?:ting)? )past|close to|onto|(?:feet|ft|yards?|yds?|blocks?|steps|met(?:re|er)s|m|away) from) (?:the |a |an |my |our |this |that |some |one of the )?(?:\w+ )?$/i;
/** "Leaning over the sidewalk" may be about the sidewalk, where nothing else is named. */
const RATHER_WHERE =
  /\b(?:under|underneath|around|above|over|along|between|at|before|after|against|because of|than|with|by) (?:the |a |an |my |our |this |that |some |one of the )?(?:\w+ )?$/i;
const INCIDENTS =
  /\b(?:(?:car|traffic|bike|serious|minor|bad) )?(?:accidents?|crash(?:es)?|collisions?|wrecks?|fender[- ]benders?|incidents?|near[- ]?(?:miss(?:es)?|accidents?)|flat(?: tires?| tyres?|s)|punctures?|blow[- ]?outs?)\b/gi;
/** "Two cars crashed", "a dozen cars with flat tires". */
const VEHICLES =
  /\b(?:cars?|vehicles|trucks?|bikes|motorbikes?|motorcycles?|drivers?|motorists|tires|tyres|one|time)\b(?=[^.;!?]*\b(?:flat|tires?|tyres?|rims?|crash\w*|slid|burst|blew|blown|punctur\w+|damag\w+|replace|come off|ruined|lost|collided|wreck\w*|today|stuck)\b)/gi;
const DAMAGED = /\b(?:tires?|tyres?|rims?|wheels?|flats?|windscreens?|windshields?|axles?)\b/gi;
const FEARED_EVENT =
  /\b(?:accidents?|crash(?:es)?|collisions?|wreck|(?<!in case of )fire|flood|blow(?:s)? (?:a|out|their)|lose (?:a|their)|break (?:[\w']+ )?(?:axle|leg|ankle|neck|arm|hip|bones?)|trip|slip|fall(?:s)?(?: (?:in|into|on|over|off|down))?|come down|hits|tip over|end(?:s)? up in|goes? over|(?:rip|pull|knock|bring) (?:it|them) down|(?:drive|ride|walk|step|run) into|explosion|nasty|lawsuit|kill|happen|collapse|(?:be|get|gets|being|getting) (?:hit|hurt|killed|run over|struck|injured|electrocuted)|trips|trip(?:ping)?|falling|wheel|sink ?hole)\b/gi;
const WARNING =
  /\b(?:accidents? waiting to happen|waiting to happen|about to (?:fall|come down|collapse|topple|snap|go)|(?:big|large|wide|deep) enough to (?:swallow|fall|trap|break|kill|lose))\b/gi;

/** Reads what `text` says by the tables of words. English only; what stands in another language is not seen. */
export function readReport(text: string): ReportFacts {
  const { said, plain } = readText(text);
  const kind = findKind(plain);
  // Of a tree it is the tree's own length.
  const measures = measure(plain).filter(({ of }) => kind.id !== 'tree' || of === 'depth');
  const unmeasured = hide(plain, measures);
  const harm = findHarm(plain);
  const words = WORD_RULES.flatMap((rule) => findFirst(rule, rule.inNames ? said : unmeasured));
  const isDamaged = words.some(({ rule }) => rule.group === 'damage');
  return {
    kind,
    grave: GRAVE_RULES.flatMap((rule) => findFirstDanger(rule, plain)),
    harm,
    fear: findFirstFear(plain),
    counts: countThings(plain, kind.words),
    times: [INCIDENTS, VEHICLES, ...(isDamaged ? [DAMAGED] : [])].flatMap((one) => countTimes(plain, one)),
    measures,
    words,
  };
}

/** The kind of job that `text` is about; `UNKNOWN_KIND` when it names none that is known. */
export function findKind(text: string): JobKind {
  return (
    findFirstKind(text, (kind) => finderOf(kind)(text, kind.words)) ??
    findFirstKind(text, (kind) => (kind.hints ? findWords(text, kind.hints) : [])) ??
    UNKNOWN_KIND
  );
}

function finderOf({ isLacked, isFact }: JobKind): typeof findMentions {
  if (isLacked) return findWords;
  return isFact ? findFacts : findMentions;
}

/** Where the words of `text` begin that the tables know. */
export function findKnown(text: string): ReadonlySet<number> {
  const dangers = [...GRAVE_RULES, ...HARM_RULES].filter(({ inSpanish }) => !inSpanish);
  const tables = [...JOB_KINDS, ...WORD_RULES, ...dangers];
  const mentions = tables.flatMap(({ words }) => findWords(text, words));
  const begins = mentions.flatMap(({ words, index }) =>
    [...words.matchAll(/\S+/g)].map((word) => index + word.index),
  );
  return new Set(begins);
}

/** The kind named first; those that are rather where it is come after the others, those that are only that not at all. */
function findFirstKind(text: string, find: (kind: JobKind) => Mention[]): JobKind | null {
  const named = JOB_KINDS.flatMap((kind) =>
    find(kind).flatMap(({ index }) => {
      const before = text.slice(Math.max(0, index - 40), index);
      const isPlace = ONLY_WHERE.test(before);
      if (isPlace && kind.isLandmark) return [];
      return [{ kind, index, isPlace: isPlace || RATHER_WHERE.test(before) }];
    }),
  );
  const [first] = named.sort(
    (left, right) => Number(left.isPlace) - Number(right.isPlace) || left.index - right.index,
  );
  const covering = first?.kind.isGround ? named.find(({ kind }) => kind.coversGround) : null;
  return (covering ?? first)?.kind ?? null;
}

/** A measure is no word of size besides: "6 inches deep". */
function hide(text: string, measures: readonly Measure[]): string {
  return measures.reduce((hidden, { words }) => hidden.replace(words, words.replace(/\w/g, 'x')), text);
}

function findFirstDanger(rule: GraveRule, text: string): Found<GraveRule>[] {
  const [mention] = findDangers(text, rule.words, rule.fact === true);
  return mention ? [{ rule, words: mention.words }] : [];
}

function findFirst(rule: WordRule, text: string): Found<WordRule>[] {
  const [mention] = (rule.fact ? findFacts : findMentions)(text, rule.words);
  return mention ? [{ rule, words: mention.words }] : [];
}

function findFirstFear(text: string): string | null {
  const [warning] = findMentions(text, WARNING);
  return (warning ?? findFear(text) ?? findFears(text, FEARED_EVENT)[0])?.words ?? null;
}
