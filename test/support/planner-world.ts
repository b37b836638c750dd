import type { Agency, Shift } from '../../src/core/agency/agency.ts';
import type { Absence, Closure } from '../../src/core/work/disruption.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { listPauses } from '../../src/planner/problem/list-pauses.ts';
import type { Plan } from '../../src/planner/problem/plan-problem.ts';
import { createRandom } from '../../src/planner/tours/random.ts';
import { buildPlanProblem } from '../../src/scheduler/problem/build-plan-problem.ts';
import {
  type BuiltProblem,
  createTimeScale,
  type PlanSources,
} from '../../src/scheduler/problem/plan-sources.ts';
import { makeAgency, makeCrew, makeOrder } from './scheduling.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SKILLS = ['asphalt', 'asphalt:2', 'concrete', 'electric'];
const MOST_ORDERS = 45;

/** A town in which something happens all the time: what planning is told, event by event, from a seed. */
export function createPlannerWorld(seed: number) {
  const random = createRandom(seed).next;
  const agency = makeTown(random);
  let now = new Date('2026-06-01T12:00:00Z');
  let orders: WorkOrder[] = [];
  let absences: Absence[] = [];
  let closures: Closure[] = [];
  let stock = ['north', 'south'].map((depotId) => ({ depotId, material: 'hotMix', quantity: 2_000 }));
  let count = 0;

  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const between = (least: number, most: number) => Math.floor(least + random() * (most - least));
  const later = (hours: number) => new Date(now.getTime() + hours * HOUR_MS);
  const replace = (order: WorkOrder | undefined, changes: Partial<WorkOrder>) => {
    orders = orders.map((one) => (one === order ? { ...one, ...changes } : one));
  };
  const add = (isUrgent: boolean): void => {
    if (orders.length >= MOST_ORDERS) {
      cancel();
      return;
    }
    const before = pick(orders.filter(({ state }) => state !== 'done'));
    orders.push(
      makeOrder(`job-${count++}`, {
        weight: isUrgent ? 10 : between(1, 9),
        dueAt: random() < 0.8 ? later(isUrgent ? 4 : between(8, 96)) : null,
        place: { latitude: 41 + random() * 0.4, longitude: -88 + random() * 0.4 },
        after: before && random() < 0.1 ? { orderId: before._id, minutes: between(0, 240) } : null,
        givenTo: random() < 0.05 ? (pick(agency.crews)?.id ?? null) : null,
        requirements: {
          durationMinutes: between(2, 16) * 15,
          crewSize: between(1, 4),
          skills: [pick(SKILLS) ?? 'asphalt'],
          materials: random() < 0.5 ? [{ material: 'hotMix', quantity: between(1, 8) * 50 }] : [],
        },
      }),
    );
  };
  const cancel = (): void => {
    const gone = pick(orders.filter(({ state }) => state === 'waiting' || state === 'announced'));
    orders = orders.filter((order) => order !== gone);
  };
  const events: Record<string, () => void> = {
    report: () => add(false),
    urgent: () => add(true),
    cancel,
    absent: () => {
      const crewId = pick(agency.crews)?.id ?? '';
      const start = later(random() * 24);
      const end = new Date(start.getTime() + between(2, 30) * HOUR_MS);
      absences.push({ _id: `away-${count++}`, crewId, start, end, reason: 'sick', by: 'U0CHEN', at: now });
    },
    rain: () => {
      closures.push({
        ...{ _id: `rain-${count++}`, district: 'west', start: now, end: later(between(3, 30)) },
        ...{ reason: 'rain', by: 'U0CHEN', at: now },
      });
    },
    stock: () => {
      stock = stock.map((entry) => ({
        ...entry,
        quantity: Math.max(0, entry.quantity + between(-600, 700)),
      }));
    },
    accept: () => replace(pick(orders.filter(({ state }) => state === 'announced')), { acceptedAt: now }),
    decline: () => {
      const order = pick(orders.filter(({ state }) => state === 'announced'));
      const crewId = order?.assignment?.crewId ?? '';
      replace(order, {
        ...{ state: 'waiting', assignment: null, acceptedAt: null, givenTo: null },
        declined: [...(order?.declined ?? []), { crewId, reason: 'no', at: now }],
      });
    },
    time: () => pass(between(10, 200)),
  };
  /** Work begins when it was announced to, and is mostly over when it was said to be: some of it runs over. */
  const pass = (minutes: number): void => {
    now = new Date(now.getTime() + minutes * MINUTE_MS);
    orders = orders.map((order) => {
      const { assignment, state } = order;
      if (!assignment || state === 'waiting') return order;
      if (state === 'announced' && assignment.start <= now)
        return { ...order, state: 'started', startedAt: assignment.start };
      if (state === 'started' && assignment.end <= now && random() < 0.7)
        return { ...order, state: 'done', endedAt: now };
      return order;
    });
    absences = absences.filter(({ end }) => end > now);
    closures = closures.filter(({ end }) => end > now);
    const needed = new Set(orders.flatMap(({ after }) => after?.orderId ?? []));
    orders = orders.filter(({ state, _id }) => state !== 'done' || needed.has(_id));
  };

  const sources = (): PlanSources => ({
    ...{ now, agency, orders, absences, promised: [], closures },
    stock: stock.map((entry) => ({ ...entry, incoming: [{ at: later(20), quantity: 300 }] })),
  });
  return {
    /** Lets something happen; returns what. */
    step: (): string => {
      const [name, event] = pick(Object.entries(events)) ?? ['time', () => pass(30)];
      event();
      return name;
    },
    build: (): BuiltProblem => buildPlanProblem(sources()),
    /** Every placement of the plan is announced, and what it leaves out waits. */
    publish: ({ problem, orders: tasks }: BuiltProblem, plan: Plan): void => {
      const { toInstant } = createTimeScale(now);
      for (const tour of plan.tours) {
        const { shift, stops } = tour;
        for (const { task, start, end } of stops) {
          const order = tasks[task];
          if (order?.state !== 'waiting' && order?.state !== 'announced') continue;
          const crew = problem.crews[problem.shifts[shift]?.crew ?? -1];
          const depotId = problem.depots[crew?.depot ?? -1]?.id ?? '';
          const breaks = listPauses(problem, tour, { start, end }).map((pause) => ({
            start: toInstant(pause.start),
            end: toInstant(pause.end),
          }));
          const assignment = {
            ...(breaks.length > 0 && { breaks }),
            ...{ crewId: crew?.id ?? '', crewName: crew?.name ?? '', depotId, reason: '' },
            ...{ start: toInstant(start), end: toInstant(end), materials: order.requirements.materials },
          };
          replace(
            orders.find(({ _id }) => _id === order._id),
            { state: 'announced', assignment },
          );
        }
      }
      for (const task of plan.unplaced) {
        const order = orders.find(({ _id }) => _id === tasks[task]?._id);
        if (order?.state === 'announced')
          replace(order, { state: 'waiting', assignment: null, acceptedAt: null });
      }
    },
  };
}

/** At a time, in a window, and for which no work is stopped. */
const BREAKS: readonly Pick<Shift, 'breaks' | 'breaksInterrupt'>[] = [
  { breaks: [{ start: '11:30', end: '12:00' }] },
  { breaks: [{ between: ['11:00', '13:30'], minutes: 30 }] },
  { breaks: [{ start: '11:30', end: '12:00' }], breaksInterrupt: false },
  { breaks: [{ between: ['10:00', '13:00'], minutes: 45 }], breaksInterrupt: false },
];

function makeTown(random: () => number): Agency {
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const crews = Array.from({ length: 6 }, (_, index) =>
    makeCrew(`crew-${index}`, {
      skills: [...new Set(['asphalt', SKILLS[index % SKILLS.length] ?? 'asphalt'])],
      depot: index % 2 === 0 ? 'north' : 'south',
      size: 2 + (index % 3),
      truck: index === 0 ? [{ material: 'hotMix', quantity: 400 }] : [],
      hourlyRateCents: 15_000 + Math.floor(random() * 6_000),
      shifts: [
        index === 5
          ? { days: [...days], start: '00:00', end: '24:00' }
          : { days: [...days], start: '07:00', end: '15:30', ...BREAKS[index % BREAKS.length] },
      ],
    }),
  );
  const agency = makeAgency(crews, { north: 1_000, south: 1_000 });
  const west = {
    id: 'west',
    name: 'West',
    area: [
      [41, -88],
      [42, -88],
      [42, -87.8],
      [41, -87.8],
    ] as [number, number][],
  };
  const depots = agency.depots.map((depot, index) => ({
    ...depot,
    latitude: 41.1 + index * 0.2,
    longitude: -87.8,
  }));
  return { ...agency, depots, districts: [west], planning: { ...agency.planning, horizonDays: 4 } };
}
