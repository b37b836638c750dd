import type { PlanStock } from '../problem/plan-problem.ts';
import type { ProblemIndex } from '../problem/problem-index.ts';

/**
 * What each depot still has of each material by the start of each shift, in time order: what a tour takes is missing
 * from its own start on, and a delivery is there only for tours that start after it.
 */
export class StockLedger {
  /** Slot of a shift: rank of its start among all starts. */
  private readonly slotOf: Int32Array;
  private readonly slots: number;
  private readonly free: Float64Array;
  private readonly load: Float64Array;
  private readonly capacity: Float64Array;
  private readonly index: ProblemIndex;

  constructor(index: ProblemIndex) {
    const { problem, materialCount, shiftCount } = index;
    const starts = [...new Set(problem.shifts.map(({ start }) => start))].sort((a, b) => a - b);
    this.index = index;
    this.slots = starts.length;
    this.slotOf = new Int32Array(problem.shifts.map(({ start }) => starts.indexOf(start)));
    // One depot more, with nothing in it, for crews without one.
    this.free = new Float64Array((problem.depots.length + 1) * materialCount * this.slots);
    this.load = new Float64Array(shiftCount * materialCount);
    this.capacity = new Float64Array(shiftCount * materialCount).fill(Infinity);
    problem.shifts.forEach(({ crew }, shift) => {
      problem.crews[crew]?.truckCapacity.forEach((quantity, material) => {
        if (quantity !== null) this.capacity[shift * materialCount + material] = quantity;
      });
    });
    for (const stock of problem.stock) this.add(stock, starts);
  }

  private add({ depot, material, quantity, incoming }: PlanStock, starts: number[]): void {
    const row = (depot * this.index.materialCount + material) * this.slots;
    starts.forEach((start, slot) => {
      const arrived = incoming.reduce(
        (sum, delivery) => sum + (delivery.at <= start ? delivery.quantity : 0),
        0,
      );
      this.free[row + slot] = (this.free[row + slot] as number) + quantity + arrived;
    });
  }

  /** Whether truck and depot have what the task needs. */
  canTake(shift: number, task: number): boolean {
    for (const { material, quantity } of this.index.problem.tasks[task]?.materials ?? []) {
      if (this.missingOnTruck(shift, material, quantity) > 0) return false;
      if (this.missingInDepot(shift, material, quantity) > 0) return false;
    }
    return true;
  }

  /** How much more the truck would have to carry; 0 or less when it can. */
  missingOnTruck(shift: number, material: number, quantity: number): number {
    const place = shift * this.index.materialCount + material;
    return (this.load[place] as number) + quantity - (this.capacity[place] as number);
  }

  /** How much more the depot would have to have on the shift's day and later ones; 0 or less when it has enough. */
  missingInDepot(shift: number, material: number, quantity: number): number {
    const row = this.rowOf(shift, material);
    let least = Infinity;
    for (let slot = this.slotOf[shift] as number; slot < this.slots; slot++) {
      least = Math.min(least, this.free[row + slot] as number);
    }
    return quantity - least;
  }

  /** Books what the task needs (`sign` 1), or gives it back (-1). */
  book(shift: number, task: number, sign: 1 | -1): void {
    const materials = this.index.problem.tasks[task]?.materials;
    if (materials === undefined || materials.length === 0) return;
    for (const { material, quantity } of materials) {
      const place = shift * this.index.materialCount + material;
      this.load[place] = (this.load[place] as number) + sign * quantity;
      const row = this.rowOf(shift, material);
      for (let slot = this.slotOf[shift] as number; slot < this.slots; slot++) {
        this.free[row + slot] = (this.free[row + slot] as number) - sign * quantity;
      }
    }
  }

  private rowOf(shift: number, material: number): number {
    const depot = this.index.shifts.depot[shift] as number;
    return (depot * this.index.materialCount + material) * this.slots;
  }
}
