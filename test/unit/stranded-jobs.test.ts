import { expect, it } from 'vitest';
import { listRetimedCrews, listStrandedJobs } from '../../src/core/roster/stranded-jobs.ts';
import { assignmentFor, makeCrew, makeOrder } from '../support/scheduling.ts';

const at = (text: string) => new Date(text);
const order = (id: string, start: string, end: string, changes = {}) => ({
  ...makeOrder(id),
  state: 'announced' as const,
  assignment: assignmentFor('north', at(start), at(end)),
  ...changes,
});
const orders = [
  order('tuesday', '2026-06-02T14:00:00Z', '2026-06-02T16:00:00Z'),
  order('late', '2026-06-01T19:00:00Z', '2026-06-01T20:30:00Z'),
  order('early', '2026-06-01T12:00:00Z', '2026-06-01T13:00:00Z'),
  order('outside before', '2026-06-06T14:00:00Z', '2026-06-06T16:00:00Z'),
  order('under way', '2026-06-01T19:00:00Z', '2026-06-01T20:30:00Z', { state: 'started' as const }),
];
const before = [makeCrew('north'), makeCrew('south')];
const strandedBy = (changes: Parameters<typeof makeCrew>[1]) =>
  listStrandedJobs(orders, before, [makeCrew('north', changes)], 'America/Chicago').jobs.map(
    (job) => job.orderId,
  );

it('a shorter shift, another day or an absence strands the announced jobs outside it, by their start', () => {
  const shift = before[0]!.shifts[0]!;
  expect(strandedBy({})).toEqual([]);
  expect(strandedBy({ shifts: [{ ...shift, end: '15:00' }] })).toEqual(['late']);
  expect(strandedBy({ shifts: [{ ...shift, days: ['tue'] }] })).toEqual(['early', 'late']);
  expect(strandedBy({ absences: [{ from: '2026-06-02', to: '2026-06-02', reason: 'training' }] })).toEqual([
    'tuesday',
  ]);
  expect(strandedBy({ size: 6 })).toEqual([]);
});

it('names fifty of very many, and counts all', () => {
  const many = Array.from({ length: 70 }, (_, index) =>
    order(`${index}`, '2026-06-01T19:00:00Z', '2026-06-01T20:30:00Z'),
  );
  const after = [makeCrew('north', { shifts: [{ days: ['tue'], start: '07:00', end: '15:30' }] })];
  const { count, jobs } = listStrandedJobs(many, before, after, 'America/Chicago');
  expect([count, jobs.length]).toEqual([70, 50]);
});

it('only crews with other shifts or absences are looked at', () => {
  const absent = makeCrew('south', { absences: [{ from: '2026-06-02', to: '2026-06-02', reason: 'x' }] });
  expect(listRetimedCrews(before, [makeCrew('north', { size: 7 }), absent, makeCrew('new')])).toEqual([
    'south',
  ]);
});
