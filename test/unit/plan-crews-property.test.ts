import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Crew } from '../../src/core/agency.ts';
import { type Interval, listWorkingPeriods } from '../../src/core/crew-calendar.ts';
import type { WorkOrder } from '../../src/core/resources.ts';
import { type PlanInput, planCrews } from '../../src/scheduler/plan-crews.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const HOUR = 3_600_000;
const hotMix = (quantity: number) => ({ materials: [{ material: 'hotMix', quantity }] });

function plan(crews: Crew[], orders: WorkOrder[], busy: PlanInput['busy'], now: Date) {
  const stock = new Map([
    ['north', new Map([['hotMix', 1_000]])],
    ['south', new Map([['hotMix', 1_000]])],
  ]);
  return planCrews({ now, orders, agency: makeAgency(crews), busy, stock, horizonDays: 5 });
}

const skillNames = ['asphalt', 'electric', 'trees'];
const someCrew = fc.record({
  skills: fc.subarray(skillNames, { minLength: 1 }),
  depot: fc.constantFrom('north', 'south'),
  start: fc.constantFrom('00:00', '06:30', '07:00', '22:00'),
  end: fc.constantFrom('06:00', '15:30', '24:00'),
  busyFrom: fc.integer({ min: -10, max: 100 }),
});
const someOrder = fc.record({
  skills: fc.subarray(skillNames),
  quantity: fc.integer({ min: 0, max: 600 }),
  durationMinutes: fc.integer({ min: 1, max: 900 }),
  weight: fc.integer({ min: 0, max: 10 }),
});

describe('any plan', () => {
  it('keeps crews to one job at a time inside a shift, with the skills and the stock it needs', () => {
    fc.assert(
      fc.property(
        fc.array(someCrew, { minLength: 1, maxLength: 4 }),
        fc.array(someOrder, { maxLength: 25 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (crewSeeds, orderSeeds, offset) => {
          // Over the autumn clock change, at any millisecond.
          const at = new Date(Date.parse('2026-10-30T05:00:00Z') + (offset % (72 * HOUR)));
          const crews = crewSeeds.map(({ skills, depot, start, end }, index) =>
            makeCrew(`crew-${index}`, {
              skills,
              depot,
              shifts: [{ days: ['mon', 'fri', 'sat', 'sun'], start, end }],
            }),
          );
          const busy = new Map<string, Interval[]>(
            crewSeeds.map(({ busyFrom }, index) => {
              const start = new Date(at.getTime() + busyFrom * HOUR);
              return [`crew-${index}`, [{ start, end: new Date(start.getTime() + 3 * HOUR) }]];
            }),
          );
          const orders = orderSeeds.map(({ skills, quantity, durationMinutes, weight }, index) =>
            makeOrder(`order-${index}`, {
              weight,
              requirements: { skills, durationMinutes, ...hotMix(quantity) },
            }),
          );
          const result = plan(crews, orders, busy, at);
          expect(result.placements.length + result.unplaced.length).toBe(orders.length);
          expectSound(result, crews, orders, busy, at);
          expect(plan([...crews].reverse(), [...orders].reverse(), busy, at)).toEqual({
            placements: result.placements,
            unplaced: result.unplaced,
          });
        },
      ),
      { numRuns: 150 },
    );
  });
});

function expectSound(
  result: ReturnType<typeof planCrews>,
  crews: Crew[],
  orders: WorkOrder[],
  busy: PlanInput['busy'],
  at: Date,
): void {
  const taken = new Map([...busy].map(([crewId, intervals]) => [crewId, [...intervals]]));
  const used = new Map<string, number>();
  for (const { orderId, assignment } of result.placements) {
    const crew = crews.find(({ id }) => id === assignment.crewId)!;
    const { requirements } = orders.find(({ _id }) => _id === orderId)!;
    const { start, end } = assignment;
    expect(crew.skills).toEqual(expect.arrayContaining(requirements.skills));
    expect(end.getTime() - start.getTime()).toBe(requirements.durationMinutes * 60_000);
    expect(start.getTime()).toBeGreaterThanOrEqual(at.getTime());
    expect(start.getTime() % 300_000).toBe(0);
    const periods = listWorkingPeriods(
      crew.shifts,
      'America/Chicago',
      at,
      new Date(at.getTime() + 5 * 24 * HOUR),
    );
    expect(periods.some((period) => period.start <= start && end <= period.end)).toBe(true);
    const others = taken.get(crew.id)!;
    expect(others.some((other) => other.start < end && start < other.end)).toBe(false);
    others.push({ start, end });
    for (const { quantity } of assignment.materials)
      used.set(crew.depot, (used.get(crew.depot) ?? 0) + quantity);
  }
  for (const quantity of used.values()) expect(quantity).toBeLessThanOrEqual(1_000);
}
