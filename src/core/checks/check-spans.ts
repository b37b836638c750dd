import type { Agency } from '../agency/agency.ts';
import type { Fault } from '../faults/problem.ts';
import { toMilliseconds } from '../values/duration.ts';
import type { PlacedStep } from './check-tree.ts';

const LONGEST_SPAN_DAYS = 366;
/** A timer that is set for longer than this rings at once. */
const LONGEST_CALL_DAYS = 24;
const DAY_MS = toMilliseconds('1d');
const DAYS_IN_YEAR = 365.25;

/** Checks that a span can be kept; a longer one than a year must be a slip. */
export function checkSpan(
  span: string | undefined,
  path: string,
  longestDays: number = LONGEST_SPAN_DAYS,
): Fault[] {
  if (span === undefined) return [];
  const milliseconds = toMilliseconds(span);
  if (!(milliseconds > 0)) {
    const right = `write a span longer than zero and at most ${longestDays} days`;
    return [{ path, wrong: `"${span}" is not a span that can be kept`, right }];
  }
  const days = milliseconds / DAY_MS;
  if (days <= longestDays) return [];
  const right = `check the number and its unit: write at most ${longestDays} days, such as "48h" or "2d"`;
  return [{ path, wrong: `"${span}" is too long, ${describeDays(days)}`, right }];
}

/** Checks all spans of a step; its SLA also against that of the run. */
export function checkSpans({ step, path }: PlacedStep, runSpan: string | undefined): Fault[] {
  const { timeout, totalTimeout, retry, wait, sla } = step;
  const faults = [
    ...checkSpan(timeout, `${path}.timeout`),
    ...checkSpan(totalTimeout, `${path}.totalTimeout`),
    ...checkSpan(retry?.backoff, `${path}.retry.backoff`),
    ...checkSpan(retry?.longest, `${path}.retry.longest`),
    ...checkSpan(wait?.for, `${path}.wait.for`),
    ...checkSpan(sla?.within, `${path}.sla.within`),
  ];
  if (!sla || !runSpan || toMilliseconds(sla.within) <= toMilliseconds(runSpan)) return faults;
  const wrong = `"${sla.within}" is longer than the whole run may take (${runSpan})`;
  const right = 'shorten it, or lengthen the SLA of the run';
  return [...faults, { path: `${path}.sla.within`, wrong, right }];
}

/** Checks the spans of an agency: between the levels of its policies, and of calls to what it names by URL. */
export function checkAgencySpans({
  escalationPolicies,
  agents,
  services,
}: Pick<Agency, 'escalationPolicies' | 'agents' | 'services'>): Fault[] {
  return [
    ...escalationPolicies.flatMap(({ levels }, policy) =>
      levels.flatMap(({ wait }, level) =>
        checkSpan(wait, `escalationPolicies[${policy}].levels[${level}].wait`),
      ),
    ),
    ...Object.entries({ agents, services }).flatMap(([list, called]) =>
      called.flatMap(({ timeout }, index) =>
        checkSpan(timeout, `${list}[${index}].timeout`, LONGEST_CALL_DAYS),
      ),
    ),
  ];
}

function describeDays(days: number): string {
  const years = Math.round(days / DAYS_IN_YEAR);
  return years > 1 ? `about ${years} years` : `${Math.ceil(days)} days`;
}
