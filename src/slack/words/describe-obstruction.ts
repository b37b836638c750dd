import type { CrewDayView, ObstructionKind, PlannedJob } from '../../core/work/crew-day-view.ts';

const WORDS: Readonly<Record<ObstructionKind, string>> = {
  shift: 'outside its shifts',
  absence: 'while it is absent',
  closure: 'in a closed district',
};

/** Why a job cannot be done when it is planned, such as `outside its shifts`; empty when nothing is in the way. */
export function describeObstruction({ obstructedBy = [] }: PlannedJob): string {
  return obstructedBy.map((kind) => WORDS[kind]).join(', ');
}

/** How many jobs of the crew's day cannot be done when they are planned: `2 while it is absent`, by what is in the way. */
export function countObstructed({ jobs }: Pick<CrewDayView, 'jobs'>): string[] {
  return Object.entries(WORDS).flatMap(([kind, words]) => {
    const count = jobs.filter(({ obstructedBy }) => obstructedBy?.includes(kind as ObstructionKind)).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
}
