import { type Condition, listReferences } from '../definition/reference.ts';
import type { StepBody, StepDefinition } from '../definition/step-definition.ts';
import { listInside } from '../definition/step-tree.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import { measureJson } from '../values/measure-json.ts';

type Output = Record<string, unknown>;

const LONGEST_TEXT = 200;
/** An output may also be a thousand short fields. */
const MOST_SHORT_BYTES = 4 * 1024;

/**
 * The part of a large output that stays where decisions are made: the fields that decisions of the definition name, and
 * numbers, flags and short texts, which cards show, as long as they are few.
 */
export function shortenOutput(definition: WorkflowDefinition, output: Output): Output {
  const named = fieldsOfDecisions(definition);
  let bytes = 0;
  const kept = Object.entries(output).filter(([name, value]) => {
    if (named.has(name)) return true;
    if (!isShort(value)) return false;
    bytes += measureJson({ [name]: value });
    return bytes <= MOST_SHORT_BYTES;
  });
  return Object.fromEntries(kept);
}

function isShort(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && value.length <= LONGEST_TEXT)
  );
}

/** Definitions are frozen values, so what was found once stays right. */
const found = new WeakMap<WorkflowDefinition, ReadonlySet<string>>();

/** Every name on the way to a fact that a decision looks at: an item of one list may come from the output of another. */
function fieldsOfDecisions(definition: WorkflowDefinition): ReadonlySet<string> {
  let fields = found.get(definition);
  if (!fields) {
    const steps = definition.steps.flatMap((step) => [step, ...listInside(step)]);
    const references = steps.flatMap((step) => listReferences(listDecisions(step), ''));
    fields = new Set(references.flatMap(({ reference }) => reference.path));
    found.set(definition, fields);
  }
  return fields;
}

function listDecisions({ when, body }: StepDefinition): unknown[] {
  return [when, body ? decisionsOf(body) : null];
}

function decisionsOf(body: StepBody): unknown {
  switch (body.kind) {
    case 'forEach':
      return body.items;
    case 'switch':
      return body.cases.map((branch): Condition => branch.when);
    case 'wait':
      return body.wait;
    default:
      return null;
  }
}
