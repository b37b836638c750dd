import { describe, expect, expectTypeOf, it, test } from 'vitest';
import type { AuditData } from '../../src/core/audit/audit-data.ts';
import type { Fact } from '../../src/core/audit/audit-event.ts';
import { readEvents, toStoredEvent } from '../../src/core/audit/read-event.ts';
import { hasCrew } from '../../src/core/audit/work-standing.ts';
import { describeEvent, describeEventToRequester } from '../../src/slack/runs/describe-event.ts';
import { EXAMPLES, exampleOf, TYPES } from '../support/audit-examples.ts';
import { demoAgency as agency, awaitApproval } from '../support/slack-runs.ts';

const at = new Date('2026-06-01T12:00:00Z');
const start = new Date('2026-06-01T13:00:00Z');
const stored = (type: string, data: unknown, more = {}) => ({
  seq: 1,
  at,
  type,
  task: 'execute',
  actor: 'system',
  data,
  ...more,
});
const { run } = awaitApproval('R-1');

describe('facts as this version writes them', () => {
  test.each(TYPES)('%s is taken as it is, and told in a sentence', (type) => {
    const trail = [exampleOf(type)];
    expect(readEvents(trail)).toBe(trail);
    for (const describe of [describeEvent, describeEventToRequester]) {
      const sentence = describe(exampleOf(type), run, agency);
      expect(sentence).toMatch(/\S{3}/);
      expect(sentence).not.toMatch(/undefined|null|NaN|Invalid|\[object/);
    }
  });

  it('has 41 kinds', () => expect(TYPES).toHaveLength(41));

  it('is not written with data of another kind, nor without what its kind tells', () => {
    expectTypeOf<{ type: 'run.ended'; data: AuditData['run.ended'] }>().toExtend<Fact>();
    expectTypeOf<{ type: 'run.ended' }>().not.toExtend<Fact>();
    expectTypeOf<{ type: 'run.ended'; data: AuditData['work.late'] }>().not.toExtend<Fact>();
    expectTypeOf<{ type: 'work.blocked'; data: { note: string } }>().not.toExtend<Fact>();
    expectTypeOf<{ type: 'run.unheardOf' }>().not.toExtend<Fact>();
    expectTypeOf<{ type: 'step.skipped' }>().toExtend<Fact>();
  });
});

describe('facts as earlier versions wrote them', () => {
  const refusal = { reason: 'truck broken', fromCrewId: 'north' };
  const warning = { crewName: 'Crew North', start, reason: 'flu' };
  const placement = { crewId: 'north', crewName: 'Crew North', start, end: start, reason: 'near' };

  test.each<[string, object, object]>([
    ['work.declined', refusal, { ...refusal, crewName: '', gaveBack: false }],
    ['work.stranded', { ...warning, isUnderWay: true }, { ...warning, isUnderWay: true, keys: [] }],
    ['work.unplaced', { reason: 'rain' }, { reason: 'rain' }],
    ['work.announced', placement, placement],
    ['work.late', { end: start, dueAt: at, fix: null }, { end: start, dueAt: at }],
    ['run.ended', { status: 'cancelled', reason: 'Cancelled by <@U0RIVERA>' }, {}],
    ['step.succeeded', { severity: '7', crewName: 'Crew North', start: 1 }, { crewName: 'Crew North' }],
    ['notice.posted', { channel: null, text: 'Take over' }, {}],
  ])('%s', (type, data, expected) => {
    const [event] = readEvents([stored(type, data)]);
    expect(event).toMatchObject({ type, data: expected, at, task: 'execute' });
  });

  it('never mentions somebody because of how a sentence reads', () => {
    const [ended] = readEvents([
      stored('run.ended', { status: 'cancelled', reason: 'Cancelled by <@U0RIVERA>' }),
    ]);
    expect(describeEvent(ended!, run, agency)).toBe('🚫 Cancelled: Cancelled by &lt;@U0RIVERA&gt;');
  });
});

describe('facts that this version cannot read', () => {
  const unreadable = [
    stored('work.teleported', { to: 'R-2 <!here>' }),
    stored('work.declined', { whyNot: 'flat tyre' }, { seq: 2 }),
    stored('work.done', { actualCostCents: 'a lot' }, { seq: 3 }),
    stored('work.announced', { ...EXAMPLES['work.announced'], start: new Date(Number.NaN) }, { seq: 4 }),
    stored('constructor', {}, { seq: 5 }),
    stored('unknown', { type: 'x', data: 1 }, { seq: 6, via: 'radio' }),
    stored('sla.warned', 'soon', { seq: 7 }),
  ];

  it('are kept and shown as they are, to operators', () => {
    const events = readEvents(unreadable);
    expect(events.map(({ type }) => type)).toEqual(unreadable.map(() => 'unknown'));
    expect(events[0]?.data).toEqual({ type: 'work.teleported', data: { to: 'R-2 <!here>' } });
    expect(describeEvent(events[0]!, run, agency)).toBe('❔ work.teleported {"to":"R-2 &lt;!here&gt;"}');
    expect(describeEventToRequester(events[0]!, run, agency)).not.toContain('teleported');
  });

  it('are copied elsewhere as they were stored', () => {
    expect(readEvents(unreadable).map(toStoredEvent)).toEqual(unreadable);
  });

  it('still count for what their type says', () => {
    const history = readEvents([
      stored('work.announced', EXAMPLES['work.announced']),
      ...unreadable.slice(1, 2),
    ]);
    expect(hasCrew({ history })).toBe(false);
  });

  it('leave the rest of the trail alone, whatever they are', () => {
    const garbage = [null, 42, 'text', [], {}, { type: 'work.started', data: null }, { seq: 'x', at: 'y' }];
    const trail = [exampleOf('run.started', {}, 1), ...garbage, exampleOf('work.done', {}, 9)];
    const events = readEvents(trail);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(events.at(-1)).toBe(trail.at(-1));
    expect(events[6]).toMatchObject({ type: 'work.started', at: events[0]?.at, task: null, actor: 'system' });
    for (const event of events) expect(describeEvent(event, run, agency)).toMatch(/\S \S/);
    for (const nothing of [undefined, null, 'x', {}]) expect(readEvents(nothing)).toEqual([]);
  });
});
