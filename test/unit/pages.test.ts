import { describe, expect, it } from 'vitest';
import { Agency } from '../../src/core/agency/agency.ts';
import type { RoleDirectory } from '../../src/core/agency/role-directory.ts';
import { reportProgress } from '../../src/core/events/work-events.ts';
import { breachClock } from '../../src/core/monitor/sla.ts';
import { begin, isRefusal } from '../../src/core/run/transition.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { createPages } from '../../src/management/pages.ts';
import { buildAgencySource } from '../support/definitions.ts';
import { applyForTest, at, SEED, startForTest } from '../support/runs.ts';

const agency = Agency.parse(buildAgencySource());
const roles: RoleDirectory = {
  askActive: async () => 'yes',
  askMember: async (role, user) =>
    agency.roles.some((r) => r.name === role && r.members.includes(user)) ? 'yes' : 'no',
  askMembership: async () => 'member',
  seemsMember: async () => false,
};

async function acknowledgeAs(
  actor: string,
  key = 'sla-run',
  asked: Partial<RoleDirectory> = {},
  names = agency.roles.map(({ name }) => name),
) {
  const run = applyForTest(
    startForTest(SEED),
    (transition, now) => breachClock(transition, 'run', now),
    at(2_880),
  );
  const pages = createPages({
    agency: { ...agency, roles: names.map((name) => ({ name, channel: 'C0ROLE', members: [] })) },
    roles: { ...roles, ...asked },
    findRun: async () => run,
    applyEvent: async (_id, event) => {
      const outcome = event(begin(run), at(2_881));
      return isRefusal(outcome) ? outcome : { run: outcome.run };
    },
  });
  return pages.acknowledge(run._id, key, actor);
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

  it.each([
    [
      'whether they are active',
      { askActive: async () => 'unknown' as const },
      'whether your account is active',
    ],
    ['who holds a role', { askMember: async () => 'unknown' as const }, 'who holds a role'],
  ])('is acknowledged by nobody while Slack cannot be asked %s', async (_what, asked, words) => {
    const member = agency.roles[0]?.members[0] ?? '';
    expect(await acknowledgeAs(member, 'sla-run', asked)).toEqual({
      refused: `Slack could not be asked ${words} just now, so nothing was changed. Try again in a moment.`,
    });
  });

  it('is acknowledged by a holder of one role, also when Slack does not say who holds another', async () => {
    const answers = (['unknown', 'yes', 'unknown'] as const).values();
    const askMember = async () => answers.next().value ?? 'no';
    expect(
      await acknowledgeAs('U0ANYBODY', 'sla-run', { askMember }, ['Works', 'Parks', 'Water']),
    ).toHaveProperty('run');
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
    expect(reportProgress({ type: 'work.started', actor: 'U0SANTOS' })(begin(cancelled), at(2))).toEqual({
      refused: 'Do not start: R-TEST has ended (cancelled).',
    });
    const blocked = { type: 'work.blocked', actor: 'U0SANTOS', data: { reason: 'rain' } } as const;
    expect(isRefusal(reportProgress(blocked)(begin(cancelled), at(2)))).toBe(false);
  });
});
