import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { WorkflowDefinition } from '../../src/core/definition/workflow-definition.ts';
import { isUnclearRequest } from '../../src/management/judge-request.ts';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { fitReply } from '../../src/slack/kit/answer.ts';
import type { Reply } from '../../src/slack/kit/guard.ts';
import type { HandlerDeps } from '../../src/slack/kit/handler-deps.ts';
import { createFileAnywayAction, createOpenStartAction } from '../../src/slack/runs/starting/ask-back.ts';
import { createWorkflowCommand } from '../../src/slack/runs/starting/start-run.ts';
import { createStartSubmission } from '../../src/slack/runs/starting/submit-start.ts';
import { createFakeManagement } from '../support/management.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { checkBlocks } from '../support/slack-limits.ts';
import { awaitApproval, demoAgency, repair } from '../support/slack-runs.ts';
import { systemClock } from '../support/system-clock.ts';

const { run } = awaitApproval('R-7K2M9QXA');

function make(definition: WorkflowDefinition = repair) {
  const apiCall = vi.fn(async (_method: string, _options?: object): Promise<object> => ({}));
  const start = vi.fn(async () => ({ run, inserted: true }));
  const { management } = createFakeManagement(
    {},
    {
      runs: {
        definitions: new Map([[definition.name, definition]]),
        isUnclear: async (asked, text) => isUnclearRequest(demoAgency, asked, text),
        start,
      },
    },
  );
  const deps: HandlerDeps = {
    ...{ management, client: { apiCall }, log: createMemoryLog(), agency: demoAgency, clock: systemClock },
    roles: {
      ...{ askMember: async () => 'yes', askActive: async () => 'yes' },
      ...{ askMembership: async () => 'member', seemsMember: async () => true },
    },
  };
  const by = { userId: 'U0RIVERA', userName: 'maya', channel: 'C0REQUESTS', triggerId: '1.2.3' };
  const type = (text: string) => createWorkflowCommand(deps, definition)({ ...by, text });
  return { deps, apiCall, start, type, by };
}

function buttonsOf(reply: Reply | null): Map<string, string> {
  expect(checkBlocks(reply?.blocks)).toEqual([]);
  const elements = (reply?.blocks ?? []).flatMap((block) => (block.type === 'actions' ? block.elements : []));
  return new Map(
    elements.flatMap((element) =>
      element.type === 'button' ? [[element.action_id ?? '', element.value ?? '']] : [],
    ),
  );
}

describe('a start command', () => {
  test.each(['help', 'HELP', '?', '/?', '--help', '-h', 'help!', '"help"', 'ayuda', 'what?', '!!!'])(
    'answers “%s” with its help, and files nothing',
    async (text) => {
      const { type, start, apiCall } = make();
      const said = (await type(text))?.text ?? '';
      expect(said).toContain('Pothole repair');
      expect(said).toContain('5th & Main, deep hole');
      expect(said).toMatch(/[.!?] Nothing has been filed\./);
      expect(start).not.toHaveBeenCalled();
      expect(apiCall).not.toHaveBeenCalled();
    },
  );

  test.each([
    'x',
    'asdf',
    'test',
    'hello there',
    'please come quickly',
    'lorem ipsum dolor',
    'it is really bad again',
  ])('asks back about “%s”, which names no thing and no place', async (text) => {
    const { type, start, by, deps } = make();
    const reply = await type(text);
    expect(reply?.text).toContain(text);
    expect(start).not.toHaveBeenCalled();
    const value = buttonsOf(reply).get(ACTION.fileAnyway);
    const click = { ...by, value };
    expect((await createFileAnywayAction(deps)(click))?.text).toContain('`R-7K2M9QXA`');
    await createFileAnywayAction(deps)(click);
    expect(start.mock.calls).toEqual(
      [1, 2].map(() => [
        {
          workflow: 'repairWorkflow',
          input: { text },
          requester: { userId: 'U0RIVERA', name: 'maya' },
          origin: { kind: 'slack', channel: 'C0REQUESTS' },
          requestKey: 'slack:1.2.3',
        },
      ]),
    );
  });

  test('opens its form with what was typed, as another request than the one asked back about', async () => {
    const { type, by, deps, apiCall } = make();
    const value = buttonsOf(await type('asdf')).get(ACTION.openStartForm);
    await createOpenStartAction(deps)({ ...by, value });
    const [, options] = apiCall.mock.calls[0] ?? [];
    expect(JSON.stringify(options)).toContain('asdf');
    expect(JSON.stringify(options)).toContain('slack:1.2.3:form');
  });

  test('gives every opening of a form a key of its own: what two of them send are two reports', async () => {
    const { type, by, deps, apiCall } = make();
    const value = buttonsOf(await type('asdf')).get(ACTION.openStartForm);
    for (const triggerId of ['5.5', '6.6', '6.6'])
      await createOpenStartAction(deps)({ ...by, triggerId, value });
    const keys = apiCall.mock.calls.map(([, options]) => /slack:[^"\\]+/.exec(JSON.stringify(options))?.[0]);
    expect(keys).toEqual(['slack:5.5:form', 'slack:6.6:form', 'slack:6.6:form']);
  });

  test.each(['x'.repeat(12_000), 'deep hole\n'.repeat(500)])(
    'gives back whole what is refused',
    async (text) => {
      const { type, start } = make();
      const userMessage = 'Pothole repair cannot start: it is too long.';
      start.mockRejectedValueOnce(new AppError('bad', { code: 'run.badInput', userMessage }));
      const reply = await type(text);
      const told = fitReply(reply ?? { text: '' })
        .map((part) => JSON.stringify(part.blocks))
        .join('');
      expect(told).toContain('Nothing has been filed');
      const letter = text.slice(0, 1);
      const count = (said: string) =>
        said.replace(/type|text|mrkdwn|Pothole|repair/g, '').split(letter).length;
      expect(count(told)).toBeGreaterThanOrEqual(count(text));
    },
  );

  test('keeps its form open with what was typed when the start is refused', async () => {
    const { deps, start } = make();
    const userMessage = 'Pothole repair cannot start: there is no such place.';
    start.mockRejectedValueOnce(new AppError('bad', { code: 'run.badInput', userMessage }));
    const metadata = JSON.stringify({ workflow: 'repairWorkflow', channel: null, requestKey: 'slack:9' });
    const values = { text: { value: { value: 'Hole' } } };
    const submission = { values, metadata, userId: 'U0RIVERA', userName: 'maya' };
    expect(await createStartSubmission(deps)(submission)).toEqual({
      errors: { text: `${userMessage} Nothing has been filed.` },
    });
  });

  test('shows a text whole that is too long for a button', async () => {
    const text = 'blah '.repeat(700);
    const { type, start } = make();
    const reply = await type(text);
    expect(reply?.text.replace(/\n>/g, '')).toContain(text.trim());
    expect(start).not.toHaveBeenCalled();
  });

  test('does not ask back about what is not taken anyway', async () => {
    const { type, start } = make();
    await type('x'.repeat(5_000));
    expect(start).toHaveBeenCalledTimes(1);
  });

  test.each([
    'deep hole',
    'pothole',
    '5th & Main',
    '12 Oak',
    'Elm and Main',
    'something broken near the library',
    '39.8123, -89.6501',
    'water everywhere on Birch Lane',
    'Hay un bache enorme en la calle Ocho',
    'حفرة عميقة في شارع ٧',
    'North Yard, the gate',
    'I-80 northbound',
    'bridge on US 66',
    'help, a man is stuck in the manhole',
  ])('files “%s” at once', async (text) => {
    const { type, start } = make();
    expect((await type(text))?.text).toContain('R-7K2M9QXA');
    expect(start).toHaveBeenCalledTimes(1);
  });

  test('asks of work that is no report for one word only', async () => {
    const steps = repair.steps.filter(({ kind }) => kind === 'role');
    const { type, start } = make({ ...repair, steps });
    expect(buttonsOf(await type('x')).size).toBe(2);
    expect((await type('holiday on'))?.text).toContain('R-7K2M9QXA');
    expect(start).toHaveBeenCalledTimes(1);
  });
});

describe('a form that Slack does not open', () => {
  const limited = Object.assign(new Error('limited'), { retryAfter: 7 });
  const refusals: [string, Error, RegExp][] = [
    ['limited', limited, /limits how many.*wait 7 s/],
    ['too late', Object.assign(new Error('x'), { data: { error: 'expired_trigger_id' } }), /three seconds/],
    [
      'out of scope',
      Object.assign(new Error('x'), { data: { error: 'missing_scope' } }),
      /missing_scope.*administrator/,
    ],
    [
      'not taken',
      Object.assign(new Error('x'), { data: { error: 'invalid_arguments' } }),
      /invalid_arguments/,
    ],
    ['down', Object.assign(new Error('x'), { statusCode: 503 }), /did not say whether/],
    ['unreachable', new Error('socket hang up'), /did not say whether/],
  ];
  test.each(refusals)(
    'is told by what it was, with a button that opens it again: %s',
    async (_what, error, words) => {
      const { type, by, deps, apiCall } = make();
      apiCall.mockRejectedValueOnce(error);
      const reply = await type('');
      expect(reply?.text).toMatch(words);
      expect(reply?.text).toContain('Nothing was changed');
      const value = buttonsOf(reply).get(ACTION.openStartForm);
      expect(await createOpenStartAction(deps)({ ...by, value })).toBeNull();
      expect(apiCall).toHaveBeenCalledTimes(2);
      expect(apiCall).toHaveBeenLastCalledWith(
        'views.open',
        expect.objectContaining({ trigger_id: '1.2.3' }),
      );
    },
  );
});
