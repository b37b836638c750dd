import { NONE, type ProblemIndex, UNITS_PER_CENT } from '../problem/problem-index.ts';
import type { PlanState } from './plan-state.ts';

/** Leaving the task out must stay dearer than any place, or what waits for it would keep it from having one. */
const MOST_OF_WAITING = 0.5;

/**
 * What it costs that a task starts and ends then in that shift: lateness, waiting and the change of what was announced, in units.
 */
export function stopCost(
  index: ProblemIndex,
  task: number,
  shift: number,
  start: number,
  end: number,
): number {
  const { tasks } = index;
  const late = end - (tasks.duration[task] as number) - (tasks.dueStart[task] as number);
  const wait = (tasks.waitRate[task] as number) * (index.shifts.waitHours[shift] as number);
  const cost = wait + (late > 0 ? late * (tasks.lateRate[task] as number) : 0);
  return tasks.currentShift[task] === NONE ? cost : cost + changeCost(index, task, shift, start);
}

/** The dearest change only: another crew, else another day, else another time. Pinned tasks do not change. */
function changeCost(
  { tasks, shifts, problem }: ProblemIndex,
  task: number,
  shift: number,
  start: number,
): number {
  if (tasks.pinned[task] !== NONE) return 0;
  const current = tasks.currentShift[task] as number;
  const { prices } = problem;
  if (shifts.crew[current] !== shifts.crew[shift]) return prices.changeCrew * UNITS_PER_CENT;
  if (shifts.day[current] !== shifts.day[shift]) return prices.changeDay * UNITS_PER_CENT;
  return start === tasks.currentStart[task] ? 0 : prices.changeTime * UNITS_PER_CENT;
}

/** The latest end up to which the task costs no more than as it is; `end` itself when any minute counts. */
export function lastEndOfSameCost(
  index: ProblemIndex,
  task: number,
  shift: number,
  start: number,
  end: number,
): number {
  const { tasks, shifts } = index;
  const due = (tasks.dueStart[task] as number) + (tasks.duration[task] as number);
  const latest = Math.max(end, due);
  const current = tasks.currentShift[task] as number;
  if (current === NONE || tasks.pinned[task] !== NONE) return latest;
  const timeCounts = shifts.crew[current] === shifts.crew[shift] && shifts.day[current] === shifts.day[shift];
  return timeCounts && start <= (tasks.currentStart[task] as number) ? end : latest;
}

/**
 * Units that an end of the task then takes from tasks that wait for it and have no place yet: they can only be late, or
 * no longer be done. No part of what a plan costs; without it a task would go where it is cheapest itself, and what waits
 * for it would find its own time gone, whatever the search tries.
 */
export function costOfWaiting(state: PlanState, task: number, end: number): number {
  const { index, shiftOf } = state;
  const { tasks, successorsOf } = index;
  if (!index.hasOrder) return 0;
  const most = MOST_OF_WAITING * (tasks.unplacedPrice[task] as number);
  let cost = 0;
  for (const next of successorsOf[task] as Int32Array) {
    if (shiftOf[next] !== NONE || tasks.pinned[next] !== NONE) continue;
    const ready = end + (tasks.afterMinutes[next] as number);
    if (ready > (tasks.latestStart[next] as number)) return most;
    cost += Math.max(0, ready - (tasks.dueStart[next] as number)) * (tasks.lateRate[next] as number);
  }
  return Math.min(most, cost);
}

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
