import type { PlanTask } from './plan-problem.ts';
import type { ProblemIndex } from './problem-index.ts';

/** Shifts that hold the skills, workers and hours for a task, in order; time left and materials are another matter. */
export function shiftsFor(index: ProblemIndex, task: number): Int32Array {
  const known = index.shiftsOf[task];
  if (known) return known;
  const { start, end } = index.shifts;
  const duration = index.tasks.duration[task] as number;
  const earliest = index.tasks.earliest[task] as number;
  const latestStart = index.tasks.latestStart[task] as number;
  const found = findAble(index, index.problem.tasks[task] as PlanTask).filter((shift) => {
    const first = Math.max(start[shift] as number, earliest);
    return first <= latestStart && first + duration <= (end[shift] as number);
  });
  index.shiftsOf[task] = found;
  return found;
}

/** Many tasks need the same kind of crew, so shifts are looked through once a kind. */
function findAble({ problem, ableShifts }: ProblemIndex, { skills, crewSize }: PlanTask): Int32Array {
  const kind = `${crewSize} ${skills.map(({ skill, level }) => `${skill}:${level}`).join()}`;
  const known = ableShifts.get(kind);
  if (known) return known;
  const isAble = problem.crews.map(
    ({ size, levels }) =>
      size >= crewSize && skills.every(({ skill, level }) => (levels[skill] ?? 0) >= level),
  );
  const able: number[] = [];
  problem.shifts.forEach(({ crew, absent }, shift) => {
    if (absent === null && isAble[crew]) able.push(shift);
  });
  ableShifts.set(kind, Int32Array.from(able));
  return Int32Array.from(able);
}
