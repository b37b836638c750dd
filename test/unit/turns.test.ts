import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { announce } from '../../src/core/outbox/outbox-message.ts';
import { placesIn } from '../../src/core/outbox/place.ts';
import { turnOf } from '../../src/core/outbox/turn.ts';
import type { Requester, WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { awaitApproval, demoAgency, later, tell } from '../support/slack-runs.ts';

const story = awaitApproval('R-1');
const turnsOf = (messages: typeof story.messages) =>
  Object.fromEntries(messages.map(({ kind, turn }) => [kind, turn]));
const withSeverity = (severity: unknown): WorkflowRun => ({
  ...story.run,
  steps: { ...story.run.steps, assessSeverity: { ...story.run.steps.assessSeverity!, output: { severity } } },
});

describe('the turn of a message', () => {
  test('is that of its kind when Crewline goes on by itself: what people decide comes before news', () => {
    const { approvalCard, runCard, timeline } = turnsOf(story.messages);
    expect([approvalCard?.urgency, runCard?.urgency, timeline?.urgency]).toEqual([2, 4, 5]);
    expect(approvalCard).toMatchObject({ place: 'role Supervisor', needBy: later(48 * 60) });
  });

  test('comes before all but pages when a person asked, or has decided', () => {
    const fact = { seq: 1, at: later(0), task: null, actor: 'WATER' };
    const started = { ...fact, type: 'run.started' as const, data: { workflow: 'repair', version: 1 } };
    const startOf = (requester: Requester) =>
      turnsOf(announce(null, { ...story.run, requester, lastSeq: 1 }, [started])).runCard;
    expect(startOf({ userId: null, name: 'WATER' })).toMatchObject({ urgency: 4 });
    expect(startOf({ userId: 'U0RIVERA', name: 'maya' })).toMatchObject({
      ...{ urgency: 1, place: 'C0REQUESTS', source: expect.stringMatching(/^person-/) },
    });
    const decision = { task: 'humanApproval', verdict: 'approved', actor: 'U0OKAFOR', reason: null } as const;
    const approved = tell(story, (run, now) => decideApproval(run, decision, now), later(10));
    const urgencies = Object.values(turnsOf(approved.messages)).map(({ urgency }) => urgency);
    expect(new Set(urgencies)).toEqual(new Set([1]));
    const late = tell(story, (run) => run, later(48 * 60));
    expect(turnsOf(late.messages).page).toMatchObject({ urgency: 0, place: 'C0ESCALATIONS' });
  });

  test('people and systems share no source, and there are 32 at most, however many clients there are', () => {
    const sources = new Set<string>();
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (name, isPerson) => {
        const requester = { userId: isPerson ? name : null, name };
        const { source } = turnOf({ ...story.run, requester }, [])('runCard', 'C1');
        sources.add(source);
        return source.startsWith(isPerson ? 'person-' : 'system-');
      }),
      { numRuns: 500 },
    );
    expect(sources.size).toBeLessThanOrEqual(32);
  });

  test('is the earlier the graver the run is; what a severity should not be counts as unknown', () => {
    const gravityOf = (severity: unknown) => turnOf(withSeverity(severity), [])('runCard', 'C1').gravity;
    expect([10, 7.4, 0].map(gravityOf)).toEqual([0, 3, 10]);
    for (const strange of [
      undefined,
      null,
      'high',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [9],
      { severity: 9 },
    ])
      expect(gravityOf(strange)).toBe(5);
    fc.assert(fc.property(fc.double(), (severity) => gravityOf(severity) >= 0 && gravityOf(severity) <= 10));
  });
});

test('a channel shows what goes to it by name, by role, by crew and by what it is for', () => {
  expect(placesIn('C0REQUESTS', demoAgency)).toEqual(['C0REQUESTS', '@requests']);
  expect(placesIn('C0SUPERVISORS', demoAgency)).toEqual(['C0SUPERVISORS', 'role Supervisor']);
  expect(placesIn('C0NORTH', demoAgency)).toContain('crew north');
  expect(placesIn('C0DISPATCH', demoAgency)).toContain('@dispatch');
});
