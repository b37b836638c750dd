import { describe, expect, test } from 'vitest';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { viewCrewDays } from '../../src/scheduler/planning/view-crew-days.ts';
import { describeLoad } from '../../src/slack/planning/crew-load.ts';
import { layOutPlan } from '../../src/slack/planning/picture/plan-layout.ts';
import { tellPlan } from '../../src/slack/planning/plan-words.ts';
import { assignmentFor, makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

const night = makeCrew('night', {
  name: 'Crew Night',
  shifts: [{ days: ['mon'], start: '22:00', end: '06:00', breaks: [{ start: '02:00', end: '02:30' }] }],
});
const agency = makeAgency([night]);
const { timeZone } = agency;
/** An hour of the local Monday 1 June; 24 and more are of Tuesday. */
const at = (hour: number) => new Date(Date.UTC(2026, 5, 1, 5) + hour * 3_600_000);
const away = (from: number, to: number, reason: string) => ({
  ...{ _id: `${from}-${to}`, crewId: 'night', start: at(from), end: at(to) },
  ...{ reason, by: 'U0CHEN', at: at(0) },
});
const viewAt = (hour: number, absences: ReturnType<typeof away>[], orders: WorkOrder[] = []) =>
  viewCrewDays(
    { now: at(hour), agency, orders, absences, promised: [], closures: [], stock: [] },
    [night],
    '2026-06-01',
  );
const show = (days: ReturnType<typeof viewAt>) => {
  const now = at(23);
  const options = { title: 'Plan', now, timeZone, byDay: false, unplaced: [], note: '' };
  const { texts, shapes, kinds } = layOutPlan(days, options);
  return {
    load: texts.find(({ style }) => style === 'load')?.text,
    labels: shapes.flatMap(({ kind, label }) => (kind === 'absent' && label ? [label] : [])),
    kinds,
    told: tellPlan({ days, byDay: false, timeZone, unplaced: [] }),
  };
};

describe('a crew that is absent', () => {
  test('for all of its shift is absent, and the legend has no break that the absence hides', () => {
    const { load, told, kinds } = show(viewAt(12, [away(22, 30, 'flu')]));
    expect([load, told]).toEqual(['absent', ['Absent (flu): Crew Night']]);
    expect(kinds).toEqual(['absent']);
  });

  test('for the rest of its shift is not free any more', () => {
    const { load, told } = show(viewAt(23.5, [away(23, 44, 'flu')]));
    expect([load, told]).toEqual(['absent', ['Absent (flu): Crew Night']]);
  });

  test('for a part that leaves it time is partly absent, never free', () => {
    const { load, told } = show(viewAt(12, [away(23, 44, 'flu')]));
    expect([load, told]).toEqual(['partly absent', ['Partly absent (flu): Crew Night']]);
    expect(show(viewAt(12, [])).told).toEqual(['Free: Crew Night']);
  });

  test('twice without a pause is absent once: one label, one end', () => {
    const days = viewAt(23.5, [away(24, 44, 'truck inspection'), away(23, 27, ''), away(44, 45, 'flu')]);
    expect(show(days).labels).toEqual(['absent: truck inspection']);
    const load = describeLoad(days[0]!, timeZone, at(23.5));
    expect(load.match(/absent until/g)).toHaveLength(1);
    expect(load).toContain('absent until Tue 2 Jun 20:00 CDT: truck inspection');
  });

  test('is named with both ends as long as the absence has not begun', () => {
    const load = (hour: number, from: number, to: number) =>
      describeLoad(viewAt(hour, [away(from, to, 'dentist')])[0]!, timeZone, at(hour));
    expect(load(12, 22.5, 23.5)).toContain('absent 22:30–23:30: dentist');
    expect(load(12, 25, 27)).toContain('absent Tue 2 Jun 01:00–03:00: dentist');
    expect(load(12, 23, 27)).toContain('absent 23:00 – Tue 2 Jun 03:00: dentist');
    expect(load(23, 22.5, 23.5)).toContain('absent until Mon 1 Jun 23:30 CDT: dentist');
    expect(load(-12, 0, 24)).toContain('absent until Mon 1 Jun 24:00 CDT: dentist');
  });

  test('for several reasons is told with each of them', () => {
    const absences = [away(22, 23, 'briefing'), away(24, 25, 'funeral'), away(26, 27, 'briefing')];
    const days = viewAt(12, absences);
    expect(show(days).told).toEqual(['Partly absent (briefing, funeral): Crew Night']);
    const job = makeOrder('a', { state: 'announced', assignment: assignmentFor('night', at(23), at(24)) });
    expect(show(viewAt(12, absences, [job])).told.join()).toContain(
      '*Crew Night*: absent 22:00–23:00 (briefing); absent Tue 2 Jun 00:00–01:00 (funeral); absent Tue 2 Jun 02:00–03:00 (briefing); ',
    );
    const gone = show(viewAt(12, [away(20, 31, 'flu')], [job])).told.join();
    expect(gone).toContain('*Crew Night*: absent (flu); ');
    expect(show(viewAt(12, [away(23, 27, '')], [job])).told.join()).toContain(
      '*Crew Night*: absent 23:00 – Tue 2 Jun 03:00; ',
    );
    const since = show(viewAt(12, [away(-12, 23, 'flu')], [job])).told.join();
    expect(since).toContain('*Crew Night*: absent Sun 31 May 12:00 – Mon 1 Jun 23:00 (flu); ');
    const many = [22, 23, 24, 25, 26, 27].map((hour) => away(hour, hour + 0.5, ''));
    expect(show(viewAt(12, many, [job])).told.join()).toContain('; 2 more absences; ');
  });

  test('twice with a pause between is absent twice', () => {
    const [view] = viewAt(12, [away(22, 23, 'a'), away(24, 25, 'b'), away(25, 26, 'b')]);
    expect(view?.absences).toEqual([
      { start: at(22), end: at(23), reason: 'a' },
      { start: at(24), end: at(26), reason: 'b' },
    ]);
  });
});

test('the load of a shift under way is what is left of it', () => {
  const job = (id: string, from: number, to: number, state: WorkOrder['state']) =>
    makeOrder(id, { state, assignment: { ...assignmentFor('night', at(from), at(to)), travelMinutes: 0 } });
  const orders = [job('a', 22, 25, 'done'), job('b', 25, 26, 'announced')];
  const load = (hour: number) => describeLoad(viewAt(hour, [], orders)[0]!, timeZone, at(hour));
  expect(load(12)).toContain('4 h of 7 h 30 min · 2 jobs');
  expect(load(24)).toContain('60 min of 5 h 30 min left · 2 jobs');
});
