import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { RoleDirectory } from '../core/agency/role-directory.ts';
import type { SlackClient } from './connection/slack-client.ts';
import { explainFailure } from './connection/slack-failure.ts';

const FRESH_MS = 60_000;

const GroupUsers = z.looseObject({ users: z.array(z.string()) });
const UserInfo = z.looseObject({ user: z.looseObject({ deleted: z.boolean().optional() }) });

export interface RoleDirectoryDeps {
  agency: Agency;
  client: SlackClient;
  clock: Clock;
  log: Log;
}

/**
 * Who holds a role now: the members the agency lists and those of the role's Slack user group, if they are active. What
 * Slack says is believed for a minute, and longer while Slack cannot be asked. A group that was never seen has no
 * members; a user whom Slack cannot be asked about counts as active.
 */
export function createRoleDirectory({ agency, client, clock, log }: RoleDirectoryDeps): RoleDirectory {
  const groups = createCache(clock, async (group) => {
    const answer = await client.apiCall('usergroups.users.list', { usergroup: group });
    return GroupUsers.parse(answer).users;
  });
  const users = createCache(clock, async (user) => {
    try {
      return UserInfo.parse(await client.apiCall('users.info', { user })).user.deleted !== true;
    } catch (error) {
      if (explainFailure(error).reason === 'user_not_found') return false;
      throw error;
    }
  });
  const onError = (what: string, key: string) => (error: unknown) =>
    log.warn('Slack cannot say who is who; using what was known last', { what, key, error });
  const isActive = (userId: string) => users.get(userId, true, onError('user', userId));
  return {
    isActive,
    isMember: async (name, userId) => {
      const role = agency.roles.find((candidate) => candidate.name === name);
      if (!role) return false;
      const group = role.userGroup;
      const listed = role.members.includes(userId);
      const holds =
        listed || (group ? (await groups.get(group, [], onError('group', group))).includes(userId) : false);
      return holds && isActive(userId);
    },
  };
}

interface Cache<Value> {
  /** The value of `key`, at most a minute old; the last known (or `unknown`) when it cannot be had. */
  get(key: string, unknown: Value, onError: (error: unknown) => void): Promise<Value>;
}

function createCache<Value>(clock: Clock, load: (key: string) => Promise<Value>): Cache<Value> {
  const known = new Map<string, { value: Value; at: number }>();
  return {
    get: async (key, unknown, onError) => {
      const entry = known.get(key);
      const now = clock.now().getTime();
      if (entry && now - entry.at < FRESH_MS) return entry.value;
      try {
        const value = await load(key);
        known.set(key, { value, at: now });
        return value;
      } catch (error) {
        onError(error);
        return entry ? entry.value : unknown;
      }
    },
  };
}
