import type { PlanShift } from '../../planner/problem/plan-problem.ts';

/**
 * A shift without closed time at its two ends: who is absent until ten drives to the first job from ten on, and is back
 * when an absence until the evening begins. The spans stay closed, so that overtime does not lead into them. A crew that
 * is absent all the time keeps its shift, which is told from one without time.
 */
export function trimTour(shift: PlanShift): PlanShift {
  const { start, end, closed, absent } = shift;
  if (absent !== null || closed.length === 0) return shift;
  const late = closed.find((span) => span.start <= start && start < span.end);
  const early = closed.find((span) => span.start < end && end <= span.end);
  const from = Math.min(late?.end ?? start, end);
  const to = Math.max(early?.start ?? end, from);
  return from === start && to === end ? shift : { ...shift, start: from, end: to };
}
