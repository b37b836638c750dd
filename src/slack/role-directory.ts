import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Actor, Membership } from '../core/agency/actor.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { MembershipChange, RoleAnswer, RoleDirectory } from '../core/agency/role-directory.ts';
import type { SlackClient } from './connection/slack-client.ts';
import { explainFailure } from './connection/slack-failure.ts';
import { createSlackLookup, type SlackLookup } from './connection/slack-lookup.ts';

const MOST_USERS = 5_000;
const MOST_GROUPS = 500;
/** The key of the one workspace that the bot's token is of. */
const OWN = 'own';
/** Slack's own bot, which says of itself that it is none. */
const SLACKBOT = 'USLACKBOT';

const GroupUsers = z.looseObject({ users: z.array(z.string()) });
const Flag = z.boolean().optional();
const UserInfo = z.looseObject({
  user: z.looseObject({
    id: z.string().optional(),
    team_id: z.string().nullish(),
    enterprise_user: z
      .looseObject({ enterprise_id: z.string().optional(), teams: z.array(z.string()).optional() })
      .nullish(),
    deleted: Flag,
    is_bot: Flag,
    is_restricted: Flag,
    is_ultra_restricted: Flag,
    is_stranger: Flag,
  }),
});
const AuthTest = z.looseObject({ team_id: z.string(), enterprise_id: z.string().nullish() });

interface Workspace {
  id: string;
  enterprise: string | null;
}

interface Person {
  membership: Exclude<Membership, 'unknown'>;
  /** Their workspace or organisation, where Slack says so. */
  home: string | null;
  /** Their organisation, and the workspaces of it that they are in, where Slack says so. */
  enterprise: { id: string; workspaces: readonly string[] } | null;
}

export interface RoleDirectoryDeps {
  agency: Agency;
  client: SlackClient;
  clock: Clock;
  log: Log;
}

/** A directory that is told what changes in Slack. */
export interface SlackRoleDirectory extends RoleDirectory {
  /** A person or a user group has changed: Slack is asked anew before anybody concerned does anything. */
  forget(change: MembershipChange): void;
}

/**
 * Who holds a role now: the members the agency lists and those of the role's Slack user group, if they are active. What
 * Slack says is believed for a minute and not longer, and only until it says that it has changed; when Slack cannot be
 * asked, is too slow or wants to be left alone, the answer is `unknown`, which is in the log.
 */
export function createRoleDirectory(deps: RoleDirectoryDeps): SlackRoleDirectory {
  const { agency, log } = deps;
  const { groups, users, workspace } = createLookups(deps);
  const unanswered = (what: string, key: string) => (error: unknown) => {
    log.warn('Slack cannot say who is who: until it can, nobody it was asked about decides anything', {
      what,
      key,
      error,
    });
    return null;
  };
  const askPerson = (userId: string) => users.ask(userId).catch(unanswered('user', userId));
  /** A token is of one workspace for ever; its organisation may change, and then the request does not fit. */
  const askOwn = async (actor: Actor): Promise<Workspace | undefined> => {
    const known = workspace.lastKnown(OWN);
    if (known && isSentFrom(known, actor)) return known;
    return (await workspace.ask(OWN).catch(unanswered('workspace', OWN))) ?? known;
  };
  const askActive = async (userId: string): Promise<RoleAnswer> => {
    const person = await askPerson(userId);
    return person === null ? 'unknown' : isActive(person) ? 'yes' : 'no';
  };
  const findRole = (name: string) => agency.roles.find((candidate) => candidate.name === name);
  const askMember = async (name: string, userId: string): Promise<RoleAnswer> => {
    const role = findRole(name);
    if (!role) return 'no';
    if (role.members.includes(userId)) return askActive(userId);
    if (!role.userGroup) return 'no';
    const group = await groups.ask(role.userGroup).catch(unanswered('group', role.userGroup));
    if (!group) return 'unknown';
    return group.has(userId) ? askActive(userId) : 'no';
  };
  const wasMember = (name: string, userId: string): boolean => {
    const role = findRole(name);
    const group = role?.userGroup ? groups.lastKnown(role.userGroup) : undefined;
    const held = role?.members.includes(userId) || group?.has(userId) === true;
    const person = users.lastKnown(userId);
    return held && (person === undefined || isActive(person));
  };
  return {
    askActive,
    askMember,
    askMembership: async (actor) => {
      const own = await askOwn(actor);
      if (!own) return 'unknown';
      if (!isSentFrom(own, actor)) return 'elsewhere';
      const person = await askPerson(actor.userId);
      if (!person) return 'unknown';
      return isAtHomeIn(own, actor, person) ? person.membership : 'elsewhere';
    },
    seemsMember: async (name, userId) => {
      const answer = await askMember(name, userId);
      return answer === 'unknown' ? wasMember(name, userId) : answer === 'yes';
    },
    forget: ({ kind, id }) => (kind === 'user' ? users : groups).forget(id),
  };
}

interface Lookups {
  groups: SlackLookup<ReadonlySet<string>>;
  users: SlackLookup<Person>;
  workspace: SlackLookup<Workspace>;
}

function createLookups({ client, clock }: RoleDirectoryDeps): Lookups {
  return {
    groups: createSlackLookup(clock, MOST_GROUPS, async (group) => {
      const answer = await client.apiCall('usergroups.users.list', { usergroup: group });
      return new Set(GroupUsers.parse(answer).users);
    }),
    users: createSlackLookup(clock, MOST_USERS, async (user) => {
      try {
        return readPerson(user, UserInfo.parse(await client.apiCall('users.info', { user })).user);
      } catch (error) {
        const { reason } = explainFailure(error);
        const nobody = { home: null, enterprise: null };
        if (reason === 'user_not_found') return { membership: 'deactivated', ...nobody };
        if (reason === 'user_not_visible') return { membership: 'elsewhere', ...nobody };
        throw error;
      }
    }),
    workspace: createSlackLookup(clock, 1, async () => {
      const { team_id: id, enterprise_id } = AuthTest.parse(await client.apiCall('auth.test'));
      return { id, enterprise: enterprise_id ?? null };
    }),
  };
}

function readPerson(userId: string, user: z.output<typeof UserInfo>['user']): Person {
  const { enterprise_user: enterpriseUser } = user;
  return {
    membership: judgeMembership(userId, user),
    home: user.team_id ?? null,
    enterprise: enterpriseUser?.enterprise_id
      ? { id: enterpriseUser.enterprise_id, workspaces: enterpriseUser.teams ?? [] }
      : null,
  };
}

function judgeMembership(userId: string, user: z.output<typeof UserInfo>['user']): Person['membership'] {
  if (user.deleted) return 'deactivated';
  if (user.is_stranger) return 'elsewhere';
  if (user.is_bot || userId === SLACKBOT) return 'bot';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

function isActive({ membership }: Person): boolean {
  return membership === 'member' || membership === 'guest';
}

/** Whether the request says that it comes from our workspace, and from nowhere else. */
function isSentFrom(own: Workspace, { workspaces, enterprises }: Actor): boolean {
  const [first, ...others] = new Set(workspaces);
  return first === own.id && others.length === 0 && enterprises.every((id) => id === own.enterprise);
}

/**
 * Whether the person is a member of our workspace. In an organisation of several they may be at home in another of them,
 * or in the organisation itself, and be a member of ours all the same.
 */
function isAtHomeIn(own: Workspace, actor: Actor, { home, enterprise }: Person): boolean {
  const isOfOurs =
    enterprise !== null &&
    enterprise.id === own.enterprise &&
    (enterprise.workspaces.length === 0 || enterprise.workspaces.includes(own.id));
  return isOfOurs || [home, actor.home].every((id) => id === null || id === own.id);
}
