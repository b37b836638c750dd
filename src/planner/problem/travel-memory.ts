import type { PlanProblem, TravelModel } from './plan-problem.ts';
import { buildTravelMatrix, createRowMeter, type TravelMatrix } from './travel-matrix.ts';

/** The legs of the last problem that was planned: in the next one, nearly all places are the same. */
export interface TravelMemory {
  /** The same matrix as `buildTravelMatrix`; only legs to places that were not in the last problem are measured. */
  recall(problem: PlanProblem): TravelMatrix;
}

interface Remembered {
  model: TravelModel;
  latitudes: Float64Array;
  longitudes: Float64Array;
  matrix: TravelMatrix;
}

const UNKNOWN = -1;
/** Copying row by row is not worth it when more than every fourth place is new. */
const MOST_NEW = 0.25;

/** Empty; keeps one matrix, some ten megabytes for two thousand places. */
export function createTravelMemory(): TravelMemory {
  let last: Remembered | null = null;
  return {
    recall: (problem) => {
      if (problem.travel.matrix !== undefined) return buildTravelMatrix(problem);
      const places = [...problem.crews, ...problem.tasks];
      const latitudes = Float64Array.from(places, ({ latitude }) => latitude);
      const longitudes = Float64Array.from(places, ({ longitude }) => longitude);
      const matrix = carryOver(problem, last, latitudes, longitudes);
      last = { model: problem.travel, latitudes, longitudes, matrix };
      return matrix;
    },
  };
}

function carryOver(
  problem: PlanProblem,
  last: Remembered | null,
  latitudes: Float64Array,
  longitudes: Float64Array,
): TravelMatrix {
  const { factor, kilometersPerHour } = problem.travel;
  if (last?.model.factor !== factor || last.model.kilometersPerHour !== kilometersPerHour) {
    return buildTravelMatrix(problem);
  }
  const known = findKnown(last, latitudes, longitudes);
  const added = known.reduce((sum, old) => sum + (old === UNKNOWN ? 1 : 0), 0);
  if (added > MOST_NEW * known.length) return buildTravelMatrix(problem);
  const isSame = known.length === last.matrix.points && known.every((old, point) => old === point);
  if (isSame) return last.matrix;
  const matrix = copyKnown(last.matrix, known);
  const measure = createRowMeter(problem, matrix.minutes);
  known.forEach((old, point) => {
    if (old === UNKNOWN) measure(point, 0, known.length);
  });
  return matrix;
}

/** For each point, one of the last problem at the very same place: usually the next one in order. */
function findKnown(last: Remembered, latitudes: Float64Array, longitudes: Float64Array): Int32Array {
  const known = new Int32Array(latitudes.length).fill(UNKNOWN);
  const isAt = (point: number, old: number) =>
    last.latitudes[old] === latitudes[point] && last.longitudes[old] === longitudes[point];
  // Two places that share a sum only cost a measurement: what is found is compared.
  const bySum = new Map<number, number>();
  last.latitudes.forEach((latitude, old) => {
    bySum.set(latitude * 7 + (last.longitudes[old] as number), old);
  });
  let expected = 0;
  for (let point = 0; point < known.length; point++) {
    const old = isAt(point, expected)
      ? expected
      : bySum.get((latitudes[point] as number) * 7 + (longitudes[point] as number));
    if (old === undefined || !isAt(point, old)) continue;
    known[point] = old;
    expected = old + 1;
  }
  return known;
}

/** Points that follow one another in both matrices are copied at once. */
function copyKnown({ points, minutes }: TravelMatrix, known: Int32Array): TravelMatrix {
  const count = known.length;
  const copy = new Uint16Array(count * count);
  const runs = listRuns(known);
  for (let point = 0; point < count; point++) {
    const old = known[point] as number;
    if (old === UNKNOWN) continue;
    for (const { to, from, length } of runs) {
      const first = old * points + from;
      copy.set(minutes.subarray(first, first + length), point * count + to);
    }
  }
  return { points: count, minutes: copy };
}

function listRuns(known: Int32Array): { to: number; from: number; length: number }[] {
  const runs: { to: number; from: number; length: number }[] = [];
  known.forEach((from, to) => {
    const run = runs.at(-1);
    if (from === UNKNOWN) return;
    if (run && run.to + run.length === to && run.from + run.length === from) run.length += 1;
    else runs.push({ to, from, length: 1 });
  });
  return runs;
}
