import { NEVER, NONE } from '../problem/problem-index.ts';
import { firstOpenStart } from '../tours/open-time.ts';
import { hardLatestStart, type PlanState, readyTime } from '../tours/plan-state.ts';

/** Where a task would fit in a tour if its shift were longer. */
export interface Overtime {
  shift: number;
  position: number;
  /** How much later than the end of the shift the crew would be back. */
  minutes: number;
}

/**
 * The place in a tour that needs the least overtime, from one to `most` minutes; null when there is none. Walks through
 * the tour and changes nothing: what is chosen has to be tried.
 */
export function findOvertime(state: PlanState, task: number, shift: number, most: number): Overtime | null {
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
      time = Math.max(shiftStart, (state.start[previous] as number) + (tasks.duration[previous] as number));
    }
    const leg = travel.minutes[point * travel.points + crewCount + task] as number;
    const begin = firstOpenStart(state.index, shift, task, Math.max(time + leg, ready));
    if (begin > limit || begin + duration >= soonest) continue;
    const back = findReturn(state, task, shift, position, begin + duration, soonest);
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
    const begin = free + leg <= start ? start : firstOpenStart(state.index, shift, stop, free + leg);
    if (begin > start && (tasks.pinned[stop] !== NONE || begin > hardLatestStart(state, stop))) return NEVER;
    free = begin + (tasks.duration[stop] as number);
    if (free >= soonest) return NEVER;
  }
  return free + (state.legHome[shift] as number);
}
