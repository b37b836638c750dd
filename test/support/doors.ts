import type { MembershipChange } from '../../src/core/agency/role-directory.ts';
import { createAuthority } from '../../src/management/authority.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import type { DoorDeps } from '../../src/slack/doors.ts';
import { type ListeningApp, registerListeners } from '../../src/slack/register-listeners.ts';
import { createRoleDirectory } from '../../src/slack/role-directory.ts';
import { createMemoryLog } from './memory-log.ts';
import { demoAgency, repair } from './slack-runs.ts';
import { systemClock } from './system-clock.ts';

const WORKSPACE = 'T0RIVERTON';

/** Who comes, as Slack's request and Slack's own answer about them tell. */
export interface Visitor {
  userId: string;
  /** What differs in the request from one of somebody at home. */
  request?: { team?: string | null; home?: string; enterprise?: string };
  /** What Slack answers about them; it does not when this is an error. */
  info?: Record<string, unknown> | Error;
  /** Why Slack opens no form for them. */
  unopened?: Error;
}

/** Something that Bolt hands on: what kind of thing, by its name. */
export interface WalkedDoor {
  kind: string;
  id: string;
  /** What follows a command, or what a button carries. */
  text?: string;
}

/** What came of a visit. */
export interface Visit {
  /** Everything that was said to the visitor, in any way. */
  said: string;
  /** What of the management layer was used. */
  touched: string[];
  /** Methods of Slack's that were called. */
  called: string[];
  /** What the other processes were told. */
  announced: MembershipChange[];
  /** What had been done when Slack was told that it was heard. */
  doneBefore: string[];
}

type Listener = (request: Record<string, unknown>) => Promise<void>;

/** Everything that the product registers with Bolt, whatever it is, by kind and id. */
export function listRegistered(): WalkedDoor[] {
  return register({ userId: 'U0NOBODY' }).doors.map(({ kind, id }) => ({ kind, id }));
}

/** Comes in by a door, as `visitor`. Whatever the management layer is asked then is noted, and fails. */
export async function visit(door: WalkedDoor, visitor: Visitor): Promise<Visit> {
  const { doors, touched, calls, announced } = register(visitor);
  const listener = doors.find(({ kind, id }) => kind === door.kind && id === door.id)?.listener;
  if (!listener) throw new Error(`${door.kind} ${door.id} is not registered`);
  const said: unknown[] = [];
  let doneBefore: string[] = [];
  const respond = async (...words: unknown[]) => void said.push(...words);
  const ack = async (...words: unknown[]) => {
    doneBefore = [...calls.map(([method]) => method), ...touched];
    said.push(...words);
  };
  await listener({ ack, respond, ...buildRequest(door, visitor) });
  const shown = calls.filter(([method]) => /^(chat|views)\./.test(method));
  return {
    said: JSON.stringify([said, shown]),
    touched,
    called: calls.map(([method]) => method),
    announced,
    doneBefore,
  };
}

function register(visitor: Visitor) {
  const touched: string[] = [];
  const calls: [string, unknown][] = [];
  const client = {
    apiCall: async (method: string, options: unknown): Promise<object> => {
      calls.push([method, options]);
      if (method === 'auth.test') return { ok: true, team_id: WORKSPACE };
      if (method === 'views.open' && visitor.unopened) throw visitor.unopened;
      if (method !== 'users.info') return { ok: true };
      if (visitor.info instanceof Error) throw visitor.info;
      return { ok: true, user: { id: visitor.userId, team_id: WORKSPACE, ...visitor.info } };
    },
  };
  const log = createMemoryLog();
  const roles = createRoleDirectory({ agency: demoAgency, client, clock: systemClock, log });
  const word = (name: string, known: object = {}): object =>
    new Proxy(known, {
      get: (target, act) => {
        if (act in target) return Reflect.get(target, act);
        return () => {
          touched.push(`${name}.${String(act)}`);
          return Promise.reject(new Error('nobody is to come so far'));
        };
      },
    });
  const words = ['approvals', 'pages', 'work', 'planning', 'disruptions', 'roster'];
  const management = {
    authority: createAuthority({ agency: demoAgency, roles }),
    runs: word('runs', {
      definitions: new Map([[repair.name, repair]]),
      findDefinition: async () => repair,
      isUnclear: async () => false,
    }),
    ...Object.fromEntries(words.map((name) => [name, word(name)])),
  } as unknown as ManagementLayer;
  const announced: MembershipChange[] = [];
  const deps: DoorDeps = {
    announce: (change) => void announced.push(change),
    management,
    client,
    roles,
    agency: demoAgency,
    clock: systemClock,
    log,
  };
  const doors: (WalkedDoor & { listener: Listener })[] = [];
  const app = new Proxy({} as ListeningApp, {
    get: (_target, kind) => (what: unknown, listener: Listener) =>
      doors.push({ kind: String(kind), id: nameOf(what), listener }),
  });
  registerListeners(app, deps, (work) => work);
  return { doors, touched, calls, announced };
}

function nameOf(what: unknown): string {
  if (typeof what === 'string') return what;
  const { action_id, callback_id } = what as { action_id?: string; callback_id?: string };
  return action_id ?? callback_id ?? JSON.stringify(what);
}

/** The request as Bolt gives it to a listener. */
function buildRequest({ kind, id, text = '' }: WalkedDoor, { userId, request = {} }: Visitor) {
  const { team = WORKSPACE, home = WORKSPACE, enterprise } = request;
  const place = { ...(team && { team_id: team }), ...(enterprise && { enterprise_id: enterprise }) };
  const user = { id: userId, name: 'x', team_id: home };
  const trigger = { trigger_id: '1.2.3', channel_id: 'C0REQUESTS', channel: { id: 'C0REQUESTS' } };
  if (kind === 'command')
    return { command: { ...place, ...trigger, command: id, text, user_id: userId, user_name: 'x' } };
  if (kind === 'event') {
    const user = id === 'user_change' ? { id: userId } : userId;
    const group = { subteam_id: 'S0SUPERS', subteam: { id: 'S0SUPERS' } };
    const event = { type: id, user, tab: 'home', user_team: home, ...group };
    return { event, body: { ...place, event } };
  }
  const body = { ...trigger, user, ...(team && { team: { id: team, enterprise_id: enterprise ?? null } }) };
  if (kind === 'action') return { body, action: { type: 'button', action_id: id, value: text || 'R-1|x' } };
  const title = { type: 'plain_text', text: 'Form' };
  return { body, view: { callback_id: id, title, private_metadata: '{}', state: { values: {} } } };
}
