import { parseReference } from '../definition/reference.ts';
import { describeValue, type Fault, listNames } from '../faults/problem.ts';
import { isPlannableYear, OUTSIDE_YEARS } from '../values/duration.ts';
import { readWrittenInstant, WRITE_INSTANT } from '../values/instant.ts';
import { describeCircle } from './check-circles.ts';
import { listInnerLists, type PlacedStep, placeSteps, type WorkflowToCheck } from './check-tree.ts';

const RESERVED_TASKS: readonly string[] = ['input', 'run', 'item', 'index'];

/** Checks what the steps of a definition are made of and where they stand, at any depth. `name` is the definition's own. */
export function checkSteps(workflow: WorkflowToCheck, name: string): Fault[] {
  const placed = placeSteps(workflow);
  const last = `steps[${workflow.steps.length - 1}]`;
  return [
    ...checkTasks(placed),
    ...placed.flatMap((place) => [
      ...checkRetry(place),
      ...checkJoin(place),
      ...checkContinuation(place, last),
      ...checkSubWorkflow(place, name),
      ...checkUntil(place),
    ]),
  ];
}

/** A task's name is its id in the run and in references, so it is unique in the whole tree. */
function checkTasks(placed: readonly PlacedStep[]): Fault[] {
  const seen = new Map<string, string>();
  return placed.flatMap(({ step: { task }, path: place }): Fault[] => {
    const path = `${place}.task`;
    if (RESERVED_TASKS.includes(task)) {
      const right = `choose another; ${listNames(RESERVED_TASKS)} stand for facts of the run`;
      return [{ path, wrong: `"${task}" is a reserved name`, right }];
    }
    const first = seen.get(task);
    if (first === undefined) seen.set(task, place);
    const wrong = `"${task}" is also the task of ${first}`;
    return first === undefined ? [] : [{ path, wrong, right: 'give every step a task name of its own' }];
  });
}

/** People are not asked twice, and what orders other steps leaves trying again to them. */
function checkRetry({ step, path }: PlacedStep): Fault[] {
  const isCalled = [step.agent, step.service, step.workflow, step.continueAs].some(
    (part) => part !== undefined,
  );
  if (!step.retry || isCalled) return [];
  const right = 'leave it out, or give it to the agents, services and workflows inside';
  return [
    { path: `${path}.retry`, wrong: 'only an agent, a service or a workflow can be tried again', right },
  ];
}

/** A literal number of branches that can be reached; of a list that comes with the run nobody knows the length yet. */
function checkJoin({ step, path }: PlacedStep): Fault[] {
  if (step.forEach && parseReference(step.forEach.items) === null && !Array.isArray(step.forEach.items)) {
    const wrong = `${describeValue(step.forEach.items)} is no list`;
    const right = 'write a list in [ ], or a reference to one such as "$input.lamps"';
    return [{ path: `${path}.forEach.items`, wrong, right }];
  }
  const kind = step.parallel ? 'parallel' : 'forEach';
  const join = step[kind]?.join;
  const literal = Array.isArray(step.forEach?.items) ? step.forEach.items.length : Number.POSITIVE_INFINITY;
  const count = step.parallel ? listInnerLists(step, path).length : literal;
  if (step.parallel && count === 0) {
    const right = 'name at least one branch with steps';
    return [{ path: `${path}.parallel.branches`, wrong: 'has no branches', right }];
  }
  if (typeof join !== 'number' || join <= count) return [];
  const wrong = `${join} branches cannot succeed: there are ${count}`;
  return [{ path: `${path}.${kind}.join`, wrong, right: `write "all", "any" or at most ${count}` }];
}

function checkContinuation({ step, path }: PlacedStep, last: string): Fault[] {
  if (!step.continueAs || path === last) return [];
  const wrong = 'ends the run while other steps are still to come';
  const right = 'make it the last step of the definition, outside every other step';
  return [{ path: `${path}.continueAs`, wrong, right }];
}

/** The smallest circle, which can be told from one file; the others take the whole folder. */
function checkSubWorkflow({ step, path }: PlacedStep, name: string): Fault[] {
  if (step.workflow?.workflow !== name) return [];
  return [{ path: `${path}.workflow.workflow`, ...describeCircle([name, name]) }];
}

function checkUntil({ step, path: place }: PlacedStep): Fault[] {
  const until = step.wait?.until;
  if (until === undefined || parseReference(until) !== null) return [];
  // Whether it can be read does not depend on the zone.
  const path = `${place}.wait.until`;
  if (!readWrittenInstant(until, 'UTC')) {
    const right = `${WRITE_INSTANT}, or a reference to one`;
    return [{ path, wrong: `${describeValue(until)} is no instant`, right }];
  }
  if (isPlannableYear(until.trim())) return [];
  return [{ path, wrong: `${describeValue(until)} is too far away`, right: OUTSIDE_YEARS }];
}
