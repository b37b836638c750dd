import type {
  PlanBreak,
  PlanProblem,
  PlanShift,
  PlanTask,
  Span,
} from '../../src/planner/problem/plan-problem.ts';
import { createRandom, type Random } from './chaos-random.ts';

const DAY = 24 * 60;

/** A small problem in which everything occurs that a problem can have; the seed repeats it. */
export function randomPlanProblem(seed: number): PlanProblem {
  const random = createRandom(seed);
  const crewCount = random.between(1, 5);
  const days = random.between(1, 3);
  const crews = Array.from({ length: crewCount }, (_, crew) => ({
    id: `crew-${crew}`,
    name: `Crew ${crew}`,
    depot: random.between(0, 1),
    hourlyRateCents: random.between(1_000, 9_999),
    size: random.between(2, 4),
    levels: [random.between(0, 3), random.between(0, 3)],
    truckCapacity: [random.chance(0.5) ? null : random.between(2, 12), null],
    ...randomPlace(random),
  }));
  const shifts = crews.flatMap((_, crew) =>
    Array.from({ length: days }, (_day, day) => randomShift(random, crew, day)),
  );
  const problem: PlanProblem = {
    origin: Date.UTC(2026, 10, 22),
    skills: ['asphalt', 'concrete'],
    materials: ['hot mix', 'gravel'],
    depots: [0, 1].map((depot) => ({ id: `depot-${depot}`, name: `Depot ${depot}` })),
    crews,
    shifts,
    tasks: Array.from({ length: random.between(1, 25) }, (_, task) => randomTask(random, task, days)),
    stock: [0, 1].flatMap((depot) =>
      [0, 1].map((material) => ({
        depot,
        material,
        quantity: random.between(0, 20),
        incoming: random.chance(0.5)
          ? [{ at: random.between(0, days * DAY), quantity: random.between(1, 9) }]
          : [],
      })),
    ),
    travel: { factor: 1.3, kilometersPerHour: 30 },
    prices: { unplaced: 500_000, lateMinute: 100, changeCrew: 3_000, changeDay: 2_000, changeTime: 500 },
  };
  announceSome(problem, random);
  refuseSome(problem, random);
  addBreaks(problem, createRandom(seed + 1));
  return problem;
}

function randomPlace(random: Random): { latitude: number; longitude: number } {
  return { latitude: 41.8 + random.next() * 0.2, longitude: -87.8 + random.next() * 0.2 };
}

function randomShift(random: Random, crew: number, day: number): PlanShift {
  const start = day * DAY + 6 * 60 + random.between(0, 3) * 60;
  const noon = { start: start + 240, end: start + 240 + random.between(0, 2) * 30 };
  return {
    crew,
    day: `2026-11-${22 + day}`,
    start,
    end: start + random.between(5, 9) * 60,
    closed: random.chance(0.6) && noon.end > noon.start ? [noon] : [],
    absent: random.chance(0.1) ? 'ill' : null,
  };
}

function randomTask(random: Random, task: number, days: number): PlanTask {
  const earliest = random.chance(0.5) ? 0 : random.between(0, days * DAY);
  const promised = earliest + random.between(2, 40) * 60;
  const rain: Span = { start: random.between(0, days) * DAY, end: 0 };
  rain.end = rain.start + random.between(2, 12) * 60;
  return {
    id: `task-${task}`,
    title: `Task ${task}`,
    skills: [0, 1].filter(() => random.chance(0.4)).map((skill) => ({ skill, level: random.between(1, 2) })),
    crewSize: random.between(1, 3),
    declinedBy: [],
    chosenCrews: null,
    durationMinutes: random.between(1, 12) * 15,
    materials: [0, 1]
      .filter(() => random.chance(0.3))
      .map((material) => ({ material, quantity: random.between(1, 5) })),
    ...randomPlace(random),
    weight: random.between(1, 9),
    earliest,
    due: random.chance(0.7) ? promised : null,
    deadline: random.chance(0.3) ? promised + random.between(0, 10) * 60 : null,
    closed: random.chance(0.3) ? [rain] : [],
    after:
      task > 0 && random.chance(0.25)
        ? { task: random.between(0, task - 1), minutes: random.between(0, 300) }
        : null,
    current: null,
  };
}

/** Some tasks were declined by a crew, and for some dispatch chose one, or one that is no more. */
function refuseSome({ tasks, crews }: PlanProblem, random: Random): void {
  const pick = () => random.between(0, crews.length - 1);
  for (const task of tasks) {
    if (random.chance(0.15)) task.declinedBy = [pick()];
    if (random.chance(0.1)) task.chosenCrews = random.chance(0.8) ? [pick()] : [];
  }
}

/** Breaks of every kind, none over another: at a time or in a window, around which work goes on or lies. */
function addBreaks({ shifts }: PlanProblem, random: Random): void {
  for (const shift of shifts) {
    if (!random.chance(0.6)) continue;
    const own: PlanBreak[] = [];
    let from = shift.start + random.between(0, 120);
    for (let left = random.between(1, 2); left > 0; left--) {
      const minutes = random.pick([15, 30, 45, 90]);
      const room = random.chance(0.75) ? 0 : random.between(1, 150);
      own.push({ from, to: from + minutes + room, minutes, interrupts: random.chance(0.7) });
      from += minutes + room + random.between(0, 120);
    }
    shift.breaks = own;
  }
}

/** Some tasks were announced before, some of them are pinned: at times one after the other, at times impossible. */
function announceSome({ tasks, shifts }: PlanProblem, random: Random): void {
  for (const task of tasks) {
    if (!random.chance(0.35)) continue;
    const shift = random.between(0, shifts.length - 1);
    const { start, end } = shifts[shift]!;
    task.current = { shift, start: random.between(start, end), pinned: random.chance(0.3) };
  }
}
