import { describe, expect, it } from 'vitest';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { rosterOf } from '../../src/core/roster/roster.ts';
import { isFarAway } from '../../src/core/values/duration.ts';
import { createLiveAgency } from '../../src/scheduler/roster/live-agency.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';

const problemsOf = (absence: { from: string; to: string }, at = '2026-07-01T08:00:00Z') => {
  const agency = makeAgency([makeCrew('north', { absences: [{ ...absence, reason: 'training' }] })]);
  const depots = agency.depots.map((depot) => ({
    ...depot,
    incoming: [{ material: 'hotMix', quantity: 1, at }],
  }));
  const check = checkAgency({ ...agency, depots }, 'agency.json');
  return check.ok ? [] : check.problems.map(({ path, wrong, right }) => `${path}: ${wrong}; ${right}`);
};

describe('dates of an agency file', () => {
  it('may be of any year that is planned in', () => {
    expect(problemsOf({ from: '2000-01-01', to: '2100-12-31' })).toEqual([]);
  });

  it('are refused, each with its place, when nobody can mean them', () => {
    const years = 'check the year: write one from 2000 to 2100';
    expect(problemsOf({ from: '1026-06-01', to: '9999-12-31' }, '9999-12-31T00:00:00Z')).toEqual([
      `crews[0].absences[0].from: "1026-06-01" is too far away; ${years}`,
      `crews[0].absences[0].to: "9999-12-31" is too far away; ${years}`,
      `depots[0].incoming[0].at: "9999-12-31T00:00:00Z" is too far away; ${years}`,
      `depots[1].incoming[0].at: "9999-12-31T00:00:00Z" is too far away; ${years}`,
    ]);
  });
});

it('a roster that was stored with such an absence is used all the same, with the absence', () => {
  const absence = { from: '1026-06-01', to: '9999-12-31', reason: 'on loan' };
  const file = makeAgency([makeCrew('north')]);
  const live = createLiveAgency(file);
  live.replaceRoster({ ...rosterOf(file), crews: [makeCrew('north', { absences: [absence] })] });
  expect(live.agency.crews[0]?.absences).toEqual([{ ...absence, from: '2000-01-01', to: '2100-12-31' }]);
});

it('ten years, before and after, are not far away; more is, and what is no instant', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  for (const near of ['2036-05-31', '2016-06-02']) expect(isFarAway(new Date(near), now)).toBe(false);
  for (const far of ['2036-06-03', '2016-05-30', 'never']) expect(isFarAway(new Date(far), now)).toBe(true);
});
