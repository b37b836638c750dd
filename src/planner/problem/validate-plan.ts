import { evaluatePlan } from './evaluate-plan.ts';
import type {
  Plan,
  PlanBreak,
  PlanCost,
  PlannedStop,
  PlannedTour,
  PlanProblem,
  PlanShift,
  PlanTask,
  Span,
} from './plan-problem.ts';
import { createLegMeter } from './travel-matrix.ts';

/**
 * Everything that is wrong with the plan, in words; empty when it may be published. Pinned tasks are facts: they must
 * be where and when they are pinned, and nothing else is asked of them; others have to keep clear of them.
 */
export function validatePlan(problem: PlanProblem, plan: Plan): string[] {
  const known = plan.tours.filter(
    ({ shift, stops }) => problem.shifts[shift] && stops.every(({ task }) => problem.tasks[task]),
  );
  const legMinutes = createLegMeter(problem);
  return [
    ...plan.tours
      .filter((tour) => !known.includes(tour))
      .map(({ shift }) => `Tour of shift ${shift}: no such shift or task.`),
    ...validateOnce(problem, plan),
    ...known.flatMap((tour) => validateTour(problem, tour, legMinutes)),
    ...validateOrder(problem, known),
    ...validatePins(problem, known),
    ...validateStock(problem, known),
    ...validateCost(problem, plan, known),
  ];
}

function validateOnce(problem: PlanProblem, { tours, unplaced }: Plan): string[] {
  const times = new Array<number>(problem.tasks.length).fill(0);
  const all = [...tours.flatMap(({ stops }) => stops.map(({ task }) => task)), ...unplaced];
  for (const task of all) times[task] = (times[task] ?? 0) + 1;
  const shifts = tours.map(({ shift }) => shift);
  const twice = shifts.filter((shift, place) => shifts.indexOf(shift) !== place);
  return [
    ...times.flatMap((count, task) =>
      count === 1 ? [] : [`${nameOf(problem, task)} is in the plan ${count} times, not once.`],
    ),
    ...twice.map((shift) => `Shift ${shift} has two tours.`),
  ];
}

function validateTour(
  problem: PlanProblem,
  tour: PlannedTour,
  legMinutes: (from: number, to: number) => number,
): string[] {
  const shift = problem.shifts[tour.shift] as PlanShift;
  const breaks = takenBreaks(shift, tour);
  const faults = validateBreaks(shift, tour);
  let point = shift.crew;
  let free = shift.start;
  let pinnedBefore = false;
  for (const stop of tour.stops) {
    const task = problem.tasks[stop.task] as PlanTask;
    const name = `${task.id} on ${shift.day}`;
    const leg = legMinutes(point, problem.crews.length + stop.task);
    if (stop.travelMinutes !== leg)
      faults.push(`${name}: the road takes ${leg} minutes, not ${stop.travelMinutes}.`);
    if (workMinutes(task, stop, breaks) !== task.durationMinutes)
      faults.push(`${name}: takes ${task.durationMinutes} minutes of work.`);
    const pinned = task.current?.pinned === true;
    if (stop.start < free + leg && !(pinned && (pinnedBefore || point === shift.crew))) {
      faults.push(`${name}: starts at ${stop.start}, but the crew can be there at ${free + leg}.`);
    }
    const own = pinned
      ? []
      : [...validateStop(problem, shift, task, stop), ...validateInterruptions(stop, breaks)];
    faults.push(...own.map((fault) => `${name}: ${fault}`));
    point = problem.crews.length + stop.task;
    free = stop.end;
    pinnedBefore = pinned;
  }
  const home = free + legMinutes(point, shift.crew);
  if (tour.stops.length > 0 && home > shift.end && !pinnedBefore) {
    faults.push(`Shift ${tour.shift} on ${shift.day}: back at ${home}, after its end at ${shift.end}.`);
  }
  return faults;
}

/** A break as it is taken. */
type TakenBreak = Span & Pick<PlanBreak, 'interrupts'>;

/** As the tour states them; one that has to be at its only time needs no statement. */
function takenBreaks({ breaks = [] }: PlanShift, tour: PlannedTour): TakenBreak[] {
  return breaks.map(({ from, minutes, interrupts }, number) => {
    const { start, end } = tour.breaks?.[number] ?? { start: from, end: from + minutes };
    return { start, end, interrupts };
  });
}

function validateBreaks(shift: PlanShift, tour: PlannedTour): string[] {
  const { breaks = [], day } = shift;
  const taken = takenBreaks(shift, tour);
  const faults = breaks.flatMap(({ from, to, minutes }, number) => {
    const { start, end } = taken[number] as TakenBreak;
    if (tour.breaks === undefined && to - from > minutes) return ['does not say when a break is.'];
    if (end - start !== minutes) return [`has a break of ${end - start} minutes, not ${minutes}.`];
    return start < from || end > to ? [`has a break at ${start}, outside ${from} to ${to}.`] : [];
  });
  if (tour.breaks && tour.breaks.length !== breaks.length) faults.push('has other breaks than its shift.');
  const sorted = [...taken].sort((one, other) => one.start - other.start);
  if (sorted.some(({ start }, place) => start < (sorted[place - 1]?.end ?? start)))
    faults.push('has breaks that overlap.');
  return faults.map((fault) => `Shift ${tour.shift} on ${day}: ${fault}`);
}

/** Minutes between start and end in which work is done. */
function workMinutes(
  { current, pausedMinutes = 0 }: PlanTask,
  { start, end }: PlannedStop,
  breaks: readonly TakenBreak[],
): number {
  if (current?.pinned) return end - start - pausedMinutes;
  const rest = breaks
    .filter(({ interrupts }) => interrupts)
    .reduce((sum, one) => sum + Math.max(0, Math.min(end, one.end) - Math.max(start, one.start)), 0);
  return end - start - rest;
}

function validateInterruptions(stop: PlannedStop, breaks: readonly TakenBreak[]): string[] {
  return breaks.flatMap((one) => {
    if (!overlaps(one, stop)) return [];
    const isAround = stop.start < one.start && stop.end > one.end;
    return one.interrupts && isAround ? [] : [`overlaps the break ${one.start} to ${one.end}.`];
  });
}

function validateStop(problem: PlanProblem, shift: PlanShift, task: PlanTask, stop: PlannedStop): string[] {
  const crew = problem.crews[shift.crew];
  const faults: string[] = [];
  for (const { skill, level } of task.skills) {
    const has = crew?.levels[skill] ?? 0;
    if (has < level) faults.push(`needs ${problem.skills[skill]} ${level}, crew ${crew?.id} has ${has}.`);
  }
  if (task.declinedBy.includes(shift.crew)) faults.push(`crew ${crew?.id} declined it.`);
  if (task.chosenCrews?.includes(shift.crew) === false)
    faults.push(`crew ${crew?.id} is not the one that dispatch chose.`);
  if ((crew?.size ?? 0) < task.crewSize)
    faults.push(`needs ${task.crewSize} workers, crew ${crew?.id} is ${crew?.size}.`);
  if (shift.absent !== null) faults.push(`crew ${crew?.id} is absent: ${shift.absent}.`);
  if (stop.start < shift.start || stop.end > shift.end) faults.push('lies outside the shift.');
  if (stop.start < task.earliest) faults.push(`starts at ${stop.start}, before ${task.earliest}.`);
  if (task.deadline !== null && stop.end > task.deadline)
    faults.push(`ends at ${stop.end}, after its deadline ${task.deadline}.`);
  for (const span of [...shift.closed, ...task.closed]) {
    if (overlaps(span, stop)) faults.push(`overlaps the closed time ${span.start} to ${span.end}.`);
  }
  return faults;
}

function overlaps(span: Span, { start, end }: PlannedStop): boolean {
  return Math.max(start, span.start) < Math.min(end, span.end);
}

function validateOrder(problem: PlanProblem, tours: PlannedTour[]): string[] {
  const stops = new Map(tours.flatMap((tour) => tour.stops.map((stop) => [stop.task, stop])));
  return problem.tasks.flatMap(({ id, after, current }, task) => {
    const stop = stops.get(task);
    if (after === null || stop === undefined || current?.pinned) return [];
    const before = stops.get(after.task);
    const waitsFor = nameOf(problem, after.task);
    if (before === undefined) return [`${id} is placed, but ${waitsFor}, which it waits for, is not.`];
    const ready = before.end + after.minutes;
    return stop.start < ready
      ? [`${id} starts at ${stop.start}, but has to wait for ${waitsFor} until ${ready}.`]
      : [];
  });
}

function validatePins(problem: PlanProblem, tours: PlannedTour[]): string[] {
  return problem.tasks.flatMap(({ id, current }, task) => {
    if (!current?.pinned) return [];
    const tour = tours.find(({ shift }) => shift === current.shift);
    const stop = tour?.stops.find((one) => one.task === task);
    return stop?.start === current.start
      ? []
      : [`${id} is pinned to shift ${current.shift} at ${current.start}, but is not there.`];
  });
}

/** What one stop takes from its depot. */
interface Use {
  shift: number;
  depot: number;
  start: number;
  material: number;
  quantity: number;
  pinned: boolean;
}

/** Trucks that carry too much and depots that give out more than they have by then, in words. */
function validateStock(problem: PlanProblem, tours: readonly PlannedTour[]): string[] {
  const uses = tours.flatMap((tour) => usesOf(problem, tour));
  return [...validateTrucks(problem, uses), ...validateDepots(problem, uses)];
}

function usesOf({ shifts, crews, tasks }: PlanProblem, tour: PlannedTour): Use[] {
  const shift = shifts[tour.shift];
  const depot = crews[shift?.crew ?? 0]?.depot ?? 0;
  return tour.stops.flatMap(({ task }) =>
    (tasks[task]?.materials ?? []).map(({ material, quantity }) => ({
      shift: tour.shift,
      depot,
      start: shift?.start ?? 0,
      material,
      quantity,
      pinned: tasks[task]?.current?.pinned === true,
    })),
  );
}

function validateTrucks({ shifts, crews, materials }: PlanProblem, uses: readonly Use[]): string[] {
  return groupUses(uses, ({ shift, material }) => `${shift} ${material}`).flatMap((load) => {
    const [{ shift, material }] = load as [Use];
    const crew = crews[shifts[shift]?.crew ?? 0];
    const capacity = crew?.truckCapacity[material] ?? Infinity;
    const total = sumOf(load);
    if (total <= capacity || load.every(({ pinned }) => pinned)) return [];
    return [
      `Shift ${shift}: the truck of ${crew?.id} carries ${total} of ${materials[material]}, more than ${capacity}.`,
    ];
  });
}

/** At the start of each shift, what all shifts up to then take must be there by then. */
function validateDepots(problem: PlanProblem, uses: readonly Use[]): string[] {
  return groupUses(uses, ({ depot, material }) => `${depot} ${material}`).flatMap((drawn) => {
    const [{ depot, material }] = drawn as [Use];
    return problem.shifts
      .map(({ start }) => start)
      .filter((start, place, starts) => starts.indexOf(start) === place)
      .flatMap((start) => {
        const used = drawn.filter((use) => use.start <= start);
        const has = availableAt(problem, depot, material, start);
        if (sumOf(used) <= has || used.every(({ pinned }) => pinned)) return [];
        const name = problem.depots[depot]?.name;
        return [
          `By ${start}, ${sumOf(used)} of ${problem.materials[material]} are taken from ${name}, which has ${has}.`,
        ];
      });
  });
}

function availableAt({ stock }: PlanProblem, depot: number, material: number, start: number): number {
  return stock
    .filter((one) => one.depot === depot && one.material === material)
    .flatMap(({ quantity, incoming }) => [
      quantity,
      ...incoming.filter(({ at }) => at <= start).map((one) => one.quantity),
    ])
    .reduce((sum, quantity) => sum + quantity, 0);
}

function groupUses(uses: readonly Use[], keyOf: (use: Use) => string): Use[][] {
  const groups = new Map<string, Use[]>();
  for (const use of uses) groups.set(keyOf(use), [...(groups.get(keyOf(use)) ?? []), use]);
  return [...groups.values()];
}

function sumOf(uses: readonly Use[]): number {
  return uses.reduce((sum, { quantity }) => sum + quantity, 0);
}

function validateCost(problem: PlanProblem, plan: Plan, tours: PlannedTour[]): string[] {
  const cost = evaluatePlan(problem, tours);
  const parts = Object.keys(cost) as (keyof PlanCost)[];
  return parts.flatMap((part) =>
    cost[part] === plan.cost[part]
      ? []
      : [`The cost states ${plan.cost[part]} as ${part}; it is ${cost[part]}.`],
  );
}

function nameOf({ tasks }: PlanProblem, task: number): string {
  return tasks[task]?.id ?? `Task ${task}`;
}
