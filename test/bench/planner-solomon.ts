import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';

/** Coordinates, times and loads of a Solomon file are told in hundredths of its unit: legs are whole numbers then. */
const SCALE = 100;

interface Customer {
  x: number;
  y: number;
  demand: number;
  ready: number;
  due: number;
  service: number;
}

export interface SolomonInstance {
  name: string;
  vehicles: number;
  capacity: number;
  /** The depot first. */
  customers: Customer[];
}

/** Reads a VRPTW file in Solomon's format: a name, vehicles and capacity, then seven numbers a customer. */
export function parseSolomon(text: string): SolomonInstance {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const rows = lines.flatMap((line) => {
    const numbers = line.split(/\s+/).map(Number);
    return line !== '' && numbers.every(Number.isFinite) ? [numbers] : [];
  });
  const [vehicles, capacity] = rows.find((row) => row.length === 2) ?? [];
  const customers = rows
    .filter((row) => row.length === 7)
    .map(([, x, y, demand, ready, due, service]) => ({ x, y, demand, ready, due, service }) as Customer);
  if (vehicles === undefined || capacity === undefined || customers.length < 2) {
    throw new Error('Not a file in Solomon’s format: vehicles, capacity and customers are missing.');
  }
  return { name: lines.find((line) => line !== '') ?? 'unnamed', vehicles, capacity, customers };
}

/** One minute a hundredth, one cent a minute of travel, and every vehicle a crew with one shift. */
export function toPlanProblem({ vehicles, capacity, customers }: SolomonInstance): PlanProblem {
  const [depot, ...others] = customers as [Customer, ...Customer[]];
  const points = [...Array.from({ length: vehicles }, () => depot), ...others];
  return {
    origin: 0,
    skills: [],
    materials: ['load'],
    depots: [{ id: 'depot', name: 'Depot' }],
    crews: Array.from({ length: vehicles }, (_, crew) => ({
      ...{ id: `vehicle-${crew}`, name: `Vehicle ${crew}`, depot: 0, hourlyRateCents: 60, size: 1 },
      ...{ levels: [], truckCapacity: [capacity], latitude: 0, longitude: 0 },
    })),
    shifts: Array.from({ length: vehicles }, (_, crew) => ({
      ...{ crew, day: 'one', start: depot.ready * SCALE, end: depot.due * SCALE, closed: [], absent: null },
    })),
    tasks: others.map(({ demand, ready, due, service }, task) => ({
      ...{ id: `${task + 1}`, title: '', skills: [], crewSize: 1, durationMinutes: service * SCALE },
      ...{ declinedBy: [], chosenCrews: null },
      materials: demand > 0 ? [{ material: 0, quantity: demand }] : [],
      ...{ latitude: 0, longitude: 0, weight: 1, earliest: ready * SCALE, due: null },
      ...{ deadline: (due + service) * SCALE, closed: [], after: null, current: null },
    })),
    stock: [{ depot: 0, material: 0, quantity: capacity * vehicles, incoming: [] }],
    travel: {
      factor: 1,
      kilometersPerHour: 60,
      matrix: points.map((from) =>
        points.map((to) => Math.round(Math.hypot(from.x - to.x, from.y - to.y) * SCALE)),
      ),
    },
    prices: { unplaced: 1_000_000_000, lateMinute: 0, changeCrew: 0, changeDay: 0, changeTime: 0 },
  };
}

/** Vehicles used, and the exact length of their tours in the units of the file. */
export function measureSolomon(
  { customers }: SolomonInstance,
  plan: Plan,
): { vehicles: number; distance: number } {
  const distances = plan.tours.map(({ stops }) => {
    const stations = [0, ...stops.map(({ task }) => task + 1), 0].map((place) => customers[place]!);
    return stations.slice(1).reduce((sum, { x, y }, place) => {
      const before = stations[place]!;
      return sum + Math.hypot(x - before.x, y - before.y);
    }, 0);
  });
  return { vehicles: plan.tours.length, distance: distances.reduce((sum, one) => sum + one, 0) };
}
