import type { PlanCrew, PlanTask } from './plan-problem.ts';
import { NONE, type ProblemIndex } from './problem-index.ts';

/**
 * Shifts whose crews may take a task and hold the skills, workers and hours for it, in order; time left and materials are
 * another matter.
 */
export function shiftsFor(index: ProblemIndex, task: number): Int32Array {
  const known = index.shiftsOf[task];
  if (known) return known;
  const able = findAble(index, index.problem.tasks[task] as PlanTask);
  const found = new Int32Array(able.length);
  let count = 0;
  // A loop, because `filter` of a typed array is several times slower, and this runs for every task of a re-plan.
  for (let place = 0; place < able.length; place++) {
    const shift = able[place] as number;
    if (hasHoursFor(index, task, shift)) found[count++] = shift;
  }
  index.shiftsOf[task] = found.slice(0, count);
  return index.shiftsOf[task];
}

/** Whether the shift is one of `shiftsFor` the task, without looking through all of them. */
export function isAble(index: ProblemIndex, task: number, shift: number): boolean {
  const { crews, shifts, tasks } = index.problem;
  const { crew = NONE, absent } = shifts[shift] ?? {};
  const holder = crews[crew];
  const wanted = tasks[task] as PlanTask;
  return absent === null && holder !== undefined && mayTake(crew, wanted) && holds(holder, wanted)
    ? hasHoursFor(index, task, shift)
    : false;
}

function hasHoursFor({ shifts, tasks }: ProblemIndex, task: number, shift: number): boolean {
  const first = Math.max(shifts.start[shift] as number, tasks.earliest[task] as number);
  const end = first + (tasks.duration[task] as number);
  return first <= (tasks.latestStart[task] as number) && end <= (shifts.end[shift] as number);
}

/** Many tasks need the same kind of crew, so shifts are looked through once a kind. */
function findAble({ problem, ableShifts }: ProblemIndex, task: PlanTask): Int32Array {
  const skills = task.skills.map(({ skill, level }) => `${skill}:${level}`).join();
  const kind = `${task.crewSize} ${skills} ${task.declinedBy.join()} ${task.chosenCrews?.join() ?? 'any'}`;
  const known = ableShifts.get(kind);
  if (known) return known;
  const isHolder = problem.crews.map((holder, crew) => mayTake(crew, task) && holds(holder, task));
  const able: number[] = [];
  problem.shifts.forEach(({ crew, absent }, shift) => {
    if (absent === null && isHolder[crew]) able.push(shift);
  });
  const found = Int32Array.from(able);
  ableShifts.set(kind, found);
  return found;
}

/** Whether the crew did not decline the task, and dispatch chose no other. */
export function mayTake(crew: number, { declinedBy, chosenCrews }: PlanTask): boolean {
  return !declinedBy.includes(crew) && (chosenCrews === null || chosenCrews.includes(crew));
}

function holds({ size, levels }: PlanCrew, { crewSize, skills }: PlanTask): boolean {
  return size >= crewSize && skills.every(({ skill, level }) => (levels[skill] ?? 0) >= level);
}
