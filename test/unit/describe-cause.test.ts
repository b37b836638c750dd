import { describe, expect, test } from 'vitest';
import { describeRoom, listObstructions } from '../../src/scheduler/disruptions/obstruction.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const north = makeCrew('north', { name: 'Crew North' });
const agency = { ...makeAgency([north]), timeZone: 'America/Chicago' };
/** An hour of the local Tuesday 2 June; negative ones are of Monday. */
const at = (hour: number) => new Date(Date.UTC(2026, 5, 2, 5) + hour * 3_600_000);
const order = makeOrder('a', { state: 'announced', assignment: assignmentFor('north', at(13.5), at(15)) });

function tellAt(hour: number, from: number, to: number): string[] {
  const absence = { _id: 'A-1', crewId: 'north', reason: 'dentist', by: 'U0CHEN', at: at(-24) };
  const absences = [{ ...absence, start: at(from), end: at(to) }];
  const sources = { now: at(hour), agency, orders: [order], absences, promised: [], closures: [], stock: [] };
  return listObstructions(sources, order).map(({ text }) => text);
}

describe('why a job cannot be done as announced', () => {
  test.each([
    ['of another day', -12, 13, 15.5, 'is absent Tue 2 Jun 13:00–15:30 (dentist)'],
    ['of today', 8, 13, 15.5, 'is absent 13:00–15:30 (dentist)'],
    ['of a whole day', -12, 0, 24, 'is absent Tue 2 Jun (dentist)'],
    ['of several days', -12, 13, 31, 'is absent Tue 2 Jun 13:00 – Wed 3 Jun 07:00 (dentist)'],
    ['that has begun', 8, -2, 31, 'is absent until Wed 3 Jun 07:00 (dentist)'],
  ])('says when the absence is: one %s', (_, now, from, to, words) => {
    expect(tellAt(now, from, to)).toEqual([`Crew North ${words}`]);
  });

  test('of a job that only makes room is told as that, with what the others move for', () => {
    const assignment = assignmentFor('north', at(8), at(9));
    const move = {
      ...{ orderId: 'a', title: 'a', version: 1, reason: '', dueAt: null },
      from: assignment,
      to: null,
    };
    const sick = [move, { ...move, cause: 'Crew North is absent' }];
    expect(describeRoom(sick)).toBe('to make room, as Crew North is absent');
    expect(describeRoom([move])).toBe('other jobs would be late or without a crew');
  });
});
