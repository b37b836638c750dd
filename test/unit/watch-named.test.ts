import { expect, test } from 'vitest';
import { createNamedWatch } from '../../src/app/watch-named.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { demoAgency } from '../support/slack-runs.ts';

test('a channel, a person and a group that are named and not there are told in the log and as a doubt', async () => {
  const [role, ...roles] = demoAgency.roles;
  const agency = { ...demoAgency, roles: [{ ...role!, userGroup: 'S0NOBODY' }, ...roles] };
  const log = createMemoryLog();
  const answer = async (method: string, options: Record<string, unknown> = {}): Promise<object> => {
    const missing = [options.channel, options.user, options.usergroup].find((name) =>
      ['C0DISPATCH', 'U0CHEN', 'S0NOBODY'].includes(String(name)),
    );
    const error = { channel: 'channel_not_found', user: 'user_not_found', usergroup: 'no_such_subteam' };
    const [kind = 'channel'] = Object.keys(options);
    if (missing)
      throw Object.assign(new Error(method), { data: { error: error[kind as keyof typeof error] } });
    return { channel: { name: 'x', is_member: true }, user: { name: 'x' }, users: ['U0LIND'] };
  };
  const watch = createNamedWatch({ client: { apiCall: answer }, agency, definitions: [], log }, 0);
  watch.start();
  // The start goes on meanwhile.
  expect(watch.describe()).toBeNull();
  await expect.poll(() => watch.describe()).toContain('Channel C0DISPATCH');
  watch.stop();
  expect(watch.describe()).toMatch(/U0CHEN .*S0NOBODY/);
  const told = log.entries.filter(({ message }) => message === 'What the files name is not there in Slack');
  expect(told.map(({ level }) => level)).toEqual(['error', 'error', 'error']);
  expect(told.map(({ fields }) => String(fields.remedy)).every((remedy) => remedy.length > 10)).toBe(true);
});
