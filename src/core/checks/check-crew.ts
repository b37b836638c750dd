import { BUILT_IN } from '../definition/built-in.ts';
import type { Fault } from '../faults/problem.ts';
import {
  listInnerLists,
  type PlacedList,
  placeSteps,
  type StepToCheck,
  type WorkflowToCheck,
} from './check-tree.ts';
import type { KnownNames } from './known-names.ts';

/** What is wrong with work that no crew was asked for, and the remedy. */
export const NO_CREW: Omit<Fault, 'path'> = {
  wrong: 'no crew was asked for',
  right: `put a step with the service “${BUILT_IN.scheduler}” before this one`,
};

/**
 * Finds steps that track work although nothing in the run can have asked for a crew by then, so that the run fails there
 * for sure. Sub-workflows are runs of their own: their crews are theirs. A step whose failure is made up for passes, by
 * a fallback of its own or of a container, or by a container that needs only some of its branches. Where a service is not
 * known, which is a fault of its own, it may be meant to ask for the crew.
 */
export function checkCrew(workflow: WorkflowToCheck, { services }: KnownNames): Fault[] {
  const named = placeSteps(workflow).flatMap(({ step }) => listCalls(step));
  if (named.some(({ service }) => service !== undefined && !services.has(service))) return [];
  const mayHaveCrew = workflow.fallback?.service === BUILT_IN.scheduler;
  return checkList({ steps: workflow.steps, path: 'steps' }, mayHaveCrew);
}

function checkList({ steps, path }: PlacedList, mayHaveCrew: boolean): Fault[] {
  return steps.flatMap((step, index) => {
    const hasCrew = mayHaveCrew || steps.slice(0, index).some(asksForCrew);
    return hasCrew || isMadeUpFor(step) ? [] : checkStep(step, `${path}[${index}]`);
  });
}

/** Of branches side by side, and of the items of a list, nobody knows which one is first. */
function checkStep(step: StepToCheck, path: string): Fault[] {
  if (step.service === BUILT_IN.repair) return [{ path: `${path}.service`, ...NO_CREW }];
  const mayHaveCrew = step.switch === undefined && asksForCrew(step);
  return listInnerLists(step, path).flatMap((list) => checkList(list, mayHaveCrew));
}

function isMadeUpFor({ fallback, parallel, forEach }: StepToCheck): boolean {
  const join = parallel?.join ?? forEach?.join ?? 'all';
  return fallback !== undefined || join !== 'all';
}

/** Whether a step, or any inside it, may ask for a crew in whatever way. */
function asksForCrew(step: StepToCheck): boolean {
  if (listCalls(step).some(({ service }) => service === BUILT_IN.scheduler)) return true;
  return listInnerLists(step, '').some(({ steps }) => steps.some(asksForCrew));
}

function listCalls(step: StepToCheck): Pick<StepToCheck, 'service'>[] {
  return [step, step.fallback, step.compensate].filter((call) => call !== undefined);
}
