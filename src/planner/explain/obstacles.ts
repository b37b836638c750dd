import { listPauses } from '../problem/list-pauses.ts';
import type { PlanCrew, PlanShift, PlanTask, Span } from '../problem/plan-problem.ts';
import { NEVER, NONE, UNITS_PER_CENT } from '../problem/problem-index.ts';
import { createInsertion, type Insertion, isReady } from '../tours/insertion.ts';
import { endOfWork, firstOpenStart } from '../tours/open-time.ts';
import { hardLatestStart, type PlanState, readyTime } from '../tours/plan-state.ts';
import { breaksTaken } from '../tours/taken-breaks.ts';
import { type CrewDayCause, type EvaluatedPlace, OBSTACLES, type Obstacle } from './explanation.ts';
import { findPlace } from './find-place.ts';

/**
 * What stands between a task and a crew-day. `insertion` is its cheapest place there, as far as there is one: for
 * `closed` and `deadline`, if only that were not in the way; null where there is none, or none was looked for.
 */
export interface Judgement {
  obstacle: Obstacle | null;
  skill: number | null;
  material: number | null;
  insertion: Insertion | null;
}

/** Most crew-days of a large plan are ruled out by one of these: nothing is allocated for them. */
const ABSENT = ruleOut('absent');
const DECLINED = ruleOut('declined');
const NOT_CHOSEN = ruleOut('notChosen');
const TOO_SMALL = ruleOut('crewSize');
const WAITING = ruleOut('predecessor');
const NOT_YET = ruleOut('notYet');
const TOO_LATE = ruleOut('deadline');
const TOO_LONG = ruleOut('tooLong');
const FULL = ruleOut('time');

function ruleOut(obstacle: Obstacle): Judgement {
  return { obstacle, skill: null, material: null, insertion: null };
}

/** What stands between a task and each crew-day. */
export function judgeShifts(state: PlanState, task: number): Judgement[] {
  return judgeShiftsUntil(state, task, NEVER);
}

/** The same for a task that cannot be put off: crew-days that begin after its latest start are not looked at closer. */
export function judgeShiftsInTime(state: PlanState, task: number): Judgement[] {
  return judgeShiftsUntil(state, task, hardLatestStart(state, task));
}

function judgeShiftsUntil(state: PlanState, task: number, latest: number): Judgement[] {
  const { start } = state.index.shifts;
  let insertion = createInsertion();
  return Array.from(start, (begin, shift) => {
    if (begin > latest) return TOO_LATE;
    const judgement = judgeShift(state, task, shift, insertion);
    if (judgement.insertion !== null) insertion = createInsertion();
    return judgement;
  });
}

/**
 * Finds the first obstacle, in the order of `OBSTACLES`; null when the task could be done there. The place is written
 * to `insertion`, which may be used again for the next shift by those who keep only the best.
 */
export function judgeShift(
  state: PlanState,
  taskIndex: number,
  shiftIndex: number,
  insertion: Insertion = createInsertion(),
): Judgement {
  const { problem } = state.index;
  const task = problem.tasks[taskIndex] as PlanTask;
  const shift = problem.shifts[shiftIndex] as PlanShift;
  const crew = problem.crews[shift.crew] as PlanCrew;
  const lacking = findLacking(task, crew);
  if (lacking !== null) return { obstacle: 'skill', skill: lacking, material: null, insertion: null };
  if (task.declinedBy.includes(shift.crew)) return DECLINED;
  if (task.chosenCrews?.includes(shift.crew) === false) return NOT_CHOSEN;
  if (crew.size < task.crewSize) return TOO_SMALL;
  if (shift.absent !== null) return ABSENT;
  if (!isReady(state.index, state, taskIndex)) return WAITING;
  if (readyTime(state, taskIndex, false) >= shift.end) return NOT_YET;
  findPlace(state, taskIndex, shiftIndex, insertion);
  let obstacle: Obstacle | null = null;
  let material: number | null = null;
  if (insertion.cost === Infinity) {
    obstacle = findTimeObstacle(state, taskIndex, shiftIndex, insertion);
    if (obstacle === 'time') return FULL;
    if (obstacle === 'tooLong') return TOO_LONG;
    if (obstacle === 'notYet') return NOT_YET;
  } else {
    material = task.materials.length === 0 ? null : findMissing(state, task, shiftIndex);
    const isTooDear = insertion.cost >= (state.index.tasks.unplacedPrice[taskIndex] as number);
    if (material !== null) obstacle = 'material';
    else if (isTooDear) obstacle = 'cost';
  }
  return { obstacle, skill: null, material, insertion };
}

/** The first required skill the crew does not have, or not at that level. */
function findLacking({ skills }: PlanTask, { levels }: PlanCrew): number | null {
  for (const { skill, level } of skills) if ((levels[skill] ?? 0) < level) return skill;
  return null;
}

/** Which of its own limits alone keeps the task out, if one does; else whether the shift has too little time at all. */
function findTimeObstacle(state: PlanState, task: number, shift: number, found: Insertion): Obstacle {
  findWithoutClosed(state, task, shift, found);
  if (found.cost < Infinity) return 'closed';
  findWithoutDeadline(state, task, shift, found);
  if (found.cost < Infinity) return 'deadline';
  if (isTooLong(state, task, shift, NONE)) return 'tooLong';
  return isTooLong(state, task, shift, readyTime(state, task, false)) ? 'notYet' : 'time';
}

/** Whether the crew would not be back in time even if it did nothing else, from a minute on, on a day without rain. */
function isTooLong(state: PlanState, task: number, shift: number, ready: number): boolean {
  const { shifts, travel, crewCount, taskClosed } = state.index;
  const crew = shifts.crew[shift] as number;
  const point = crewCount + task;
  const closed = taskClosed[task] ?? null;
  taskClosed[task] = null;
  const arrival = (shifts.start[shift] as number) + (travel.minutes[crew * travel.points + point] as number);
  const end = endOfWork(state, shift, task, firstOpenStart(state, shift, task, Math.max(arrival, ready)));
  taskClosed[task] = closed;
  return end + (travel.minutes[point * travel.points + crew] as number) > (shifts.end[shift] as number);
}

/** The cheapest place if no time were closed to the task; leaves `found` as it is when none is. */
function findWithoutClosed(state: PlanState, task: number, shift: number, found: Insertion): void {
  const { taskClosed } = state.index;
  const closed = taskClosed[task] ?? null;
  if (closed === null) return;
  taskClosed[task] = null;
  findPlace(state, task, shift, found);
  taskClosed[task] = closed;
}

/** The cheapest place if the task had no hard deadline; leaves `found` as it is when it has none. */
function findWithoutDeadline(state: PlanState, task: number, shift: number, found: Insertion): void {
  const { latestStart } = state.index.tasks;
  const latest = latestStart[task] as number;
  if (latest === NEVER) return;
  latestStart[task] = NEVER;
  findPlace(state, task, shift, found);
  latestStart[task] = latest;
}

function findMissing(state: PlanState, task: PlanTask, shift: number): number | null {
  const missing = task.materials.find(
    ({ material, quantity }) =>
      state.ledger.missingOnTruck(shift, material, quantity) > 0 ||
      state.ledger.missingInDepot(shift, material, quantity) > 0,
  );
  return missing?.material ?? null;
}

/**
 * Crew-days by what is in the way there, most first. One that could take the task after all counts as `cost`: the plan
 * does without it all the same.
 */
export function countCauses(
  judgements: Iterable<Pick<Judgement, 'obstacle' | 'skill' | 'material'>>,
): CrewDayCause[] {
  const causes: CrewDayCause[] = [];
  for (const { obstacle, skill, material } of judgements) {
    const known = causes.find(
      (one) => one.obstacle === (obstacle ?? 'cost') && one.skill === skill && one.material === material,
    );
    if (known) known.crewDays += 1;
    else causes.push({ obstacle: obstacle ?? 'cost', skill, material, crewDays: 1 });
  }
  return causes.sort(
    (a, b) => b.crewDays - a.crewDays || OBSTACLES.indexOf(a.obstacle) - OBSTACLES.indexOf(b.obstacle),
  );
}

/** An insertion in the terms of the problem. */
export function toPlace(state: PlanState, task: number, shift: number, insertion: Insertion): EvaluatedPlace {
  const { index, sequence } = state;
  const crew = index.shifts.crew[shift] as number;
  const before = sequence[shift * index.stride + insertion.position - 1] as number;
  const point = insertion.position === 0 ? crew : index.crewCount + before;
  return {
    crew,
    shift,
    position: insertion.position,
    start: insertion.start,
    end: insertion.end,
    ...(insertion.pauses
      ? withPauses(insertion.pauses)
      : pausesOf(state, shift, insertion.start, insertion.end)),
    travelMinutes: index.travel.minutes[point * index.travel.points + index.crewCount + task] as number,
  };
}

/** The breaks of a tour, as they are, that lie within some time. */
export function pausesOf(
  state: PlanState,
  shift: number,
  start: number,
  end: number,
): Pick<EvaluatedPlace, 'pauses'> {
  if (!state.index.breaksOf[shift]) return {};
  const breaks = breaksTaken(state, shift);
  return withPauses(listPauses(state.index.problem, { shift, breaks }, { start, end }));
}

function withPauses(pauses: Span[]): Pick<EvaluatedPlace, 'pauses'> {
  return pauses.length > 0 ? { pauses } : {};
}

export function toCents(units: number): number {
  return Math.round(units / UNITS_PER_CENT);
}
