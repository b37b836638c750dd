import { NONE, type ProblemIndex, UNITS_PER_CENT } from '../problem/problem-index.ts';

/**
 * What it costs that a task starts then in that shift: lateness, waiting and the change of what was announced, in units.
 */
export function stopCost(index: ProblemIndex, task: number, shift: number, start: number): number {
  const { tasks } = index;
  const late = start - (tasks.dueStart[task] as number);
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

/** The latest start up to which the task costs no more than at `start`; `start` itself when any minute counts. */
export function lastStartOfSameCost(index: ProblemIndex, task: number, shift: number, start: number): number {
  const { tasks, shifts } = index;
  const due = tasks.dueStart[task] as number;
  const latest = Math.max(start, due);
  const current = tasks.currentShift[task] as number;
  if (current === NONE || tasks.pinned[task] !== NONE) return latest;
  const timeCounts = shifts.crew[current] === shifts.crew[shift] && shifts.day[current] === shifts.day[shift];
  return timeCounts && start <= (tasks.currentStart[task] as number) ? start : latest;
}
