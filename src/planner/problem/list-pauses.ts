import type { PlannedStop, PlannedTour, PlanProblem, Span } from './plan-problem.ts';

/** The breaks of a tour for which the work of one of its stops is stopped, in order. */
export function listPauses(
  { shifts }: Pick<PlanProblem, 'shifts'>,
  { shift, breaks = [] }: Pick<PlannedTour, 'shift' | 'breaks'>,
  { start, end }: Pick<PlannedStop, 'start' | 'end'>,
): Span[] {
  const rules = shifts[shift]?.breaks ?? [];
  return breaks
    .filter((one, number) => rules[number]?.interrupts && one.start < end && one.end > start)
    .sort((one, other) => one.start - other.start);
}
