import { placeTask } from './edit-tour.ts';
import type { PlanFix } from './explanation.ts';
import { findMove } from './find-move.ts';
import { createInsertion, findInsertion, type Insertion } from './insertion.ts';
import { takeOut } from './load-plan.ts';
import { type Judgement, toCents, toPlace, withoutClosed, withoutDeadline } from './obstacles.ts';
import type { PlanCrew, PlanShift, PlanTask } from './plan-problem.ts';
import type { PlanState } from './plan-state.ts';
import { NEVER, NONE } from './problem-index.ts';
import { scheduleTour } from './tour-schedule.ts';

/** How much longer a shift may get, in minutes: the first that suffices is then cut to what is needed. */
const EXTENSIONS = [15, 30, 60, 120];

/** What dispatch can do alone comes first, what takes people or training last. */
const EASIEST_FIRST: readonly PlanFix['kind'][] = [
  'moveTask',
  'extendShift',
  'addMaterial',
  'extendDeadline',
  'openClosed',
  'endAbsence',
  'addWorkers',
  'addSkill',
];

/** Tries, for each kind of change, every crew-day it could help with, and returns the cheapest of each kind. */
export function findFixes(state: PlanState, task: number, judgements: readonly Judgement[]): PlanFix[] {
  const best = new Map<PlanFix['kind'], PlanFix>();
  const offer = (fix: PlanFix | null): void => {
    if (fix === null) return;
    const known = best.get(fix.kind);
    if (known === undefined || isBetter(fix, known)) best.set(fix.kind, fix);
  };
  judgements.forEach((judgement, shift) => {
    offer(tryShift(state, task, shift, judgement));
  });
  offer(findMove(state, task, judgements));
  return [...best.values()].sort((a, b) => EASIEST_FIRST.indexOf(a.kind) - EASIEST_FIRST.indexOf(b.kind));
}

/** The smaller change, and the cheaper of changes of one size. */
function isBetter(fix: PlanFix, known: PlanFix): boolean {
  return sizeOf(fix) < sizeOf(known) || (sizeOf(fix) === sizeOf(known) && fix.costCents < known.costCents);
}

function sizeOf(fix: PlanFix): number {
  if (fix.kind === 'extendShift' || fix.kind === 'extendDeadline') return fix.minutes;
  if (fix.kind === 'addMaterial') return fix.quantity;
  return fix.kind === 'addWorkers' ? fix.workers : 0;
}

function tryShift(state: PlanState, task: number, shift: number, judgement: Judgement): PlanFix | null {
  switch (judgement.obstacle) {
    case 'time':
      return tryLongerShift(state, task, shift);
    case 'material':
      return tryMoreMaterial(state, task, shift, judgement.insertion);
    case 'deadline':
      return tryLaterDeadline(state, task, shift);
    case 'closed':
      return toFix(state, task, shift, withoutClosed(state, task, shift), { kind: 'openClosed' });
    case 'absent':
    case 'skill':
    case 'crewSize':
      return tryOtherCrew(state, task, shift);
    default:
      return null;
  }
}

type Change<Fix> = Fix extends PlanFix ? Omit<Fix, 'place' | 'costCents'> : never;

function toFix(
  state: PlanState,
  task: number,
  shift: number,
  insertion: Insertion,
  change: Change<PlanFix>,
): PlanFix | null {
  if (insertion.cost === Infinity || !state.ledger.canTake(shift, task)) return null;
  return {
    ...change,
    place: toPlace(state, task, shift, insertion),
    costCents: toCents(insertion.cost),
  } as PlanFix;
}

/** Overtime: how much later the crew would have to be back. */
function tryLongerShift(state: PlanState, task: number, shift: number): PlanFix | null {
  const { index } = state;
  const end = index.shifts.end[shift] as number;
  const found = createInsertion();
  for (const minutes of EXTENSIONS) {
    extend(state, shift, end + minutes);
    findInsertion(state, task, shift, found);
    if (found.cost < Infinity) break;
  }
  const needed = found.cost < Infinity ? returnTime(state, task, shift, found) - end : 0;
  extend(state, shift, end);
  return needed > 0
    ? toFix(state, task, shift, found, { kind: 'extendShift', shift, minutes: needed })
    : null;
}

function extend(state: PlanState, shift: number, end: number): void {
  const { shifts } = state.index;
  if (shifts.workable[shift] !== NEVER) shifts.workable[shift] = end - (shifts.start[shift] as number);
  shifts.end[shift] = end;
  scheduleTour(state, shift);
}

/** When the crew would be back with the task inserted, by a walk through the tour. */
function returnTime(state: PlanState, task: number, shift: number, { position, held }: Insertion): number {
  placeTask(state, task, shift, position, held);
  const first = shift * state.index.stride;
  const last = state.sequence[first + (state.length[shift] as number) - 1] as number;
  const back =
    (state.start[last] as number) +
    (state.index.tasks.duration[last] as number) +
    (state.legHome[shift] as number);
  takeOut(state, task);
  return back;
}

/** A delivery to the depot, when it is only one material and the truck can carry it. */
function tryMoreMaterial(
  state: PlanState,
  task: number,
  shift: number,
  insertion: Insertion,
): PlanFix | null {
  const { problem, shifts } = state.index;
  const { materials } = problem.tasks[task] as PlanTask;
  const short = materials.filter((one) => state.ledger.missingInDepot(shift, one.material, one.quantity) > 0);
  const [only] = short;
  const fits = materials.every((one) => state.ledger.missingOnTruck(shift, one.material, one.quantity) <= 0);
  const depot = shifts.depot[shift] as number;
  if (only === undefined || short.length > 1 || !fits || problem.depots[depot] === undefined) return null;
  return {
    kind: 'addMaterial',
    depot,
    material: only.material,
    quantity: state.ledger.missingInDepot(shift, only.material, only.quantity),
    place: toPlace(state, task, shift, insertion),
    costCents: toCents(insertion.cost),
  };
}

function tryLaterDeadline(state: PlanState, task: number, shift: number): PlanFix | null {
  const found = withoutDeadline(state, task, shift);
  const minutes = found.start - (state.index.tasks.latestStart[task] as number);
  return toFix(state, task, shift, found, { kind: 'extendDeadline', minutes });
}

/** One skill, some workers or an end of the absence, when nothing else is missing. */
function tryOtherCrew(state: PlanState, task: number, shift: number): PlanFix | null {
  const { problem, tasks } = state.index;
  const { skills, crewSize } = problem.tasks[task] as PlanTask;
  const { crew, absent, start, end } = problem.shifts[shift] as PlanShift;
  const { levels, size } = problem.crews[crew] as PlanCrew;
  const lacking = skills.filter(({ skill, level }) => (levels[skill] ?? 0) < level);
  const workers = Math.max(0, crewSize - size);
  const isOnly = lacking.length + Math.sign(workers) + (absent === null ? 0 : 1) === 1;
  const before = tasks.after[task] as number;
  if (!isOnly || end <= start || (before !== NONE && state.shiftOf[before] === NONE)) return null;
  const found = createInsertion();
  findInsertion(state, task, shift, found);
  if (absent !== null) return toFix(state, task, shift, found, { kind: 'endAbsence', shift });
  if (workers > 0) return toFix(state, task, shift, found, { kind: 'addWorkers', crew, workers });
  return lacking[0] ? toFix(state, task, shift, found, { kind: 'addSkill', crew, ...lacking[0] }) : null;
}
