import { checkSpan } from '../faults/check-span.ts';
import type { Fault } from '../faults/problem.ts';
import { toMilliseconds } from '../values/duration.ts';
import type { PlacedStep } from './check-tree.ts';

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
