import type { PlanCrew, PlanProblem, PlanShift, PlanTask } from '../../src/planner/problem/plan-problem.ts';
import { createRandom, type Random } from '../support/chaos-random.ts';

/** A city on a working day: how many crews for how many jobs, over how many days. */
export interface CitySize {
  name: string;
  crews: number;
  tasks: number;
  days: number;
}

export const CITY_SIZES: readonly CitySize[] = [
  { name: '40 × 200', crews: 40, tasks: 200, days: 2 },
  { name: '20 × 200, overloaded', crews: 20, tasks: 200, days: 2 },
  { name: '150 × 1,000', crews: 150, tasks: 1_000, days: 3 },
  { name: '300 × 2,000', crews: 300, tasks: 2_000, days: 3 },
];

const DAY = 24 * 60;
const SKILLS = ['asphalt', 'concrete', 'signals', 'drains', 'trees'];
const MATERIALS = ['hot mix', 'cold patch', 'gravel'];

/**
 * A city with districts, crews at depots, and jobs of one to four hours that were reported within the last day and
 * promised within two; some are urgent, some have hard deadlines, some wait for others.
 */
export function cityProblem(size: CitySize, seed: number): PlanProblem {
  const random = createRandom(seed * 7919 + size.tasks);
  const kilometers = 12 * Math.sqrt(size.crews / 40) + 8;
  const districts = Array.from({ length: Math.ceil(size.crews / 8) }, () => randomPlace(random, kilometers));
  const depots = Array.from({ length: Math.max(2, Math.round(size.crews / 20)) }, (_, depot) => ({
    ...{ id: `depot-${depot}`, name: `Depot ${depot}` },
    ...randomPlace(random, kilometers * 0.8),
  }));
  const crews = Array.from({ length: size.crews }, (_, crew) => randomCrew(random, crew, depots));
  return {
    origin: Date.UTC(2026, 10, 22),
    skills: SKILLS,
    materials: MATERIALS,
    depots,
    crews,
    shifts: crews.flatMap((_, crew) =>
      Array.from({ length: size.days }, (_day, day) => randomShift(random, crew, day)),
    ),
    tasks: Array.from({ length: size.tasks }, (_, task) => randomTask(random, task, districts)),
    stock: depots.flatMap((_, depot) =>
      MATERIALS.map((_material, material) => ({
        ...{ depot, material },
        quantity: Math.round((size.tasks / depots.length) * 2),
        incoming: [{ at: DAY + 360, quantity: Math.round(size.tasks / depots.length) }],
      })),
    ),
    travel: { factor: 1.3, kilometersPerHour: 30 },
    prices: {
      unplaced: 10_000_000,
      lateMinute: 500,
      changeCrew: 20_000,
      changeDay: 10_000,
      changeTime: 1_000,
    },
  };
}

interface Place {
  latitude: number;
  longitude: number;
}

function randomPlace(random: Random, kilometers: number, around?: Place): Place {
  const middle = around ?? { latitude: 41.88, longitude: -87.63 };
  const offset = () => ((random.next() - 0.5) * kilometers) / 111;
  return { latitude: middle.latitude + offset(), longitude: middle.longitude + offset() * 1.34 };
}

function randomCrew(random: Random, crew: number, depots: readonly Place[]): PlanCrew {
  const depot = random.between(0, depots.length - 1);
  const size = random.between(2, 5);
  const { latitude, longitude } = depots[depot]!;
  return {
    ...{ id: `crew-${crew}`, name: `Crew ${crew}`, depot, size, latitude, longitude },
    hourlyRateCents: size * random.between(30, 45) * 100,
    levels: SKILLS.map(() => (random.chance(0.55) ? random.between(1, 3) : 0)),
    truckCapacity: [random.between(8, 16), 20, null],
  };
}

function randomShift(random: Random, crew: number, day: number): PlanShift {
  const start = day * DAY + (random.chance(0.8) ? 7 : 10) * 60;
  return {
    ...{ crew, day: `2026-11-${22 + day}`, start, end: start + 8 * 60 + 30 },
    closed: [{ start: start + 4 * 60, end: start + 4 * 60 + 30 }],
    absent: random.chance(0.03) ? 'ill' : null,
  };
}

function randomTask(random: Random, task: number, districts: readonly Place[]): PlanTask {
  const weight = random.pick([1, 1, 1, 2, 2, 3, 5]);
  const reported = random.between(-DAY, 6 * 60);
  // What is late before the day begins would only add the same minutes to every planner's.
  const due = Math.max(11 * 60, reported + (weight >= 5 ? 24 : random.pick([36, 48, 48, 72])) * 60);
  const skill = random.between(0, SKILLS.length - 1);
  const material = random.between(0, MATERIALS.length - 1);
  return {
    ...{ id: `job-${task}`, title: `Job ${task}`, weight },
    skills: random.chance(0.7) ? [{ skill, level: random.pick([1, 1, 2]) }] : [],
    crewSize: random.pick([2, 2, 2, 3, 4]),
    declinedBy: [],
    chosenCrews: null,
    durationMinutes: 15 * random.between(3, 12),
    materials: random.chance(0.5) ? [{ material, quantity: random.between(1, 6) }] : [],
    ...(random.chance(0.7) ? randomPlace(random, 5, random.pick(districts)) : randomPlace(random, 20)),
    earliest: Math.max(0, reported),
    due: random.chance(0.9) ? due : null,
    deadline: random.chance(0.1) ? Math.max(due, 20 * 60) : null,
    closed: random.chance(0.05) ? [{ start: 0, end: 13 * 60 }] : [],
    after: task > 0 && random.chance(0.03) ? { task: random.between(0, task - 1), minutes: 120 } : null,
    current: null,
  };
}
