import { describe, expect, it } from 'vitest';
import { Agency } from '../../src/core/agency/agency.ts';
import { reportProgress } from '../../src/core/events/work-events.ts';
import { breachClock } from '../../src/core/monitor/sla.ts';
import { begin, isRefusal } from '../../src/core/run/transition.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { acknowledgePage } from '../../src/management/acknowledge-page.ts';
import { buildAgencySource } from '../support/definitions.ts';
import { applyForTest, at, SEED, startForTest } from '../support/runs.ts';

const agency = Agency.parse(buildAgencySource());
const roles = {
  isActive: async () => true,
  isMember: async (role: string, user: string) =>
    agency.roles.some((r) => r.name === role && r.members.includes(user)),
};

async function acknowledgeAs(actor: string, key = 'sla-run') {
  const run = applyForTest(
    startForTest(SEED),
    (transition, now) => breachClock(transition, 'run', now),
    at(2_880),
  );
  return acknowledgePage(
    {
      agency,
      roles,
      findRun: async () => run,
      applyEvent: async (_id, event) => {
        const outcome = event(begin(run), at(2_881));
        return isRefusal(outcome) ? outcome : { run: outcome.run };
      },
    },
    run._id,
    key,
    actor,
  );
}

describe('a page', () => {
  it('is acknowledged by whoever holds a role', async () => {
    const member = agency.roles[0]?.members[0] ?? '';
    expect(await acknowledgeAs(member)).toMatchObject({
      run: { escalations: { 'sla-run': { state: 'acknowledged' } } },
    });
  });

  it('is not acknowledged by a requester without a role', async () => {
    expect(await acknowledgeAs('U0RIVERA')).toEqual({ refused: expect.stringContaining('Only supervisors') });
  });

  it('has no key that every object has', async () => {
    const member = agency.roles[0]?.members[0] ?? '';
    expect(await acknowledgeAs(member, 'constructor')).toEqual({
      refused: expect.stringContaining('no open escalation'),
    });
  });
});

describe('a job whose run was called off', () => {
  it('is not begun any more, though what was begun may be reported', () => {
    const cancelled = applyForTest(startForTest(SEED), (t, now) => cancelRun(t, 'U0RIVERA', '', now), at(1));
    expect(reportProgress('work.started', 'U0SANTOS')(begin(cancelled), at(2))).toEqual({
      refused: 'Do not start: R-TEST has ended (cancelled).',
    });
    expect(isRefusal(reportProgress('work.blocked', 'U0SANTOS')(begin(cancelled), at(2)))).toBe(false);
  });
});
