import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovalEnd } from '../../src/core/audit/audit-data.ts';
import type { AuditEvent } from '../../src/core/audit/audit-event.ts';
import { acknowledge, reportUndeliverable } from '../../src/core/escalator/escalation.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { finishWork } from '../../src/core/events/work-events.ts';
import { spend } from '../../src/core/monitor/budget.ts';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { buildApprovalCard } from '../../src/slack/approvals/approval-card.ts';
import { renderEntry } from '../../src/slack/delivery/rendering/render-entry.ts';
import type { Rendering } from '../../src/slack/delivery/rendering/rendering.ts';
import { buildPage } from '../../src/slack/escalator/page.ts';
import { buildNotice } from '../../src/slack/runs/notice.ts';
import { buildRunCard } from '../../src/slack/runs/run-card.ts';
import { buildTimeline } from '../../src/slack/runs/timeline.ts';
import { buildAssignmentCard } from '../../src/slack/work/assignment-card.ts';
import { exampleOf } from '../support/audit-examples.ts';
import { interactiveElements } from '../support/local-slack-types.ts';
import { blocksOf, labelsOf, readCard, validCard } from '../support/read-card.ts';
import {
  demoAgency as agency,
  assess,
  awaitApproval,
  giveToCrew,
  later,
  reportPothole,
  START,
  type Story,
  tell,
} from '../support/slack-runs.ts';

const NORTH = { crewId: 'north' };
/** Mentions of everybody, or of anybody the product did not mean to mention. */
const MENTION = /<!(?!subteam)|<@(?!U0)|<#(?!C0)|<https?:/;

function decided(verdict: 'approved' | 'rejected', reason: string | null): Story {
  const decision = { task: 'humanApproval', verdict, actor: 'U0OKAFOR', reason };
  return tell(awaitApproval('R-1'), (run, now) => decideApproval(run, decision, now), later(10));
}

describe('run card', () => {
  test('says status, subject, step, who waits for whom, deadline and cost', () => {
    const text = readCard(buildRunCard(awaitApproval('R-1').run, agency, later(2)));
    expect(text).toContain('In progress');
    expect(text).toContain('5th & Main, deep hole in the bus lane');
    expect(text).toContain('Approve the repair (step 2 of 4)');
    expect(text).toContain('a decision by a Supervisor in <#C0SUPERVISORS>');
    expect(text).toContain('Wed 3 Jun 07:00 CDT');
    expect(text).toContain('$1,250.00 estimated, budget $2,500.00');
    expect(text).toContain('R-1');
    expect(text).toContain('<@U0RIVERA>');
  });

  test('says how bad it is once that is assessed, and still when all is over', () => {
    const severityOf = (story: Story, minutes: number) =>
      /\*Severity\*\n(.+)/.exec(readCard(buildRunCard(story.run, agency, later(minutes))))?.[1];
    expect(severityOf(reportPothole('R-1', 'deep'), 0)).toBeUndefined();
    expect(severityOf(awaitApproval('R-1'), 2)).toBe('7.5 of 10, high');
    expect(severityOf(decided('rejected', null), 20)).toBe('7.5 of 10, high');
  });

  test('of a report that was not understood, card and thread say the same', () => {
    const { run, audit } = assess(reportPothole('R-1', 'qqq'), { understood: false, doubt: 'no-words' });
    expect(readCard(buildRunCard(run, agency, later(2)))).toContain('not understood: please read it');
    const thread = readCard(buildTimeline(audit, run, agency));
    expect(thread).toContain('not understood, people have to read it');
    expect(thread).not.toMatch(/of 10|: done/);
  });

  test('names the crew while it works', () => {
    const { story } = giveToCrew(awaitApproval('R-1'));
    expect(readCard(buildRunCard(story.run, agency, later(20)))).toContain('Crew North to do the job');
  });

  test('says when the crew is to begin, and once it has begun, when it did', () => {
    const { story } = giveToCrew(awaitApproval('R-1'));
    const crewAt = (run: Story['run'], startedAt: Date | null) =>
      /\*Crew\*\n(.+)/.exec(
        readCard(buildRunCard(run, agency, later(60), { state: 'started', startedAt })),
      )?.[1];
    expect(crewAt(story.run, null)).toBe('Crew North, from Mon 1 Jun 08:00 CDT');
    expect(crewAt(story.run, later(20))).toBe('Crew North, started Mon 1 Jun 07:20 CDT');
    const report = { actor: 'U0SANTOS', actualCostCents: 98_050, note: '' };
    const done = tell(story, finishWork(report), later(50));
    expect(crewAt(done.run, later(20))).toBe('Crew North, started Mon 1 Jun 07:20 CDT');
  });

  test('is posted with when the crew began, as its work order has it', async () => {
    const { story, order } = giveToCrew(awaitApproval('R-1'));
    const management = {
      runs: { listAudit: async () => [] },
      work: { find: async () => ({ ...order, state: 'started' as const, startedAt: later(20) }) },
    };
    const deps = {
      outbox: { find: async () => null, request: async () => {} },
      management,
      agency,
      now: later(30),
    };
    const { message } = (await renderEntry(deps, { kind: 'runCard' } as OutboxEntry, story.run)) as Rendering;
    expect(readCard(message)).toContain('Crew North, started Mon 1 Jun 07:20 CDT');
  });

  test('an ended run says how and why', () => {
    const rejected = decided('rejected', 'Not ours: <!channel> county road');
    const text = readCard(buildRunCard(rejected.run, agency, later(20)));
    expect(text).toContain('Rejected');
    expect(text).toContain('Not ours: &lt;!channel&gt; county road');
    const cancelled = tell(awaitApproval('R-1'), (run, now) => cancelRun(run, 'U0RIVERA', '', now), later(3));
    expect(readCard(buildRunCard(cancelled.run, agency, later(4)))).toContain('Cancelled by <@U0RIVERA>');
  });
});

describe('approval card', () => {
  test('shows the facts and the two buttons', () => {
    const card = validCard(buildApprovalCard(awaitApproval('R-1').run, 'humanApproval', agency, later(2)));
    const text = readCard(card);
    expect(text).toContain('7.5 of 10, high');
    expect(text).toContain('“bus lane” adds 1.5');
    expect(text).toContain('$1,250.00 estimated, budget $2,500.00');
    expect(text).toContain('about 2 h 30 min on site');
    expect(labelsOf(card)).toEqual(['Approve', 'Reject']);
    expect(interactiveElements(blocksOf(card)).map(({ value }) => value)).toEqual([
      'R-1|humanApproval',
      'R-1|humanApproval',
    ]);
  });

  test('says that the report names no place, as long as somebody decides', () => {
    const cardOf = ({ run }: Story) => readCard(buildApprovalCard(run, 'humanApproval', agency, later(2)));
    expect(cardOf(awaitApproval('R-1', 'there is a hole'))).toContain('⚠️ *Says no place*');
    expect(cardOf(awaitApproval('R-1'))).not.toContain('Says no place');
  });

  test('says of a job of unknown kind that the figures are guessed; not of a danger to life', () => {
    const unknown = { kind: 'unknown', doubt: 'kind-unknown', severity: 5, priority: 'normal' };
    const story = assess(reportPothole('R-1', 'the thing at 5th & Main'), unknown);
    for (const card of [
      buildApprovalCard(story.run, 'humanApproval', agency, later(2)),
      buildRunCard(story.run, agency, later(2)),
    ]) {
      expect(readCard(card)).toContain('5 of 10, normal (guessed)');
      expect(readCard(card)).toContain('$1,250.00 guessed');
    }
    expect(readCard(buildTimeline(story.audit, story.run, agency))).toContain('done, by guess, severity 5');
    const grave = assess(reportPothole('R-1', 'gas at 5th & Main'), { ...unknown, grave: ['gas'] });
    expect(readCard(buildRunCard(grave.run, agency, later(2)))).toContain('5 of 10, normal\n');
  });

  test('says by how much an estimate is above the budget', () => {
    const { run } = awaitApproval('R-1');
    const budget = { ...run.budget!, limitCents: 115_000 };
    const card = validCard(buildApprovalCard({ ...run, budget }, 'humanApproval', agency, later(2)));
    expect(readCard(card)).toContain('$1,250.00 estimated, budget $1,150.00 — ⚠️ over budget by $100.00');
  });

  test('after the decision it says who, when and why, without buttons', () => {
    const card = validCard(
      buildApprovalCard(decided('rejected', 'Too dear').run, 'humanApproval', agency, later(11)),
    );
    expect(labelsOf(card)).toEqual([]);
    expect(readCard(card)).toContain('Rejected by <@U0OKAFOR> · Mon 1 Jun 07:10 CDT\nToo dear');
  });

  test('an expired request says that nothing can be decided any more', () => {
    const story = tell(awaitApproval('R-1'), (run, now) => cancelRun(run, 'U0CHEN', 'twice', now), later(3));
    const card = validCard(buildApprovalCard(story.run, 'humanApproval', agency, later(4)));
    expect(labelsOf(card)).toEqual([]);
    expect(readCard(card)).toContain('No decision is needed any more: cancelled.');
    expect(readCard(buildTimeline(story.audit, story.run, agency))).not.toContain('nobody decided in time');
  });

  test.each<[ApprovalEnd | undefined, string]>([
    ['timedOut', 'Nobody decided in time.'],
    ['takenOver', 'Nobody decided in time; something else is done instead.'],
    ['failed', 'this step has failed'],
    ['notNeeded', 'No decision is needed any more.'],
    ['runEnded', 'No decision is needed any more: in progress.'],
    [undefined, 'No decision is needed any more.'],
  ])('one that ended because of %s says so, on the card and in the thread', (endedBy, words) => {
    const { run } = awaitApproval('R-1');
    const asked = run.steps.humanApproval!;
    const approval = { ...asked.approval!, state: 'expired' as const, ...(endedBy && { endedBy }) };
    const expired = { ...run, steps: { ...run.steps, humanApproval: { ...asked, approval } } };
    expect(readCard(buildApprovalCard(expired, 'humanApproval', agency, later(4)))).toContain(words);
    const event = { ...exampleOf('approval.expired', endedBy && { why: endedBy }), task: 'humanApproval' };
    const line = readCard(buildTimeline([event], expired, agency)).toLowerCase();
    expect(line).toContain(words.toLowerCase().replace(/\.$/, ''));
  });
});

describe('assignment card', () => {
  const { story, order } = giveToCrew(awaitApproval('R-1'));
  test('says what, who, when and with what', () => {
    const text = readCard(buildAssignmentCard(story.run, order, agency, later(20), NORTH));
    expect(text).toContain('New job');
    expect(text).toContain('Mon 1 Jun 08:00–10:30 CDT');
    expect(text).toContain('400 kg Asphalt from North Yard');
    expect(text).toContain('Nearest crew with asphalt');
  });

  test.each([
    ['announced', ['Accept', 'Decline', 'Start']],
    ['started', ['Done', 'Blocked']],
    ['blocked', ['Resume', 'Done']],
    ['done', []],
    ['cancelled', []],
  ] as const)('%s offers %j', (state, expected) => {
    const changed = { ...order, state, startedAt: later(30), blockedReason: 'Gas leak', endedAt: later(90) };
    expect(labelsOf(validCard(buildAssignmentCard(story.run, changed, agency, later(95), NORTH)))).toEqual(
      expected,
    );
  });

  test('a late run says so, and its work can still be reported', () => {
    const late = tell(story, (run) => run, later(49 * 60));
    expect(late.run.status).toBe('escalated');
    const card = validCard(
      buildAssignmentCard(late.run, { ...order, state: 'started' }, agency, later(49 * 60), NORTH),
    );
    expect(readCard(card)).toContain('The job is still wanted');
    expect(labelsOf(card)).toEqual(['Done', 'Blocked']);
  });

  test('nothing is shown before a crew is assigned', () => {
    expect(
      buildAssignmentCard(story.run, { ...order, state: 'waiting', assignment: null }, agency, START, {
        crewId: '',
      }),
    ).toBeNull();
  });
});

describe('page', () => {
  const late = tell(awaitApproval('R-1'), (run) => run, later(48 * 60));
  const first = () => validCard(buildPage(late.run, 'sla-run', 1, agency));

  test('says what, since when, which level and who is next', () => {
    const text = readCard(first());
    expect(text).toContain('Deadline missed');
    expect(text).toContain('Since*\nWed 3 Jun 07:00 CDT');
    expect(text).toContain('1 of 2');
    expect(text).toContain('<@U0BRANDT> at Wed 3 Jun 07:15 CDT');
    expect(labelsOf(first())).toEqual(['Acknowledge']);
  });

  test('an acknowledged page says by whom, without a button', () => {
    const story = tell(late, (run, now) => acknowledge(run, 'sla-run', 'U0LIND', now), later(48 * 60 + 2));
    const page = validCard(buildPage(story.run, 'sla-run', 1, agency));
    expect(readCard(page)).toContain('*Acknowledged* by <@U0LIND> · Wed 3 Jun 07:02 CDT');
    expect(labelsOf(page)).toEqual([]);
  });

  test('an exhausted escalation says that nobody came, and can still be acknowledged', () => {
    let story = late;
    for (let minutes = 48 * 60; story.run.escalations['sla-run']?.state === 'open'; minutes += 30)
      story = tell(story, (run) => run, later(minutes));
    const page = validCard(buildPage(story.run, 'sla-run', 1, agency));
    expect(readCard(page)).toContain('Nobody has acknowledged this');
    expect(labelsOf(page)).toEqual(['Acknowledge']);
  });

  test('an undeliverable page is told on the next one', () => {
    const now = later(48 * 60 + 1);
    const story = tell(late, (run) => reportUndeliverable(run, 'sla-run', 1, 'is_archived', now), now);
    expect(readCard(buildPage(story.run, 'sla-run', 2, agency))).toContain(
      'page 1 could not be delivered to <#C0ESCALATIONS> (is_archived)',
    );
  });

  test('a budget page says how much', () => {
    const story = tell(awaitApproval('R-1'), (run, now) => spend(run, 300_000, null, now), later(60));
    expect(readCard(buildPage(story.run, 'budget', 1, agency))).toContain(
      'Over budget: $3,000.00 spent of $2,500.00',
    );
  });

  test('a role is called by its people', () => {
    const policy = { ...late.run.policy, levels: [{ notify: { role: 'OperationsManager' }, wait: '15m' }] };
    const story = tell(
      { ...awaitApproval('R-1'), run: { ...awaitApproval('R-1').run, policy } },
      (run) => run,
      later(48 * 60),
    );
    expect(validCard(buildPage(story.run, 'sla-run', 1, agency)).text).toMatch(
      /^<@U0BRANDT> Page: Deadline missed/,
    );
  });
});

describe('timeline and notices', () => {
  test('one line an event, the machine’s own left out', () => {
    const { story } = giveToCrew(awaitApproval('R-1'));
    const lines = readCard(buildTimeline(story.audit, story.run, agency))
      .split('\n')
      .slice(1);
    expect(lines).toEqual([
      '07:01 ✅ Assess severity: done, severity 7.5 of 10, Deep pothole in a bus lane',
      '07:10 ✅ Approve the repair: approved by <@U0OKAFOR>',
      '07:12 👷 Crew North got the job, from Mon 1 Jun 08:00 CDT',
    ]);
  });

  test('nothing of interest makes no reply', () => {
    const { run, audit } = awaitApproval('R-1');
    expect(
      buildTimeline(
        audit.filter(({ type }) => type === 'step.started'),
        run,
        agency,
      ),
    ).toBeNull();
  });

  test.each<[AuditEvent, string]>([
    [exampleOf('sla.warned', { dueAt: later(2880) }), 'the deadline is near (Wed 3 Jun 07:00 CDT)'],
    [
      exampleOf('budget.warned', { spentCents: 200_000, limitCents: 250_000 }),
      '$2,000.00 of $2,500.00 are spent',
    ],
    [
      exampleOf('work.unplaced', { reason: 'no crew has tree' }),
      'No crew can take the job yet: no crew has tree',
    ],
    [exampleOf('work.unplaced', { reason: 'no crew has tree' }), 'Give to a crew'],
    [
      exampleOf('work.unplaced', {
        reason: 'no crew has tree',
        fix: 'smallest fix: Crew North with the skill tree',
      }),
      'No crew can take the job yet: no crew has tree; smallest fix: Crew North with the skill tree',
    ],
    [
      exampleOf('work.freed', { predecessor: 'R-9' }),
      'R-9 is called off: this job, which was to start after it,',
    ],
    [exampleOf('work.blocked', { reason: 'gas leak' }), '<@U0SANTOS> is held up: gas leak'],
    [exampleOf('approval.reminded'), 'a decision is still missing'],
    [exampleOf('notice.posted', { text: 'Take over <!here>' }), 'Take over &lt;!here&gt;'],
  ])('$0.type', (fact, expected) => {
    const { run } = awaitApproval('R-1');
    const actor = fact.type.startsWith('work.') ? 'U0SANTOS' : 'system';
    const event = { ...fact, task: 'humanApproval', actor };
    expect(readCard(buildNotice(event, run, agency))).toContain(expected);
  });
});

test('whatever people write, every card stays within the limits and mentions nobody', {
  timeout: 20_000,
}, () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 6_000 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      '<!channel>',
      '<@U9EVIL>',
      '&lt;!here&gt; & <http://x|y>',
      '👩‍👩‍👧‍👦'.repeat(900),
      'שלום '.repeat(900),
      '<'.repeat(4_000),
    ),
    fc
      .array(fc.constantFrom('<!channel> ', '&', '<', 'é', '👍🏽', '\u202e', 'ش'), { maxLength: 3_000 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(nasty, nasty, (text, reason) => {
      const assessed = assess(reportPothole('R-1', text), {
        reasons: [reason, text],
        summary: reason,
        note: text,
      });
      const { story, order } = giveToCrew(assessed);
      const decision = { task: 'humanApproval', verdict: 'rejected' as const, actor: 'U0LIND', reason };
      const rejected = tell(assessed, (run, now) => decideApproval(run, decision, now), later(5));
      const late = tell(assessed, (run) => run, later(48 * 60));
      const blocked = { ...order, state: 'blocked' as const, blockedReason: text };
      const notice = exampleOf('notice.posted', { text: reason });
      for (const message of [
        buildRunCard(story.run, agency, later(20)),
        buildRunCard(rejected.run, agency, later(20)),
        buildApprovalCard(assessed.run, 'humanApproval', agency, later(2)),
        buildApprovalCard(rejected.run, 'humanApproval', agency, later(6)),
        buildAssignmentCard(story.run, blocked, agency, later(20), NORTH),
        buildPage(late.run, 'sla-run', 1, agency),
        buildTimeline([...rejected.audit, ...late.audit], rejected.run, agency),
        buildNotice(notice, story.run, agency),
      ]) {
        const built = validCard(message);
        expect(built.text.length).toBeLessThanOrEqual(3_500);
        expect(readCard(built)).not.toMatch(MENTION);
        // Throws for half a surrogate pair: nothing was cut inside a character.
        expect(() => encodeURIComponent(readCard(built))).not.toThrow();
      }
    }),
    { numRuns: 20 },
  );
});
