import type { Actor } from '../core/agency/actor.ts';
import type { Agency } from '../core/agency/agency.ts';
import { type Right, refuseRight } from '../core/agency/rights.ts';
import type { RoleDirectory } from '../core/agency/role-directory.ts';
import type { Refusal } from '../core/run/transition.ts';
import { refuseUnknown } from './refuse-unknown.ts';

/** Who may come in, and where. */
export interface Authority {
  /**
   * Null when `actor` has the right at this moment, otherwise why not. It stands in front of every door of people, before
   * anything they wrote is read. While Slack cannot be asked who they are, nobody has any right.
   */
  mayAct(actor: Actor, right: Right): Promise<Refusal | null>;
}

export interface AuthorityDeps {
  agency: Agency;
  roles: Pick<RoleDirectory, 'askMembership' | 'askMember'>;
}

/** Rights by the agency of the moment and what Slack says of people. */
export function createAuthority({ agency, roles }: AuthorityDeps): Authority {
  return {
    mayAct: async (actor, right) => {
      const membership = await roles.askMembership(actor);
      if (membership === 'unknown') return { refused: refuseUnknown('whether your account is active') };
      const isTrusted = membership === 'guest' && (await holdsRole({ agency, roles }, actor.userId));
      const refused = refuseRight(agency, actor.userId, isTrusted ? 'member' : membership, right);
      return refused === null ? null : { refused };
    },
  };
}

/** Whether a guest is in the user group of a role: the agency has named them there. */
async function holdsRole({ agency, roles }: AuthorityDeps, userId: string): Promise<boolean> {
  for (const { name, userGroup } of agency.roles) {
    if (userGroup && (await roles.askMember(name, userId)) === 'yes') return true;
  }
  return false;
}
