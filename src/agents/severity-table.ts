import type { HarmLevel } from './report/harm-table.ts';

/** What it adds that somebody was hurt, and what to call it. */
export const HARM_POINTS: Readonly<Record<HarmLevel, { label: string; points: number }>> = {
  killed: { label: 'death', points: 5 },
  'badly-hurt': { label: 'badly hurt', points: 4.5 },
  hurt: { label: 'injury', points: 3.5 },
};
/** That worse is feared. */
export const FEAR_POINTS = 1;

/** A measured depth or width replaces the words for it; the first threshold that is reached counts. */
export const DEPTH_STEPS = [
  { atLeastCm: 20, points: 3 },
  { atLeastCm: 10, points: 2 },
  { atLeastCm: 5, points: 1 },
  { atLeastCm: 0, points: 0.5 },
];
export const WIDTH_STEPS = [
  { atLeastCm: 100, points: 1.5 },
  { atLeastCm: 50, points: 1 },
  { atLeastCm: 0, points: 0 },
];
/**
 * How many things there are, how many people were hurt, how often it has happened, where a report gives the number; one
 * is what the rest starts at.
 */
export const COUNT_STEPS = [
  { atLeast: 10, points: 1.5 },
  { atLeast: 3, points: 1 },
  { atLeast: 2, points: 0.5 },
];

/** What is grave is urgent, whatever else a report says. */
export const LEAST_GRAVE = 8;
