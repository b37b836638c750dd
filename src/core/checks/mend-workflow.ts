import type { z } from 'zod';
import { Condition } from '../definition/condition.ts';
import { StepSource } from '../definition/step-source.ts';
import { WorkflowSource } from '../definition/workflow-definition.ts';
import { isObject, keepFitting, UNREAD } from '../faults/keep-fitting.ts';

/** Something valid for a case whose condition is not. */
const ANY_CONDITION: Condition = { value: '$run.id', exists: true };
const LONGEST_SPAN = '366d';

/**
 * What can be read of a workflow definition that does not fit, steps within steps included, so that all its other faults
 * can be told at once. Null when nothing is left to check.
 */
export function mendWorkflow(source: unknown): z.output<typeof WorkflowSource> | null {
  if (!isObject(source) || !Array.isArray(source.steps)) return null;
  const steps = mendSteps(source.steps);
  const fitting = keepFitting(WorkflowSource, source);
  const hasSpan = (fields: object) => 'sla' in fields || 'slaHours' in fields;
  // A deadline that cannot be read is still one: no other span is too long for it.
  const sla = hasSpan(source) && !hasSpan(fitting) ? { sla: { within: LONGEST_SPAN } } : {};
  return WorkflowSource.safeParse({ ...dropRivals(fitting), ...sla, steps }).data ?? null;
}

/** Of two keys that exclude each other, one: which is right is told, and the rest is checked all the same. */
function dropRivals({ slaHours, ...rest }: Record<string, unknown>): Record<string, unknown> {
  if (slaHours !== undefined && rest.sla === undefined) return { ...rest, slaHours };
  if (rest.fallback === undefined || !isObject(rest.sla)) return rest;
  const { onBreach: _rival, ...sla } = rest.sla;
  return { ...rest, sla };
}

/**
 * Of a list of steps what can be read, at any depth: fields that fit, and something valid in the place of the others.
 * Steps keep their places. What is no list of steps at all becomes one step that waits.
 */
function mendSteps(steps: unknown): object[] {
  return Array.isArray(steps) && steps.length > 0 ? steps.map(mendStep) : [standIn(0)];
}

function mendStep(step: unknown, index: number): object {
  if (!isObject(step)) return standIn(index);
  if (StepSource.safeParse(step).success) return step;
  const inner = { ...step, ...mendRequires(step.requires), ...mendContainers(step) };
  const fitting = keepFitting(StepSource, inner);
  if (StepSource.safeParse(fitting).success) return fitting;
  const named = { task: `${UNREAD}-${index}`, ...fitting };
  return StepSource.safeParse(named).success ? named : { ...standIn(index), task: named.task };
}

/** Skills and materials are checked although a bad duration stands beside them. */
function mendRequires(requires: unknown): object {
  return isObject(requires) ? { requires: keepFitting(fieldOf('requires'), requires) } : {};
}

function mendContainers({ parallel, forEach, switch: choice }: Record<string, unknown>): object {
  const mended: Record<string, unknown> = {};
  if (isObject(parallel) && isObject(parallel.branches)) {
    const branches = Object.entries(parallel.branches).map(([name, steps]) => [name, mendSteps(steps)]);
    const { join } = keepFitting(fieldOf('parallel'), parallel);
    mended.parallel = { branches: Object.fromEntries(branches), ...(join === undefined ? {} : { join }) };
  }
  if (isObject(forEach)) {
    const { items = [], ...rest } = keepFitting(fieldOf('forEach'), forEach);
    mended.forEach = { ...rest, items, steps: mendSteps(forEach.steps) };
  }
  if (isObject(choice) && Array.isArray(choice.cases)) {
    const otherwise = choice.otherwise === undefined ? {} : { otherwise: mendSteps(choice.otherwise) };
    mended.switch = { cases: choice.cases.map(mendCase), ...otherwise };
  }
  return mended;
}

function mendCase(written: unknown): object {
  const { when, steps } = isObject(written) ? written : {};
  return { when: Condition.safeParse(when).success ? when : ANY_CONDITION, steps: mendSteps(steps) };
}

function standIn(index: number): object {
  return { task: `${UNREAD}-${index}`, wait: { for: '1s' } };
}

function fieldOf(name: 'requires' | 'parallel' | 'forEach'): z.ZodType {
  return StepSource.shape[name].unwrap();
}
