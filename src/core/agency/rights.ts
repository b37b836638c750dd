import type { Membership } from './actor.ts';
import { type Agency, isOfCrew } from './agency.ts';

/**
 * What a door asks of whoever comes in.
 * - `member`: anybody with an account of the agency's workspace; a guest only when the agency file names them
 * - `work`: whoever is of a crew, and dispatch
 * - `dispatch`: the agency's operators
 *
 * Who may do something with one run, request or job (its requester, its approvers, its crew) is asked besides, where it
 * is done.
 */
export type Right = 'member' | 'work' | 'dispatch';

type People = Pick<Agency, 'operators' | 'crews' | 'roles'>;

const REFUSED: Readonly<Record<Exclude<Membership, 'member' | 'guest' | 'unknown'>, string>> = {
  bot: 'Only people can do this, no apps. Nothing was changed.',
  deactivated: 'Your Slack account is not active, so you can do nothing here. Nothing was changed.',
  elsewhere:
    'You are not of the Slack workspace that Crewline works for here, so you can do nothing in it. Nothing was changed.',
};

const UNNAMED_GUEST =
  'As a guest of this workspace you can do this once the agency file names you, in a crew or a role: ask dispatch. Nothing was changed.';

const LACKING: Readonly<Record<Exclude<Right, 'member'>, string>> = {
  work: 'Only dispatch and the crews can do this. Nothing was changed.',
  dispatch: 'Only dispatch can do this. Nothing was changed.',
};

/** Null when somebody with that membership has the right; otherwise why not, in words for them. */
export function refuseRight(
  agency: People,
  userId: string,
  membership: Exclude<Membership, 'unknown'>,
  right: Right,
): string | null {
  if (membership !== 'member' && membership !== 'guest') return REFUSED[membership];
  if (membership === 'guest' && !isNamed(agency, userId)) return UNNAMED_GUEST;
  return right === 'member' || holdsRight(agency, userId, right) ? null : LACKING[right];
}

/** Whether the agency file gives somebody a right: for what to show them. Whether they may come in is asked besides. */
export function holdsRight(
  agency: Pick<Agency, 'operators' | 'crews'>,
  userId: string,
  right: Right,
): boolean {
  switch (right) {
    case 'member':
      return true;
    case 'work':
      return agency.operators.includes(userId) || agency.crews.some((crew) => isOfCrew(crew, userId));
    case 'dispatch':
      return agency.operators.includes(userId);
  }
}

function isNamed({ operators, crews, roles }: People, userId: string): boolean {
  return (
    operators.includes(userId) ||
    crews.some((crew) => isOfCrew(crew, userId)) ||
    roles.some(({ members }) => members.includes(userId))
  );
}
