import { AppError } from '../base/errors.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { AuditEvent } from '../core/audit/audit-event.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import type { Reports, ResultReport } from '../core/events/reported-result.ts';
import type { ApplyEvent, EventOutcome } from '../core/run/apply-event.ts';
import { isSameRequest } from '../core/run/is-same-request.ts';
import type { Refusal } from '../core/run/transition.ts';
import {
  describeEnd,
  type RunFilter,
  type RunRequest,
  type RunStatus,
  type WorkflowRun,
} from '../core/run/workflow-run.ts';
import { cancelRun, refuseEnded } from '../core/steps/end-run.ts';
import { isSameJson } from '../core/values/same-json.ts';
import type { Orchestrator } from '../orchestrator/orchestrator.ts';
import { startRun } from '../orchestrator/run-starter.ts';
import type { RunWaiters } from '../orchestrator/run-waiters.ts';
import { cancelWithWork, type ReportDeps } from '../scheduler/work/report-work.ts';
import type { Stores } from '../store/stores.ts';
import type { IntakeLimit } from './intake-limit.ts';
import { isUnclearRequest } from './judge-request.ts';
import { reportResult } from './report-result.ts';

/** The code of a request under a key that has started another one. */
export const OTHER_REQUEST = 'run.otherRequest';

/** What a run came to: the seed's `{status, details}`. */
export interface RunResult {
  status: RunStatus;
  details: {
    runId: string;
    reason: string;
    outputs: Record<string, Record<string, unknown>>;
    /** Which clocks and budgets were breached, e.g. `["sla-run"]`. */
    breaches: string[];
    startedAt: Date;
    endedAt: Date | null;
    spentCents: number | null;
  };
}

/** An event from outside; the same id is reported once. */
export interface ReportedEvent {
  id: string;
  name: string;
  key: string;
  payload: Record<string, unknown>;
}

/** Starting, finding and ending workflow runs. */
export interface Runs {
  /** Definitions by name, newest version. */
  readonly definitions: ReadonlyMap<string, WorkflowDefinition>;
  /** The definition of that name, or with that slash command, also one that only another process has loaded. */
  findDefinition(word: string): Promise<WorkflowDefinition | null>;
  /**
   * Whether what somebody wrote to start `definition` names neither a thing that is known nor a place: they are asked
   * back before it is filed.
   */
  isUnclear(definition: WorkflowDefinition, text: string): Promise<boolean>;
  /**
   * Starts a run and returns at once; the same request under the same key returns the run that exists. Throws
   * `run.unknownWorkflow`, `run.badInput` with what to mend, `run.otherRequest` when the key has started something else,
   * `run.tooMany` (to other systems) and `run.busy`.
   */
  start(request: RunRequest): Promise<{ run: WorkflowRun; inserted: boolean }>;
  /** Waits for the end of a run, whichever process ends it; can be asked again after a restart. Throws `run.unknown`. */
  awaitEnd(runId: string): Promise<RunResult>;
  /** Archived runs too. */
  find(runId: string): Promise<WorkflowRun | null>;
  /** Newest first, without the first `skip` of them. */
  list(filter: RunFilter, limit: number, skip?: number): Promise<WorkflowRun[]>;
  /** How many there are, `most` at most. */
  count(filter: RunFilter, most: number): Promise<number>;
  /** Open runs in which a holder of one of these roles has to decide, not `requesterId`'s own: the gravest, and how many. */
  listAsking(
    roles: readonly string[],
    requesterId: string,
    limit: number,
  ): Promise<{ runs: WorkflowRun[]; count: number }>;
  /** Facts of a run after `afterSeq`, oldest first. */
  listAudit(runId: string, afterSeq?: number): Promise<AuditEvent[]>;
  /** Calls a run off together with its work. Requester and operators may. */
  cancel(runId: string, actor: string, reason: string): Promise<EventOutcome>;
  /** Tries the steps of a run again whose handler was missing; refused when there is none. Requester and operators may. */
  retry(runId: string, actor: string): Promise<EventOutcome>;
  /**
   * Keeps an event for steps that wait for it now or will later; `known` when it was reported before, with the same
   * content. Throws `event.other` when its id was reported with another.
   */
  reportEvent(event: ReportedEvent): Promise<'new' | 'known'>;
  /**
   * A service that answered "later" reports the result of its step; reported again, it is what it was. Throws
   * `run.unknown` and `step.unknown`; refused when the step does not wait for it.
   */
  reportResult(runId: string, report: ResultReport): Promise<EventOutcome>;
}

export interface RunsDeps extends Pick<ReportDeps, 'client' | 'applyInTransaction'> {
  agency: Agency;
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  findElsewhere(word: string): Promise<WorkflowDefinition | null>;
  intakeLimit: IntakeLimit;
  orchestrator: Orchestrator;
  waiters: RunWaiters;
  stores: Stores;
  now(): Date;
  applyEvent: ApplyEvent;
}

/** Runs over the orchestrator and the stores. */
export function createRuns(deps: RunsDeps): Runs {
  const { agency, orchestrator, stores, applyEvent } = deps;
  const { stepOutputs } = stores;
  const find = async (runId: string) => (await stores.runs.find(runId)) ?? stores.archive.find(runId);
  const results = { findRun: find, applyEvent, stepOutputs, isRemote: isRemote(agency) };
  return {
    definitions: deps.definitions,
    findDefinition: async (word) => {
      const known = [...deps.definitions.values()];
      const own = known.find(({ name, command }) => name === word || command === word);
      return own ?? deps.findElsewhere(word);
    },
    isUnclear: async (definition, text) => isUnclearRequest(agency, definition, text),
    start: (request) => start(deps, request),
    awaitEnd: (runId) => awaitEnd(deps.waiters, runId),
    find,
    list: stores.runs.list,
    count: stores.runs.count,
    listAsking: stores.runs.listAsking,
    listAudit: (runId, afterSeq = 0) => listAudit(stores, runId, afterSeq),
    cancel: async (runId, actor, reason) => {
      const refusal = refuseOutsider(agency, runId, await find(runId), actor, 'cancel');
      return (
        refusal ?? cancelWithWork(deps, runId, (transition, now) => cancelRun(transition, actor, reason, now))
      );
    },
    retry: async (runId, actor) => {
      const refusal = refuseOutsider(agency, runId, await find(runId), actor, 'retry');
      return refusal ?? orchestrator.retryIncident(runId, null, actor);
    },
    reportEvent: (event) => reportEvent(deps, event),
    reportResult: (runId, report) => reportResult(results, runId, report),
  };
}

/** What asks for one thing is never told that another was started. */
async function start(deps: RunsDeps, request: RunRequest): Promise<{ run: WorkflowRun; inserted: boolean }> {
  const { run, inserted } = await startOrFind(deps, request);
  if (inserted || isSameRequest(run, request)) return { run, inserted };
  throw new AppError(`the request key has started ${run._id}, with another request`, {
    code: OTHER_REQUEST,
    userMessage: `This Idempotency-Key has started ${run._id} already, with another request: use a new key for a new request, and the same key only to send the same request again.`,
  });
}

/** A request that has started its run already is never turned away. */
async function startOrFind(
  deps: RunsDeps,
  request: RunRequest,
): Promise<{ run: WorkflowRun; inserted: boolean }> {
  try {
    await deps.intakeLimit.check(request);
  } catch (error) {
    const known = request.requestKey ? await deps.stores.runs.findByRequestKey(request.requestKey) : null;
    if (known) return { run: known, inserted: false };
    throw error;
  }
  return startRun(deps, request);
}

async function awaitEnd(waiters: RunWaiters, runId: string): Promise<RunResult> {
  const run = await waiters.waitForEnd(runId);
  if (run) return toResult(run);
  throw new AppError(`there is no run ${runId}`, {
    code: 'run.unknown',
    userMessage: `There is no request ${runId}.`,
  });
}

/** Keeps an event, then offers it to whoever waits; reported again, it is what it was the first time. */
async function reportEvent(
  { stores, orchestrator, now }: RunsDeps,
  { id, name, key, payload }: ReportedEvent,
): Promise<'new' | 'known'> {
  const { externalEvents } = stores;
  const event = { _id: id, name, key, payload, at: now(), offered: false };
  const isNew = await externalEvents.insert(event);
  const stored = isNew ? event : await externalEvents.find(id);
  if (stored && !isSameJson([stored.name, stored.key, stored.payload], [name, key, payload])) {
    throw new AppError('the id of the event is taken', {
      code: 'event.other',
      userMessage: `The event “${id}” was reported before with another name, key or payload: use a new id for a new event, and the same id only to report the same event again.`,
    });
  }
  if (stored) await orchestrator.offerEvent(stored);
  await externalEvents.markOffered(id);
  return isNew ? 'new' : 'known';
}

/** Facts of a run after `seq`: the older ones may have been moved out of its document. */
async function listAudit(
  { runs, archive, auditEvents }: Stores,
  runId: string,
  afterSeq: number,
): Promise<AuditEvent[]> {
  const run = (await runs.find(runId)) ?? (await archive.find(runId));
  const inside = run?.history.filter((event) => event.seq > afterSeq) ?? [];
  const first = run?.history[0]?.seq ?? 1;
  if (first <= afterSeq + 1) return inside;
  // One that was copied and is not yet dropped would come twice.
  const older = await auditEvents.list(runId, afterSeq);
  return [...older.filter((event) => event.seq < first), ...inside];
}

/** What the agency calls by URL does its work elsewhere, and may report later what came of it. */
function isRemote({ agents, services }: Agency): Reports {
  return ({ kind, name }) => (kind === 'agent' ? agents : services).some((remote) => remote.name === name);
}

/**
 * Null for the requester, the operators and the HTTP API, which knows no persons, while the run goes on; otherwise why
 * not. Where the run lies, with the others or in the archive, is nothing to whoever asks.
 */
function refuseOutsider(
  agency: Agency,
  runId: string,
  run: WorkflowRun | null,
  actor: string,
  what: 'cancel' | 'retry',
): Refusal | null {
  if (!run) return { refused: `There is no request ${runId}.` };
  if (run.requester.userId === actor || agency.operators.includes(actor) || actor === 'api')
    return refuseEnded(run);
  return { refused: `Only the requester and the agency’s operators can ${what} a request.` };
}

function toResult(run: WorkflowRun): RunResult {
  const steps = Object.entries(run.steps).filter(([, step]) => step.output !== null);
  const clocks = Object.entries(run.clocks).filter(([, clock]) => clock.breachedAt !== null);
  return {
    status: run.status,
    details: {
      runId: run._id,
      reason: describeEnd(run),
      outputs: Object.fromEntries(steps.map(([task, step]) => [task, step.output ?? {}])),
      breaches: [...clocks.map(([key]) => `sla-${key}`), ...(run.budget?.breachedAt ? ['budget'] : [])],
      startedAt: run.createdAt,
      endedAt: run.endedAt,
      spentCents: run.budget?.spentCents ?? null,
    },
  };
}
