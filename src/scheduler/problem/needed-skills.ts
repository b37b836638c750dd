import type { Agency, Crew } from '../../core/agency/agency.ts';
import { holdsSkill } from '../../core/agency/skill.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';

/**
 * What a crew must be able to do for an order: what it asks for, except, where dispatch gave it to a crew by hand, what
 * that crew cannot: dispatch knew.
 */
export function listNeededSkills(
  { requirements, givenTo }: Pick<WorkOrder, 'requirements' | 'givenTo'>,
  crews: readonly Crew[],
): string[] {
  const chosen = crews.find(({ id }) => id === givenTo);
  const skills = [...new Set(requirements.skills)];
  return chosen ? skills.filter((skill) => holdsSkill(chosen.skills, skill)) : skills;
}

/** The skills an order asks for that a crew has not, at their level. */
export function listLacking(
  { requirements }: Pick<WorkOrder, 'requirements'>,
  crew: Pick<Crew, 'skills'> | undefined,
): string[] {
  const held = crew?.skills ?? [];
  return [...new Set(requirements.skills)].filter((skill) => !holdsSkill(held, skill));
}

/**
 * The order without the skills that no crew of the agency has, at that level, and without any when no crew has all the
 * others: dispatch has to choose among those there are.
 */
export function waiveUnheldSkills(order: WorkOrder, { crews }: Pick<Agency, 'crews'>): WorkOrder {
  const { requirements } = order;
  const held = requirements.skills.filter((skill) => crews.some((crew) => holdsSkill(crew.skills, skill)));
  const isHeld = crews.some((crew) => held.every((skill) => holdsSkill(crew.skills, skill)));
  return { ...order, requirements: { ...requirements, skills: isHeld ? held : [] } };
}
