import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { begin, isRefusal, type RunEvent } from '../../src/core/run/transition.ts';
import { createApprovals } from '../../src/management/approvals.ts';
import { createPages } from '../../src/management/pages.ts';
import { createSlackClient } from '../../src/slack/connection/slack-client.ts';
import { createRoleDirectory } from '../../src/slack/role-directory.ts';
import { defer } from '../support/deferred.ts';
import { type LocalServer, type PlannedAnswer, startLocalServer } from '../support/local-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { awaitApproval, demoAgency, later, START } from '../support/slack-runs.ts';

const agency = {
  ...demoAgency,
  operators: [],
  roles: [{ name: 'Supervisor', channel: 'C0S', members: ['U0LIND'], userGroup: 'S0SUPERS' }],
};

type Ask = (method: string, options?: Record<string, unknown>) => Promise<object>;

/** Slack as all is well: U0OKAFOR and U0GONE are in the group, and U0GONE is deactivated. */
const answer: Ask = async (method, options) =>
  method === 'users.info'
    ? { user: { deleted: options?.user === 'U0GONE' } }
    : { users: ['U0OKAFOR', 'U0GONE'] };

function open(ask: Ask = answer) {
  let now = START.getTime();
  const apiCall = vi.fn(ask);
  const log = createMemoryLog();
  const clock = { now: () => new Date(now) };
  const roles = createRoleDirectory({ agency, client: { apiCall }, clock, log });
  return {
    ...{ roles, apiCall, log },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('who holds a role', () => {
  test('whoever is listed or in the group, and active', async () => {
    const { roles } = open();
    expect(await roles.askMember('Supervisor', 'U0LIND')).toBe('yes');
    expect(await roles.askMember('Supervisor', 'U0OKAFOR')).toBe('yes');
    expect(await roles.askMember('Supervisor', 'U0GONE')).toBe('no');
    expect(await roles.askMember('Supervisor', 'U0RIVERA')).toBe('no');
    expect(await roles.askMember('Mayor', 'U0LIND')).toBe('no');
    expect(await roles.askActive('U0GONE')).toBe('no');
  });

  test('whom Slack does not know is not active', async () => {
    const unknown = Object.assign(new Error('user_not_found'), { data: { error: 'user_not_found' } });
    expect(await open(() => Promise.reject(unknown)).roles.askActive('U0NOBODY')).toBe('no');
  });

  test('is asked once a minute', async () => {
    const { roles, apiCall, pass } = open();
    await roles.askMember('Supervisor', 'U0OKAFOR');
    expect(apiCall).toHaveBeenCalledTimes(2);
    pass(60_000);
    await roles.askMember('Supervisor', 'U0OKAFOR');
    expect(apiCall).toHaveBeenCalledTimes(2);
    pass(1);
    await roles.askMember('Supervisor', 'U0OKAFOR');
    expect(apiCall).toHaveBeenCalledTimes(4);
  });

  test('a minute counts from the question, however long Slack took to answer', async () => {
    let isGone = false;
    const directory = open(async (method, options) => {
      const said = isGone ? { user: { deleted: true } } : await answer(method, options);
      directory.pass(4_000);
      return said;
    });
    expect(await directory.roles.askActive('U0OKAFOR')).toBe('yes');
    isGone = true;
    directory.pass(56_001);
    expect(await directory.roles.askActive('U0OKAFOR')).toBe('no');
  });

  test('who was removed from a group, or deactivated, is so as soon as Slack says it', async () => {
    const members = new Set(['U0OKAFOR']);
    let isGone = false;
    const { roles, apiCall } = open(async (method) =>
      method === 'users.info' ? { user: { deleted: isGone } } : { users: [...members] },
    );
    expect(await roles.askMember('Supervisor', 'U0OKAFOR')).toBe('yes');
    members.clear();
    roles.forget({ kind: 'group', id: 'S0SUPERS' });
    expect(await roles.askMember('Supervisor', 'U0OKAFOR')).toBe('no');
    isGone = true;
    expect(await roles.askActive('U0OKAFOR')).toBe('yes');
    roles.forget({ kind: 'user', id: 'U0OKAFOR' });
    expect(await roles.askActive('U0OKAFOR')).toBe('no');
    expect(apiCall).toHaveBeenCalledTimes(4);
  });

  test('an answer that was asked for before the change counts no more, also for those who wait for it', async () => {
    const answers = [defer<object>(), defer<object>()];
    const { roles, apiCall } = open(() => answers[apiCall.mock.calls.length - 1]!.promise);
    const asked = roles.askActive('U0OKAFOR');
    roles.forget({ kind: 'user', id: 'U0OKAFOR' });
    answers[0]!.resolve({ user: {} });
    answers[1]!.resolve({ user: { deleted: true } });
    expect(await asked).toBe('no');
    expect(await roles.askActive('U0OKAFOR')).toBe('no');
    expect(apiCall).toHaveBeenCalledTimes(2);
  });

  test('in an organisation of several workspaces, members of ours are at home in it, wherever they come from', async () => {
    const standingOf = (teams: string[], enterprise = 'E0CITY') =>
      open(async (method) =>
        method === 'auth.test'
          ? { team_id: 'T0WORKS', enterprise_id: 'E0CITY' }
          : { user: { team_id: 'T0PARKS', enterprise_user: { enterprise_id: enterprise, teams } } },
      ).roles.askMembership({
        userId: 'U0X',
        workspaces: ['T0WORKS'],
        home: 'T0PARKS',
        enterprises: ['E0CITY'],
      });
    expect(await standingOf(['T0PARKS', 'T0WORKS'])).toBe('member');
    expect(await standingOf(['T0PARKS'])).toBe('elsewhere');
    expect(await standingOf(['T0WORKS'], 'E0OTHER')).toBe('elsewhere');
  });

  test('a hundred who ask at once are one question', async () => {
    const slack = defer<object>();
    const { roles, apiCall } = open(() => slack.promise);
    const asked = Array.from({ length: 100 }, () => roles.askActive('U0OKAFOR'));
    slack.resolve({ user: {} });
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['yes']));
    expect(apiCall).toHaveBeenCalledTimes(1);
  });

  test('remembers 5000 people and no more', async () => {
    const { roles, apiCall } = open();
    const people = Array.from({ length: 5_001 }, (_, index) => `U0P${index}`);
    for (const person of people) await roles.askActive(person);
    await roles.askActive(people.at(-1)!);
    expect(apiCall).toHaveBeenCalledTimes(5_001);
    await roles.askActive(people[0]!);
    expect(apiCall).toHaveBeenCalledTimes(5_002);
  });
});

describe('while Slack cannot be asked', () => {
  test('what was known for a minute is known no more, and the log says why', async () => {
    let isAway = false;
    const { roles, pass, log } = open((...call) =>
      isAway ? Promise.reject(new Error('away')) : answer(...call),
    );
    expect(await roles.askMember('Supervisor', 'U0OKAFOR')).toBe('yes');
    isAway = true;
    expect(await roles.askMember('Supervisor', 'U0OKAFOR')).toBe('yes');
    pass(60_001);
    expect(await roles.askMember('Supervisor', 'U0OKAFOR')).toBe('unknown');
    expect(await roles.askMember('Supervisor', 'U0LIND')).toBe('unknown');
    expect(await roles.askMember('Mayor', 'U0LIND')).toBe('no');
    expect(log.entries[0]).toMatchObject({ level: 'warn', fields: { what: 'group', key: 'S0SUPERS' } });
    isAway = false;
    expect(await roles.askMember('Supervisor', 'U0OKAFOR')).toBe('yes');
  });

  test('a hint may still use what was known last', async () => {
    let isAway = true;
    const { roles, pass } = open((...call) => (isAway ? Promise.reject(new Error('away')) : answer(...call)));
    expect(await roles.seemsMember('Supervisor', 'U0OKAFOR')).toBe(false);
    expect(await roles.seemsMember('Supervisor', 'U0LIND')).toBe(true);
    isAway = false;
    for (const user of ['U0OKAFOR', 'U0GONE', 'U0RIVERA']) await roles.seemsMember('Supervisor', user);
    isAway = true;
    pass(3_600_000);
    expect(await roles.seemsMember('Supervisor', 'U0OKAFOR')).toBe(true);
    expect(await roles.seemsMember('Supervisor', 'U0GONE')).toBe(false);
    expect(await roles.seemsMember('Supervisor', 'U0RIVERA')).toBe(false);
  });

  test('Slack is left alone for as long as it wishes', async () => {
    let isLimited = true;
    const limited = Object.assign(new Error('limited'), { retryAfter: 20 });
    const { roles, apiCall, pass } = open((...call) =>
      isLimited ? Promise.reject(limited) : answer(...call),
    );
    for (const user of ['U0LIND', 'U0OKAFOR', 'U0LIND']) expect(await roles.askActive(user)).toBe('unknown');
    expect(apiCall).toHaveBeenCalledTimes(1);
    isLimited = false;
    pass(20_000);
    expect(await roles.askActive('U0LIND')).toBe('yes');
  });

  describe('and takes its time', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    test('nobody waits longer than twelve seconds, and the late answer serves the next who asks', async () => {
      const slack = defer<object>();
      const { roles, apiCall } = open(() => slack.promise);
      const first = roles.askActive('U0OKAFOR');
      await vi.advanceTimersByTimeAsync(12_000);
      expect(await first).toBe('unknown');
      slack.resolve({ user: {} });
      expect(await roles.askActive('U0OKAFOR')).toBe('yes');
      expect(apiCall).toHaveBeenCalledTimes(1);
    });
  });
});

describe('a decision', () => {
  const story = awaitApproval('R-7K2M9QXA');
  const task = 'humanApproval';
  let server: LocalServer | undefined;
  afterEach(async () => {
    vi.useRealTimers();
    await server?.stop();
    server = undefined;
  });

  /** One run and one Slack, which answers as `planned` until it is well again. */
  async function openDesk(planned: (path: string) => PlannedAnswer | null) {
    let isWell = false;
    const well: Ask = async (method, options) => ({ ok: true, ...(await answer(method, options)) });
    const bodies = {
      'users.info': await well('users.info'),
      'usergroups.users.list': await well('usergroups.users.list'),
    };
    server = await startLocalServer(({ path }) => {
      const method = path.split('/').at(-1) as keyof typeof bodies;
      return (isWell ? null : planned(method)) ?? { body: bodies[method] };
    });
    let now = START.getTime();
    const log = createMemoryLog();
    const client = createSlackClient({ token: 'xoxb-1', apiUrl: `${server.url}/api/`, log });
    const roles = createRoleDirectory({ agency, client, clock: { now: () => new Date(now) }, log });
    let { run } = story;
    const deps = {
      ...{ roles, agency },
      findRun: async () => run,
      applyEvent: async (_id: string, event: RunEvent) => {
        const outcome = event(begin(run), later(5));
        if (isRefusal(outcome)) return outcome;
        run = outcome.run;
        return { run };
      },
    };
    return {
      deps,
      run: () => run,
      approve: () =>
        createApprovals(deps).decide(run._id, { task, verdict: 'approved', actor: 'U0OKAFOR', reason: null }),
      recover: () => {
        isWell = true;
        now += 120_000;
      },
    };
  }

  const faults: [string, PlannedAnswer][] = [
    ['is down', { status: 503 }],
    ['limits how often it may be asked', { status: 429, headers: { 'retry-after': '30' } }],
    ['does not take the token', { body: { ok: false, error: 'invalid_auth' } }],
    ['answers with something else', { body: { ok: true } }],
  ];
  const questions = [
    ['users.info', 'whether your account is active'],
    ['usergroups.users.list', 'who is in Supervisor'],
  ] as const;
  const cases = faults.flatMap(([what, planned]) =>
    questions.map(([method, words]) => [what, method, words, planned] as const),
  );

  test.each(cases)(
    'when Slack %s at %s is refused with the reason, and works when it is back',
    async (_what, method, words, planned) => {
      const desk = await openDesk((asked) => (asked === method ? planned : null));
      const refused = `Slack could not be asked ${words} just now, so nothing was changed. Try again in a moment.`;
      expect(await desk.approve()).toEqual({ refused });
      expect(await createApprovals(desk.deps).refuseDecision(desk.run()._id, task, 'U0OKAFOR')).toEqual({
        refused,
      });
      expect(desk.run()).toBe(story.run);
      desk.recover();
      expect(await desk.approve()).toHaveProperty('run');
      expect(desk.run().steps[task]?.approval).toMatchObject({ state: 'approved', decidedBy: 'U0OKAFOR' });
    },
  );

  test.each(questions)(
    'when Slack takes its time at %s is refused with the reason',
    async (method, words) => {
      vi.useFakeTimers();
      const slack = defer<object>();
      const { roles } = open((asked, options) => (asked === method ? slack.promise : answer(asked, options)));
      const findRun = async () => story.run;
      const approvals = createApprovals({ roles, findRun, applyEvent: async () => ({ run: story.run }) });
      const refused = approvals.refuseDecision(story.run._id, task, 'U0OKAFOR');
      await vi.advanceTimersByTimeAsync(12_000);
      vi.useRealTimers();
      expect((await refused)?.refused).toContain(`Slack could not be asked ${words} just now`);
      slack.resolve(await answer(method));
      expect(await approvals.refuseDecision(story.run._id, task, 'U0OKAFOR')).toBeNull();
    },
  );

  test('of somebody who is deactivated is refused a minute later at the latest', async () => {
    let isGone = false;
    const directory = open(async (method) =>
      method === 'users.info' ? { user: { deleted: isGone } } : { users: ['U0OKAFOR'] },
    );
    const nothing = async () => ({ refused: 'nobody decides here' });
    const deps = { roles: directory.roles, findRun: async () => story.run, applyEvent: nothing };
    const ask = () => createApprovals(deps).refuseDecision(story.run._id, task, 'U0OKAFOR');
    expect(await ask()).toBeNull();
    isGone = true;
    directory.pass(60_001);
    expect((await ask())?.refused).toMatch(/not active/);
  });

  test('and an acknowledgement are not made on a guess', async () => {
    const desk = await openDesk(() => ({ status: 503 }));
    expect(await createPages(desk.deps).acknowledge(desk.run()._id, 'sla-run', 'U0OKAFOR')).toEqual({
      refused: expect.stringMatching(/^Slack could not be asked .* Try again in a moment\.$/),
    });
    expect(desk.run()).toBe(story.run);
  });
});
