import type { Actor, Membership } from './actor.ts';

/** What is known for sure at this moment; `unknown` when Slack could not be asked. */
export type RoleAnswer = 'yes' | 'no' | 'unknown';

/** A person's account or a user group is not what it was: what was heard of it is believed no more. */
export interface MembershipChange {
  kind: 'user' | 'group';
  id: string;
}

/** Who holds a role, looked up at the moment it matters. A decision needs a `yes`: nobody decides on a guess. */
export interface RoleDirectory {
  /** What whoever acts is to the agency's workspace, by what the request tells and what Slack says now. */
  askMembership(actor: Actor): Promise<Membership>;
  askMember(role: string, userId: string): Promise<RoleAnswer>;
  /** `no` for deactivated members: they decide nothing, whatever a list still says. */
  askActive(userId: string): Promise<RoleAnswer>;
  /** For hints alone, such as what to show first: while Slack cannot be asked, what was known last. */
  seemsMember(role: string, userId: string): Promise<boolean>;
}
