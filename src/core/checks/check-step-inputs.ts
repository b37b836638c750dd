import { listReferences } from '../definition/reference.ts';
import type { Fault } from '../faults/problem.ts';
import { checkCall, checkKind, checkStart } from './check-calls.ts';
import { checkCondition } from './check-conditions.ts';
import { checkPlainText, checkValues, write } from './check-references.ts';
import {
  listInnerLists,
  type PlacedList,
  placeSteps,
  type StepToCheck,
  type WorkflowToCheck,
} from './check-tree.ts';
import { outputOf, type Scope } from './fact-scope.ts';
import type { KnownNames } from './known-names.ts';

/**
 * Checks everything in a definition that refers to facts, at any depth: references name declared inputs, tasks that come
 * before (in the own branch, or before the container) and fields of their output; conditions compare what can be
 * compared; `with` fits the agent, service or workflow that gets it. `name` is the definition's own; `known` null leaves
 * out what depends on others.
 */
export function checkStepInputs(source: WorkflowToCheck, name: string, known: KnownNames | null): Fault[] {
  const placed = placeSteps(source);
  const scope: Scope = {
    inputs: Object.keys(source.input).length > 0 ? source.input : null,
    earlier: new Map(),
    loops: new Map(placed.map(({ step, loop }) => [step.task, loop])),
    tested: new Set(placed.flatMap(({ step }) => listTested(step))),
    hasItem: false,
    known,
  };
  const { faults, earlier } = checkList({ steps: source.steps, path: 'steps' }, name, scope);
  return [
    ...checkPlainTexts(source, scope),
    ...faults,
    ...(source.fallback ? checkCall(source.fallback, 'fallback', { ...scope, earlier }) : []),
  ];
}

/** Checks steps that follow each other; `earlier` is what may be referred to after the last of them. */
function checkList(
  { steps, path }: PlacedList,
  name: string,
  outer: Scope,
): { faults: Fault[]; earlier: Scope['earlier'] } {
  const faults: Fault[] = [];
  let earlier = outer.earlier;
  for (const [index, step] of steps.entries()) {
    const place = `${path}[${index}]`;
    const scope: Scope = { ...outer, earlier };
    faults.push(...checkOwn(step, place, name, scope));
    const hasItem = scope.hasItem || step.forEach !== undefined;
    const inside = listInnerLists(step, place).map((list) => checkList(list, name, { ...scope, hasItem }));
    faults.push(...inside.flatMap((list) => list.faults));
    // Of a `forEach` there are as many inner outputs as items: only the container's own can be referred to.
    const visible = step.forEach ? [] : inside.flatMap((list) => [...list.earlier]);
    earlier = new Map([...earlier, ...visible, [step.task, outputOf(step, outer.known)]]);
    if (step.compensate)
      faults.push(...checkCall(step.compensate, `${place}.compensate`, { ...scope, earlier }));
  }
  return { faults, earlier };
}

function checkOwn(step: StepToCheck, path: string, name: string, scope: Scope): Fault[] {
  const { wait, workflow, continueAs, forEach, fallback } = step;
  const cases = step.switch?.cases ?? [];
  const start = workflow ?? continueAs;
  const isCalled = start === undefined && (step.agent ?? step.service) !== undefined;
  return [
    ...checkPlainText(step.title, `${path}.title`, scope),
    ...(isCalled ? checkCall(step, path, scope) : checkValues(step.with, `${path}.with`, scope)),
    ...checkCondition(step.when, `${path}.when`, scope),
    ...(fallback ? checkCall(fallback, `${path}.fallback`, scope) : []),
    ...(workflow ? checkStart(workflow, workflow.workflow, `${path}.workflow`, scope) : []),
    ...(continueAs ? checkStart(continueAs, continueAs.workflow ?? name, `${path}.continueAs`, scope) : []),
    ...checkKind(wait?.until, `${path}.wait.until`, ['text'], scope),
    ...checkKind(wait?.key, `${path}.wait.key`, ['text', 'number'], scope),
    ...checkKind(forEach?.items, `${path}.forEach.items`, ['list'], scope),
    ...cases.flatMap(({ when }, index) => checkCondition(when, `${path}.switch.cases[${index}].when`, scope)),
  ];
}

function listTested({ when, switch: choice }: StepToCheck): string[] {
  const conditions = [when, ...(choice?.cases ?? []).map((one) => one.when)];
  return listReferences(conditions, '').map(({ reference }) => write(reference));
}

/** What people read as it stands in the file. */
function checkPlainTexts({ title, description, input }: WorkflowToCheck, scope: Scope): Fault[] {
  return [
    ...checkPlainText(title, 'title', scope),
    ...checkPlainText(description, 'description', scope),
    ...Object.entries(input).flatMap(([name, field]) => [
      ...checkPlainText(field.label, `input.${name}.label`, scope),
      ...checkPlainText(field.hint, `input.${name}.hint`, scope),
      ...(typeof field.default === 'string'
        ? checkPlainText(field.default, `input.${name}.default`, scope)
        : []),
      ...(field.choices ?? []).flatMap((choice, index) =>
        checkPlainText(choice, `input.${name}.choices[${index}]`, scope),
      ),
    ]),
  ];
}
