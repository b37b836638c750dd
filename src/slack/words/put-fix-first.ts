import { tellReason, type UnplacedReason } from '../../core/work/unplaced-reason.ts';

/** Why no crew can take a job, in a line. Where that does not fit, what would help comes first: the end is cut off. */
export function putFixFirst(reason: UnplacedReason, fits: (line: string) => boolean): string {
  const line = tellReason(reason);
  return reason.fix === null || fits(line) ? line : `${reason.fix}; ${reason.why}`;
}
