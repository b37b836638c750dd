import type { Agency, PageTarget } from '../agency/agency.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { DISPATCH } from '../work/bulletin.ts';

/** Where runs are shown that were asked for nowhere in Slack. */
const REQUESTS = '@requests';
/** Those who keep Crewline running. */
export const OPERATORS = '@operators';

/** Where the card of a run goes, and what is told below it. */
export function placeOfRun(run: WorkflowRun): string {
  return run.origin.channel ?? REQUESTS;
}

export function placeOfRole(role: string): string {
  return `role ${role}`;
}

/** Where a crew reads, or dispatch, for an audience that is no crew. */
export function placeOfCrew(audience: string): string {
  return audience === DISPATCH ? DISPATCH : `crew ${audience}`;
}

export function placeOfPage(target: PageTarget): string {
  if (target.channel) return target.channel;
  return target.user ? `user ${target.user}` : placeOfRole(target.role ?? '');
}

/** Where a fact goes that has a message of its own. */
export function placeOfNotice(event: AuditEvent, run: WorkflowRun): string {
  switch (event.type) {
    case 'sla.warned':
    case 'budget.warned': {
      const level = run.policy.levels[0];
      return level ? placeOfPage(level.notify) : DISPATCH;
    }
    case 'approval.reminded':
      return placeOfRole(run.steps[event.task ?? '']?.approval?.role ?? '');
    case 'work.nudged':
      return placeOfCrew(event.data.toCrewId);
    case 'notice.posted':
      return event.data.channel ?? DISPATCH;
    default:
      return DISPATCH;
  }
}

/** Every place whose messages this channel shows. */
export function placesIn(channel: string, agency: Pick<Agency, 'channels' | 'roles' | 'crews'>): string[] {
  const { requests, dispatch } = agency.channels;
  const roles = agency.roles.filter((role) => role.channel === channel);
  const crews = agency.crews.filter((crew) => crew.channel === channel);
  return [
    channel,
    ...(requests === channel ? [REQUESTS] : []),
    ...(dispatch === channel ? [DISPATCH] : []),
    ...roles.map(({ name }) => placeOfRole(name)),
    ...crews.map(({ id }) => placeOfCrew(id)),
  ];
}

/** The channel that the agency calls by a word, such as "dispatch"; anything else is taken for the channel itself. */
export function findChannel(written: string, channels: Readonly<Record<string, string>>): string {
  const word = written.trim().toLowerCase();
  return Object.hasOwn(channels, word) ? (channels[word] ?? written) : written;
}
