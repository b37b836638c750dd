import type { WorkflowDefinition, WorkflowSource } from '../core/definition/workflow-definition.ts';
import type { RunRequest } from '../core/run/workflow-run.ts';
import { findDefinition, type RunStarterDeps, startRun } from '../orchestrator/run-starter.ts';
import type { LiveAgency } from '../scheduler/roster/live-agency.ts';
import { explainingUnreachable } from '../store/mongo/explain-unreachable.ts';
import { type Approvals, type ApprovalsDeps, createApprovals } from './approvals.ts';
import { type Authority, createAuthority } from './authority.ts';
import { createDisruptions, type Disruptions } from './disruptions.ts';
import { createMessages, type Messages } from './messages.ts';
import { createPages, type Pages } from './pages.ts';
import { createPlanning, type Planning } from './planning.ts';
import { createEditableRoster, type EditableRoster } from './roster.ts';
import { createRuns, type RunResult, type Runs, type RunsDeps } from './runs.ts';
import { createWork, type Work, type WorkDeps } from './work.ts';

/**
 * Everything that people and systems can do with Crewline, by its word. Slack, HTTP and the command line are doors to
 * this and know nothing below it, as whoever embeds Crewline does. While the database is away, every act rejects with
 * `store.unreachable`.
 */
export interface ManagementLayer {
  authority: Authority;
  runs: Runs;
  approvals: Approvals;
  pages: Pages;
  messages: Messages;
  work: Work;
  planning: Planning;
  disruptions: Disruptions;
  roster: EditableRoster;
  /** Starts a workflow by definition or name and resolves at its end, also when another process ends it. */
  start(workflow: WorkflowSource | string, context: Record<string, unknown>): Promise<RunResult>;
}

export interface ManagementDeps extends Omit<RunsDeps, 'agency' | 'applyEvent' | 'applyInTransaction'> {
  /** The agency, with the roster of the moment. */
  live: LiveAgency;
  roles: ApprovalsDeps['roles'];
  engine: WorkDeps['engine'];
  log: WorkDeps['log'];
  requestPlanning: WorkDeps['requestPlanning'];
  wakeDelivery: WorkDeps['wakeDelivery'];
  /** Checks a definition handed over in code against what this installation knows; throws `workflow.invalid`. */
  checkDefinition(source: unknown): WorkflowDefinition;
}

/** The facade over orchestrator, scheduler and stores. */
export function createManagementLayer(given: ManagementDeps): ManagementLayer {
  const { live, orchestrator, stores } = given;
  const deps = {
    ...given,
    agency: live.agency,
    findRun: stores.runs.find,
    applyEvent: orchestrator.apply.bind(orchestrator),
    applyInTransaction: orchestrator.applyInTransaction.bind(orchestrator),
  };
  const runs = explainingUnreachable(createRuns(deps));
  const start = (...asked: Parameters<ManagementLayer['start']>) => startAndWait(deps, runs, ...asked);
  return {
    authority: createAuthority(deps),
    runs,
    approvals: explainingUnreachable(createApprovals(deps)),
    pages: explainingUnreachable(createPages(deps)),
    messages: explainingUnreachable(createMessages(deps)),
    work: explainingUnreachable(createWork(deps)),
    planning: explainingUnreachable(createPlanning(deps)),
    disruptions: explainingUnreachable(createDisruptions(deps)),
    roster: explainingUnreachable(createEditableRoster(deps)),
    start: explainingUnreachable({ start }).start,
  };
}

async function startAndWait(
  deps: RunStarterDeps & Pick<ManagementDeps, 'checkDefinition' | 'intakeLimit'>,
  runs: Runs,
  workflow: WorkflowSource | string,
  context: Record<string, unknown>,
): Promise<RunResult> {
  const definition =
    typeof workflow === 'string' ? await findDefinition(deps, workflow) : deps.checkDefinition(workflow);
  const request: RunRequest = {
    workflow: definition.name,
    input: context,
    requester: { userId: null, name: 'code' },
    origin: { kind: 'code', channel: null },
    requestKey: null,
  };
  await deps.intakeLimit.check(request);
  const { run } = await startRun(deps, request, definition);
  return runs.awaitEnd(run._id);
}
