import type { Condition } from '../definition/condition.ts';
import { listReferences } from '../definition/reference.ts';
import type { StepBody, StepDefinition } from '../definition/step-definition.ts';
import { listInside } from '../definition/step-tree.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import type { StepState, WorkflowRun } from '../run/workflow-run.ts';

/** Besides its value, every field has a type, a name with an end, and every text a length and an end. */
const FIELD_BYTES = 2;
const TEXT_BYTES = 5;
const CONTAINER_BYTES = 5;
const SCALAR_BYTES = 8;

/**
 * About how many bytes a JSON value takes in a MongoDB document (BSON). Not the length of its JSON: a list there has the
 * index of every item as its name, so that one of small numbers is several times as long.
 */
export function measureJson(value: unknown): number {
  if (typeof value === 'string') return TEXT_BYTES + measureText(value);
  if (typeof value !== 'object' || value === null) return SCALAR_BYTES;
  let bytes = CONTAINER_BYTES;
  if (Array.isArray(value)) {
    const nameBytes = FIELD_BYTES + String(value.length).length;
    for (const item of value) bytes += nameBytes + measureJson(item);
    return bytes;
  }
  for (const [name, inner] of Object.entries(value)) {
    bytes += FIELD_BYTES + measureText(name) + measureJson(inner);
  }
  return bytes;
}

/** The length of a text in UTF-8; half of a surrogate pair counts for half of its four bytes. */
function measureText(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/**
 * What the outputs and lists inside a run may take together. MongoDB's documents end at 16 MB; the rest is for the states
 * of 5,000 steps, the definition and the audit trail, and for the run to be called off or to fail with.
 */
const MOST_BYTES = 9 * 1024 * 1024;

/** Bytes that the outputs and lists inside a run take, about. */
export function sizeOf(run: WorkflowRun): number {
  return run.keptBytes ?? Object.values(run.steps).reduce((sum, step) => sum + sizeOfStep(step), 0);
}

/** The size of a run once `value` is kept inside it; null when there is no room for it. */
export function sizeWith(run: WorkflowRun, value: unknown): number | null {
  const size = sizeOf(run) + measureJson(value);
  return size > MOST_BYTES ? null : size;
}

/** Why a step fails for which a run has no room. */
export const LARGE_RUN = {
  code: 'step.largeRun',
  message: `the outputs of this request have outgrown ${MOST_BYTES / 1024 / 1024} MB: keep large data elsewhere and answer with a link, or use sub-workflows`,
  retryable: false,
} as const;

function sizeOfStep({ output, items }: StepState): number {
  return (output ? measureJson(output) : 0) + (items ? measureJson(items) : 0);
}

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
