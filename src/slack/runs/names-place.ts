import type { Agency } from '../../core/agency/agency.ts';
import { BUILT_IN } from '../../core/definition/built-in.ts';
import { findGivenPlaces } from '../../core/places/find-given-places.ts';
import { tellsPlace } from '../../core/places/tells-place.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { Block } from '../budget/fitted.ts';
import { section } from '../kit/parts.ts';

/** Whether whoever reads what was asked for is told where to go: by a field for it, by degrees, or in the words. */
export function namesPlace({ definition, input }: WorkflowRun, { districts, depots }: Agency): boolean {
  const names = [...districts, ...depots].map(({ name }) => name);
  return (
    findGivenPlaces(input).length > 0 ||
    Object.entries(input).some(([field, value]) => {
      if (typeof value !== 'string' || value.trim() === '') return false;
      return definition.input[field]?.type === 'location' || tellsPlace(value, names);
    })
  );
}

/** Says of a report that it names no place, before somebody sends a crew there. Other work may need none. */
export function noPlaceLine(run: WorkflowRun, agency: Agency): Block[] {
  const isReport = run.definition.steps.some(({ handler }) => handler === BUILT_IN.severity);
  return isReport && !namesPlace(run, agency) ? [section('⚠️ *Says no place*')] : [];
}
