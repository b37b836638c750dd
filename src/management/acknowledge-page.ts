import type { Agency } from '../core/agency/agency.ts';
import type { RoleDirectory } from '../core/agency/role-directory.ts';
import { acknowledge } from '../core/escalator/escalation.ts';
import type { ApplyEvent, EventOutcome } from '../core/run/apply-event.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';

/**
 * The first of those who may takes responsibility for an escalation, and the climb ends: operators, whoever holds a role
 * of the agency, and whoever was paged by name. The requester alone is nobody who could.
 */
export async function acknowledgePage(
  deps: {
    agency: Agency;
    roles: RoleDirectory;
    findRun(runId: string): Promise<WorkflowRun | null>;
    applyEvent: ApplyEvent;
  },
  runId: string,
  key: string,
  actor: string,
): Promise<EventOutcome> {
  if (!(await deps.roles.isActive(actor))) return { refused: 'Your Slack account is not active.' };
  if (!(await mayAcknowledge(deps, await deps.findRun(runId), key, actor))) return { refused: REFUSED };
  return deps.applyEvent(runId, (transition, now) => acknowledge(transition, key, actor, now));
}

const REFUSED = 'Only supervisors, dispatch, operations and whoever was paged can acknowledge this.';

async function mayAcknowledge(
  { agency, roles }: { agency: Agency; roles: RoleDirectory },
  run: WorkflowRun | null,
  key: string,
  actor: string,
): Promise<boolean> {
  if (agency.operators.includes(actor)) return true;
  const paged = Object.values(run?.escalations ?? {}).filter((escalation) => escalation.key === key);
  if (paged.some(({ pages }) => pages.some((page) => page.target.user === actor))) return true;
  for (const { name } of agency.roles) if (await roles.isMember(name, actor)) return true;
  return false;
}
