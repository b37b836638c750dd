import { describe, expect, it } from 'vitest';
import type { Crew } from '../../src/core/agency.ts';
import type { WorkOrder } from '../../src/core/resources.ts';
import { type PlanInput, planCrews } from '../../src/scheduler/plan-crews.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

/** Monday 10:36 in Chicago. */
const now = new Date('2026-06-01T15:36:00Z');

function plan(crews: Crew[], orders: WorkOrder[], changes: Partial<PlanInput> = {}) {
  const stock = new Map([
    ['north', new Map([['hotMix', 1_000]])],
    ['south', new Map([['hotMix', 1_000]])],
  ]);
  return planCrews({
    now,
    orders,
    agency: makeAgency(crews),
    busy: new Map(),
    stock,
    horizonDays: 14,
    ...changes,
  });
}

function onlyPlacement(...args: Parameters<typeof plan>) {
  const { placements, unplaced } = plan(...args);
  expect(unplaced).toEqual([]);
  expect(placements).toHaveLength(1);
  return placements[0]!.assignment;
}

const busyUntil = (crewId: string, end: string): PlanInput['busy'] =>
  new Map([[crewId, [{ start: now, end: new Date(end) }]]]);
const hotMix = (quantity: number) => ({ materials: [{ material: 'hotMix', quantity }] });

describe('the planner', () => {
  it('starts the job at the next full five minutes when a crew is at work and free', () => {
    const assignment = onlyPlacement([makeCrew('north')], [makeOrder('a')]);
    expect(assignment).toMatchObject({
      crewId: 'north',
      start: new Date('2026-06-01T15:40:00Z'),
      end: new Date('2026-06-01T16:40:00Z'),
    });
  });

  it('waits for the next shift when the rest of this one is too short', () => {
    const order = makeOrder('a', { requirements: { durationMinutes: 300 } });
    expect(onlyPlacement([makeCrew('north')], [order]).start).toEqual(new Date('2026-06-02T12:00:00Z'));
  });

  it('takes the crew that can start first, and says how much later the next one could', () => {
    const order = makeOrder('a', { dueAt: new Date('2026-06-01T19:40:00Z'), requirements: hotMix(400) });
    const crews = [makeCrew('north'), makeCrew('south')];
    const assignment = onlyPlacement(crews, [order], { busy: busyUntil('south', '2026-06-01T16:05:00Z') });
    expect(assignment.crewId).toBe('north');
    expect(assignment.reason).toBe(
      'first free crew with asphalt, 400 kg hot mix in stock: starts 10:40, done 3 h before the deadline; next best south crew 25 min later',
    );
  });

  it('keeps skilled crews free: of two that can start together, the one with fewer spare skills goes', () => {
    const crews = [makeCrew('a', { skills: ['asphalt', 'electric'] }), makeCrew('b')];
    const assignment = onlyPlacement(crews, [makeOrder('job')]);
    expect(assignment.crewId).toBe('b');
    expect(assignment.reason).toContain(
      'next best a crew at the same time, but with 1 more skill other jobs may need',
    );
  });

  it('then takes the less loaded crew, and then the first by id', () => {
    const busy = new Map([
      ['a', [{ start: new Date('2026-06-03T12:00:00Z'), end: new Date('2026-06-03T14:00:00Z') }]],
    ]);
    const loaded = onlyPlacement([makeCrew('a'), makeCrew('b')], [makeOrder('job')], { busy });
    expect(loaded.crewId).toBe('b');
    expect(loaded.reason).toContain('next best a crew at the same time, but 2 h busier');
    expect(onlyPlacement([makeCrew('b'), makeCrew('a')], [makeOrder('job')]).crewId).toBe('a');
  });

  it('lets heavier orders choose first, then earlier deadlines, then older ones', () => {
    const orders = [
      makeOrder('young', { createdAt: new Date('2026-06-01T12:01:00Z') }),
      makeOrder('old'),
      makeOrder('due', { dueAt: new Date('2026-06-03T12:00:00Z') }),
      makeOrder('heavy', { weight: 9, createdAt: now }),
    ];
    const { placements } = plan([makeCrew('north')], orders);
    expect(placements.map(({ orderId }) => orderId)).toEqual(['heavy', 'due', 'old', 'young']);
  });

  it('lets a job of a crew that works around the clock span midnight', () => {
    const crew = makeCrew('night', {
      shifts: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '00:00', end: '24:00' }],
    });
    const order = makeOrder('a', { requirements: { durationMinutes: 30 * 60 } });
    expect(onlyPlacement([crew], [order]).end).toEqual(new Date('2026-06-02T21:40:00Z'));
  });

  it('passes a crew by whose depot lacks the material, and says so', () => {
    const crews = [makeCrew('north'), makeCrew('south', { depot: 'south' })];
    const stock = new Map([['south', new Map([['hotMix', 400]])]]);
    const assignment = onlyPlacement(crews, [makeOrder('a', { requirements: hotMix(400) })], { stock });
    expect(assignment).toMatchObject({ crewId: 'south', depotId: 'south', materials: hotMix(400).materials });
    expect(assignment.reason).toContain(
      '; of the other crews with the skills 1 lacks 400 kg hot mix at its depot',
    );
  });

  it('gives the last 400 kg to one order only', () => {
    const stock = new Map([['north', new Map([['hotMix', 400]])]]);
    const orders = ['a', 'b'].map((id) => makeOrder(id, { requirements: hotMix(400) }));
    const result = plan([makeCrew('north')], orders, { stock });
    expect(result.placements.map(({ orderId }) => orderId)).toEqual(['a']);
    expect(result.unplaced).toEqual([
      {
        orderId: 'b',
        reason: 'the only crew with the skills is north crew: it lacks 400 kg hot mix at its depot',
      },
    ]);
  });

  it('says that a deadline passed cannot be met, and places the job all the same', () => {
    const order = makeOrder('a', { dueAt: new Date('2026-06-01T14:40:00Z') });
    expect(onlyPlacement([makeCrew('north')], [order]).reason).toBe(
      'only crew with asphalt: starts 10:40, done 2 h after the deadline',
    );
  });
});

describe('an order that cannot be placed', () => {
  const reasonFor = (...args: Parameters<typeof plan>) => plan(...args).unplaced[0]?.reason;

  it('names the skill that no crew has', () => {
    const order = makeOrder('a', { requirements: { skills: ['asphalt', 'diving'] } });
    expect(reasonFor([makeCrew('north')], [order])).toBe('no crew has the skill diving');
  });

  it('names the skills that no single crew combines', () => {
    const crews = [makeCrew('north'), makeCrew('south', { skills: ['electric'] })];
    const order = makeOrder('a', { requirements: { skills: ['asphalt', 'electric'] } });
    expect(reasonFor(crews, [order])).toBe('no single crew has all the skills asphalt and electric');
  });

  it('counts what keeps each crew from it', () => {
    const crews = [
      makeCrew('a', { depot: 'east' }),
      makeCrew('b', { depot: 'east' }),
      makeCrew('c'),
      makeCrew('d', { shifts: [{ days: ['mon'], start: '07:00', end: '09:00' }] }),
      makeCrew('e', { skills: ['electric'] }),
    ];
    const busy = new Map([['c', [{ start: now, end: new Date('2026-07-01T00:00:00Z') }]]]);
    const order = makeOrder('x', { requirements: { durationMinutes: 180, ...hotMix(400) } });
    expect(reasonFor(crews, [order], { busy })).toBe(
      '4 crews with the skills: 2 lack 400 kg hot mix at their depot, 1 has no shift of 180 minutes, 1 has no 180 free minutes within 14 days',
    );
  });
});
