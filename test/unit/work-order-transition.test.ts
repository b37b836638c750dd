import { describe, expect, it } from 'vitest';
import { reasonWithoutFix } from '../../src/core/work/unplaced-reason.ts';
import type { WorkOrderState } from '../../src/core/work/work-order.ts';
import { transitionWorkOrder, type WorkOrderAction } from '../../src/core/work/work-order-transition.ts';
import { makeOrder } from '../support/scheduling.ts';

const now = new Date('2026-06-01T15:40:00Z');
const assignment = {
  crewId: 'north',
  crewName: 'North crew',
  start: now,
  end: new Date('2026-06-01T16:40:00Z'),
  depotId: 'north',
  materials: [],
  reason: 'only crew with asphalt',
};
const actions: WorkOrderAction[] = [
  { kind: 'announce', assignment },
  { kind: 'start' },
  { kind: 'block', reason: 'parked cars' },
  { kind: 'resume' },
  { kind: 'finish' },
  { kind: 'cancel' },
];
const allowed: Record<WorkOrderState, Partial<Record<WorkOrderAction['kind'], WorkOrderState>>> = {
  waiting: { announce: 'announced', cancel: 'cancelled' },
  announced: { start: 'started', block: 'blocked', cancel: 'cancelled' },
  started: { block: 'blocked', finish: 'done' },
  blocked: { resume: 'started', finish: 'done' },
  done: {},
  cancelled: {},
};

describe('a work order', () => {
  for (const [state, targets] of Object.entries(allowed)) {
    for (const action of actions) {
      const target = targets[action.kind];
      it(`that is ${state} ${target ? `becomes ${target} on` : 'refuses'} ${action.kind}`, () => {
        const order = makeOrder('run-1', { state: state as WorkOrderState, version: 3 });
        const outcome = transitionWorkOrder(order, action, now);
        if (target) expect(outcome).toMatchObject({ ok: true, order: { state: target, version: 3 } });
        else expect(outcome).toEqual({ ok: false, userMessage: expect.stringMatching(/^\w.*\.$/) });
      });
    }
  }

  it('keeps its assignment and start while blocked, and says what holds it up', () => {
    const started = makeOrder('run-1', { state: 'started', assignment, startedAt: now });
    const blocked = transitionWorkOrder(started, { kind: 'block', reason: 'parked cars' }, now);
    expect(blocked).toMatchObject({ order: { assignment, startedAt: now, blockedReason: 'parked cars' } });
  });

  it('forgets why it was unplaced when it is announced', () => {
    const waiting = makeOrder('run-1', { unplaced: reasonWithoutFix('no crew has the skill asphalt') });
    const announced = transitionWorkOrder(waiting, { kind: 'announce', assignment }, now);
    expect(announced).toMatchObject({ order: { assignment, unplaced: null } });
  });

  it('tells a crew that has not pressed Start to do so', () => {
    const outcome = transitionWorkOrder(makeOrder('run-1', { state: 'announced' }), { kind: 'finish' }, now);
    expect(outcome).toEqual({ ok: false, userMessage: expect.stringContaining('Press Start first') });
  });
});

it.each([
  ['keeps its acceptance when the same crew begins up to an hour later', 'north', 60, now],
  ['asks for it again when the time is quite another', 'north', 61, null],
  ['asks the crew that gets it', 'south', 0, null],
])('a job that moves %s', (_what, crewId, minutes, acceptedAt) => {
  const start = new Date(now.getTime() + minutes * 60_000);
  const order = makeOrder('run-1', { state: 'announced', assignment, acceptedAt: now });
  const to = { ...assignment, crewId, start };
  const outcome = transitionWorkOrder(order, { kind: 'move', assignment: to, byHand: null }, now);
  expect(outcome).toMatchObject({ ok: true, order: { assignment: to, acceptedAt } });
});
