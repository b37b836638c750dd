import { findFacts, findFears, type Mention } from './find-mentions.ts';
import { HARM_RULES, type HarmLevel, type HarmRule, PERSON, THING } from './harm-table.ts';
import { ANY_NUMBER, toNumber } from './read-numbers.ts';

/** Somebody came to harm, by which words, and how many when the report says. */
export interface Harm {
  level: HarmLevel;
  words: string;
  people: number | null;
}

const ANY_ONE = new RegExp(String.raw`\b(?:(${PERSON})|(${THING}))\b`, 'gi');
const FALL_AS_NOUN = /\b(?:(?:his|her|my|their|a|the|bad|nasty|hard|this|that) (?:\w+ )?|after (?:\w+ )?)$/i;
const SOMEBODY = new RegExp(
  String.raw`(?<![\w.,#-])(${ANY_NUMBER})\s+(?:(?!(?:bus|line|cars?|trees?|days?|weeks?|months?|years?|feet|inches)\b)[a-z]+\s+){0,2}?(?:(?!(?:i|he|she|we|they|you|him|her|them|who|somebody|someone|year)\b)(?:${PERSON})|injured|hurt|dead|casualties)\b`,
  'gi',
);
/** An injured animal is none of the injured. */
const ANIMAL =
  /\b(?:dogs?|cats?|deer|raccoons?|birds?|goose|geese|animals?|squirrels?|possums?|horses?|pupp(?:y|ies)|kittens?)\b/i;
const FAR = 80;

/** The worst that `text` tells of as a fact; null when nobody was hurt. */
export function findHarm(text: string): Harm | null {
  for (const rule of HARM_RULES) {
    const [mention] = findFacts(text, rule.words).filter((found) => isOfPerson(text, found, rule));
    if (mention) return { level: rule.level, words: mention.words, people: countPeople(text, mention.index) };
  }
  return null;
}

/** Words by which `text` fears that somebody will be hurt; null when it fears nothing. */
export function findFear(text: string): Mention | null {
  for (const rule of HARM_RULES) {
    const [mention] = findFears(text, rule.words).filter((found) => isOfPerson(text, found, rule));
    if (mention) return mention;
  }
  return null;
}

function isOfPerson(text: string, { words, index }: Mention, { byPerson }: HarmRule): boolean {
  const before = text.slice(Math.max(0, index - FAR), index);
  const clause = before.slice(before.search(/[^.!?;\n]*$/));
  if (!byPerson) return !isOfAnimal(clause, text.slice(index + words.length));
  if (/^fall$/i.test(words) && FALL_AS_NOUN.test(clause))
    return !/\b(?:rain|snow|the|this|in) $/i.test(clause);
  const nearest = [...clause.matchAll(ANY_ONE)]
    .filter(([, , thing]) => !thing || !isBehindPreposition(clause, thing))
    .at(-1);
  // "Tripped over the slab": nobody is named, and nothing but a person trips.
  if (!nearest)
    return /^(?:tripp|trips|stumbl|slipped)/i.test(words) || (/^fell/i.test(words) && /^\s*$/.test(clause));
  return nearest[1] !== undefined;
}

/** In "the man by the tree fell" the tree is only where. */
function isBehindPreposition(clause: string, thing: string): boolean {
  return new RegExp(
    String.raw`\b(?:on|in|off|by|near|at|over|under|with|from|into|onto|of|out of|behind|past)\s+(?:\w+\s+){0,2}${thing}\b[^,]*$`,
    'i',
  ).test(clause);
}

function isOfAnimal(before: string, behind: string): boolean {
  const near = `${before.slice(-25)}|${behind.slice(0, 15)}`;
  return ANIMAL.test(near) && !new RegExp(String.raw`\b(?:${PERSON})\b`, 'i').test(before.slice(-40));
}

/** In the sentence of the harm, so that "three lanes" and "40 kids on the bus" of another are none. */
function countPeople(text: string, index: number): number | null {
  const start = index - (text.slice(0, index).match(/[^.!?;\n]*$/)?.[0].length ?? 0);
  const sentence = text.slice(start).match(/^[^.!?;\n]*/)?.[0] ?? '';
  const counts = [...sentence.matchAll(SOMEBODY)].map(([, written = '']) => toNumber(written));
  const count = Math.max(0, ...counts.filter((one) => Number.isFinite(one)));
  return count > 0 ? count : null;
}
