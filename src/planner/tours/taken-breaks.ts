import type { PlanBreak, Span } from '../problem/plan-problem.ts';
import { mergeClosed, type ProblemIndex } from '../problem/problem-index.ts';

/** When each tour takes its breaks, and what follows for its work. */
export interface TakenBreaks {
  index: ProblemIndex;
  /** `breakStart[shift * mostBreaks + number]`, by the order of the shift's breaks. */
  breakStart: Int32Array;
  /** By shift: spans for which work is stopped and goes on behind; null where there are none. */
  pausesOf: (readonly Span[] | null)[];
  /** By shift: spans that no work may overlap; null where there are none. */
  closedOf: (readonly Span[] | null)[];
}

const MINUTES_BETWEEN_PLACES = 15;
const MOST_PLACES = 5;

/** Every break at its place, or in the middle of its window. */
export function createTakenBreaks(index: ProblemIndex): TakenBreaks {
  const { shiftCount, mostBreaks, breaksOf, shiftClosed } = index;
  const taken: TakenBreaks = {
    index,
    breakStart: new Int32Array(shiftCount * mostBreaks),
    pausesOf: new Array<null>(shiftCount).fill(null),
    closedOf: shiftClosed.slice(),
  };
  if (mostBreaks === 0) return taken;
  breaksOf.forEach((breaks, shift) => {
    if (breaks === null) return;
    breaks.forEach((one, number) => {
      const places = listPlaces(one);
      taken.breakStart[shift * mostBreaks + number] = places[Math.floor((places.length - 1) / 2)] as number;
    });
    applyBreaks(taken, shift);
  });
  return taken;
}

/** Makes the spans of a shift follow from when its breaks begin. */
export function applyBreaks(taken: TakenBreaks, shift: number): void {
  const { index, pausesOf, closedOf } = taken;
  const breaks = index.breaksOf[shift];
  if (!breaks) return;
  const spans = breaksTaken(taken, shift);
  pausesOf[shift] = mergeClosed(spans.filter((_span, number) => breaks[number]?.interrupts));
  const rests = spans.filter((_span, number) => !breaks[number]?.interrupts);
  const closed = index.shiftClosed[shift] ?? null;
  closedOf[shift] = rests.length === 0 ? closed : mergeClosed([...(closed ?? []), ...rests]);
}

/** Has the breaks of a shift begin when these do, as far as their windows allow. */
export function setBreaks(taken: TakenBreaks, shift: number, spans: readonly Span[]): void {
  const { index, breakStart } = taken;
  index.breaksOf[shift]?.forEach(({ from, to, minutes }, number) => {
    const start = spans[number]?.start ?? from;
    breakStart[shift * index.mostBreaks + number] = Math.max(from, Math.min(start, to - minutes));
  });
  applyBreaks(taken, shift);
}

/** When the breaks of a shift are taken, in its order. */
export function breaksTaken({ index, breakStart }: TakenBreaks, shift: number): Span[] {
  return (index.breaksOf[shift] ?? []).map(({ minutes }, number) => {
    const start = breakStart[shift * index.mostBreaks + number] as number;
    return { start, end: start + minutes };
  });
}

/** Whether the break may be taken at more than one time. */
export function isMovable({ from, to, minutes }: PlanBreak): boolean {
  return to - from > minutes;
}

/** When a break may begin, as far as it is tried: by quarters of an hour, or fewer in a long window. */
export function listPlaces({ from, to, minutes }: PlanBreak): number[] {
  const room = Math.max(0, to - from - minutes);
  const step = Math.max(MINUTES_BETWEEN_PLACES, Math.ceil(room / (MOST_PLACES - 1)));
  const places: number[] = [];
  for (let offset = 0; offset < room; offset += step) places.push(from + offset);
  return [...places, from + room];
}
