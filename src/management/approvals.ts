import type { RoleDirectory } from '../core/agency/role-directory.ts';
import { type ApprovalDecision, refuseDecision } from '../core/approvals/approval.ts';
import { decideApproval } from '../core/events/approval-decision.ts';
import type { ApplyEvent, EventOutcome } from '../core/run/apply-event.ts';
import type { Refusal } from '../core/run/transition.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { refuseUnknown } from './refuse-unknown.ts';

/** What people do with approval requests. */
export interface Approvals {
  /** Members of the request's role decide; who they are is looked up at this moment. The first valid decision counts. */
  decide(runId: string, decision: ApprovalDecision): Promise<EventOutcome>;
  /** Whether `actor` could decide now: null, or why not; when Slack cannot be asked, nobody can. For opening a modal only to those who may submit it. */
  refuseDecision(runId: string, task: string, actor: string): Promise<Refusal | null>;
}

export interface ApprovalsDeps {
  roles: RoleDirectory;
  findRun(runId: string): Promise<WorkflowRun | null>;
  applyEvent: ApplyEvent;
}

/** Decisions are committed under the run's fence, by those who may decide at that moment. */
export function createApprovals(deps: ApprovalsDeps): Approvals {
  const refuseDecision = (runId: string, task: string, actor: string) =>
    refuseDecider(deps, runId, task, actor);
  return {
    refuseDecision,
    decide: async (runId, decision) => {
      const refusal = await refuseDecision(runId, decision.task, decision.actor);
      if (refusal) return refusal;
      return deps.applyEvent(runId, (transition, now) => decideApproval(transition, decision, now));
    },
  };
}

async function refuseDecider(
  { roles, findRun }: ApprovalsDeps,
  runId: string,
  task: string,
  actor: string,
): Promise<Refusal | null> {
  const run = await findRun(runId);
  const request = run?.steps[task]?.approval;
  if (!run || !request) return { refused: 'This request does not exist any more.' };
  const isActive = await roles.askActive(actor);
  if (isActive === 'unknown') return { refused: refuseUnknown('whether your account is active') };
  if (isActive === 'no') return { refused: 'Your Slack account is not active, so you cannot decide.' };
  const isMember = await roles.askMember(request.role, actor);
  if (isMember === 'unknown') return { refused: refuseUnknown(`who is in ${request.role}`) };
  if (isMember === 'no') return { refused: `Only members of the role ${request.role} can decide this.` };
  return refuseDecision(run, { task, actor });
}
