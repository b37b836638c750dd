import { AppError } from '../../base/errors.ts';
import type { PlanProblem } from './plan-problem.ts';

/** Minutes on the road from point to point, row by row. Points: crews first (where their tours begin), then tasks. */
export interface TravelMatrix {
  points: number;
  minutes: Uint16Array;
}

const EARTH_RADIUS_KILOMETERS = 6371;
const LONGEST_MINUTES = 65_535;
/** Squared chord of some 130 km on the unit sphere. */
const NEAR = 0.0004;
/** Points at a side: rows and columns of two squares fit into the first cache. */
const SQUARE = 64;

/**
 * All legs of a problem, up to some 2,400 points. Throws `planner.travel` for a given matrix that does not fit the
 * problem or has legs of more than 65,535 minutes.
 */
export function buildTravelMatrix(problem: PlanProblem): TravelMatrix {
  const points = problem.crews.length + problem.tasks.length;
  const given = problem.travel.matrix;
  return given === undefined ? measureLegs(problem, points) : copyMatrix(given, points);
}

/** Minutes of single legs, for those who need only some of them; the same minutes as in the matrix. */
export function createLegMeter(problem: PlanProblem): (from: number, to: number) => number {
  const { matrix } = problem.travel;
  if (matrix !== undefined) return (from, to) => matrix[from]?.[to] ?? 0;
  const vectors = toVectors(problem, problem.crews.length + problem.tasks.length);
  const minutesPerRadius = toMinutesPerRadius(problem);
  return (from, to) => {
    const chordX = at(vectors, 3 * from) - at(vectors, 3 * to);
    const chordY = at(vectors, 3 * from + 1) - at(vectors, 3 * to + 1);
    const chordZ = at(vectors, 3 * from + 2) - at(vectors, 3 * to + 2);
    return legMinutes(chordX * chordX + chordY * chordY + chordZ * chordZ, minutesPerRadius);
  };
}

/** Both halves are written in squares that stay in the cache: column by column it would miss at every leg. */
function measureLegs(problem: PlanProblem, points: number): TravelMatrix {
  const minutes = new Uint16Array(points * points);
  const measure = createRowMeter(problem, minutes);
  for (let top = 0; top < points; top += SQUARE) {
    for (let left = top; left < points; left += SQUARE) {
      const right = Math.min(points, left + SQUARE);
      for (let from = top; from < Math.min(points, top + SQUARE); from++) {
        measure(from, Math.max(left, from + 1), right);
      }
    }
  }
  return { points, minutes };
}

/** Writes the legs between a point and those from `first` up to `end`, there and back, into a matrix of the problem. */
export function createRowMeter(
  problem: PlanProblem,
  minutes: Uint16Array,
): (from: number, first: number, end: number) => void {
  const points = problem.crews.length + problem.tasks.length;
  const vectors = toVectors(problem, points);
  const minutesPerRadius = toMinutesPerRadius(problem);
  return (from, first, end) => {
    const x = at(vectors, 3 * from);
    const y = at(vectors, 3 * from + 1);
    const z = at(vectors, 3 * from + 2);
    const row = from * points;
    for (let to = first; to < end; to++) {
      const chordX = x - (vectors[3 * to] as number);
      const chordY = y - (vectors[3 * to + 1] as number);
      const chordZ = z - (vectors[3 * to + 2] as number);
      const leg = legMinutes(chordX * chordX + chordY * chordY + chordZ * chordZ, minutesPerRadius);
      minutes[row + to] = leg;
      minutes[to * points + from] = leg;
    }
  };
}

/** The haversine distance by way of the chord: half of it is the sine of half the angle. Begun minutes count whole. */
function legMinutes(squaredChord: number, minutesPerRadius: number): number {
  if (squaredChord === 0) return 0;
  const chord = Math.sqrt(squaredChord);
  // Within a city the first terms of the series are exact to far less than a second, and much faster.
  const angle =
    squaredChord < NEAR
      ? chord * (1 + squaredChord / 24 + (3 * squaredChord * squaredChord) / 640)
      : 2 * Math.asin(Math.min(1, chord / 2));
  return Math.min(LONGEST_MINUTES, Math.ceil(angle * minutesPerRadius - 1e-6));
}

function toMinutesPerRadius({ travel }: PlanProblem): number {
  return (EARTH_RADIUS_KILOMETERS * travel.factor * 60) / travel.kilometersPerHour;
}

/** Points on the unit sphere, three numbers each: one sine and cosine a point instead of one a leg. */
function toVectors({ crews, tasks }: PlanProblem, points: number): Float64Array {
  const vectors = new Float64Array(3 * points);
  for (let point = 0; point < points; point++) {
    const place = point < crews.length ? crews[point] : tasks[point - crews.length];
    const latitude = ((place?.latitude ?? 0) * Math.PI) / 180;
    const longitude = ((place?.longitude ?? 0) * Math.PI) / 180;
    vectors[3 * point] = Math.cos(latitude) * Math.cos(longitude);
    vectors[3 * point + 1] = Math.cos(latitude) * Math.sin(longitude);
    vectors[3 * point + 2] = Math.sin(latitude);
  }
  return vectors;
}

function copyMatrix(given: number[][], points: number): TravelMatrix {
  if (given.length !== points || given.some((row) => row.length !== points)) {
    throw travelError(
      `The travel matrix is not ${points} × ${points}: one row for each crew, then each task.`,
    );
  }
  const minutes = new Uint16Array(points * points);
  given.forEach((row, from) => {
    row.forEach((leg, to) => {
      if (!Number.isInteger(leg) || leg < 0 || leg > LONGEST_MINUTES) {
        throw travelError(`The leg from point ${from} to ${to} is not a number of whole minutes: ${leg}.`);
      }
      minutes[from * points + to] = leg;
    });
  });
  return { points, minutes };
}

function travelError(message: string): AppError {
  return new AppError(message, { code: 'planner.travel' });
}

function at(numbers: Float64Array, index: number): number {
  return numbers[index] as number;
}
