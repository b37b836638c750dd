import { describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { deferStep } from '../../src/core/steps/step-attempt.ts';
import { AWAIT_CHILDREN } from '../../src/core/steps/step-lookup.ts';
import { buildApprovalCard } from '../../src/slack/approvals/approval-card.ts';
import { describePosition, describeSubject, describeWaiting } from '../../src/slack/runs/describe-run.ts';
import { applyForTest, at, startForTest } from '../support/runs.ts';
import { demoAgency } from '../support/slack-runs.ts';

const AGENCY = { roles: [], timeZone: 'America/Chicago' } as unknown as Agency;
const SOURCE = {
  steps: [{ task: 'sub', title: 'Inspect the site', workflow: { workflow: 'inspect' } }],
};

describe('a run that waits for a sub-workflow', () => {
  const child = { ...startForTest(SOURCE), parent: { runId: 'R-ROOT', step: 'middle' } };
  const waiting = applyForTest(child, (t) => deferStep(t, 'sub', at(5)), at(0));

  it('says so, not when it looks at it again by itself', () => {
    expect(describeWaiting(waiting, AGENCY)).toBe('another request, which it has started');
  });

  it('says so, in words, also while the sub-workflow is called off', () => {
    const closing = applyForTest(waiting, (t, now) => cancelRun(t, 'U0RIVERA', '', now), at(1));
    const held = applyForTest(closing, (t) => deferStep(t, AWAIT_CHILDREN, at(2)), at(1));
    expect(describePosition(held)).toBe('Wait for Inspect the site to be called off');
    expect(describeWaiting(held, AGENCY)).toBe('another request, which it has started');
  });
});

describe('the name of a run whose workflow declares no input', () => {
  const named = (input: Record<string, unknown>) => describeSubject({ ...startForTest(SOURCE), input });

  it('is its texts, not its numbers and dates', () => {
    const input = { text: 'Stop sign bent', severity: 5, from: '2026-11-23T15:00:00Z', on: '2026-11-23' };
    expect(named({ ...input, location: 'Main Street 4' })).toBe('Stop sign bent · Main Street 4');
  });

  it('is the title of the workflow when there is no text', () => {
    expect(named({ severity: 5 })).toBe(startForTest(SOURCE).definition.title);
  });
});

it('a decision that is asked for each of a list says about which of them', () => {
  const ask = { task: 'ask', title: 'Approve', role: 'Supervisor' };
  const source = {
    steps: [{ task: 'each', forEach: { items: '$input.places', steps: [ask] } }],
    slaHours: 1,
  };
  const places = ['Elm Street 4', { name: 'Oak Street 9', depth: 2 }, { depth: 3 }, null];
  const run = startForTest(source, { places });
  const shown = Object.keys(run.steps)
    .filter((id) => id.startsWith('ask@'))
    .map((id) => JSON.stringify(buildApprovalCard(run, id, demoAgency, run.createdAt)?.text));
  expect(shown).toHaveLength(4);
  expect(shown.map((text) => /Approve, [^"]*?(?=, R-)/.exec(text)?.[0])).toEqual([
    'Approve, 1 of 4: Elm Street 4',
    'Approve, 2 of 4: Oak Street 9',
    'Approve, 3 of 4: 3',
    'Approve, 4 of 4',
  ]);
});
