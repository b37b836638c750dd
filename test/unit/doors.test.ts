import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, test, vi } from 'vitest';
import type { Right } from '../../src/core/agency/rights.ts';
import { guardRoute } from '../../src/http/guard-route.ts';
import { createHealthRoutes } from '../../src/http/health-routes.ts';
import { createRosterRoutes } from '../../src/http/roster-routes.ts';
import { createRunRoutes } from '../../src/http/run-routes.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import { findCrewlineGate, SUBCOMMANDS } from '../../src/slack/crewline-command.ts';
import { ACTION_DOORS, EVENT_DOORS, VIEW_DOORS } from '../../src/slack/doors.ts';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { listRegistered, type Visitor, visit, type WalkedDoor } from '../support/doors.ts';
import { demoAgency } from '../support/slack-runs.ts';

const OTHER = 'T0ELSEWHERE';
const REQUESTER = 'U0RIVERA';
const LEAD = demoAgency.crews[0]!.lead;
const OPERATOR = demoAgency.operators[0]!;

/** What may follow each command: its subcommands with something behind them, nothing, and what it cannot do. */
const TEXTS = [
  '',
  'nonsense north',
  ...Object.keys(SUBCOMMANDS).flatMap((name) => [name, `${name} north tomorrow`, `${name.toUpperCase()} x`]),
];

const registered = listRegistered();
const isOfPeople = ({ kind, id }: WalkedDoor) =>
  kind !== 'event' || EVENT_DOORS[id as keyof typeof EVENT_DOORS].right !== 'slack';
const walked: WalkedDoor[] = registered.filter(isOfPeople).flatMap((door) => {
  if (door.kind !== 'command') return door;
  const texts = door.id === '/crewline' ? TEXTS : ['', 'Main Street, deep hole'];
  return texts.map((text) => ({ ...door, text }));
});

/** The right that the tables name for a door; undefined when it stands in none. */
function findRight({ kind, id, text = '' }: WalkedDoor): Right | 'slack' | undefined {
  if (kind === 'command') return id === '/crewline' ? findCrewlineGate(text).right : 'member';
  const tables: Record<string, Record<string, { right: Right | 'slack' }>> = {
    action: ACTION_DOORS,
    view: VIEW_DOORS,
    event: EVENT_DOORS,
  };
  return tables[kind]?.[id]?.right;
}

/** Names that only insiders read. */
const NAMES = new RegExp([...demoAgency.crews, ...demoAgency.depots].map(({ name }) => name).join('|'));

async function expectRefused(door: WalkedDoor, visitor: Visitor, words: RegExp) {
  const { said, touched, called } = await visit(door, visitor);
  const what = `${door.kind} ${door.id} ${door.text ?? ''}`;
  expect({ what, touched }).toEqual({ what, touched: [] });
  expect({ what, said }).toEqual({ what, said: expect.stringMatching(words) });
  expect({ what, said }).toEqual({ what, said: expect.not.stringMatching(NAMES) });
  expect(called).not.toContain('views.open');
}

describe('every way in from Slack', () => {
  test('stands in a table with the right it asks for, and nothing else is registered', () => {
    expect(registered.length).toBeGreaterThan(25);
    for (const door of registered)
      expect({ door, right: findRight(door) }).toEqual({ door, right: expect.any(String) });
  });

  test('is registered in one file alone', () => {
    const files = readdirSync('src/slack', { recursive: true, encoding: 'utf8' });
    const registering = files
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        /\bapp\s*\.\s*(command|action|view|event|options|shortcut|message|use|function|assistant|step)\(/.test(
          readFileSync(join('src/slack', file), 'utf8'),
        ),
      );
    expect(registering).toEqual(['register-listeners.ts']);
  });

  const away = new Error('away');
  const strangers: [string, Visitor, RegExp][] = [
    ['is deactivated', { userId: OPERATOR, info: { deleted: true } }, /account is not active/],
    [
      'comes from another workspace',
      { userId: OPERATOR, request: { team: OTHER } },
      /not of the Slack workspace/,
    ],
    [
      'comes from another organisation',
      { userId: OPERATOR, request: { enterprise: 'E0OTHER' } },
      /not of the Slack workspace/,
    ],
    [
      'is of another workspace, in a shared channel',
      { userId: OPERATOR, request: { home: OTHER } },
      /not of the Slack workspace/,
    ],
    [
      'is of another workspace, as Slack says',
      { userId: OPERATOR, info: { team_id: OTHER } },
      /not of the Slack workspace/,
    ],
    [
      'is a stranger to Slack',
      { userId: OPERATOR, info: { is_stranger: true } },
      /not of the Slack workspace/,
    ],
    ['comes from no workspace', { userId: OPERATOR, request: { team: null } }, /not of the Slack workspace/],
    [
      'is a guest whom the agency does not name',
      { userId: 'U0GUEST', info: { is_restricted: true } },
      /guest/,
    ],
    ['is an app', { userId: OPERATOR, info: { is_bot: true } }, /Only people/],
    ['cannot be asked about', { userId: OPERATOR, info: away }, /Slack could not be asked/],
  ];
  test.each(strangers)('is shut to whoever %s', async (_what, visitor, words) => {
    // A command says which workspace it was typed in, not whose workspace its author is of: Slack says that.
    const doors = visitor.request?.home ? walked.filter(({ kind }) => kind !== 'command') : walked;
    for (const door of doors) await expectRefused(door, visitor, words);
  });

  test('is shut to members without its right, before anything they wrote is read', async () => {
    const shut = (rights: readonly string[]) =>
      walked.filter((door) => rights.includes(findRight(door) ?? ''));
    expect(shut(['dispatch']).length).toBeGreaterThan(8);
    for (const door of shut(['work', 'dispatch']))
      await expectRefused(door, { userId: REQUESTER }, /Only dispatch/);
    for (const door of shut(['dispatch'])) await expectRefused(door, { userId: LEAD }, /Only dispatch can/);
  });

  test('is open to whoever has its right', async () => {
    for (const door of walked) {
      const { said } = await visit(door, { userId: OPERATOR });
      expect(said).not.toMatch(/Only dispatch|not active|not of the Slack|guest|could not be asked/);
    }
  });

  test('acknowledges at once what only shows something, before anybody is asked anything', async () => {
    const showing = Object.entries(SUBCOMMANDS).filter(([, { heard }]) => heard === 'atOnce');
    expect(showing.map(([name]) => name)).toEqual(['help', 'list', 'show', 'crews', 'plan']);
    for (const text of ['', 'nonsense', ...showing.map(([name]) => `${name} R-1`)]) {
      const { doneBefore } = await visit({ kind: 'command', id: '/crewline', text }, { userId: OPERATOR });
      expect({ text, doneBefore }).toEqual({ text, doneBefore: [] });
    }
  });

  test.each([
    ['user_change', { kind: 'user', id: OPERATOR }],
    ['subteam_members_changed', { kind: 'group', id: 'S0SUPERS' }],
    ['subteam_updated', { kind: 'group', id: 'S0SUPERS' }],
  ])('tells every process what Slack says has changed: %s', async (id, change) => {
    const { announced, said } = await visit({ kind: 'event', id }, { userId: OPERATOR });
    expect(announced).toEqual([change]);
    expect(said).toBe('[[],[]]');
  });

  test('offers a form again that Slack did not open, with the button that was pressed', async () => {
    const text = JSON.stringify({ workflow: 'repairWorkflow', channel: null, requestKey: 'slack:1' });
    const unopened = Object.assign(new Error('limited'), { retryAfter: 3 });
    const { said } = await visit(
      { kind: 'action', id: ACTION.openStartForm, text },
      { userId: REQUESTER, unopened },
    );
    expect(said).toContain('wait 3 s');
    expect(JSON.parse(said)[0].at(-1).blocks.at(-1).elements).toMatchObject([
      { action_id: ACTION.openStartForm, value: text, text: { text: 'Open again' } },
    ]);
  });

  test('is open to guests whom the agency names', async () => {
    const guest = { userId: LEAD, info: { is_ultra_restricted: true } };
    const { touched } = await visit({ kind: 'command', id: '/crewline', text: 'absent' }, guest);
    expect(touched).not.toEqual([]);
  });
});

describe('every route of the HTTP API', () => {
  const touched = vi.fn(() => Promise.reject(new Error('nobody is to come so far')));
  const word = () => new Proxy({}, { get: () => touched });
  const management = { runs: word(), roster: word() } as unknown as ManagementLayer;
  const routes = [
    ...createRunRoutes(management, demoAgency),
    ...createRosterRoutes(management),
    ...createHealthRoutes({}, new Registry()),
  ];

  test('asks for the token, except those that tell how the process is', () => {
    const open = routes.filter(({ right }) => right === 'anybody').map(({ path }) => path);
    expect(open).toEqual(['/healthz', '/readyz', '/metrics']);
  });

  test.each([undefined, 'Bearer wrong', 'Basic dG9rZW4='])('is shut to “%s”', async (authorization) => {
    const request = { headers: { authorization } } as IncomingMessage;
    for (const route of routes.filter(({ right }) => right === 'token')) {
      const answered = guardRoute(route, 'token-for-the-tests').handle(request, {});
      await expect(answered).rejects.toMatchObject({ code: 'http.unauthorized' });
      await expect(guardRoute(route, undefined).handle(request, {})).rejects.toMatchObject({
        code: 'http.disabled',
      });
    }
    expect(touched).not.toHaveBeenCalled();
  });
});
