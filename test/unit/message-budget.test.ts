import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitBlocks } from '../../src/slack/budget/fit-blocks.ts';
import type { Block } from '../../src/slack/budget/fitted.ts';
import { MESSAGE_BUDGET } from '../../src/slack/budget/limits.ts';
import { message } from '../../src/slack/budget/message.ts';
import { createCrewlineCommand } from '../../src/slack/crewline-command.ts';
import { buildCrewBulletins } from '../../src/slack/disruptions/bulletin-card.ts';
import { fitFormReply, fitReply } from '../../src/slack/kit/answer.ts';
import type { HandlerDeps } from '../../src/slack/kit/handler-deps.ts';
import { buttons, section } from '../../src/slack/kit/parts.ts';
import { buildRunCard } from '../../src/slack/runs/run-card.ts';
import { buildTimeline, takeEvents } from '../../src/slack/runs/timeline.ts';
import { cut } from '../../src/slack/words/mrkdwn.ts';
import { exampleOf } from '../support/audit-examples.ts';
import {
  EVERY_BUILDER,
  manyDisruptions,
  manyUnplaced,
  type View,
  type World,
} from '../support/every-message.ts';
import { createFakeManagement, makeCrewDay, makeJob } from '../support/management.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { readCard } from '../support/read-card.ts';
import { checkBlocks, checkView, countCharacters, isTooLong } from '../support/slack-limits.ts';
import {
  demoAgency as agency,
  awaitApproval,
  giveToCrew,
  later,
  START,
  tell,
} from '../support/slack-runs.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    ...['', '   ', '\u200b\u2060', '\ufeff'],
    ...[
      '👩‍👩‍👧‍👦'.repeat(900),
      '<'.repeat(4_000),
      '&'.repeat(4_000),
      '&amp;'.repeat(900),
      'שלום '.repeat(900),
    ],
    ...['<!channel> <@U9EVIL> <https://x|y>'.repeat(90), 'long road '.repeat(400), 'é\u0301'.repeat(900)],
  ),
);
const world: fc.Arbitrary<World> = fc.record({
  text,
  reason: text,
  count: fc.constantFrom(0, 1, 48, 150),
});

/** What Slack would refuse of a message or a view. */
function problemsOf(built: { text?: string; blocks?: readonly object[] } | View): unknown[] {
  if ('type' in built) return checkView(built);
  const { text: words = '', blocks } = built;
  const problems: unknown[] = [...(blocks ? checkBlocks(blocks) : [])];
  if (isTooLong(blocks)) problems.push(`${countCharacters(blocks)} characters`);
  if (words.trim() === '' || words.length > 3_500) problems.push(`a text of ${words.length}`);
  return problems;
}

describe('every message, form and Home tab', () => {
  test('is among those that are tried here', () => {
    const built = listSources('src/slack')
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^export (?:async )?function (build\w+)/gm)])
      .map(([, name = '']) => name);
    // No message by itself: a line, blocks of a list that a command answers with, a picture, the app's own description.
    const others = ['buildTimelineLine', 'buildDisruptionList', 'buildPlanChart', 'buildManifest'];
    expect(built.filter((name) => !others.includes(name) && !(name in EVERY_BUILDER))).toEqual([]);
  });

  test.each(Object.keys(EVERY_BUILDER))(
    '%s makes nothing that Slack would refuse',
    { timeout: 30_000 },
    (name) => {
      fc.assert(
        fc.property(world, (given) => {
          for (const built of EVERY_BUILDER[name]!(given).flat()) {
            if (built) expect(problemsOf(built)).toEqual([]);
          }
        }),
        { numRuns: 8 },
      );
    },
  );
});

describe('every answer to a command', () => {
  const commands = readFileSync('src/slack/crewline-command.ts', 'utf8');
  const [, listed = ''] = /SUBCOMMANDS[^{]*\{([\s\S]*?)\n\};/.exec(commands) ?? [];
  const names = [...listed.matchAll(/^ {2}(\w+)[:,]/gm)].map(([, name = '']) => name);
  // `plan` is a picture with a text that is cut to Slack's limit on one: see crew-commands.test.ts.
  const told = names.filter((name) => name !== 'plan');

  test('is tried here', () => {
    expect(names).toContain('help');
    expect(names).toContain('crews');
  });

  test.each(['', 'nonsense', 'show R-1', 'absent list', 'rain list', 'list all', ...told])(
    '“/crewline %s” is answered with what Slack takes',
    { timeout: 30_000 },
    async (typed) => {
      await fc.assert(
        fc.asyncProperty(world, async (given) => {
          const reply = await askIn(given, typed);
          if (!reply) return;
          const parts = fitReply(reply);
          expect(parts.length).toBeLessThanOrEqual(4);
          for (const part of parts) expect(problemsOf(part)).toEqual([]);
        }),
        // A picture takes its time.
        { numRuns: typed === 'plan' ? 2 : 6 },
      );
    },
  );

  test('of 21,768 characters comes in several messages, and says all of it', async () => {
    const lines = Array.from({ length: 119 }, (_, index) => `Crew ${index}: ${'load '.repeat(35)}`);
    const parts = fitReply({ text: 'Crews', blocks: lines.map(section) });
    expect(parts.length).toBeGreaterThan(1);
    const told = JSON.stringify(parts);
    for (const line of lines) expect(told).toContain(line.slice(0, 9));
  });

  test('that is more than anybody reads ends with how much is left, and where it is', () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `line ${index}`.padEnd(60, '.')).join('\n');
    const parts = fitReply({ text, rest: '`/crewline list 2`' });
    expect(parts).toHaveLength(4);
    expect(JSON.stringify(parts.at(-1))).toMatch(/… and \d+ more lines: `\/crewline list 2`/);
  });

  test('to a form is one that Slack takes', () => {
    fc.assert(
      fc.property(text, (words) => {
        const refused = fitFormReply('Edit crew', { refused: words });
        if (refused.response_action === 'update') expect(checkView(refused.view)).toEqual([]);
        expect(fitFormReply('Edit crew', { errors: { one: words } })).toMatchObject({
          response_action: 'errors',
        });
      }),
    );
  });
});

describe('what matters most survives', () => {
  const { run, audit } = tell(awaitApproval('R-1'), (found) => found, later(48 * 60));

  test('48 steps that missed their deadline leave a card that can be read', () => {
    const [page] = Object.values(run.escalations);
    const escalations = Object.fromEntries(
      Array.from({ length: 48 }, (_, index) => [`sla-${index}`, { ...page!, key: `sla-${index}` }]),
    );
    const card = readCard(buildRunCard({ ...run, escalations }, agency, later(49 * 60)));
    expect(card).toContain('(48 times)');
    expect(card).toContain('5th & Main');
  });

  test('a thread tells all its news, in as many replies as it takes, down to the last', () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      exampleOf('notice.posted', { text: 'long '.repeat(90) }, index),
    );
    const events = [...many, { ...audit.at(-1)!, seq: 99 }];
    let [rest, replies] = [events, 0];
    for (; rest.length > 0; replies += 1) {
      const taken = takeEvents(rest, run, agency);
      const reply = buildTimeline(taken, run, agency);
      expect(reply && isTooLong(reply.blocks)).toBe(false);
      expect(readCard(reply)).not.toContain('more line');
      rest = rest.slice(taken.length);
    }
    expect(replies).toBeGreaterThan(1);
  });

  test.each([42, 600])('a crew that lost %i jobs hears of each, as far as five messages go', (count) => {
    const changes = Array.from({ length: count }, (_, index) => ({
      ...{ orderId: `R-${index}`, title: `${index} ${'Long Road '.repeat(20)}`, kind: 'lost' as const },
      ...{
        cause: 'Crew North is absent '.repeat(20),
        to: null,
        from: { start: later(60), end: later(90) },
      },
    }));
    const parts = buildCrewBulletins({ crewId: 'north' }, changes, agency, START);
    const told = JSON.stringify(parts);
    const missing = changes.filter(({ orderId }) => !told.includes(`\`${orderId}\``));
    expect(parts.length).toBeLessThanOrEqual(5);
    if (count === 42) expect(missing).toEqual([]);
    else if (missing.length > 0) expect(told).toMatch(/… and \d+ more lines: `\/crewline plan north`/);
  });

  test('what can be pressed stays, and so does the beginning', () => {
    const press = buttons([{ actionId: 'one', label: 'Approve', value: 'R-1' }]);
    const lines = Array.from({ length: 80 }, (_, index) => section(`${index} ${'word '.repeat(80)}`));
    const { blocks } = message(
      'Decision needed',
      [section('*Decision needed*'), ...lines, ...press],
      '`/crewline show R-1`',
    );
    expect(checkBlocks(blocks)).toEqual([]);
    expect(JSON.stringify(blocks[0])).toContain('Decision needed');
    expect(blocks.at(-1)?.type).toBe('actions');
    expect(JSON.stringify(blocks)).toMatch(/… and \d+ more lines: `\/crewline show R-1`/);
  });

  test('what fits is left as it is', () => {
    const blocks = [section('one'), section('two')];
    expect(fitBlocks(blocks, MESSAGE_BUDGET)).toEqual(blocks);
  });

  test('any blocks at all come out as Slack takes them', () => {
    const block = fc.oneof(
      text.map(section),
      text.map((words): Block => ({ type: 'header', text: { type: 'plain_text', text: words } })),
      text.map((words): Block => ({ type: 'context', elements: [{ type: 'mrkdwn', text: words }] })),
      fc.array(text, { maxLength: 14 }).map(
        (words): Block => ({
          type: 'section',
          fields: words.map((one) => ({ type: 'mrkdwn', text: one })),
        }),
      ),
      fc.array(text, { minLength: 1, maxLength: 30 }).map((words) => ({
        ...buttons(words.map((label) => ({ actionId: 'one', label, value: 'R-1' })))[0]!,
      })),
      fc.constant<Block>({ type: 'divider' }),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 90 }), text, (blocks, words) => {
        expect(problemsOf(message(words, blocks))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

test('a text is cut by what Slack counts, never inside what a reader sees as one', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 200 }), (words, limit) => {
      const shown = cut(words, limit);
      expect(shown.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : '&lt;')).length).toBeLessThanOrEqual(
        limit,
      );
      if (shown !== words) expect(shown.endsWith('…')).toBe(true);
    }),
  );
  expect(cut('ab👩‍👩‍👧‍👦cd', 8)).toBe('ab…');
  expect(cut('see <@U0CHEN> now', 14)).toBe('see …');
});

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** What a person of the agency is answered in that world. */
function askIn(given: World, typed: string) {
  // As long as an order keeps it.
  const title = cut(given.text, 80);
  const { story, order } = giveToCrew(awaitApproval('R-1', given.text.trim() || 'hole'));
  const jobs = Array.from({ length: Math.min(given.count, 60) }, (_, index) =>
    makeJob(`R-${index}`, title, [20, 170]),
  );
  const absences = [{ start: START, end: later(60), reason: given.reason.slice(0, 200) }];
  const days = Array.from({ length: Math.min(given.count, 300) }, (_, index) =>
    makeCrewDay(`c${index}`, title, { jobs: index < 10 ? jobs : [], absences }),
  );
  const disruptions = [...manyDisruptions(given, 'absence'), ...manyDisruptions(given, 'closure')];
  const definition = { name: 'repairWorkflow', title: given.text, command: '/repair', input: {} };
  const definitions = new Map(
    Array.from({ length: Math.min(given.count, 400) }, (_, index) => [
      `w${index}`,
      { ...definition, name: `w${index}` },
    ]),
  );
  const { management } = createFakeManagement(
    { days, disruptions, unplaced: manyUnplaced(given), orders: new Map([[order._id, order]]) },
    {
      runs: {
        definitions: definitions as never,
        findDefinition: async () => null,
        find: async (id) => (id === 'R-1' ? story.run : null),
        list: async (_filter, limit) => Array.from({ length: limit ?? 16 }, () => story.run),
        listAudit: async () =>
          Array.from({ length: Math.min(given.count, 200) }, () =>
            exampleOf('notice.posted', { text: given.reason }),
          ),
        cancel: async () => ({ refused: given.reason }),
        retry: async () => ({ refused: given.reason }),
      },
      work: { find: async () => order },
    },
  );
  const deps: HandlerDeps = {
    ...{ management, client: { apiCall: async () => ({ ok: true }) }, log: createMemoryLog() },
    roles: {
      ...{ askMember: async () => 'yes', askActive: async () => 'yes', askMembership: async () => 'member' },
      seemsMember: async () => true,
    },
    ...{ agency: { ...agency, districts: [] }, clock: { now: () => later(220) } },
  };
  const call = { text: typed, userId: 'U0CHEN', userName: 'x', channel: 'C0DISPATCH', triggerId: '1.2.3' };
  return createCrewlineCommand(deps)(call);
}
