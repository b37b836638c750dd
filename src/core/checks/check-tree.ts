import type { z } from 'zod';
import type { WorkflowSource } from '../definition/workflow-definition.ts';

export type WorkflowToCheck = z.output<typeof WorkflowSource>;
export type StepToCheck = WorkflowToCheck['steps'][number];

/** Steps that follow each other, with the path of their list in the file, such as `steps[2].forEach.steps`. */
export interface PlacedList {
  steps: readonly StepToCheck[];
  path: string;
}

/** A step with its path, such as `steps[2].parallel.branches.traffic[0]`. */
export interface PlacedStep {
  step: StepToCheck;
  path: string;
  /** The outermost `forEach` it stands in; null outside. */
  loop: string | null;
}

/** The lists of steps directly inside the step at `path`. */
export function listInnerLists(step: StepToCheck, path: string): PlacedList[] {
  if (step.parallel) {
    const branches = Object.entries(step.parallel.branches);
    return branches.map(([name, steps]) => ({ steps, path: `${path}.parallel.branches.${name}` }));
  }
  if (step.forEach) return [{ steps: step.forEach.steps, path: `${path}.forEach.steps` }];
  if (!step.switch) return [];
  const { cases, otherwise = [] } = step.switch;
  return [
    ...cases.map(({ steps }, index) => ({ steps, path: `${path}.switch.cases[${index}].steps` })),
    { steps: otherwise, path: `${path}.switch.otherwise` },
  ];
}

/** A workflow that a step of a definition starts. */
export interface WorkflowStart {
  /** Place of the step in the file. */
  path: string;
  workflow: string;
  /** Whether the step waits for its end; `continueAs` does not. */
  waits: boolean;
}

/** The workflows that the steps of a definition start, at any depth. `name` is the definition's own. */
export function listStarts(workflow: WorkflowToCheck, name: string): WorkflowStart[] {
  return placeSteps(workflow).flatMap(({ step, path }): WorkflowStart[] => {
    if (step.workflow)
      return [{ path: `${path}.workflow.workflow`, workflow: step.workflow.workflow, waits: true }];
    if (!step.continueAs) return [];
    return [
      { path: `${path}.continueAs.workflow`, workflow: step.continueAs.workflow ?? name, waits: false },
    ];
  });
}

/** Every step of the definition in the order of the file, a container before what is inside it. */
export function placeSteps(workflow: WorkflowToCheck): PlacedStep[] {
  return placeList({ steps: workflow.steps, path: 'steps' }, null);
}

function placeList({ steps, path }: PlacedList, loop: string | null): PlacedStep[] {
  return steps.flatMap((step, index) => {
    const place = `${path}[${index}]`;
    const within = loop ?? (step.forEach ? step.task : null);
    const inside = listInnerLists(step, place).flatMap((list) => placeList(list, within));
    return [{ step, path: place, loop }, ...inside];
  });
}
