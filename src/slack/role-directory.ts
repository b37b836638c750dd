import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { RoleAnswer, RoleDirectory } from '../core/agency/role-directory.ts';
import type { SlackClient } from './connection/slack-client.ts';
import { explainFailure } from './connection/slack-failure.ts';

/** How long an answer of Slack's is believed, from the moment of the question. */
const FRESH_MS = 60_000;
/** Whoever asks hears `unknown` after this long; the call goes on, and its answer is there for the next who asks. */
const ANSWERED_WITHIN_MS = 12_000;
const MOST_USERS = 5_000;
const MOST_GROUPS = 500;

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
 * Slack says is believed for a minute and not longer; when Slack cannot be asked, is too slow or wants to be left
 * alone, the answer is `unknown`, which is in the log.
 */
export function createRoleDirectory({ agency, client, clock, log }: RoleDirectoryDeps): RoleDirectory {
  const groups = createLookup<ReadonlySet<string>>(clock, MOST_GROUPS, async (group) => {
    const answer = await client.apiCall('usergroups.users.list', { usergroup: group });
    return new Set(GroupUsers.parse(answer).users);
  });
  const users = createLookup<RoleAnswer>(clock, MOST_USERS, async (user) => {
    try {
      const { deleted } = UserInfo.parse(await client.apiCall('users.info', { user })).user;
      return deleted === true ? 'no' : 'yes';
    } catch (error) {
      if (explainFailure(error).reason === 'user_not_found') return 'no';
      throw error;
    }
  });
  const unanswered = (what: string, key: string) => (error: unknown) => {
    log.warn('Slack cannot say who is who: until it can, nobody it was asked about decides anything', {
      what,
      key,
      error,
    });
    return null;
  };
  const askActive = async (userId: string): Promise<RoleAnswer> =>
    (await users.ask(userId).catch(unanswered('user', userId))) ?? 'unknown';
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
    return held && users.lastKnown(userId) !== 'no';
  };
  return {
    askActive,
    askMember,
    seemsMember: async (name, userId) => {
      const answer = await askMember(name, userId);
      return answer === 'unknown' ? wasMember(name, userId) : answer === 'yes';
    },
  };
}

interface Lookup<Value> {
  /** The value of `key`, at most a minute old, by one call for all who ask at once. Rejects when it cannot be had. */
  ask(key: string): Promise<Value>;
  /** What was last heard of `key`, however old. */
  lastKnown(key: string): Value | undefined;
}

function createLookup<Value extends object | string>(
  clock: Clock,
  max: number,
  load: (key: string) => Promise<Value>,
): Lookup<Value> {
  const now = () => clock.now().getTime();
  let leftAloneUntil = 0;
  const cache = new LRUCache<string, Value>({
    max,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now },
    // The last value stays, for hints; whoever decides gets the rejection.
    noDeleteOnFetchRejection: true,
    noDeleteOnStaleGet: true,
    // Pushed out by others while it was asked for, an answer still serves whoever waits for it.
    ignoreFetchAbort: true,
    fetchMethod: async (key, _stale, { options }) => {
      const askedAt = now();
      if (askedAt < leftAloneUntil) throw silent('it limits how often it may be asked');
      try {
        const value = await load(key);
        options.ttl = Math.max(1, FRESH_MS - (now() - askedAt));
        return value;
      } catch (error) {
        const failure = explainFailure(error);
        if (failure.kind === 'limited') leftAloneUntil = askedAt + failure.waitMs;
        throw error;
      }
    },
  });
  return {
    ask: async (key) => {
      const value = await inTime(cache.fetch(key));
      if (value === undefined) throw silent('nothing came of the question');
      return value;
    },
    lastKnown: (key) => cache.get(key, { allowStale: true }),
  };
}

async function inTime<Value>(asked: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(silent(`no answer in ${ANSWERED_WITHIN_MS} ms`)), ANSWERED_WITHIN_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(why: string): AppError {
  return new AppError(`Slack did not answer: ${why}`, { code: 'slack.silent', retryable: true });
}
