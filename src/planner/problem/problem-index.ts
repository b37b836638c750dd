import { AppError } from '../../base/errors.ts';
import { waitHours } from './evaluate-plan.ts';
import { mergeSpans } from './merge-spans.ts';
import type { PlanBreak, PlanProblem, PlanShift, PlanTask, Span } from './plan-problem.ts';
import { buildTravelMatrix, type TravelMatrix } from './travel-matrix.ts';
import type { TravelMemory } from './travel-memory.ts';

/** Later than any minute of a plan, small enough for sums of two in 32 bits. */
export const NEVER = 0x3fff_ffff;
/** No task, no shift. */
export const NONE = -1;
/** Costs are kept in sixtieths of a cent: an hourly rate in cents is then a whole number of them a minute. */
export const UNITS_PER_CENT = 60;

/** A problem in flat arrays by task, shift and crew index: everything the search reads, nothing it changes. */
export interface ProblemIndex {
  problem: PlanProblem;
  taskCount: number;
  shiftCount: number;
  crewCount: number;
  materialCount: number;
  travel: TravelMatrix;
  tasks: TaskColumns;
  shifts: ShiftColumns;
  /** Breaks that interrupt work or may be moved; null where there are none. */
  breaksOf: (readonly PlanBreak[] | null)[];
  /** Room for the breaks of a shift. */
  mostBreaks: number;
  /** Closed spans in order, without overlaps; null where there are none. */
  shiftClosed: (readonly Span[] | null)[];
  taskClosed: (readonly Span[] | null)[];
  /** Filled by `shiftsFor`: by task, and shifts by the kind of crew they need. */
  shiftsOf: (Int32Array | null)[];
  ableShifts: Map<string, Int32Array>;
  /** Tasks that wait for the end of a task. */
  successorsOf: Int32Array[];
  hasOrder: boolean;
  needsMaterials: Uint8Array;
  /** Whether a stop more never shortens the road; a given matrix may be otherwise. */
  isMetric: boolean;
  /** Room for stops in a tour. */
  stride: number;
}

export interface TaskColumns {
  /** Minutes of work. */
  duration: Int32Array;
  /** Minutes of breaks inside pinned work. */
  paused: Int32Array;
  earliest: Int32Array;
  /** Latest start of uninterrupted work that meets the hard deadline; `NEVER` without one. */
  latestStart: Int32Array;
  /** Latest start of uninterrupted work that is not late; `NEVER` when nothing is promised. */
  dueStart: Int32Array;
  /** Units for a minute of lateness, and for being left out. */
  lateRate: Float64Array;
  /** Units for a day of waiting. */
  waitRate: Float64Array;
  unplacedPrice: Float64Array;
  /** The shift it is pinned to, or `NONE`. */
  pinned: Int32Array;
  /** The shift it was announced in, pinned or not, and when. */
  currentShift: Int32Array;
  currentStart: Int32Array;
  after: Int32Array;
  afterMinutes: Int32Array;
}

export interface ShiftColumns {
  crew: Int32Array;
  /** One more than the last depot for a crew without one. */
  depot: Int32Array;
  /** Index of the day, in order of appearance. */
  day: Int32Array;
  /** Hours until it begins. */
  waitHours: Int32Array;
  start: Int32Array;
  end: Int32Array;
  /** When the crew's next shift begins; `NEVER` for its last. */
  nextStart: Int32Array;
  /** Minutes of work and travel that fit, when adding a stop never shortens the road; `NEVER` when it may. */
  workable: Int32Array;
  /** Units for a minute of travel or work. */
  rate: Int32Array;
}

/**
 * Reads the problem once; legs that `memory` holds of an earlier problem are not measured again. Throws
 * `planner.problem` when an index in it points nowhere.
 */
export function indexProblem(problem: PlanProblem, memory?: TravelMemory): ProblemIndex {
  const { tasks, shifts, crews, materials } = problem;
  const columns = readTasks(problem);
  return {
    problem,
    taskCount: tasks.length,
    shiftCount: shifts.length,
    crewCount: crews.length,
    materialCount: materials.length,
    travel: memory ? memory.recall(problem) : buildTravelMatrix(problem),
    tasks: columns,
    shifts: readShifts(problem),
    breaksOf: shifts.map(({ breaks = [] }) => (breaks.length === 0 ? null : breaks)),
    mostBreaks: shifts.reduce((most, { breaks = [] }) => Math.max(most, breaks.length), 0),
    shiftClosed: shifts.map(({ closed }) => mergeClosed(closed)),
    taskClosed: tasks.map(({ closed }) => mergeClosed(closed)),
    shiftsOf: new Array<null>(tasks.length).fill(null),
    ableShifts: new Map(),
    successorsOf: findSuccessors(tasks),
    hasOrder: tasks.some(({ after }) => after !== null),
    needsMaterials: new Uint8Array(tasks.map((task) => (task.materials.length > 0 ? 1 : 0))),
    isMetric: problem.travel.matrix === undefined,
    stride: boundStops(problem),
  };
}

function readTasks({ tasks, shifts, prices }: PlanProblem): TaskColumns {
  for (const { current, after, id } of tasks) {
    if (current !== null && shifts[current.shift] === undefined) throw lost(`Task ${id}`, 'shift');
    if (after !== null && tasks[after.task] === undefined) throw lost(`Task ${id}`, 'task to wait for');
  }
  const count = tasks.length;
  const columns = emptyTaskColumns(count);
  for (let index = 0; index < count; index++) {
    const task = tasks[index] as PlanTask;
    const { durationMinutes, pausedMinutes = 0, earliest, deadline, due, weight, current, after } = task;
    columns.duration[index] = durationMinutes;
    columns.paused[index] = pausedMinutes;
    columns.earliest[index] = earliest;
    if (deadline !== null) columns.latestStart[index] = deadline - durationMinutes;
    if (due !== null) columns.dueStart[index] = due - durationMinutes;
    columns.lateRate[index] = weight * prices.lateMinute * UNITS_PER_CENT;
    columns.waitRate[index] = weight * (prices.waitHour ?? 0) * UNITS_PER_CENT;
    columns.unplacedPrice[index] = weight * prices.unplaced * UNITS_PER_CENT;
    if (current !== null) {
      if (current.pinned) columns.pinned[index] = current.shift;
      columns.currentShift[index] = current.shift;
      columns.currentStart[index] = current.start;
    }
    if (after !== null) {
      columns.after[index] = after.task;
      columns.afterMinutes[index] = after.minutes;
    }
  }
  return columns;
}

function emptyTaskColumns(count: number): TaskColumns {
  return {
    duration: new Int32Array(count),
    paused: new Int32Array(count),
    earliest: new Int32Array(count),
    latestStart: new Int32Array(count).fill(NEVER),
    dueStart: new Int32Array(count).fill(NEVER),
    lateRate: new Float64Array(count),
    waitRate: new Float64Array(count),
    unplacedPrice: new Float64Array(count),
    pinned: new Int32Array(count).fill(NONE),
    currentShift: new Int32Array(count).fill(NONE),
    currentStart: new Int32Array(count).fill(NONE),
    after: new Int32Array(count).fill(NONE),
    afterMinutes: new Int32Array(count),
  };
}

function readShifts({ shifts, crews, depots, travel }: PlanProblem): ShiftColumns {
  const crewOf = ({ crew, day }: PlanShift) => {
    const found = crews[crew];
    if (found === undefined) throw lost(`A shift on ${day}`, 'crew');
    return found;
  };
  const days = [...new Set(shifts.map(({ day }) => day))];
  const column = (read: (shift: PlanShift) => number): Int32Array => new Int32Array(shifts.map(read));
  return {
    crew: column(({ crew }) => crew),
    depot: column((shift) =>
      depots[crewOf(shift).depot] === undefined ? depots.length : crewOf(shift).depot,
    ),
    day: column(({ day }) => days.indexOf(day)),
    waitHours: column(({ start }) => waitHours(start)),
    start: column(({ start }) => start),
    end: column(({ end }) => end),
    nextStart: findNextStarts(shifts),
    // Roads may be driven in closed time. Legs are rounded up, which keeps the triangle inequality; a matrix need not.
    workable: column(({ start, end }) => (travel.matrix === undefined ? end - start : NEVER)),
    rate: column((shift) => crewOf(shift).hourlyRateCents),
  };
}

function findNextStarts(shifts: readonly PlanShift[]): Int32Array {
  const next = new Int32Array(shifts.length).fill(NEVER);
  const last = new Map<number, number>();
  const order = [...shifts.keys()].sort((one, other) => startOf(shifts, other) - startOf(shifts, one));
  for (const shift of order) {
    const crew = shifts[shift]?.crew ?? NONE;
    next[shift] = last.get(crew) ?? NEVER;
    last.set(crew, startOf(shifts, shift));
  }
  return next;
}

function startOf(shifts: readonly PlanShift[], shift: number): number {
  return shifts[shift]?.start ?? NEVER;
}

function lost(what: string, kind: string): AppError {
  return new AppError(`${what} names a ${kind} that is not in the problem.`, { code: 'planner.problem' });
}

/** In order, without overlaps; null when there is none. */
export function mergeClosed(closed: readonly Span[]): readonly Span[] | null {
  const merged = mergeSpans(closed);
  return merged.length === 0 ? null : merged;
}

const NO_TASKS = new Int32Array(0);

function findSuccessors(tasks: readonly PlanTask[]): Int32Array[] {
  if (tasks.every(({ after }) => after === null)) return tasks.map(() => NO_TASKS);
  const lists: number[][] = tasks.map(() => []);
  tasks.forEach(({ after }, task) => {
    if (after !== null) lists[after.task]?.push(task);
  });
  return lists.map((list) => (list.length === 0 ? NO_TASKS : new Int32Array(list)));
}

/** No tour has more stops than the shortest tasks that fill the longest shift, and what is pinned on top. */
function boundStops({ tasks, shifts }: PlanProblem): number {
  const longest = Math.max(0, ...shifts.map(({ start, end }) => end - start));
  const pinned = tasks.filter(({ current }) => current?.pinned).length;
  let minutes = 0;
  let stops = 0;
  for (const duration of tasks.map(({ durationMinutes }) => durationMinutes).sort((a, b) => a - b)) {
    minutes += duration;
    if (minutes > longest) break;
    stops += 1;
  }
  return Math.min(tasks.length, stops + pinned) + 1;
}
