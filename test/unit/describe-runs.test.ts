import { describe, expect, it } from 'vitest';
import type { RunDetails } from '../../src/cli/api-client.ts';
import { describeRun, describeRuns } from '../../src/cli/describe-runs.ts';
import type { AuditEventType } from '../../src/core/audit/audit-event.ts';
import { readEvents } from '../../src/core/audit/read-event.ts';
import { detailRun, summariseRun } from '../../src/http/run-view.ts';
import { exampleOf } from '../support/audit-examples.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';
import { awaitApproval } from '../support/slack-runs.ts';

const north = makeCrew('north', { name: 'Crew North', lead: 'U0SANTOS' });
const agency = { ...makeAgency([north]), timeZone: 'America/Chicago', currency: 'EUR' };
const run: RunDetails = {
  ...{
    id: 'R-7K2M9QXA',
    workflow: 'repairWorkflow',
    status: 'running',
    reason: '',
    requester: 'Maya Rivera',
  },
  ...{ createdAt: '2026-06-01T12:00:12.000Z', endedAt: null, deadline: '2026-12-03T12:00:00.000Z' },
  work: { crewName: 'Crew North', start: '2026-06-02T12:00:00.000Z', end: '2026-06-02T14:00:00.000Z' },
  agency: { timeZone: 'America/Chicago', currency: 'EUR' },
  people: { U0SANTOS: 'lead of Crew North' },
  input: { text: 'deep hole' },
  budget: { limitCents: 250_000, spentCents: 123_456 },
  escalations: [],
  timeline: [
    { at: '2026-06-02T12:03:00.000Z', type: 'work.started', task: 'fix', actor: 'U0SANTOS', data: {} },
    { at: '2026-06-02T12:03:01.000Z', type: 'work.accepted', task: null, actor: 'U0NOBODY', data: {} },
  ],
};

describe('a run in a terminal', () => {
  it('shows times by the agency’s clock, in summer and in winter, money in its currency, the crew and the people', () => {
    expect(describeRun(run)).toEqual([
      'R-7K2M9QXA  repairWorkflow  running',
      '  started 2026-06-01 07:00:12 CDT by Maya Rivera',
      '  deadline 2026-12-03 06:00:00 CST',
      '  Crew North, planned 2026-06-02 07:00:00 CDT to 2026-06-02 09:00:00 CDT',
      '  spent €1,234.56 of €2,500.00',
      '  text: deep hole',
      'Timeline',
      '  2026-06-02 07:03:00 CDT  work.started fix  by lead of Crew North (U0SANTOS)',
      '  2026-06-02 07:03:01 CDT  work.accepted  by U0NOBODY',
    ]);
  });

  it('shows how grave it is, and why nobody comes', () => {
    const output = { severity: 8.5, priority: 'urgent', grave: ['gas'] };
    const at = '2026-06-02T12:03:00.000Z';
    const unplaced = {
      at,
      type: 'work.unplaced',
      task: 'fix',
      actor: 'system',
      data: { reason: 'No crew has “gas”.' },
    };
    const lines = describeRun({ ...run, steps: { assess: { output } }, timeline: [unplaced] });
    expect(lines).toContain('  severity 8.5, urgent, DANGER: gas');
    expect(lines.at(-1)).toBe('  2026-06-02 07:03:00 CDT  work.unplaced fix: No crew has “gas”.');
  });

  it('shows in lists who comes when, and that nobody does yet', () => {
    const table = describeRuns({ agency: run.agency, runs: [run, { ...run, work: null }] });
    expect(table[0]).toMatch(/^run +status +workflow +started +requester +crew and planned start$/);
    expect(table[1]).toMatch(
      /2026-06-01 07:00:12 CDT {2}Maya Rivera {2}Crew North, 2026-06-02 07:00:00 CDT$/,
    );
    expect(table[2]).toMatch(/Maya Rivera {2}–$/);
    expect(describeRuns({ agency: run.agency, runs: [] })).toEqual(['No runs.']);
  });
});

describe('a run as the API shows it', () => {
  const stored = awaitApproval('R-7K2M9QXA').run;
  const output = { crewId: 'north', crewName: 'Crew North', start: 'from', end: 'to', reason: '' };
  const [task = '', step] = Object.entries(stored.steps)[0] ?? [];
  if (!step) throw new Error('the run has steps');
  const assigned = { ...stored, steps: { ...stored.steps, [task]: { ...step, output } } };
  it('has the crew and the planned time, unless the crew has lost the job again', () => {
    const work = { crewName: 'Crew North', start: 'from', end: 'to' };
    expect(summariseRun(assigned).work).toEqual(work);
    const workAfter = (...types: AuditEventType[]) =>
      summariseRun({
        ...assigned,
        history: [...stored.history, ...types.map((type) => exampleOf(type, {}, 99))],
      }).work;
    expect(workAfter('work.declined')).toBeNull();
    expect(workAfter('work.unplaced')).toBeNull();
    expect(workAfter('work.declined', 'work.announced')).toEqual(work);
    // What it was to wait for is no more: it has its crew all the same.
    expect(workAfter('work.freed')).toEqual(work);
    expect(summariseRun(stored).work).toBeNull();
  });

  it('has the agency’s clock, and names requester and crew leads', () => {
    const shown = detailRun({ ...stored, requester: { userId: 'U0RIVERA', name: 'Maya' } }, [], agency);
    expect(shown.agency).toEqual({ timeZone: 'America/Chicago', currency: 'EUR' });
    expect(shown.people).toMatchObject({ U0SANTOS: 'lead of Crew North', U0RIVERA: 'Maya' });
  });

  it('names who called it off by the plain id, in the reason as in the timeline', () => {
    const cancelled = { ...stored, status: 'cancelled' as const, cancelledBy: 'U0RIVERA' };
    const shown = detailRun(cancelled, [exampleOf('run.ended')], agency);
    expect(shown.reason).toBe('Cancelled by U0RIVERA');
    expect(JSON.stringify(shown)).not.toContain('<@');
    expect(summariseRun({ ...cancelled, reason: 'a double' }).reason).toBe('a double');
  });

  it('shows a fact of another version as that one wrote it', () => {
    const strange = {
      seq: 1,
      at: new Date(0),
      type: 'work.teleported',
      task: null,
      actor: 'U1',
      data: { to: 2 },
    };
    const { seq: _, ...shown } = strange;
    expect(detailRun(stored, readEvents([strange]), agency).timeline).toEqual([shown]);
  });
});
