import { describe, expect, test } from 'vitest';
import type { Membership } from '../../src/core/agency/actor.ts';
import type { Right } from '../../src/core/agency/rights.ts';
import { createAuthority } from '../../src/management/authority.ts';
import { demoAgency } from '../support/slack-runs.ts';

const [first, ...others] = demoAgency.roles;
const agency = { ...demoAgency, roles: [{ ...first!, userGroup: 'S0SUPERS' }, ...others] };
const [operator, lead, listed] = [agency.operators[0]!, agency.crews[0]!.lead, first!.members[0]!];

const ask = async (userId: string, membership: Membership, right: Right) => {
  const authority = createAuthority({
    agency,
    roles: {
      askMembership: async () => membership,
      askMember: async (_role, asked) => (asked === 'U0INGROUP' ? 'yes' : 'unknown'),
    },
  });
  const actor = { userId, workspaces: ['T1'], home: null, enterprises: [] };
  return (await authority.mayAct(actor, right))?.refused ?? 'may';
};

describe('a right', () => {
  test.each([
    ['U0RIVERA', 'member', 'may'],
    ['U0RIVERA', 'work', /^Only dispatch and the crews/],
    ['U0RIVERA', 'dispatch', /^Only dispatch can/],
    [lead, 'work', 'may'],
    [lead, 'dispatch', /^Only dispatch can/],
    [operator, 'work', 'may'],
    [operator, 'dispatch', 'may'],
  ] as const)('of %s to %s', async (userId, right, expected) => {
    expect(await ask(userId, 'member', right)).toMatch(expected);
  });

  test.each(['bot', 'deactivated', 'elsewhere', 'unknown'] as const)(
    'is nobody’s who is %s, whatever the agency file says',
    async (membership) => {
      for (const right of ['member', 'work', 'dispatch'] as const)
        expect(await ask(operator, membership, right)).toMatch(/[Nn]othing was changed/);
    },
  );

  test('is a guest’s only whom the agency names: in a crew, in a role, or by a role’s user group', async () => {
    for (const named of [operator, lead, listed, 'U0INGROUP'])
      expect(await ask(named, 'guest', 'member')).toBe('may');
    expect(await ask('U0GUEST', 'guest', 'member')).toMatch(/^As a guest/);
    expect(await ask('U0INGROUP', 'guest', 'dispatch')).toMatch(/^Only dispatch can/);
  });
});
