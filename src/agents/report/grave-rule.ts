import type { GraveHazard } from '../../core/work/assessment.ts';

/** By which words a grave hazard is found. */
export interface GraveRule {
  hazard: GraveHazard;
  label: string;
  words: RegExp;
  points: number;
  /** Only feared it is no reason to page: "the road will flood". A "possible gas leak" is. */
  fact?: true;
  /** Shows no English. */
  inSpanish?: true;
}
