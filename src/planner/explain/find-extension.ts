import { NEVER, NONE } from '../problem/problem-index.ts';
import { hasMovableBreak } from '../tours/choose-breaks.ts';
import { createInsertion, judgePosition } from '../tours/insertion.ts';
import { endOfWork, firstOpenStart } from '../tours/open-time.ts';
import { hardLatestStart, type PlanState, readyTime } from '../tours/plan-state.ts';
import { scheduleTour } from '../tours/tour-schedule.ts';
import { TourSnapshots } from '../tours/tour-snapshots.ts';
import type { Obstacle, PlanFix } from './explanation.ts';
import { findPlace } from './find-place.ts';
import { type Judgement, toCents, toPlace } from './obstacles.ts';

type Extension = Extract<PlanFix, { kind: 'extendShift' }>;

/** Where a task would fit in a tour if its shift were longer. */
interface Overtime {
  shift: number;
  position: number;
  /** How much later than the end of the shift the crew would be back. */
  minutes: number;
}

/** How much longer a shift may get, in minutes: nobody is asked for more, and words say so. */
export const LONGEST_OVERTIME = 240;
/** How many crew-days that need the same overtime are compared by cost. */
const TIES = 12;

/** The shortest overtime of a single crew-day that lets the task in, tried on the plan; null when there is none. */
export function findExtension(
  state: PlanState,
  task: number,
  judgements: readonly Judgement[],
): Extension | null {
  let best: Extension | null = null;
  let ties = 0;
  for (let shift = 0; shift < judgements.length; shift++) {
    const obstacle = judgements[shift]?.obstacle;
    const isShort =
      obstacle === 'time' || obstacle === 'tooLong' || isAllowedLater(state, task, shift, obstacle);
    if (!isShort || endsClosed(state, shift) || !state.ledger.canTake(shift, task)) continue;
    const most = Math.min(best?.minutes ?? LONGEST_OVERTIME, minutesToNext(state, shift));
    const found = findOvertime(state, task, shift, most);
    if (found === null) continue;
    const isTie = found.minutes === best?.minutes;
    ties = isTie ? ties + 1 : 0;
    if (isTie && ties >= TIES) continue;
    const tried = tryOvertime(state, task, found);
    if (tried && (best === null || !isTie || tried.costCents < best.costCents)) best = tried;
  }
  return best;
}

/** Whether the task may begin in the shift, but so late that there is no time for it. */
function isAllowedLater(
  state: PlanState,
  task: number,
  shift: number,
  obstacle: Obstacle | null | undefined,
): boolean {
  return obstacle === 'notYet' && readyTime(state, task, false) < (state.index.shifts.end[shift] as number);
}

/** Nobody works into their next shift: it begins at the depot. */
function minutesToNext({ index: { shifts } }: PlanState, shift: number): number {
  return Math.max(0, (shifts.nextStart[shift] as number) - (shifts.end[shift] as number));
}

/** Whether closed time begins where the shift ends, such as an absence until the evening: nobody stays longer then. */
function endsClosed({ index, closedOf }: PlanState, shift: number): boolean {
  const end = index.shifts.end[shift] as number;
  return closedOf[shift]?.some((span) => span.start <= end && end < span.end) ?? false;
}

/**
 * The place in a tour that needs the least overtime, from one to `most` minutes; null when there is none. Walks through
 * the tour and changes nothing: what is chosen has to be tried.
 */
function findOvertime(state: PlanState, task: number, shift: number, most: number): Overtime | null {
  const { tasks, shifts, travel, crewCount, stride } = state.index;
  const end = shifts.end[shift] as number;
  const duration = tasks.duration[task] as number;
  const spare = state.spare[shift] as number;
  if (spare !== NEVER && duration - spare > most) return null;
  const ready = readyTime(state, task, false);
  const limit = hardLatestStart(state, task);
  let soonest = end + most + 1;
  let best = NONE;
  let point = shifts.crew[shift] as number;
  const shiftStart = shifts.start[shift] as number;
  let time = shiftStart;
  for (let position = 0; position <= (state.length[shift] as number); position++) {
    if (position > 0) {
      const previous = state.sequence[shift * stride + position - 1] as number;
      point = crewCount + previous;
      time = Math.max(shiftStart, state.end[previous] as number);
    }
    const leg = travel.minutes[point * travel.points + crewCount + task] as number;
    const begin = firstOpenStart(state, shift, task, Math.max(time + leg, ready));
    const over = endOfWork(state, shift, task, begin);
    if (over - duration > limit || over >= soonest) continue;
    const back = findReturn(state, task, shift, position, over, soonest);
    if (back >= soonest) continue;
    soonest = back;
    best = position;
  }
  return best === NONE || soonest <= end ? null : { shift, position: best, minutes: soonest - end };
}

/** When the crew is back if it leaves the task at `time` for what follows; `NEVER` when a stop cannot wait so long. */
function findReturn(
  state: PlanState,
  task: number,
  shift: number,
  position: number,
  time: number,
  soonest: number,
): number {
  const { tasks, shifts, travel, crewCount, stride } = state.index;
  const first = shift * stride;
  const count = state.length[shift] as number;
  const row = (crewCount + task) * travel.points;
  if (position === count) return time + (travel.minutes[row + (shifts.crew[shift] as number)] as number);
  let free = time;
  for (let place = first + position; place < first + count; place++) {
    const stop = state.sequence[place] as number;
    const leg =
      place === first + position
        ? (travel.minutes[row + crewCount + stop] as number)
        : (state.legTo[stop] as number);
    const start = state.start[stop] as number;
    if (tasks.after[task] === stop) return NEVER;
    const isMoved = free + leg > start;
    if (isMoved && tasks.pinned[stop] !== NONE) return NEVER;
    const begin = isMoved ? firstOpenStart(state, shift, stop, free + leg) : start;
    free = isMoved ? endOfWork(state, shift, stop, begin) : (state.end[stop] as number);
    if (isMoved && free - (tasks.duration[stop] as number) > hardLatestStart(state, stop)) return NEVER;
    if (free >= soonest) return NEVER;
  }
  return free + (state.legHome[shift] as number);
}

function tryOvertime(
  state: PlanState,
  task: number,
  { shift, position, minutes }: Overtime,
): Extension | null {
  const { shifts } = state.index;
  const end = shifts.end[shift] as number;
  const workable = shifts.workable[shift] as number;
  const snapshots = new TourSnapshots(state);
  snapshots.begin();
  state.beforeChange?.(shift);
  shifts.end[shift] = end + minutes;
  if (workable !== NEVER) shifts.workable[shift] = workable + minutes;
  scheduleTour(state, shift);
  const found = createInsertion();
  if (hasMovableBreak(state, shift)) findPlace(state, task, shift, found);
  else judgePosition(state, task, shift, position, false, found);
  const place = found.cost < Infinity ? toPlace(state, task, shift, found) : null;
  shifts.end[shift] = end;
  shifts.workable[shift] = workable;
  snapshots.takeBack();
  state.beforeChange = null;
  return place && { kind: 'extendShift', shift, minutes, place, costCents: toCents(found.cost) };
}
