import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { EventOutcome } from '../core/run/apply-event.ts';
import { Name } from '../core/values/name.ts';
import { isReadable } from '../core/values/shown-text.ts';
import type { ManagementLayer } from '../management/management-layer.ts';
import { parseBody, readJson } from './read-json.ts';
import { readQuery } from './read-query.ts';
import { reportResult } from './result-route.ts';
import type { Route } from './route.ts';
import { detailRun, summariseRun, type ViewedAgency, viewAgency } from './run-view.ts';
import { failure } from './server.ts';

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
const STATUSES = ['running', 'completed', 'rejected', 'escalated', 'failed', 'cancelled'] as const;
const LISTED = 20;
const MOST_LISTED = 200;
const ListQuery = {
  status: z.enum(STATUSES).describe(`one of ${STATUSES.join(', ')}`),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(MOST_LISTED))
    .describe(`a whole number from 1 to ${MOST_LISTED}`),
};

/** The intake API: start, list, show, cancel and retry runs, report results and events, for whoever has the bearer token. */
export function createRunRoutes(management: ManagementLayer, agency: ViewedAgency): Route[] {
  return [
    { right: 'token', method: 'POST', path: '/api/runs', handle: (request) => startRun(management, request) },
    {
      right: 'token',
      method: 'GET',
      path: '/api/runs',
      handle: async (request) => {
        const { status, limit = LISTED } = readQuery(request, ListQuery);
        const runs = await management.runs.list(status ? { status } : {}, limit);
        return { status: 200, body: { agency: viewAgency(agency), runs: runs.map(summariseRun) } };
      },
    },
    {
      right: 'token',
      method: 'GET',
      path: '/api/runs/:id',
      handle: async (_request, { id = '' }) => showRun(management, id, agency),
    },
    {
      right: 'token',
      method: 'POST',
      path: '/api/runs/:id/cancel',
      handle: async (request, { id = '' }) => {
        const { reason } = parseBody(CancelBody, await readJson(request));
        return actOn(management, id, () => management.runs.cancel(id, 'api', reason));
      },
    },
    {
      right: 'token',
      method: 'POST',
      path: '/api/runs/:id/retry',
      handle: (_request, { id = '' }) => actOn(management, id, () => management.runs.retry(id, 'api')),
    },
    {
      right: 'token',
      method: 'POST',
      path: '/api/runs/:id/steps/:step/result',
      handle: (request, parameters) => reportResult(management, request, parameters),
    },
    {
      right: 'token',
      method: 'POST',
      path: '/api/events',
      handle: (request) => reportEvent(management, request),
    },
  ];
}

async function startRun(management: ManagementLayer, request: IncomingMessage) {
  const body = parseBody(StartBody, await readJson(request));
  const { run, inserted } = await management.runs.start({
    workflow: body.workflow,
    input: body.input,
    requester: { userId: null, name: body.requester },
    origin: { kind: 'http', channel: null },
    requestKey: readKey(request),
  });
  return {
    status: inserted ? 201 : 200,
    body: summariseRun(run),
    headers: { location: `/api/runs/${run._id}` },
  };
}

/** The key of a request; null where none is sent. One that names nothing would start the same thing twice. */
function readKey({ headers }: IncomingMessage): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && isReadable(key))
    return `http:${createHash('sha256').update(key).digest('hex')}`;
  throw new AppError('blank Idempotency-Key', {
    code: 'http.badHeader',
    userMessage:
      'The header Idempotency-Key is blank. Nothing was started: send a key of your own for each request, or leave the header out.',
  });
}

/** Accepted, not done: a step may wait for it only later. */
async function reportEvent(management: ManagementLayer, request: IncomingMessage) {
  const event = parseBody(EventBody, await readJson(request));
  const what = await management.runs.reportEvent(event);
  return { status: what === 'new' ? 202 : 200, body: { id: event.id } };
}

async function actOn(management: ManagementLayer, id: string, act: () => Promise<EventOutcome>) {
  if (!(await management.runs.find(id))) return noRun(id);
  const outcome = await act();
  if ('refused' in outcome) return failure(409, 'run.refused', outcome.refused);
  return { status: 200, body: summariseRun(outcome.run) };
}

async function showRun(management: ManagementLayer, id: string, agency: ViewedAgency) {
  const run = await management.runs.find(id);
  if (!run) return noRun(id);
  return { status: 200, body: detailRun(run, await management.runs.listAudit(id), agency) };
}

function noRun(id: string) {
  return failure(404, 'run.unknown', `There is no request ${id}.`);
}
