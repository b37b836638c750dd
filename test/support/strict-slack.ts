import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkBlocks, checkView, isTooLong } from './slack-limits.ts';

/** A call as the bot made it; `answer` is what it was told, or null when the answer was withheld. */
export interface StrictCall {
  method: string;
  args: Record<string, unknown>;
  at: number;
  answer: Record<string, unknown> | null;
}

/** What goes wrong, for which calls, and how often (once unless told). */
export type Fault = {
  method?: string;
  channel?: string;
  times?: number;
} & (
  | { kind: 'limited'; retryAfterSeconds: number }
  | { kind: 'status'; status: number }
  | { kind: 'error'; error: string }
  /** Slack does it, but the answer is lost: the connection breaks. */
  | { kind: 'answerLost' }
  /** Slack does it, and answers, only once `until` has come: long after the call was given up, perhaps. */
  | { kind: 'acceptedLate'; until: Promise<unknown> }
  /** Slack never hears of it: the connection breaks at once. */
  | { kind: 'requestLost' }
);

export interface StrictSlack {
  /** For the bot, instead of the local Slack's own. */
  apiUrl: string;
  readonly calls: readonly StrictCall[];
  /** Calls of one method, oldest first. */
  callsOf(method: string): StrictCall[];
  fail(fault: Fault): void;
  /** From now on nothing goes wrong. */
  heal(): void;
  /** Members by user group id. */
  readonly userGroups: Map<string, string[]>;
  readonly deletedUsers: Set<string>;
  /** Channels and users nothing can be posted to, with Slack's reason. */
  readonly closed: Map<string, string>;
  close(): Promise<void>;
}

/**
 * Stands in front of the local Slack's Web API and is as strict as Slack: blocks and views within the limits, each and all
 * in all, no blank texts, a text with every message, pages of at most 999, user groups, deactivated users, closed channels; and it fails when told to.
 */
export async function startStrictSlack(upstreamApiUrl: string): Promise<StrictSlack> {
  const state: State = {
    upstream: upstreamApiUrl,
    calls: [],
    faults: [],
    userGroups: new Map(),
    deletedUsers: new Set(),
    closed: new Map(),
  };
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls: state.calls,
    callsOf: (method) => state.calls.filter((call) => call.method === method),
    fail: (fault) => {
      state.faults.push({ times: 1, ...fault });
    },
    heal: () => {
      state.faults.length = 0;
    },
    userGroups: state.userGroups,
    deletedUsers: state.deletedUsers,
    closed: state.closed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface State {
  upstream: string;
  calls: StrictCall[];
  faults: Fault[];
  userGroups: Map<string, string[]>;
  deletedUsers: Set<string>;
  closed: Map<string, string>;
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = (request.url ?? '').replace(/^\/api\//, '').split('?')[0] ?? '';
  const body = await readBody(request);
  const args = parseArguments(body);
  const call: StrictCall = { method, args, at: Date.now(), answer: null };
  state.calls.push(call);
  const fault = takeFault(state, method, args);
  if (fault?.kind === 'requestLost') return void request.socket.destroy();
  if (fault?.kind === 'limited') {
    response.writeHead(429, { 'retry-after': String(fault.retryAfterSeconds) }).end();
    return;
  }
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
  if (fault?.kind === 'acceptedLate') await fault.until;
  const refusal = fault?.kind === 'error' ? refuse(fault.error) : judge(state, method, args);
  call.answer =
    refusal ?? answerOurselves(state, method, args) ?? (await forward(state, method, request, body));
  if (fault?.kind === 'answerLost') {
    call.answer = null;
    return void request.socket.destroy();
  }
  applyDeleted(state, method, args, call.answer);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(call.answer));
}

function takeFault(state: State, method: string, args: Record<string, unknown>): Fault | undefined {
  const fault = state.faults.find(
    (one) =>
      (one.times ?? 0) > 0 &&
      (one.method === undefined || one.method === method) &&
      (one.channel === undefined || one.channel === args.channel),
  );
  if (fault) fault.times = (fault.times ?? 1) - 1;
  return fault;
}

const refuse = (error: string, problems: unknown[] = []) => ({ ok: false, error, problems });

function judge(state: State, method: string, args: Record<string, unknown>) {
  const isMessage = ['chat.postMessage', 'chat.update', 'chat.postEphemeral'].includes(method);
  const place = String(args.channel ?? args.users ?? '');
  const closed = state.closed.get(place);
  if (closed && (isMessage || method === 'conversations.open')) return refuse(closed);
  if (isMessage) {
    if (typeof args.text !== 'string' || args.text.trim() === '') return refuse('no_text');
    if (args.text.length > 40_000) return refuse('msg_too_long');
    const problems = args.blocks === undefined ? [] : checkBlocks(args.blocks);
    if (problems.length > 0) return refuse('invalid_blocks', problems);
    if (isTooLong(args.blocks)) return refuse('msg_blocks_too_long');
    // Without blocks an update would take the card away.
    if (method === 'chat.update' && args.blocks === undefined) return refuse('strict_update_without_blocks');
    const everybody = /<!(channel|here|everyone)/.exec(JSON.stringify([args.text, args.blocks]));
    if (everybody) return refuse('strict_mentions_everybody');
  }
  if (args.limit !== undefined && !(Number(args.limit) >= 1 && Number(args.limit) <= 999))
    return refuse('invalid_limit');
  if (method === 'files.getUploadURLExternal' && !args.alt_txt) return refuse('strict_alt_txt_missing');
  if (method.startsWith('views.')) {
    const problems = checkView(args.view);
    if (problems.length > 0) return refuse('invalid_arguments', problems);
  }
  return null;
}

function answerOurselves(state: State, method: string, args: Record<string, unknown>) {
  if (method !== 'usergroups.users.list') return null;
  const users = state.userGroups.get(String(args.usergroup));
  return users ? { ok: true, users } : refuse('no_such_subteam');
}

function applyDeleted(
  state: State,
  method: string,
  args: Record<string, unknown>,
  answer: Record<string, unknown>,
): void {
  if (method !== 'users.info' || !state.deletedUsers.has(String(args.user))) return;
  if (typeof answer.user === 'object' && answer.user !== null) Object.assign(answer.user, { deleted: true });
}

async function forward(state: State, method: string, request: IncomingMessage, body: string) {
  const answer = await fetch(`${state.upstream}${method}`, {
    method: 'POST',
    headers: {
      'content-type': request.headers['content-type'] ?? 'application/x-www-form-urlencoded',
      authorization: request.headers.authorization ?? '',
    },
    body,
  });
  return (await answer.json()) as Record<string, unknown>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk;
  return body;
}

function parseArguments(body: string): Record<string, unknown> {
  const args: Record<string, unknown> = Object.fromEntries(new URLSearchParams(body));
  for (const name of ['blocks', 'view']) {
    if (typeof args[name] === 'string') args[name] = JSON.parse(args[name]);
  }
  return args;
}
