import { z } from 'zod';
import type { Reference } from '../definition/reference.ts';
import { unwrapSchema } from '../faults/unwrap-schema.ts';
import type { StepToCheck } from './check-tree.ts';
import { schemaOfField } from './fact-types.ts';
import { type InputFields, type KnownHandler, type KnownNames, listFields } from './known-names.ts';

/** A step, a fallback or a compensation, as far as it calls somebody. */
export type Call = NonNullable<StepToCheck['fallback']>;

/** What a finished step gives to those after it. */
export interface Output {
  /** Who gives it, in words. */
  giver: string;
  /** By name; null for a field of which only the name is known. */
  fields: Readonly<Record<string, z.ZodType | null>>;
}

/** What may be referred to at one place of the definition. */
export interface Scope {
  /** Declared input fields; null when the definition declares none and so takes any. */
  inputs: InputFields | null;
  /** Tasks that may have run before, with their output (null when it is not known). */
  earlier: ReadonlyMap<string, Output | null>;
  /** All tasks of the definition, with the outermost `forEach` each stands in. */
  loops: ReadonlyMap<string, string | null>;
  /** Facts that a condition of the definition asks about: whoever wrote it has thought of their being missing. */
  tested: ReadonlySet<string>;
  /** Whether it is inside a `forEach`. */
  hasItem: boolean;
  known: KnownNames | null;
}

/** What the run itself tells. */
const RUN_FIELDS: Output['fields'] = {
  id: z.string(),
  workflow: z.string(),
  requester: z.string(),
  createdAt: z.string(),
};

const DECISION: Output = {
  giver: 'a decision',
  fields: {
    decision: z.enum(['approved', 'rejected']),
    decidedBy: z.string(),
    decidedAt: z.string(),
    reason: z.string().optional(),
  },
};

const ANY_OBJECT = z.record(z.string(), z.unknown());

/** The handler a step, fallback or compensation names; null when unknown, or when it names none. */
export function findHandler(call: Call, known: KnownNames | null): KnownHandler | null {
  if (call.agent !== undefined) return known?.agents.get(call.agent) ?? null;
  return call.service === undefined ? null : (known?.services.get(call.service) ?? null);
}

/** What a step gives when it is done; null when that is not known. */
export function outputOf(step: StepToCheck, known: KnownNames | null): Output | null {
  const handler = findHandler(step, known);
  const fields = handler && listFields(handler.output);
  // A fallback gives an output of its own: of the two only the names are sure.
  if (handler && fields) {
    const other = step.fallback && findHandler(step.fallback, known);
    const own = other && other !== handler ? forgetTypes(fields) : fields;
    const others = other && other !== handler ? forgetTypes(listFields(other.output) ?? {}) : {};
    return { giver: handler.name, fields: { ...others, ...own } };
  }
  if (step.fallback) return null;
  if (step.role !== undefined) return DECISION;
  if (step.parallel) return { giver: step.task, fields: forgetTypes(step.parallel.branches) };
  if (step.wait && step.wait.event === undefined) return { giver: step.task, fields: {} };
  return step.forEach ? { giver: step.task, fields: { items: z.array(z.unknown()) } } : null;
}

function forgetTypes(fields: object): Output['fields'] {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
}

/** The schema of the fact that a reference names, which has to be one that may stand there; null when it is not known. */
export function schemaOf({ source, path: [field, ...rest] }: Reference, scope: Scope): z.ZodType | null {
  if (source === 'index') return z.number();
  if (source === 'item') return null;
  if (field === undefined) return ANY_OBJECT;
  const fields = fieldsOf(source, scope) ?? {};
  return Object.hasOwn(fields, field) ? follow(fields[field] ?? null, rest) : null;
}

/** The fields of a source; null when they are not known. */
export function fieldsOf(source: string, scope: Scope): Output['fields'] | null {
  if (source === 'run') return RUN_FIELDS;
  if (source !== 'input') return scope.earlier.get(source)?.fields ?? null;
  const declared = scope.inputs && Object.entries(scope.inputs);
  return declared && Object.fromEntries(declared.map(([name, field]) => [name, schemaOfField(field)]));
}

function follow(schema: z.ZodType | null, path: readonly string[]): z.ZodType | null {
  const [key, ...rest] = path;
  if (!schema || key === undefined) return schema;
  const inner = unwrapSchema(schema);
  const shape = inner instanceof z.ZodObject ? (inner.shape as Record<string, z.ZodType>) : {};
  return Object.hasOwn(shape, key) ? follow(shape[key] ?? null, rest) : null;
}

/** Everything a step gets that has no `with`, laid over each other as in the run; null when some of it is not known. */
export function mergeFacts(scope: Scope): Output['fields'] | null {
  const own = fieldsOf('input', scope);
  if (!own || scope.hasItem) return null;
  let merged = own;
  for (const output of scope.earlier.values()) {
    if (!output) return null;
    merged = { ...merged, ...output.fields };
  }
  return merged;
}
