import { AppError } from '../base/errors.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { RoleDirectory } from '../core/agency/role-directory.ts';
import type { AuditEvent } from '../core/audit/audit-event.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { reportUndeliverable } from '../core/escalator/escalation.ts';
import type { Reports } from '../core/events/reported-result.ts';
import { describeEnd, type WorkflowRun } from '../core/run/workflow-run.ts';
import { cancelRun } from '../core/steps/end-run.ts';
import type { Orchestrator } from '../orchestrator/orchestrator.ts';
import { findDefinition, startRun } from '../orchestrator/run-starter.ts';
import type { RunWaiters } from '../orchestrator/run-waiters.ts';
import {
  cancelWithWork,
  type ReportDeps,
  refuseReporter,
  reportWork,
} from '../scheduler/work/report-work.ts';
import type { AuditEventStore } from '../store/runs/audit-events.ts';
import type { ExternalEventStore } from '../store/runs/external-events.ts';
import type { RunArchive } from '../store/runs/run-archive.ts';
import type { RunStore } from '../store/runs/runs.ts';
import type { StepOutputStore } from '../store/runs/step-outputs.ts';
import { acknowledgePage } from './acknowledge-page.ts';
import { decideRequest, refuseDecision } from './decide-request.ts';
import type { ManagementLayer, RunResult } from './management-layer.ts';
import { reportResult } from './results.ts';

export interface ManagementLayerDeps {
  agency: Agency;
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  orchestrator: Orchestrator;
  waiters: RunWaiters;
  runs: RunStore;
  roles: RoleDirectory;
  events: ExternalEventStore;
  auditEvents: AuditEventStore;
  archive: RunArchive;
  now(): Date;
  reports: ReportDeps & { stepOutputs: StepOutputStore };
  /** Checks a definition handed over in code against what this installation knows; throws `workflow.invalid`. */
  checkDefinition(source: unknown): WorkflowDefinition;
}

/** The facade over the parts; the only thing Slack, HTTP and the command line know. */
export function createManagementLayer(deps: ManagementLayerDeps): ManagementLayer {
  const { orchestrator, runs, waiters, reports } = deps;
  const applyEvent = orchestrator.apply.bind(orchestrator);
  const people = { roles: deps.roles, applyEvent, findRun: runs.find };
  const awaitEnd = async (runId: string): Promise<RunResult> => {
    const run = await waiters.waitForEnd(runId);
    if (run) return toResult(run);
    throw new AppError(`there is no run ${runId}`, {
      code: 'run.unknown',
      userMessage: `There is no run ${runId}.`,
    });
  };
  const findRun = async (runId: string) => (await runs.find(runId)) ?? deps.archive.find(runId);
  const results = { findRun, applyEvent, stepOutputs: reports.stepOutputs, reports: isRemote(deps.agency) };
  return {
    definitions: deps.definitions,
    awaitEnd,
    start: async (workflow, context) => {
      const definition =
        typeof workflow === 'string' ? findDefinition(deps, workflow) : deps.checkDefinition(workflow);
      const { run } = await startRun(deps, definition, {
        input: context,
        requester: { userId: null, name: 'code' },
        origin: { kind: 'code', channel: null },
        requestKey: null,
      });
      return awaitEnd(run._id);
    },
    begin: (request) => startRun(deps, findDefinition(deps, request.workflow), request),
    find: findRun,
    list: runs.list,
    listAudit: (runId, afterSeq = 0) => listAudit(deps, runId, afterSeq),
    findWorkOrder: (runId) => reports.workOrders.find(runId),
    cancel: async (runId, actor, reason) => {
      const run = await runs.find(runId);
      const refused = refuseCancel(deps.agency, run, actor);
      if (refused) return { refused };
      return cancelWithWork(reports, runId, (transition, now) => cancelRun(transition, actor, reason, now));
    },
    retry: async (runId, actor) => {
      const refused = refuseCancel(deps.agency, await runs.find(runId), actor);
      return refused
        ? { refused: refused.replace('cancel', 'retry') }
        : orchestrator.retryIncident(runId, null, actor);
    },
    reportEvent: (event) => reportEvent(deps, event),
    reportResult: (runId, report) => reportResult(results, runId, report),
    decide: (runId, decision) => decideRequest(people, runId, decision),
    refuseDecision: (runId, task, actor) => refuseDecision(people, runId, task, actor),
    acknowledge: (runId, key, actor) =>
      acknowledgePage({ ...people, agency: deps.agency }, runId, key, actor),
    reportWork: (runId, report) => reportWork(reports, runId, report),
    refuseReport: async (runId, actor, crewId) =>
      refuseReporter(deps.agency, await reports.workOrders.find(runId), actor, crewId),
    reportUndeliverablePage: async (runId, key, number, reason) => {
      await applyEvent(runId, (transition, now) => reportUndeliverable(transition, key, number, reason, now));
    },
  };
}

/** Keeps an event, then offers it to whoever waits; reported again, it is what it was the first time. */
async function reportEvent(
  deps: ManagementLayerDeps,
  { id, name, key, payload }: Parameters<ManagementLayer['reportEvent']>[0],
): Promise<void> {
  const event = { _id: id, name, key, payload, at: deps.now(), offered: false };
  const stored = (await deps.events.insert(event)) ? event : await deps.events.find(id);
  if (stored) await deps.orchestrator.offerEvent(stored);
  await deps.events.markOffered(id);
}

/** Facts of a run after `seq`: the older ones may have been moved out of its document. */
async function listAudit(deps: ManagementLayerDeps, runId: string, afterSeq: number): Promise<AuditEvent[]> {
  const run = (await deps.runs.find(runId)) ?? (await deps.archive.find(runId));
  const inside = run?.history.filter((event) => event.seq > afterSeq) ?? [];
  const first = run?.history[0]?.seq ?? 1;
  if (first <= afterSeq + 1) return inside;
  // One that was copied and is not yet dropped would come twice.
  const older = await deps.auditEvents.list(runId, afterSeq);
  return [...older.filter((event) => event.seq < first), ...inside];
}

/** What the agency calls by URL does its work elsewhere, and may report later what came of it. */
function isRemote({ agents, services }: Agency): Reports {
  return ({ kind, name }) => (kind === 'agent' ? agents : services).some((remote) => remote.name === name);
}

function refuseCancel(agency: Agency, run: WorkflowRun | null, actor: string): string | null {
  if (!run) return 'There is no such run.';
  if (run.requester.userId === actor || agency.operators.includes(actor) || actor === 'api') return null;
  return 'Only the requester and the agency’s operators can cancel a run.';
}

/** The seed's `{status, details}` of a run. */
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
