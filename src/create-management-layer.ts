import { randomBytes } from 'node:crypto';
import { decideRequest, type RoleDirectory, refuseDecision } from './approvals/decide-request.ts';
import type { Agency, EscalationPolicy } from './core/agency.ts';
import { checkInput } from './core/check-input.ts';
import { freezePolicy, reportUndeliverable } from './core/escalation.ts';
import type { WorkflowDefinition } from './core/workflow-definition.ts';
import type { WorkflowRun } from './core/workflow-run.ts';
import { AppError } from './errors.ts';
import { acknowledgePage } from './escalator/acknowledge-page.ts';
import type { ManagementLayer, RunResult, StartRequest } from './management-layer.ts';
import type { Orchestrator } from './orchestrator/orchestrator.ts';
import type { RunWaiters } from './orchestrator/run-waiters.ts';
import { type ReportDeps, refuseReporter, reportWork } from './scheduler/report-work.ts';
import type { RunStore } from './store/runs.ts';

export interface ManagementLayerDeps {
  agency: Agency;
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  orchestrator: Orchestrator;
  waiters: RunWaiters;
  runs: RunStore;
  roles: RoleDirectory;
  reports: ReportDeps;
  /** Checks a definition handed over in code against what this installation knows; throws `workflow.invalid`. */
  checkDefinition(source: unknown): WorkflowDefinition;
}

const CREW_AT_WORK =
  'A crew is at work on this, so it cannot be cancelled any more: its lead ends it with Done.';

/** The facade over the parts; the only thing Slack, HTTP and the command line know. */
export function createManagementLayer(deps: ManagementLayerDeps): ManagementLayer {
  const { orchestrator, runs, waiters, reports } = deps;
  const applyToRun = orchestrator.apply.bind(orchestrator);
  const people = { roles: deps.roles, applyToRun, findRun: runs.find };
  const awaitEnd = async (runId: string): Promise<RunResult> => {
    const run = await waiters.waitForEnd(runId);
    if (run) return toResult(run);
    throw new AppError(`there is no run ${runId}`, {
      code: 'run.unknown',
      userMessage: `There is no run ${runId}.`,
    });
  };
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
    find: (runId) => runs.find(runId),
    list: runs.list,
    listAudit: async (runId, afterSeq = 0) => {
      const run = await runs.find(runId);
      return run?.history.filter((event) => event.seq > afterSeq) ?? [];
    },
    findWorkOrder: (runId) => reports.workOrders.find(runId),
    cancel: async (runId, actor, reason) => {
      const run = await runs.find(runId);
      const refused = refuseCancel(deps.agency, run, actor);
      if (refused) return { refused };
      const order = await reports.workOrders.find(runId);
      if (order?.state === 'started' || order?.state === 'blocked') return { refused: CREW_AT_WORK };
      return orchestrator.cancel(runId, actor, reason);
    },
    decide: (runId, decision) => decideRequest(people, runId, decision),
    refuseDecision: (runId, task, actor) => refuseDecision(people, runId, task, actor),
    acknowledge: (runId, key, actor) => acknowledgePage(people, runId, key, actor),
    reportWork: (runId, report) => reportWork(reports, runId, report),
    refuseReport: async (runId, actor) =>
      refuseReporter(deps.agency, await reports.workOrders.find(runId), actor),
    reportUndeliverablePage: async (runId, key, number, reason) => {
      await applyToRun(runId, (transition, now) => reportUndeliverable(transition, key, number, reason, now));
    },
  };
}

/** Run ids are read aloud over the radio: no I, L, O or U to mistake. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const MOST_ID_TRIES = 5;

function newRunId(): string {
  return `R-${[...randomBytes(8)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}

async function startRun(
  deps: ManagementLayerDeps,
  definition: WorkflowDefinition,
  request: Omit<StartRequest, 'workflow'>,
): Promise<{ run: WorkflowRun; inserted: boolean }> {
  const checked = checkInput(definition, request.input);
  if (!checked.ok) {
    const list = checked.problems.map(
      ({ field, message }) => `“${definition.input[field]?.label ?? field}” ${message}`,
    );
    throw new AppError(`bad input for ${definition.name}: ${list.join('; ')}`, {
      code: 'run.badInput',
      userMessage: `${definition.title} cannot start: ${list.join('; ')}.`,
    });
  }
  const { requester, origin, requestKey } = request;
  const policy = freezePolicy(findPolicy(deps.agency, definition));
  const rest = { definition, policy, input: checked.input, requester, origin, requestKey };
  for (let tries = 1; ; tries++) {
    try {
      return await deps.orchestrator.start({ _id: newRunId(), ...rest });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'run.idTaken' || tries === MOST_ID_TRIES)
        throw error;
    }
  }
}

function findDefinition(deps: ManagementLayerDeps, name: string): WorkflowDefinition {
  const definition = deps.definitions.get(name);
  if (definition) return definition;
  const known = [...deps.definitions.keys()].join(', ');
  throw new AppError(`no workflow is called ${name}`, {
    code: 'run.unknownWorkflow',
    userMessage: `No workflow is called “${name}”. There are: ${known}.`,
  });
}

function findPolicy(agency: Agency, definition: WorkflowDefinition): EscalationPolicy {
  const name = definition.escalation ?? agency.defaultEscalation;
  const policy =
    agency.escalationPolicies.find((candidate) => candidate.name === name) ?? agency.escalationPolicies[0];
  if (policy) return policy;
  throw new AppError('the agency has no escalation policy', { code: 'agency.invalid' });
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
      reason: run.reason,
      outputs: Object.fromEntries(steps.map(([task, step]) => [task, step.output ?? {}])),
      breaches: [...clocks.map(([key]) => `sla-${key}`), ...(run.budget?.breachedAt ? ['budget'] : [])],
      startedAt: run.createdAt,
      endedAt: run.endedAt,
      spentCents: run.budget?.spentCents ?? null,
    },
  };
}
