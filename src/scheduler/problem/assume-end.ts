import { after, earliest, MINUTE_MS } from '../../core/values/duration.ts';

/** A start that shifts by less is no other plan for anybody: so long what comes next is left where it is. */
export const GRACE_MS = 10 * MINUTE_MS;
const STEPS_MS = [30 * MINUTE_MS, 60 * MINUTE_MS, 120 * MINUTE_MS];
const LONGEST_STEP_MS = 120 * MINUTE_MS;

/**
 * When work under way will end, as far as anybody knows: as planned, until that has passed; then in good time for what
 * comes next (`nextStarts`), until that has passed too; and only then later, by steps that grow, so that what comes next
 * moves once and not at every look.
 */
export function assumeEnd(planned: Date, nextStarts: readonly Date[], now: Date): Date {
  if (now < planned) return planned;
  const assumed = after(planned, stepBeyond(now.getTime() - planned.getTime()));
  const next = earliest(nextStarts);
  if (!next) return assumed;
  const limit = next > planned ? next : planned;
  if (now >= after(limit, GRACE_MS)) return assumed;
  return earliest([limit, assumed]) ?? assumed;
}

function stepBeyond(over: number): number {
  const step = STEPS_MS.find((one) => one > over);
  return step ?? (Math.floor(over / LONGEST_STEP_MS) + 1) * LONGEST_STEP_MS;
}
