/** What is known of how a job that would end after its deadline could be done in time. */
export interface LateHelp {
  /** What would help; null when nothing single would, or nobody looked. */
  fix: string | null;
  /** Every single change was tried, and none would get it done in time. */
  isHopeless?: boolean;
}

/** So many minutes longer a shift is tried at most, as part of every single change; the planner's limit. */
export const MOST_OVERTIME_MINUTES = 240;

/** What earlier versions wrote in the place of a fix when nothing single would have helped. */
export const WRITTEN_NO_FIX = 'no single change would';

/** What would help, as this version or an earlier one stored it. */
export function readHelp({ fix, isHopeless }: LateHelp): LateHelp {
  if (fix === WRITTEN_NO_FIX) return { fix: null, isHopeless: true };
  return isHopeless === undefined ? { fix } : { fix, isHopeless };
}
