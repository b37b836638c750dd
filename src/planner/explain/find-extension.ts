import { NEVER } from '../problem/problem-index.ts';
import { createInsertion, judgePosition } from '../tours/insertion.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { scheduleTour } from '../tours/tour-schedule.ts';
import { TourSnapshots } from '../tours/tour-snapshots.ts';
import type { PlanFix } from './explanation.ts';
import { findOvertime, type Overtime } from './find-overtime.ts';
import { type Judgement, toCents, toPlace } from './obstacles.ts';

type Extension = Extract<PlanFix, { kind: 'extendShift' }>;

/** How much longer a shift may get, in minutes. */
const LONGEST = 120;
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
    const isShort = obstacle === 'time' || obstacle === 'tooLong';
    if (!isShort || endsClosed(state, shift) || !state.ledger.canTake(shift, task)) continue;
    const found = findOvertime(state, task, shift, best?.minutes ?? LONGEST);
    if (found === null) continue;
    const isTie = found.minutes === best?.minutes;
    ties = isTie ? ties + 1 : 0;
    if (isTie && ties >= TIES) continue;
    const tried = tryOvertime(state, task, found);
    if (tried && (best === null || !isTie || tried.costCents < best.costCents)) best = tried;
  }
  return best;
}

/** Whether closed time begins where the shift ends, such as an absence until the evening: nobody stays longer then. */
function endsClosed({ index }: PlanState, shift: number): boolean {
  const end = index.shifts.end[shift] as number;
  return index.shiftClosed[shift]?.some((span) => span.start <= end && end < span.end) ?? false;
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
  judgePosition(state, task, shift, position, false, found);
  const place = found.cost < Infinity ? toPlace(state, task, shift, found) : null;
  shifts.end[shift] = end;
  shifts.workable[shift] = workable;
  snapshots.takeBack();
  state.beforeChange = null;
  return place && { kind: 'extendShift', shift, minutes, place, costCents: toCents(found.cost) };
}
