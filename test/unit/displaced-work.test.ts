import { expect, it } from 'vitest';
import { listObstructions } from '../../src/scheduler/disruptions/obstruction.ts';
import { explainMoves, listDisplaced } from '../../src/scheduler/planning/displaced-work.ts';
import type { PlanSources } from '../../src/scheduler/problem/plan-sources.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const now = new Date('2026-06-01T12:00:00Z');
const at = (text: string) => new Date(text);
const order = makeOrder('a', {
  state: 'announced',
  assignment: assignmentFor('north', at('2026-06-03T17:00:00Z'), at('2026-06-03T18:00:00Z')),
});
const displaced = (changes: Partial<PlanSources> = {}) => {
  const agency = makeAgency([makeCrew('north')]);
  const none = { absences: [], promised: [], closures: [], stock: [] };
  return listDisplaced({ now, agency, orders: [order], ...none, ...changes }).map(({ _id }) => _id);
};

it('counts no work as displaced because nobody has accepted it yet, however far ahead it is', () => {
  expect(displaced()).toEqual([]);
  const absence = { _id: 'x', crewId: 'north', by: 'U0CHEN', at: now, reason: 'sick' };
  const day = { start: at('2026-06-03T05:00:00Z'), end: at('2026-06-04T05:00:00Z') };
  expect(displaced({ absences: [{ ...absence, ...day }] })).toEqual(['a']);
});

it('counts work as displaced to which its crew cannot set out in time, and none that it drives to in the middle of a shift', () => {
  const assignment = { ...order.assignment!, travelMinutes: 30 };
  const away = (start: string, end: string) =>
    displaced({
      orders: [{ ...order, assignment }],
      absences: [
        {
          ...{ _id: 'x', crewId: 'north', by: 'U0CHEN', at: now, reason: 'dentist' },
          ...{ start: at(`2026-06-03T${start}:00Z`), end: at(`2026-06-03T${end}:00Z`) },
        },
      ],
    });
  expect(away('11:00', '16:31')).toEqual(['a']);
  expect(away('11:00', '16:30')).toEqual([]);
  expect(away('16:00', '17:00')).toEqual([]);
  expect(away('17:59', '19:00')).toEqual(['a']);
});

it('counts work as displaced whose time is promised to work outside the plan, and says so, as no absence is to blame', () => {
  const [start, end] = [at('2026-06-03T17:30:00Z'), at('2026-06-03T19:00:00Z')];
  const promised = [{ orderId: 'closing', crewId: 'north', start, end }];
  expect(displaced({ promised })).toEqual(['a']);
  expect(displaced({ promised: [{ ...promised[0]!, crewId: 'south' }] })).toEqual([]);
  const sources = { now, agency: makeAgency([makeCrew('north')]), orders: [order] };
  const none = { absences: [], closures: [], stock: [] };
  const figures = { cents: 0, lateMinutes: 0 };
  const move = {
    orderId: 'a',
    title: 'a',
    from: order.assignment!,
    to: null,
    version: 0,
    reason: '',
    dueAt: null,
  };
  const decision = { moves: [move], displaced: [order], makesRoom: true, before: figures, after: figures };
  expect(listObstructions({ ...sources, ...none, promised }, order)).toEqual([]);
  expect(explainMoves({ ...sources, ...none, promised }, decision)).toMatchObject([
    { cause: 'north crew has promised that time to other work' },
  ]);
});
