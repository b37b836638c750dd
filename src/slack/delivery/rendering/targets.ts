import type { Agency, PageTarget } from '../../../core/agency/agency.ts';
import type { AuditEvent } from '../../../core/audit/audit-event.ts';
import type { WorkflowRun } from '../../../core/run/workflow-run.ts';

/** Where a message goes: a channel by id or `#name`, or a person. */
export type SlackTarget = { channel: string } | { user: string };

/** The run card: where the run was asked for, else the requests channel, else the requester. */
export function targetsOfRunCard(run: WorkflowRun, agency: Agency): SlackTarget[] {
  return distinct([
    ...(run.origin.channel ? [{ channel: run.origin.channel }] : []),
    { channel: agency.channels.requests },
    ...(run.requester.userId ? [{ user: run.requester.userId }] : []),
  ]);
}

/** The approval card: the role's channel; escalations hears of it when that cannot be reached. */
export function targetsOfApproval(role: string, agency: Agency): SlackTarget[] {
  return distinct([...targetsOfRole(role, agency), { channel: agency.channels.escalations }]);
}

/** The assignment card of a crew: its channel, else its lead, else dispatch. */
export function targetsOfAssignment(crewId: string, agency: Agency): SlackTarget[] {
  const crew = agency.crews.find(({ id }) => id === crewId);
  if (!crew) return [{ channel: agency.channels.dispatch }];
  return distinct([{ channel: crew.channel }, { user: crew.lead }, { channel: agency.channels.dispatch }]);
}

/** A page: nowhere else but its level's target, because the next level is the fallback. */
export function targetsOfPage(target: PageTarget, agency: Agency): SlackTarget[] {
  if (target.channel) return [{ channel: target.channel }];
  if (target.user) return [{ user: target.user }];
  return targetsOfRole(target.role ?? '', agency);
}

/** A notice: where such a fact belongs, else dispatch. */
export function targetsOfNotice(event: AuditEvent, run: WorkflowRun, agency: Agency): SlackTarget[] {
  const dispatch = { channel: agency.channels.dispatch };
  return distinct([...firstTargets(event, run, agency), dispatch]);
}

function firstTargets(event: AuditEvent, run: WorkflowRun, agency: Agency): SlackTarget[] {
  switch (event.type) {
    case 'sla.warned':
    case 'budget.warned': {
      const level = run.policy.levels[0];
      return level ? targetsOfPage(level.notify, agency) : [];
    }
    case 'approval.reminded':
      return targetsOfRole(run.steps[event.task ?? '']?.approval?.role ?? '', agency);
    case 'work.nudged':
      return targetsOfAssignment(event.data.toCrewId, agency);
    case 'notice.posted':
      return event.data.channel === null ? [] : [{ channel: event.data.channel }];
    default:
      return [];
  }
}

function targetsOfRole(name: string, agency: Agency): SlackTarget[] {
  const role = agency.roles.find((candidate) => candidate.name === name);
  return role ? [{ channel: role.channel }] : [];
}

function distinct(targets: SlackTarget[]): SlackTarget[] {
  const seen = new Set<string>();
  return targets.filter((target) => {
    const key = 'user' in target ? target.user : target.channel;
    return !seen.has(key) && seen.add(key);
  });
}
