import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { usePlanners } from '../support/planners.ts';
import { morning } from '../support/proposals.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const planners = usePlanners();
const { db, planner, workOrders } = planners;

beforeEach(async () => void (await db.collection('bulletins').deleteMany({})));

function agencyOf(...crewIds: string[]): Agency {
  const crews = crewIds.map((id) => makeCrew(id));
  return {
    ...makeAgency(crews, { north: 1_000 }),
    planning: { pinnedHours: 4, automaticMoves: 2, horizonDays: 5, milliseconds: 50 },
  };
}

const plan = (agency: Agency, now: Date) => planWaitingOrders({ ...planner, agency }, now);
const byStart = (one: WorkOrder, other: WorkOrder) =>
  Number(one.assignment?.start) - Number(other.assignment?.start);

/** North has these jobs in a row, has begun the first and accepted the others; the end of the first. */
async function begin(agency: Agency, ids: readonly string[], isFar: boolean): Promise<Date> {
  const apart = isFar ? 0.005 : 0;
  for (const id of ids) {
    const place = { latitude: 41.8 + id.charCodeAt(0) * apart, longitude: -87.6 };
    const requirements = { durationMinutes: 60 };
    await workOrders.insert(makeOrder(id, { givenTo: 'north', requirements, place }));
  }
  await plan(agency, morning);
  const [first, ...others] = (await workOrders.listOpen()).toSorted(byStart) as [WorkOrder, ...WorkOrder[]];
  const start = first.assignment?.start ?? morning;
  await workOrders.save({ ...first, givenTo: null, state: 'started', startedAt: start });
  for (const order of others) await workOrders.save({ ...order, givenTo: null, acceptedAt: morning });
  return first.assignment?.end ?? morning;
}

/** Looks every minute; which jobs moved, and when. */
async function sweep(agency: Agency, end: Date, from: number, to: number) {
  const moves: { minute: number; ids: string[] }[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    const { moved } = await plan(agency, new Date(end.getTime() + minute * 60_000));
    if (moved.length > 0) moves.push({ minute, ids: moved });
  }
  return moves;
}

describe('a crew', () => {
  it.each([
    { crews: ['north'], isFar: false },
    { crews: ['north', 'south'], isFar: true },
  ])(
    'keeps its next job while it is on time, and is told once of half an hour more: $crews',
    async ({ crews, isFar }) => {
      const agency = agencyOf(...crews);
      const end = await begin(agency, ['a', 'b'], isFar);
      expect(await sweep(agency, end, -16, 0)).toEqual([]);
      expect(await sweep(agency, end, 1, 29)).toHaveLength(1);
      const bulletins = await db.collection('bulletins').find({ kind: 'crew' }).toArray();
      expect(bulletins.filter(({ crewId }) => crewId === 'north')).toHaveLength(1);
    },
  );

  it('that runs over by an hour has its accepted jobs put off twice, and they stay accepted', async () => {
    const agency = agencyOf('north');
    const end = await begin(agency, ['a', 'b'], false);
    const moves = await sweep(agency, end, -16, 60);
    expect(moves.map(({ minute }) => minute)).toEqual([10, 40]);
    const [, next] = (await workOrders.listOpen()).toSorted(byStart);
    expect(next).toMatchObject({ state: 'announced', acceptedAt: morning });
    expect(Number(next?.assignment?.start)).toBeGreaterThan(end.getTime());
  }, 30_000);
});

it.each([2, 0])(
  'a plan in which nothing is wrong stays as it is, with %i automatic moves',
  async (automaticMoves) => {
    const base = agencyOf('north', 'south');
    const agency = { ...base, planning: { ...base.planning, pinnedHours: 1, automaticMoves } };
    for (const [index, id] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
      const place = { latitude: 41.7 + (index % 2 ? 0.001 : 0.1) * index, longitude: -87.6 };
      const earliestAt = new Date(morning.getTime() + 4 * 3_600_000);
      const givenTo = index % 2 ? 'north' : 'south';
      await workOrders.insert(
        makeOrder(id, { givenTo, place, earliestAt, requirements: { durationMinutes: 40 } }),
      );
    }
    await plan(agency, morning);
    // As if the roster had left no choice then: another crew would be somewhat cheaper now.
    for (const order of await workOrders.listOpen()) await workOrders.save({ ...order, givenTo: null });
    const before = await workOrders.listOpen();
    expect(await sweep(agency, morning, 1, 20)).toEqual([]);
    expect(await workOrders.listOpen()).toEqual(before);
    expect(await planner.stores.planProposals.listOpen()).toEqual([]);
  },
);
