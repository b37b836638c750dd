import { type CrewDayCause, OBSTACLES } from './explanation.ts';
import type { Judgement } from './obstacles.ts';

/**
 * Crew-days by what is in the way there, most first. One that could take the task after all counts as `cost`: the plan
 * does without it all the same.
 */
export function countCauses(
  judgements: Iterable<Pick<Judgement, 'obstacle' | 'skill' | 'material'>>,
): CrewDayCause[] {
  const causes: CrewDayCause[] = [];
  for (const { obstacle, skill, material } of judgements) {
    const known = causes.find(
      (one) => one.obstacle === (obstacle ?? 'cost') && one.skill === skill && one.material === material,
    );
    if (known) known.crewDays += 1;
    else causes.push({ obstacle: obstacle ?? 'cost', skill, material, crewDays: 1 });
  }
  return causes.sort(
    (a, b) => b.crewDays - a.crewDays || OBSTACLES.indexOf(a.obstacle) - OBSTACLES.indexOf(b.obstacle),
  );
}
