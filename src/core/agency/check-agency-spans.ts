import { checkSpan } from '../faults/check-span.ts';
import type { Fault } from '../faults/problem.ts';
import type { Agency } from './agency.ts';

/** A timer that is set for longer than this rings at once. */
const LONGEST_CALL_DAYS = 24;

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
