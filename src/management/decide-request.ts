import type { RoleDirectory } from '../core/agency/role-directory.ts';
import { type ApprovalDecision, decideApproval } from '../core/approvals/decide-approval.ts';
import type { ApplyEvent, EventOutcome } from '../core/run/apply-event.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { refuseUnknown } from './refuse-unknown.ts';

export interface DecideDeps {
  roles: RoleDirectory;
  findRun(runId: string): Promise<WorkflowRun | null>;
  applyEvent: ApplyEvent;
}

/** Decides an approval request if `actor` holds its role now; the first valid decision counts, under the run's fence. */
export async function decideRequest(
  deps: DecideDeps,
  runId: string,
  decision: ApprovalDecision,
): Promise<EventOutcome> {
  const refused = await refuseDecision(deps, runId, decision.task, decision.actor);
  if (refused) return { refused };
  return deps.applyEvent(runId, (transition, now) => decideApproval(transition, decision, now));
}

/** Whether `actor` could decide now: null, or why not. When Slack cannot be asked, nobody can. */
export async function refuseDecision(
  deps: Pick<DecideDeps, 'roles' | 'findRun'>,
  runId: string,
  task: string,
  actor: string,
): Promise<string | null> {
  const run = await deps.findRun(runId);
  const request = run?.steps[task]?.approval;
  if (!run || !request) return 'This request does not exist any more.';
  const isActive = await deps.roles.askActive(actor);
  if (isActive === 'unknown') return refuseUnknown('whether your account is active');
  if (isActive === 'no') return 'Your Slack account is not active, so you cannot decide.';
  const isMember = await deps.roles.askMember(request.role, actor);
  if (isMember === 'unknown') return refuseUnknown(`who is in ${request.role}`);
  if (isMember === 'no') return `Only members of the role ${request.role} can decide this.`;
  const probe = decideApproval(
    { run, audit: [] },
    { task, verdict: 'approved', actor, reason: null },
    request.openedAt,
  );
  return 'refused' in probe ? probe.refused : null;
}
