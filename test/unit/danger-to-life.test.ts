import { describe, expect, it, test } from 'vitest';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { buildApprovalCard } from '../../src/slack/approvals/approval-card.ts';
import type { Message } from '../../src/slack/budget/fitted.ts';
import { buildNotice } from '../../src/slack/runs/notice.ts';
import { buildRunCard } from '../../src/slack/runs/run-card.ts';
import { buildAssignmentCard } from '../../src/slack/work/assignment-card.ts';
import { buildDeclineModal, buildReassignModal } from '../../src/slack/work/crew-modals.ts';
import {
  buildDeclinedNotice,
  buildGivenNotice,
  buildNudge,
  buildSettledWarning,
  buildTroubleNotice,
} from '../../src/slack/work/field-notices.ts';
import { exampleOf } from '../support/audit-examples.ts';
import { readCard } from '../support/read-card.ts';
import {
  demoAgency as agency,
  assess,
  giveToCrew,
  later,
  reportPothole,
  START,
  tell,
} from '../support/slack-runs.ts';

const waiting = assess(reportPothole('R-1', 'sparking cable at 5th & Main'), { grave: ['power-line'] });
const { story, order } = giveToCrew(waiting);
const { run } = story;
const option = { crewId: 'south', crewName: 'Crew South', start: later(220), end: later(370) };
const options = [{ ...option, deltaCents: 0, deltaMinutes: 0, lateMinutes: 0, lacks: ['sewer', 'gas:2'] }];
const moved = exampleOf('work.moved');

const ABOUT_THE_JOB: Record<string, (run: WorkflowRun) => Message | null> = {
  'no crew can take it': (of) => buildNotice(exampleOf('work.unplaced'), of, agency),
  'it is held up': (of) => buildNotice(exampleOf('work.blocked'), of, agency),
  'a notice of its procedure': (of) => buildNotice(exampleOf('notice.posted'), of, agency),
  'a crew declined it': (of) => buildDeclinedNotice(exampleOf('work.declined'), [], of, agency, START),
  'its crew cannot come': (of) => buildTroubleNotice(exampleOf('work.stranded'), of, agency),
  'it has not begun': (of) => buildTroubleNotice(exampleOf('work.overdue'), of, agency),
  'its crew can come after all': (of) => buildSettledWarning(exampleOf('work.cleared'), of, agency),
  'it was given to a crew': (of) => buildGivenNotice(moved, of, agency, START),
  'a reminder': (of) => buildNudge(exampleOf('work.nudged'), of, agency, START),
  'its crew’s card': (of) => buildAssignmentCard(of, order, agency, START, { crewId: 'north' }),
  'its requester’s card': (of) => buildRunCard(of, agency, START),
  'its approvers’ card': () => buildApprovalCard(waiting.run, 'humanApproval', agency, START),
};

describe('a danger to life', () => {
  it.each(Object.entries(ABOUT_THE_JOB))('is told by what says that %s, and on the phone', (_what, build) => {
    const told = build(run);
    expect(readCard(told)).toContain('⚠️ *Danger to life reported: power line or live wire*');
    expect(told?.text).toContain('Danger to life reported: power line or live wire. ');
  });

  it('is told as long as the job is to be done, also when the request was handed over late', () => {
    const over = { ...run, endedAt: later(60) };
    const told = (status: WorkflowRun['status']) =>
      readCard(buildNotice(exampleOf('work.blocked'), { ...over, status }, agency));
    expect(told('escalated')).toContain('Danger to life');
    expect(told('cancelled')).not.toContain('Danger to life');
  });

  it('is told where a crew is chosen for it, or declines it, with what a crew lacks', () => {
    const view = buildReassignModal(run, { options, others: [] }, agency, { now: START });
    expect(JSON.stringify(view)).toMatch(/Danger to life.*⚠️ has no sewer and no gas \(level 2\)/);
    expect(JSON.stringify(buildDeclineModal(run))).toContain('Danger to life');
  });
});

test('the requester reads what the crew does about it, once it has started', () => {
  const late = tell(story, (transition) => transition, later(48 * 60)).run;
  const card = (state: 'announced' | 'started' | 'blocked') =>
    readCard(
      buildRunCard(late, agency, later(48 * 60), {
        state,
        startedAt: state === 'announced' ? null : later(20),
      }),
    );
  expect(card('announced')).toContain('nobody takes care of it yet');
  expect(card('started')).toMatch(/Deadline missed: people were called once, Crew North is at work/);
  expect(card('blocked')).toContain('Crew North has started, and is held up');
  for (const state of ['started', 'blocked'] as const) expect(card(state)).not.toContain('nobody takes care');
});
