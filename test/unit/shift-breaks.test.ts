import { describe, expect, it } from 'vitest';
import type { Shift } from '../../src/core/agency/agency.ts';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { listShiftBreaks } from '../../src/core/agency/shift-breaks.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { createTravelMemory } from '../../src/planner/problem/travel-memory.ts';
import { fitsPlan } from '../../src/scheduler/planning/fits-plan.ts';
import { readPlan } from '../../src/scheduler/planning/read-plan.ts';
import { viewCrewDays } from '../../src/scheduler/planning/view-crew-days.ts';
import { buildPlanProblem } from '../../src/scheduler/problem/build-plan-problem.ts';
import type { PlanSources } from '../../src/scheduler/problem/plan-sources.ts';
import { answerPlanRequest } from '../../src/scheduler/threads/plan-request.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';

/** Monday 07:00 in Chicago. */
const now = new Date('2026-06-01T12:00:00Z');
const DAYS: Shift['days'] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const dayShift = (changes: Partial<Shift>): Shift => ({
  days: DAYS,
  start: '07:00',
  end: '15:30',
  ...changes,
});
const WINDOW = { between: ['11:00', '13:30'] as [string, string], minutes: 30 };

describe('the breaks of a shift', () => {
  const listed = (shift: Shift) =>
    listShiftBreaks([shift], 'America/Chicago', now, new Date('2026-06-02T05:00:00Z')).map((one) => [
      one.start.toISOString().slice(11, 16),
      one.end.toISOString().slice(11, 16),
      one.minutes,
      one.interrupts,
    ]);

  it('are at a time, or so long in a window; up to an hour they interrupt jobs, unless the shift says otherwise', () => {
    const noon = { start: '12:00', end: '12:30' };
    expect(listed(dayShift({ breaks: [noon, WINDOW] }))).toEqual([
      ['16:00', '18:30', 30, true],
      ['17:00', '17:30', 30, true],
    ]);
    expect(listed(dayShift({ breaks: [{ start: '12:00', end: '13:01' }] }))[0]).toEqual([
      '17:00',
      '18:01',
      61,
      false,
    ]);
    expect(listed(dayShift({ breaks: [noon], breaksInterrupt: false }))[0]?.[3]).toBe(false);
    expect(listed(dayShift({ breaks: [{ ...WINDOW, minutes: 90 }], breaksInterrupt: true }))[0]?.[3]).toBe(
      true,
    );
  });

  it('are of the next day in a night shift', () => {
    const night = dayShift({
      start: '22:00',
      end: '06:00',
      breaks: [{ between: ['23:30', '03:00'], minutes: 45 }],
    });
    expect(listed(night)).toEqual([['04:30', '08:00', 45, true]]);
  });

  it.each([
    [
      [{ between: ['11:00', '16:00'], minutes: 30 }],
      'the break 30 min between 11:00-16:00 is not inside the shift 07:00-15:30',
    ],
    [
      [{ between: ['11:00', '11:20'], minutes: 30 }],
      'there are only 20 minutes 11:00-11:20 for a break of 30',
    ],
    [
      [{ between: ['12:00', '12:00'], minutes: 30 }],
      'there are only 0 minutes 12:00-12:00 for a break of 30',
    ],
    [
      [{ between: ['13:30', '11:00'], minutes: 30 }],
      'the break 30 min between 13:30-11:00 is not inside the shift',
    ],
    [
      [
        { between: ['11:00', '13:00'], minutes: 30 },
        { start: '12:00', end: '12:15' },
      ],
      'the break 30 min between 11:00-13:00 may be at the same time as 12:00-12:15',
    ],
    [[{ between: ['11:00'], minutes: 30 }], 'breaks[0]'],
    [[{ between: ['11:00', '13:00'] }], 'breaks[0]'],
    [[{ between: ['11:00', '13:00'], minutes: 0 }], 'breaks[0]'],
    [[{ start: '11:00', end: '13:00', minutes: 30 }], 'breaks[0]'],
  ])('%j are refused, with the place and the remedy', (breaks, wrong) => {
    const agency = makeAgency([makeCrew('north')]);
    const shifts = [{ ...dayShift({}), breaks }];
    const checked = checkAgency({ ...agency, crews: [{ ...agency.crews[0], shifts }] }, 'agency.json');
    if (checked.ok) throw new Error('was not refused');
    const [first] = checked.problems;
    expect(`${first?.path} ${first?.wrong}`).toContain(wrong);
    expect(first?.path).toMatch(/^crews\[0\]\.shifts\[0\]\.breaks\[0\]/);
    expect(first?.right).not.toBe('');
  });
});

describe('a long job and a break in a window', () => {
  const shifts = [dayShift({ breaks: [WINDOW] })];
  const sourcesOf = (orders: WorkOrder[]): PlanSources => ({
    ...{ now, agency: makeAgency([makeCrew('north', { shifts })]), orders },
    ...{ absences: [], promised: [], closures: [], stock: [] },
  });
  const long = makeOrder('R-1', { requirements: { durationMinutes: 480 } });
  const planOf = (sources: PlanSources) => {
    const built = buildPlanProblem(sources);
    const budget = { seed: 1, iterations: 50, milliseconds: Infinity };
    const answer = answerPlanRequest({ problem: built.problem, budget }, () => 0, createTravelMemory());
    expect(answer.objections).toEqual([]);
    return readPlan(sources, built, answer.plan!, answer);
  };
  const [placement] = planOf(sourcesOf([long])).placements;
  const assignment = placement!.assignment;
  const announced = { ...long, state: 'announced' as const, assignment };

  it('are announced together: the job goes on behind the break', () => {
    expect([assignment.start, assignment.end]).toEqual([now, new Date('2026-06-01T20:30:00Z')]);
    const [pause] = assignment.breaks!;
    expect(+pause!.end - +pause!.start).toBe(30 * 60_000);
    expect(
      pause!.start >= new Date('2026-06-01T16:00:00Z') && pause!.end <= new Date('2026-06-01T18:30:00Z'),
    ).toBe(true);
  });

  it('stand as they are when more is planned, and can still be carried out', () => {
    const accepted = { ...announced, acceptedAt: now };
    expect(planOf(sourcesOf([accepted, makeOrder('R-2')])).placements[0]?.assignment.start).toEqual(
      new Date('2026-06-02T12:00:00Z'),
    );
    const from = {
      ...assignment,
      start: new Date('2026-06-02T12:00:00Z'),
      end: new Date('2026-06-02T20:30:00Z'),
    };
    const move = {
      orderId: 'R-1',
      title: 'R-1',
      version: 0,
      dueAt: null,
      weight: 1,
      reason: '',
      from,
      to: assignment,
    };
    const early = {
      ...sourcesOf([{ ...announced, assignment: from }]),
      now: new Date('2026-06-01T11:00:00Z'),
    };
    expect(fitsPlan(early, [move])).toBe(true);
  });

  it('fill the day: the break is shown where it was announced, and counts as no work', () => {
    const sources = sourcesOf([announced]);
    const [view] = viewCrewDays(sources, sources.agency.crews, '2026-06-01');
    expect(view).toMatchObject({ breaks: assignment.breaks, availableMinutes: 480, plannedMinutes: 480 });
    expect(view?.jobs[0]?.breaks).toEqual(assignment.breaks);
  });
});
