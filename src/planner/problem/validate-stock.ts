import type { PlannedTour, PlanProblem } from './plan-problem.ts';

interface Use {
  shift: number;
  depot: number;
  start: number;
  material: number;
  quantity: number;
  pinned: boolean;
}

/** Trucks that carry too much and depots that give out more than they have by then, in words. */
export function validateStock(problem: PlanProblem, tours: readonly PlannedTour[]): string[] {
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
