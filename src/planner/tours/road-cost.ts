import type { PlanState } from './plan-state.ts';

/**
 * What the travel and the work of a task cost at a position of a tour that it is not in, in units: without lateness,
 * waiting or changes, which are prices of the search and nobody's money.
 */
export function roadCost(state: PlanState, task: number, shift: number, position: number): number {
  const { index, sequence } = state;
  const { minutes, points } = index.travel;
  const count = state.length[shift] as number;
  const pointAt = (place: number) =>
    place < 0 || place >= count
      ? (index.shifts.crew[shift] as number)
      : index.crewCount + (sequence[shift * index.stride + place] as number);
  const leg = (from: number, to: number) => minutes[from * points + to] as number;
  const [before, own, next] = [pointAt(position - 1), index.crewCount + task, pointAt(position)];
  const saved = count === 0 ? 0 : leg(before, next);
  const duration = index.tasks.duration[task] as number;
  return (index.shifts.rate[shift] as number) * (leg(before, own) + leg(own, next) - saved + duration);
}
