import type { Agency } from '../core/agency/agency.ts';
import type { RoleAnswer, RoleDirectory } from '../core/agency/role-directory.ts';
import { acknowledge, reportUndeliverable } from '../core/escalator/escalation.ts';
import type { ApplyEvent, EventOutcome } from '../core/run/apply-event.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { refuseUnknown } from './refuse-unknown.ts';

/** What happens to the escalator's pages once they are posted. */
export interface Pages {
  /**
   * The first of those who may takes responsibility for an escalation (`key` of the run), and the climb ends: operators,
   * whoever holds a role of the agency, and whoever was paged by name. The requester alone is nobody who could, and nobody
   * whom Slack cannot be asked about.
   */
  acknowledge(runId: string, key: string, actor: string): Promise<EventOutcome>;
  /** Slack says a page can never arrive: the escalation climbs at once. */
  reportUndeliverable(runId: string, key: string, number: number, reason: string): Promise<void>;
}

export interface PagesDeps {
  agency: Agency;
  roles: RoleDirectory;
  findRun(runId: string): Promise<WorkflowRun | null>;
  applyEvent: ApplyEvent;
}

const REFUSED = 'Only supervisors, dispatch, operations and whoever was paged can acknowledge this.';

/** Answers to pages are committed under the run's fence. */
export function createPages(deps: PagesDeps): Pages {
  const { roles, findRun, applyEvent } = deps;
  return {
    acknowledge: async (runId, key, actor) => {
      const isActive = await roles.askActive(actor);
      if (isActive === 'unknown') return { refused: refuseUnknown('whether your account is active') };
      if (isActive === 'no') return { refused: 'Your Slack account is not active.' };
      const mayAcknowledge = await askMayAcknowledge(deps, await findRun(runId), key, actor);
      if (mayAcknowledge === 'unknown') return { refused: refuseUnknown('who holds a role') };
      if (mayAcknowledge === 'no') return { refused: REFUSED };
      return applyEvent(runId, (transition, now) => acknowledge(transition, key, actor, now));
    },
    reportUndeliverable: async (runId, key, number, reason) => {
      await applyEvent(runId, (transition, now) => reportUndeliverable(transition, key, number, reason, now));
    },
  };
}

async function askMayAcknowledge(
  { agency, roles }: Pick<PagesDeps, 'agency' | 'roles'>,
  run: WorkflowRun | null,
  key: string,
  actor: string,
): Promise<RoleAnswer> {
  if (agency.operators.includes(actor)) return 'yes';
  const paged = Object.values(run?.escalations ?? {}).filter((escalation) => escalation.key === key);
  if (paged.some(({ pages }) => pages.some((page) => page.target.user === actor))) return 'yes';
  let answer: RoleAnswer = 'no';
  for (const { name } of agency.roles) {
    const isMember = await roles.askMember(name, actor);
    if (isMember === 'yes') return 'yes';
    if (isMember === 'unknown') answer = 'unknown';
  }
  return answer;
}
