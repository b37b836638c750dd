import type { RoleDirectory } from '../approvals/decide-request.ts';
import { acknowledge } from '../core/escalation.ts';
import type { RunEvent } from '../core/transition.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';

/** Any active member may take responsibility for an escalation; the first one does, and the climb ends. */
export async function acknowledgePage(
  deps: {
    roles: RoleDirectory;
    applyToRun(runId: string, event: RunEvent): Promise<{ run: WorkflowRun } | { refused: string }>;
  },
  runId: string,
  key: string,
  actor: string,
): Promise<{ run: WorkflowRun } | { refused: string }> {
  if (!(await deps.roles.isActive(actor))) return { refused: 'Your Slack account is not active.' };
  return deps.applyToRun(runId, (transition, now) => acknowledge(transition, key, actor, now));
}
