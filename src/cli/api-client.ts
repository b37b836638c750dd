import { AppError } from '../base/errors.ts';
import { terminalText } from '../base/terminal-text.ts';
import type { RosterSaved } from '../core/roster/roster-edit.ts';
import type { RosterSaveRequest, RosterView } from '../http/roster-routes.ts';
import type { ApiAddress } from './read-address.ts';

/** A run as the API shows it in lists. */
export interface RunSummary {
  id: string;
  workflow: string;
  status: string;
  reason: string;
  createdAt: string;
  endedAt: string | null;
  deadline: string | null;
  requester: string;
  /** The crew that has the job, and from when to when. */
  work: { crewName: string; start: string; end: string } | null;
}

/** How the installation's agency writes times and money. */
export interface AgencyView {
  timeZone: string;
  currency: string;
}

/** Runs, and the agency they belong to. */
export interface RunList {
  agency: AgencyView;
  runs: RunSummary[];
}

/** A run as the API shows it alone. */
export interface RunDetails extends RunSummary {
  agency: AgencyView;
  /** Who the ids of actors are, as far as the agency's file tells. */
  people: Record<string, string>;
  input: Record<string, unknown>;
  /** Older installations tell none. */
  steps?: Record<string, { output?: unknown }>;
  budget: { limitCents: number; spentCents: number } | null;
  escalations: { key: string; state: string; openedAt: string; acknowledgedBy: string | null }[];
  timeline: { at: string; type: string; task: string | null; actor: string; data: Record<string, unknown> }[];
}

export interface ApiClient {
  start(workflow: string, input: Record<string, unknown>, key?: string): Promise<RunSummary>;
  list(query: { status?: string; limit: string }): Promise<RunList>;
  show(id: string): Promise<RunDetails>;
  cancel(id: string, reason: string): Promise<RunSummary>;
  roster(): Promise<RosterView>;
  /** The agency in the form of its file. */
  agency(): Promise<unknown>;
  saveRoster(request: RosterSaveRequest): Promise<RosterSaved>;
}

/** A client of the intake API of a Crewline installation. Throws `AppError`s with the words of the other side. */
export function createApiClient({ url, token }: ApiAddress): ApiClient {
  const call = async (method: string, path: string, body?: unknown, key?: string): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key ? { 'idempotency-key': key } : {}),
    };
    const response = await fetch(new URL(path.replace(/^\//, ''), url), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    const answer = (await response.json().catch(() => null)) as {
      error?: { code: string; message: string };
    } | null;
    if (response.ok && typeof answer === 'object' && answer !== null) return answer;
    if (response.ok) throw strange(url);
    const words =
      answer?.error?.message ??
      `${url} answered ${response.status}: is CREWLINE_URL the address of Crewline?`;
    // A line of the other side is a line here.
    const userMessage = words.split('\n').map(terminalText).join('\n');
    throw new AppError(userMessage, { code: answer?.error?.code ?? 'api.failed', userMessage });
  };
  return {
    start: async (workflow, input, key) =>
      (await call('POST', '/api/runs', { workflow, input, requester: 'command line' }, key)) as RunSummary,
    list: async ({ status, limit }) => {
      const query = new URLSearchParams({ limit, ...(status ? { status } : {}) });
      return (await call('GET', `/api/runs?${query}`)) as RunList;
    },
    show: async (id) => (await call('GET', `/api/runs/${encodeURIComponent(id)}`)) as RunDetails,
    cancel: async (id, reason) =>
      (await call('POST', `/api/runs/${encodeURIComponent(id)}/cancel`, { reason })) as RunSummary,
    roster: async () => (await call('GET', '/api/agency/roster')) as RosterView,
    agency: () => call('GET', '/api/agency'),
    saveRoster: async (request) => (await call('PUT', '/api/agency/roster', request)) as RosterSaved,
  };
}

/** Something else answers there, such as a page of a web server. */
function strange(url: string): AppError {
  return new AppError('the answer is not from Crewline', {
    code: 'api.strange',
    userMessage: `What answers at ${url} is not Crewline: set CREWLINE_URL to its address.`,
  });
}

function unreachable(url: string, cause: unknown): AppError {
  return new AppError(`${url} cannot be reached`, {
    code: 'api.unreachable',
    userMessage: `No Crewline answers at ${url}: start it with “npm start”, or set CREWLINE_URL.`,
    cause,
  });
}
