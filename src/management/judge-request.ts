import { findKnown } from '../agents/report/read-report.ts';
import type { Agency } from '../core/agency/agency.ts';
import { BUILT_IN } from '../core/definition/built-in.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { tellsPlace } from '../core/places/tells-place.ts';

/** A text with less than this says nothing, whatever it is about. */
const ANY_WORD = /[\p{L}\p{N}]{2,}/u;

/**
 * Whether a text that is to start `definition` tells too little to be filed without asking back. Of a report, which is
 * assessed, it is wanted that it names a thing that the tables know, or a place; of other work, one word.
 */
export function isUnclearRequest(
  { districts, depots }: Pick<Agency, 'districts' | 'depots'>,
  definition: Pick<WorkflowDefinition, 'steps'>,
  text: string,
): boolean {
  if (!ANY_WORD.test(text)) return true;
  const isReport = definition.steps.some(({ handler }) => handler === BUILT_IN.severity);
  if (!isReport || findKnown(text).size > 0) return false;
  return !tellsPlace(
    text,
    [...districts, ...depots].map(({ name }) => name),
  );
}
