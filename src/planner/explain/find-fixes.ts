import type { PlanCrew, PlanShift, PlanTask } from '../problem/plan-problem.ts';
import { createInsertion, type Insertion, isReady } from '../tours/insertion.ts';
import type { PlanState } from '../tours/plan-state.ts';
import type { PlanFix } from './explanation.ts';
import { findExtension } from './find-extension.ts';
import { findMove } from './find-move.ts';
import { findPlace } from './find-place.ts';
import { type Judgement, toCents, toPlace } from './obstacles.ts';

/**
 * After a move and overtime, which dispatch can decide alone; what takes people is last: that a crew says yes after all or
 * learns a skill, whichever is cheaper.
 */
const EASIEST_FIRST: readonly (readonly PlanFix['kind'][])[] = [
  ['addMaterial'],
  ['extendDeadline'],
  ['openClosed'],
  ['endAbsence'],
  ['addWorkers'],
  ['askCrew', 'addSkill'],
];

type Fixes = Map<PlanFix['kind'], PlanFix>;

/**
 * The smallest change of each kind that lets the task in, the cheapest of equal ones; the kind that is easiest first, and
 * no other is looked for until it is asked for. What cannot be smaller or cheaper by its bound is not tried; what is named
 * was. The state is as it was whenever a fix is yielded.
 */
export function* findFixes(
  state: PlanState,
  task: number,
  judgements: readonly Judgement[],
): Generator<PlanFix, void, undefined> {
  const move = findMove(state, task, judgements);
  if (move) yield move;
  const extension = findExtension(state, task, judgements);
  if (extension) yield extension;
  const best: Fixes = new Map();
  judgements.forEach((judgement, shift) => {
    offer(best, tryShift(state, task, shift, judgement, best));
  });
  for (const kinds of EASIEST_FIRST) {
    yield* kinds
      .flatMap((kind) => best.get(kind) ?? [])
      .sort((one, other) => one.costCents - other.costCents);
  }
}

function offer(best: Fixes, fix: PlanFix | null): void {
  const known = fix && best.get(fix.kind);
  if (fix && (!known || isBetter(fix, known))) best.set(fix.kind, fix);
}

/** The smaller change, and the cheaper of changes of one size. */
function isBetter(fix: PlanFix, known: PlanFix): boolean {
  return isSmaller(sizeOf(fix), fix.costCents, known);
}

function isSmaller(size: number, cents: number, known: PlanFix): boolean {
  return size < sizeOf(known) || (size === sizeOf(known) && cents < known.costCents);
}

function sizeOf(fix: PlanFix): number {
  if (fix.kind === 'extendShift' || fix.kind === 'extendDeadline') return fix.minutes;
  if (fix.kind === 'addMaterial') return fix.quantity;
  return fix.kind === 'addWorkers' ? fix.workers : 0;
}

function tryShift(
  state: PlanState,
  task: number,
  shift: number,
  { obstacle, insertion }: Judgement,
  best: Fixes,
): PlanFix | null {
  switch (obstacle) {
    case 'absent':
    case 'skill':
    case 'declined':
    case 'notChosen':
    case 'crewSize':
      return tryOtherCrew(state, task, shift, best);
    case 'material':
      return insertion && tryMoreMaterial(state, task, shift, insertion);
    case 'deadline': {
      if (insertion === null) return null;
      const { tasks } = state.index;
      const minutes = insertion.end - (tasks.duration[task] as number) - (tasks.latestStart[task] as number);
      return toFix(state, task, shift, insertion, { kind: 'extendDeadline', minutes });
    }
    case 'closed':
      return insertion && toFix(state, task, shift, insertion, { kind: 'openClosed' });
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

/** One skill, a yes, some workers or an end of the absence, when nothing else is missing. */
function tryOtherCrew(state: PlanState, task: number, shift: number, best: Fixes): PlanFix | null {
  const { problem } = state.index;
  const { skills, crewSize, declinedBy, chosenCrews } = problem.tasks[task] as PlanTask;
  const { crew, absent, start, end } = problem.shifts[shift] as PlanShift;
  const { levels, size } = problem.crews[crew] as PlanCrew;
  const workers = Math.max(0, crewSize - size);
  let skill: PlanTask['skills'][number] | null = null;
  const refusals = Number(declinedBy.includes(crew)) + Number(chosenCrews?.includes(crew) === false);
  let lacking = Math.sign(workers) + (absent === null ? 0 : 1) + refusals;
  for (const one of skills) {
    if ((levels[one.skill] ?? 0) >= one.level) continue;
    skill = one;
    lacking += 1;
  }
  if (lacking !== 1 || end <= start) return null;
  const ofCrew = refusals > 0 ? 'askCrew' : skill ? 'addSkill' : 'addWorkers';
  const kind = absent !== null ? 'endAbsence' : ofCrew;
  const known = best.get(kind);
  const change = kind === 'addWorkers' ? workers : 0;
  if (known && !isSmaller(change, leastCents(state, task, shift), known)) return null;
  if (!isReady(state.index, state, task)) return null;
  const found = createInsertion();
  findPlace(state, task, shift, found);
  if (kind === 'endAbsence') return toFix(state, task, shift, found, { kind, shift });
  if (kind === 'askCrew') return toFix(state, task, shift, found, { kind, crew });
  if (kind === 'addWorkers') return toFix(state, task, shift, found, { kind, crew, workers });
  return skill ? toFix(state, task, shift, found, { kind, crew, ...skill }) : null;
}

/** What the task costs there at least: its work, and its lateness if it were the crew's first. */
function leastCents(state: PlanState, task: number, shift: number): number {
  const { tasks, shifts, isMetric } = state.index;
  if (!isMetric) return -Infinity;
  const start = Math.max(shifts.start[shift] as number, tasks.earliest[task] as number);
  const late = Math.max(0, start - (tasks.dueStart[task] as number));
  const work = (shifts.rate[shift] as number) * (tasks.duration[task] as number);
  return toCents(work + late * (tasks.lateRate[task] as number));
}
