import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { Name } from '../core/name.ts';
import { AppError } from '../errors.ts';
import type { ActOutcome, ManagementLayer } from '../management-layer.ts';
import { readJson } from './read-json.ts';
import { failure, type Route } from './server.ts';

const StartBody = z.strictObject({
  workflow: z.string().min(1).max(64),
  input: z.record(z.string(), z.unknown()).default({}),
  requester: z.string().min(1).max(75).default('intake'),
});
const CancelBody = z.strictObject({ reason: z.string().max(500).default('') });
const EventBody = z.strictObject({
  /** The reporter's own: reporting it again changes nothing. */
  id: z.string().min(1).max(200),
  name: Name,
  key: z.string().min(1).max(200),
  payload: z.record(z.string(), z.unknown()).default({}),
});
const Status = z.enum(['running', 'completed', 'rejected', 'escalated', 'failed', 'cancelled']);
const MOST_LISTED = 200;

/** The intake API: start, list, show, cancel and retry runs and report events, for whoever has the bearer token. */
export function createRunRoutes(managementLayer: ManagementLayer, apiToken: string | undefined): Route[] {
  const guarded = (route: Route): Route => ({
    ...route,
    handle: async (request, parameters) => {
      authorise(request, apiToken);
      return route.handle(request, parameters);
    },
  });
  const routes: Route[] = [
    { method: 'POST', path: '/api/runs', handle: (request) => startRun(managementLayer, request) },
    {
      method: 'GET',
      path: '/api/runs',
      handle: async (request) => {
        const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
        const status = query.get('status');
        const limit = Math.min(MOST_LISTED, Math.max(1, Number(query.get('limit') ?? 20) || 20));
        const runs = await managementLayer.list(status ? { status: parse(Status, status) } : {}, limit);
        return { status: 200, body: { runs: runs.map(summarise) } };
      },
    },
    {
      method: 'GET',
      path: '/api/runs/:id',
      handle: async (_request, { id = '' }) => showRun(managementLayer, id),
    },
    {
      method: 'POST',
      path: '/api/runs/:id/cancel',
      handle: async (request, { id = '' }) => {
        const { reason } = parse(CancelBody, await readJson(request));
        return answerAct(await managementLayer.cancel(id, 'api', reason));
      },
    },
    {
      method: 'POST',
      path: '/api/runs/:id/retry',
      handle: async (_request, { id = '' }) => answerAct(await managementLayer.retry(id, 'api')),
    },
    { method: 'POST', path: '/api/events', handle: (request) => reportEvent(managementLayer, request) },
  ];
  return routes.map(guarded);
}

async function startRun(managementLayer: ManagementLayer, request: IncomingMessage) {
  const body = parse(StartBody, await readJson(request));
  const key = request.headers['idempotency-key'];
  const { run, inserted } = await managementLayer.begin({
    workflow: body.workflow,
    input: body.input,
    requester: { userId: null, name: body.requester },
    origin: { kind: 'http', channel: null },
    requestKey:
      typeof key === 'string' && key !== '' ? `http:${createHash('sha256').update(key).digest('hex')}` : null,
  });
  return {
    status: inserted ? 201 : 200,
    body: summarise(run),
    headers: { location: `/api/runs/${run._id}` },
  };
}

/** Accepted, not done: a step may wait for it only later. */
async function reportEvent(managementLayer: ManagementLayer, request: IncomingMessage) {
  const event = parse(EventBody, await readJson(request));
  await managementLayer.reportEvent(event);
  return { status: 202, body: { id: event.id } };
}

function answerAct(outcome: ActOutcome) {
  if ('refused' in outcome) return failure(409, 'run.refused', outcome.refused);
  return { status: 200, body: summarise(outcome.run) };
}

async function showRun(managementLayer: ManagementLayer, id: string) {
  const run = await managementLayer.find(id);
  if (!run) return failure(404, 'run.unknown', `There is no run ${id}.`);
  const audit = await managementLayer.listAudit(id);
  const timeline = audit.map(({ at, type, task, actor, data }) => ({ at, type, task, actor, data }));
  return {
    status: 200,
    body: { ...summarise(run), input: run.input, steps: run.steps, clocks: run.clocks, timeline },
  };
}

type Run = NonNullable<Awaited<ReturnType<ManagementLayer['find']>>>;

function summarise(run: Run) {
  const { _id, workflow, status, reason, createdAt, endedAt } = run;
  const deadline = run.clocks.run?.dueAt ?? null;
  return { id: _id, workflow, status, reason, createdAt, endedAt, deadline, requester: run.requester.name };
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new AppError('bad request body', {
    code: 'http.badBody',
    userMessage: `The request does not fit: ${issues.join('; ')}.`,
  });
}

/** Compares digests, so that neither length nor content of the token shows in the time it takes. */
function authorise(request: IncomingMessage, apiToken: string | undefined): void {
  if (apiToken === undefined) {
    const userMessage = 'The API is off: set API_TOKEN (16 characters or more) and start again.';
    throw new AppError('API is off', { code: 'http.disabled', userMessage });
  }
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (timingSafeEqual(digest(given), digest(apiToken))) return;
  const userMessage = 'Send the header “Authorization: Bearer <API_TOKEN>”.';
  throw new AppError('wrong or missing bearer token', { code: 'http.unauthorized', userMessage });
}
