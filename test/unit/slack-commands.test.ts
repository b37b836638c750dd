import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import { createApproveAction, createRejectAction } from '../../src/slack/approvals/decide.ts';
import { createCrewlineCommand } from '../../src/slack/crewline-command.ts';
import { answerInTime, guard } from '../../src/slack/kit/guard.ts';
import type { HandlerDeps } from '../../src/slack/kit/handler-deps.ts';
import { buildManifest, listLeftOut } from '../../src/slack/manifest.ts';
import { createWorkflowCommand, startUnknownCommand } from '../../src/slack/runs/starting/start-run.ts';
import { createStartSubmission } from '../../src/slack/runs/starting/submit-start.ts';
import { createDoneSubmission } from '../../src/slack/work/submit-report.ts';
import { type Acts, createFakeManagement } from '../support/management.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { awaitApproval, demoAgency, repair } from '../support/slack-runs.ts';
import { systemClock } from '../support/system-clock.ts';

const { run } = awaitApproval('R-7K2M9QXA');

function makeDeps(acts: Acts = {}) {
  const apiCall = vi.fn(async (_method: string, _options?: Record<string, unknown>): Promise<object> => ({}));
  const begin = vi.fn(async () => ({ run, inserted: true }));
  const runs = {
    definitions: new Map([['repairWorkflow', repair]]),
    start: begin,
    find: async (id: string) => (id === run._id ? run : null),
    list: async () => [run],
    listAudit: async () => [],
    ...acts.runs,
  };
  const deps: HandlerDeps = {
    management: createFakeManagement({}, { ...acts, runs }).management,
    client: { apiCall },
    roles: {
      askMember: async () => 'yes',
      askActive: async () => 'yes',
      askMembership: async () => 'member',
      seemsMember: async () => true,
    },
    agency: demoAgency,
    clock: systemClock,
    log: createMemoryLog(),
  };
  return { deps, apiCall, begin };
}

const call = (text: string) => ({
  text,
  userId: 'U0RIVERA',
  userName: 'maya',
  channel: 'C0REQUESTS',
  triggerId: '1.2.3',
});

describe('a workflow’s own command', () => {
  test('starts with the text, keyed by the trigger', async () => {
    const { deps, begin } = makeDeps();
    const reply = await createWorkflowCommand(deps, repair)(call('5th & Main <!channel>'));
    expect(reply?.text).toContain(`\`${run._id}\``);
    expect(begin).toHaveBeenCalledWith({
      workflow: 'repairWorkflow',
      input: { text: '5th & Main <!channel>' },
      requester: { userId: 'U0RIVERA', name: 'maya' },
      origin: { kind: 'slack', channel: 'C0REQUESTS' },
      requestKey: 'slack:1.2.3',
    });
  });

  test('is answered at once with what was started and where its card comes; when many wait there, how long that takes', async () => {
    const answer = async (waiting: number) => {
      const { deps } = makeDeps({ messages: { countWaiting: async () => waiting } });
      return (await createWorkflowCommand(deps, repair)(call('5th & Main')))?.text ?? '';
    };
    const calm = await answer(3);
    expect(calm).toContain(`\`${run._id}\``);
    expect(calm).toContain('Its card comes in <#C0REQUESTS>. `/crewline show');
    expect(await answer(540)).toContain('in up to about 9 minutes: 540 messages wait for it');
  });

  test('is answered though nobody can say how many messages wait', async () => {
    const { deps } = makeDeps({ messages: { countWaiting: () => Promise.reject(new Error('away')) } });
    expect((await createWorkflowCommand(deps, repair)(call('5th & Main')))?.text).toContain(run._id);
  });

  test('opens the form without text', async () => {
    const { deps, apiCall, begin } = makeDeps();
    expect(await createWorkflowCommand(deps, repair)(call(''))).toBeNull();
    expect(begin).not.toHaveBeenCalled();
    expect(apiCall).toHaveBeenCalledWith('views.open', expect.objectContaining({ trigger_id: '1.2.3' }));
  });

  test('opens the form, prefilled, when more is required', async () => {
    const { deps, apiCall, begin } = makeDeps();
    const input = { ...repair.input, lamps: { type: 'number' as const, label: 'Lamps', required: true } };
    await createWorkflowCommand(deps, { ...repair, input })(call('dark street'));
    expect(begin).not.toHaveBeenCalled();
    expect(JSON.stringify(apiCall.mock.calls)).toContain('dark street');
  });

  test('says so when the trigger has run out', async () => {
    const { deps, apiCall } = makeDeps();
    apiCall.mockRejectedValueOnce({ data: { error: 'expired_trigger_id' } });
    const reply = await guard(deps.log, '/repair', () => createWorkflowCommand(deps, repair)(call('')));
    expect(reply?.text).toContain('open it again');
  });

  test('the form’s submission starts the same request once', async () => {
    const { deps, begin, apiCall } = makeDeps();
    const metadata = JSON.stringify({
      workflow: 'repairWorkflow',
      channel: 'C0REQUESTS',
      requestKey: 'slack:9',
    });
    const values = { text: { value: { value: 'Hole' } } };
    const submit = createStartSubmission(deps);
    expect(await submit({ values, metadata, userId: 'U0RIVERA', userName: 'maya' })).toBeNull();
    expect(begin).toHaveBeenCalledWith(
      expect.objectContaining({ requestKey: 'slack:9', input: { text: 'Hole' } }),
    );
    expect(apiCall.mock.calls.map(([method, told]) => [method, told?.channel, told?.user])).toEqual([
      ['chat.postEphemeral', 'C0REQUESTS', 'U0RIVERA'],
    ]);
    expect(String(apiCall.mock.calls[0]?.[1]?.text)).toContain(run._id);
    expect(await submit({ values: {}, metadata, userId: 'U0RIVERA', userName: 'maya' })).toHaveProperty(
      'errors.text',
    );
    expect(await submit({ values, metadata: '{', userId: 'U0RIVERA', userName: 'maya' })).toHaveProperty(
      'refused',
    );
  });
});

describe('a command that this process does not know', () => {
  test('starts what another process has loaded, while a new version is rolled out', async () => {
    const elsewhere = { ...repair, name: 'floodWorkflow', command: '/flood' };
    const { deps, begin } = makeDeps({
      runs: { findDefinition: async (word) => (word === '/flood' ? elsewhere : null) },
    });
    expect((await startUnknownCommand(deps, '/flood', call('5th & Main')))?.text).toContain(run._id);
    expect(begin).toHaveBeenCalledWith(expect.objectContaining({ workflow: 'floodWorkflow' }));
  });

  test('is answered with words when nobody has it', async () => {
    const { deps, begin } = makeDeps();
    const reply = await startUnknownCommand(deps, '/flood', call('5th & Main'));
    expect(reply?.text).toContain('`/flood`');
    expect(begin).not.toHaveBeenCalled();
  });
});

describe('/crewline', () => {
  const ask = async (text: string, runs: Acts['runs'] = {}) =>
    (await createCrewlineCommand(makeDeps({ runs }).deps)(call(text)))?.text ?? '';

  test.each([
    ['', '/crewline start'],
    ['help', '`repairWorkflow`'],
    ['?', '*What you can do*'],
    ['--help', '*What you can do*'],
    ['lsit', 'did you mean "list"?'],
    ['<!channel>', '&lt;!channel&gt;'],
    ['start', 'Say which workflow'],
    ['start repairWorkflw x', 'did you mean "repairWorkflow"?'],
    ['list', 'R-7K2M9QXA'],
    ['list yours', 'is none of them'],
    ['list open 0', 'is none of them'],
    ['list open two', 'is none of them'],
    ['list 1 2', 'is none of them'],
    ['show', 'Say which request'],
    ['show R-NONE', 'There is no request R-NONE'],
    ['show r-7k2m9qxa', 'Waits for a decision by a Supervisor'],
    ['cancel', 'Say which request'],
    ['retry', 'Say which request'],
    ['retry R-NONE', 'There is no request R-NONE'],
    ['toString', 'is not something'],
  ])('%s', async (text, expected) => expect(await ask(text)).toContain(expected));

  test('helps each with what they may do', async () => {
    const { deps } = makeDeps();
    const { operators, crews } = deps.agency;
    const helpFor = async (userId: string) =>
      (await createCrewlineCommand(deps)({ ...call('help'), userId }))?.text ?? '';
    const absent = '`/crewline absent CREW FROM';
    expect(await helpFor(operators[0]!)).toMatch(/crews edit NAME.*absent CREW FROM.*rain DISTRICT UNTIL/s);
    expect(await helpFor(crews[0]!.lead)).toContain(absent);
    expect(await helpFor(crews[0]!.lead)).not.toMatch(/crews edit NAME|rain DISTRICT/);
    expect(await helpFor('U0STRANGER')).not.toMatch(/crewline absent|crewline rain/);
  });

  test('lists a run that has nothing but coordinates to say by them', async () => {
    const at = { ...run, input: { text: '39.7817, -89.6501' } };
    expect(await ask('list', { list: async () => [at] })).toContain('39.7817, -89.6501');
  });

  test('lists further runs a page at a time', async () => {
    const all = Array.from({ length: 34 }, (_, index) => ({ ...run, _id: `R-${index + 1}` }));
    const list: ManagementLayer['runs']['list'] = async (_filter, limit, skip = 0) =>
      all.slice(skip, skip + limit);
    const first = await ask('list', { list });
    expect(first.split('\n')).toHaveLength(16);
    expect(first).toContain('Older ones: `/crewline list open 2`');
    const last = await ask('list 3', { list });
    expect(last).toContain('`R-34`');
    expect(last).not.toMatch(/`R-30`|Older ones/);
    expect(await ask('list mine 4', { list })).toBe('There is no page 4: see `/crewline list mine`.');
  });

  test('retries for the requester and for operators only, or says why not', async () => {
    const retry = vi.fn(async () => ({ run }));
    const refuse = vi.fn(async () => ({ refused: 'R-7K2M9QXA has no step that waits for a retry.' }));
    const askAs = async (userId: string, runs: NonNullable<Acts['runs']>) => {
      const command = createCrewlineCommand(makeDeps({ runs }).deps);
      return (await command({ ...call('retry r-7k2m9qxa'), userId }))?.text;
    };
    expect(await askAs('U0RIVERA', { retry })).toBe('R-7K2M9QXA is trying again.');
    expect(await askAs('U0CHEN', { retry })).toBe('R-7K2M9QXA is trying again.');
    expect(retry.mock.calls).toEqual([
      ['R-7K2M9QXA', 'U0RIVERA'],
      ['R-7K2M9QXA', 'U0CHEN'],
    ]);
    expect(await askAs('U0SANTOS', { retry })).toMatch(/^Only the requester/);
    expect(retry).toHaveBeenCalledTimes(2);
    expect(await askAs('U0RIVERA', { retry: refuse })).toMatch(/no step that waits/);
  });

  test('cancels, or says why not', async () => {
    const cancel = vi.fn(async () => ({ refused: 'Only the requester may.' }));
    expect(await ask('cancel R-7K2M9QXA asked twice', { cancel })).toBe('Only the requester may.');
    expect(cancel).toHaveBeenCalledWith('R-7K2M9QXA', 'U0RIVERA', 'asked twice');
  });
});

describe('buttons', () => {
  const click = (value: unknown) => ({ value, userId: 'U0LIND', triggerId: '1.2' });

  test('a decision is passed on, a refusal comes back', async () => {
    const decide = vi.fn(async () => ({ refused: 'Already approved by U0OKAFOR.', actor: 'U0OKAFOR' }));
    const { deps } = makeDeps({ approvals: { decide } });
    const reply = await createApproveAction(deps)(click('R-7K2M9QXA|humanApproval'));
    expect(reply?.text).toBe('Already approved by <@U0OKAFOR>.');
  });

  test('the reason is asked of those only who may decide', async () => {
    const { deps, apiCall } = makeDeps({
      approvals: { refuseDecision: async () => ({ refused: 'Only supervisors decide.' }) },
    });
    const reply = await createRejectAction(deps)(click('R-7K2M9QXA|humanApproval'));
    expect(reply?.text).toBe('Only supervisors decide.');
    expect(apiCall).not.toHaveBeenCalled();
  });

  test.each([undefined, 'nonsense', 'R-1|x|y'])('a malformed value %j is answered', async (value) => {
    expect((await createApproveAction(makeDeps().deps)(click(value)))?.text).toContain('cannot be read');
  });

  test('a cost that is no amount is refused at its field', async () => {
    const submission = {
      values: { actualCost: { value: { value: 'a lot' } } },
      metadata: JSON.stringify({ runId: run._id, reference: '' }),
      userId: 'U0SANTOS',
      userName: 'luis',
    };
    expect(await createDoneSubmission(makeDeps().deps)(submission)).toHaveProperty('errors.actualCost');
  });
});

describe('guard', () => {
  test('an AppError speaks for itself, anything else gets a number that is in the log', async () => {
    const log = createMemoryLog();
    const known = new AppError('x', { code: 'x', userMessage: 'Do this.' });
    expect(await guard(log, 'test', () => Promise.reject(known))).toEqual({ text: 'Do this.' });
    const reply = (await guard(log, 'test', () => Promise.reject(new Error('secret detail')))) as {
      text: string;
    };
    expect(reply.text).not.toContain('secret');
    const errorId = log.entries.at(-1)?.fields.errorId;
    expect(reply.text).toContain(String(errorId));
  });

  test('slow work is acknowledged in time and answered late', async () => {
    vi.useFakeTimers();
    const said: unknown[] = [];
    const slow = new Promise<string>((resolve) => setTimeout(() => resolve('done'), 5_000));
    const answered = answerInTime(
      slow,
      async (answer) => void said.push(['ack', answer]),
      async (answer) => void said.push(['late', answer]),
    );
    await vi.advanceTimersByTimeAsync(2_500);
    expect(said).toEqual([['ack', null]]);
    await vi.advanceTimersByTimeAsync(3_000);
    await answered;
    vi.useRealTimers();
    expect(said).toEqual([
      ['ack', null],
      ['late', 'done'],
    ]);
  });
});

test('the manifest has every command, the scopes and the mode', () => {
  const socket = JSON.stringify(buildManifest({ definitions: [repair], mode: 'socket' }));
  expect(socket).toContain('"/crewline"');
  expect(socket).toContain('"/repair"');
  expect(socket).toContain('"socket_mode_enabled":true');
  expect(socket).not.toContain('url');
  const http = buildManifest({
    definitions: [repair],
    mode: 'http',
    requestUrl: 'https://x.example/slack/events',
  });
  expect(JSON.stringify(http).match(/x\.example/g)).toHaveLength(4);
});

test('commands that Slack has no room for are named', () => {
  const definitions = Array.from({ length: 60 }, (_, index) => ({ ...repair, command: `/r${index + 10}` }));
  const { features } = buildManifest({ definitions, mode: 'socket' }) as {
    features: { slash_commands: unknown[] };
  };
  expect(features.slash_commands).toHaveLength(50);
  expect(listLeftOut(definitions)).toHaveLength(11);
  expect(listLeftOut([repair])).toEqual([]);
});
