import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { settle } from '../../src/core/deciding/settle.ts';
import { checkInput } from '../../src/core/definition/check-input.ts';
import { begin } from '../../src/core/run/transition.ts';
import { createRun } from '../../src/core/run/workflow-run.ts';
import { readWrittenInstant } from '../../src/core/values/instant.ts';
import { listBuiltInHandlers } from '../../src/handlers/built-in-handlers.ts';
import { at, defineForTest, POLICY } from '../support/runs.ts';

const NONE = [
  '1.12.2026',
  '12/1/2026',
  '2026-12-01T08:00:00',
  '2026-12-01 08:00',
  '2026-12-01 08:00Z',
  '2027-02-29',
  '2026-02-30T08:00:00Z',
  '2026-13-01',
  '2026-04-31T00:00:00+02:00',
  '2026-12-01T24:00:00Z',
  '2026-12-01T08:60:00Z',
  '2026-12-01T08:00:00 EST',
  '2026-12-01Z',
  '2026-W49-2',
  '20261201',
  '20261201T080000Z',
  '2026-12',
  '2026',
  '1796112000',
  'Dec 1 2026',
  '1 December 2026 08:00 UTC',
  'Tue, 01 Dec 2026 08:00:00 GMT',
  'tomorrow',
  '',
];

describe('an instant that somebody wrote', () => {
  it.each([
    ['2026-12-01T08:00:00Z', '2026-12-01T08:00:00.000Z'],
    ['2026-12-01T08:00Z', '2026-12-01T08:00:00.000Z'],
    ['2026-12-01T08:00:00.250+02:00', '2026-12-01T06:00:00.250Z'],
    [' 2026-12-01 ', '2026-12-01T06:00:00.000Z'],
    ['2026-07-01', '2026-07-01T05:00:00.000Z'],
  ])('%j is read, a day on the clock of the agency', (written, instant) => {
    expect(readWrittenInstant(written, 'America/Chicago')?.toISOString()).toBe(instant);
  });

  it.each([...NONE, 1_796_112_000_000, null, undefined, {}, ['2026-12-01']])('%j is none', (written) => {
    expect(readWrittenInstant(written, 'America/Chicago')).toBeNull();
  });

  it('is on the day that is written, for every day that is', () => {
    const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const text = date.toISOString();
        expect(readWrittenInstant(text, 'America/Chicago')).toEqual(date);
        expect(readWrittenInstant(text.slice(0, 10), 'UTC')?.toISOString()).toBe(
          `${text.slice(0, 10)}T00:00:00.000Z`,
        );
      }),
    );
  });
});

describe('a wait until an instant', () => {
  const waiting = (until: string, input: object, timeZone?: string) => {
    const request = {
      ...{
        _id: 'R-1',
        definition: defineForTest({ steps: [{ task: 'w', wait: { until } }] }),
        policy: POLICY,
      },
      ...{ input: { ...input }, requester: { userId: null, name: 'x' }, requestKey: null },
      ...{ origin: { kind: 'code' as const, channel: null }, ...(timeZone && { timeZone }) },
    };
    return settle(begin(createRun(request, at(0))), at(0)).transition.run;
  };

  it('is over when the day of the agency begins, for older runs that of UTC', () => {
    expect(waiting('2026-12-01', {}, 'America/Chicago').wakeAt).toEqual(new Date('2026-12-01T06:00:00Z'));
    expect(waiting('$input.at', { at: '2026-12-01' }, 'Europe/Berlin').wakeAt).toEqual(
      new Date('2026-11-30T23:00:00Z'),
    );
    expect(waiting('$input.at', { at: '2026-12-01' }).wakeAt).toEqual(new Date('2026-12-01T00:00:00Z'));
  });

  it.each(NONE)('%j fails with what would be right, and is refused where it is written', (written) => {
    const run = waiting('$input.at', { at: written }, 'America/Chicago');
    expect(run).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('write an instant such as'),
    });
    const source = { name: 'x', steps: [{ task: 'w', wait: { until: written } }] };
    const checked = checkWorkflow(source, 'x.json', null);
    expect(checked.ok ? [] : checked.problems).toMatchObject([
      { path: 'steps[0].wait.until', right: expect.stringContaining('"2026-07-01T08:00:00Z"') },
    ]);
  });
});

it('the scheduler refuses what a wait refuses', () => {
  const scheduler = listBuiltInHandlers().find(({ name }) => name === 'CrewScheduler');
  for (const earliestAt of NONE) expect(scheduler?.input.safeParse({ earliestAt }).success).toBe(false);
});

it('a date of a form is one of the calendar that somebody plans in, its default too', () => {
  const due = { type: 'date', label: 'Due' };
  const steps = [{ task: 'a', service: 'S' }];
  const definition = defineForTest({ input: { due }, steps });
  const isTaken = (text: string) => checkInput(definition, { due: text }).ok;
  expect(['2026-12-01', '2028-02-29'].map(isTaken)).toEqual([true, true]);
  expect(
    ['2027-02-29', '9999-12-31', '0026-12-01', '1.12.2026', '2026-12-01T08:00:00Z'].map(isTaken),
  ).toEqual(Array.from({ length: 5 }, () => false));
  const source = { name: 'x', input: { due: { ...due, default: '2027-02-29' } }, steps };
  expect(checkWorkflow(source, 'x.json', null)).toMatchObject({
    ok: false,
    problems: [{ path: 'input.due.default' }],
  });
});
