import type { WorkDoubt } from './assessment.ts';

/** Why no crew can take a job as things stand, in words for people. */
export interface UnplacedReason {
  /** What is in the way, such as `no crew has diving`. */
  why: string;
  /** What would help, such as `smallest fix: Crew North with 2 more`; null where nothing single would. */
  fix: string | null;
  /** The same as long as the same things are in the way: dispatch hears of another kind, not of other counts. */
  kind: string;
  /** Said of a job that no plan gives to a crew, because a person has to: why. */
  doubt?: WorkDoubt;
}

/** A reason that nothing single would change. */
export function reasonWithoutFix(why: string): UnplacedReason {
  return { why, fix: null, kind: why };
}

/** Both in a line, what is in the way first. */
export function tellReason({ why, fix }: Pick<UnplacedReason, 'why' | 'fix'>): string {
  return fix === null ? why : `${why}; ${fix}`;
}
