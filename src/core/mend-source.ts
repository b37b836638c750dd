import { z } from 'zod';
import { Agency } from './agency.ts';
import type { Fault } from './problem.ts';
import { StepSource } from './step-source.ts';
import { WorkflowSource } from './workflow-definition.ts';

/** The name of what cannot be read. A list of names with this one in it is not whole: nothing is missing from it for sure. */
const UNREAD = 'cannot-be-read';
/** Valid entries that take the place of what cannot be read; complaints about them are dropped by `beyond`. */
const STAND_INS: Readonly<Record<string, object>> = {
  roles: { name: UNREAD, channel: `#${UNREAD}` },
  materials: { id: UNREAD, name: UNREAD, unit: 'x' },
  depots: { id: UNREAD, name: UNREAD },
  crews: {
    ...{ id: UNREAD, name: UNREAD, channel: `#${UNREAD}`, lead: 'U00', skills: [UNREAD], depot: UNREAD },
    shifts: [{ days: ['mon'], start: '07:00', end: '15:00' }],
  },
  districts: { id: UNREAD, name: UNREAD, area: Array(3).fill([0, 0]) },
  escalationPolicies: { name: UNREAD, levels: [{ notify: { channel: `#${UNREAD}` } }] },
  agents: { name: UNREAD, url: 'http://localhost' },
  services: { name: UNREAD, url: 'http://localhost' },
};
const AGENCY_STAND_IN = {
  ...{ name: UNREAD, timeZone: 'UTC' },
  channels: { requests: `#${UNREAD}`, dispatch: `#${UNREAD}`, escalations: `#${UNREAD}` },
};
const CONTAINERS = ['parallel', 'forEach', 'switch'] as const;

/**
 * What can be read of an agency that does not fit, so that all its other faults can be told at once: fields that fit, and
 * something valid in the place of the others. Entries keep their places. Null when nothing is left to check.
 */
export function mendAgency(source: unknown): Agency | null {
  if (!isObject(source)) return null;
  const mended: Record<string, unknown> = { ...AGENCY_STAND_IN };
  for (const [key, schema] of Object.entries(Agency.shape)) {
    const parsed = schema.safeParse(source[key]);
    if (parsed.success && source[key] !== undefined) mended[key] = source[key];
    if (parsed.success || !(key in STAND_INS)) continue;
    const entries = Array.isArray(source[key]) ? source[key] : [];
    const mend = (entry: unknown) => ({ ...STAND_INS[key], ...keepFitting(elementOf(schema), entry) });
    mended[key] = entries.length > 0 ? entries.map(mend) : [STAND_INS[key]];
  }
  return Agency.safeParse(mended).data ?? null;
}

/** The same of a workflow definition. Null also when steps that hold others cannot be read: what is in them is not known. */
export function mendWorkflow(source: unknown): z.output<typeof WorkflowSource> | null {
  if (!isObject(source) || !Array.isArray(source.steps)) return null;
  const steps = source.steps.map(mendStep);
  if (steps.includes(null)) return null;
  return WorkflowSource.safeParse({ ...keepFitting(WorkflowSource, source), steps }).data ?? null;
}

/** Of `faults` those that hold for sure, and are not about a place, or a part of one, that `reported` has named already. */
export function beyond<Kind extends Fault>(reported: readonly Fault[], faults: readonly Kind[]): Kind[] {
  const isWithin = (path: string, place: string) =>
    path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
  return faults.filter(
    ({ path, right }) =>
      !right.includes(`"${UNREAD}"`) && !reported.some((fault) => isWithin(path, fault.path)),
  );
}

function mendStep(step: unknown, index: number): object | null {
  if (!isObject(step)) return null;
  if (StepSource.safeParse(step).success) return step;
  const fitting = keepFitting(StepSource, step);
  if (StepSource.safeParse(fitting).success) return fitting;
  if (CONTAINERS.some((kind) => kind in step)) return null;
  const { task = `${UNREAD}-${index}` } = fitting;
  return { task, wait: { for: '1s' } };
}

/** The fields that fit on their own. */
function keepFitting(schema: z.ZodType, value: unknown): Record<string, unknown> {
  if (!(schema instanceof z.ZodObject) || !isObject(value)) return {};
  const fields = Object.entries<z.ZodType>(schema.shape);
  return Object.fromEntries(
    fields.flatMap(([key, field]) =>
      value[key] !== undefined && field.safeParse(value[key]).success ? [[key, value[key]]] : [],
    ),
  );
}

function elementOf(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return elementOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray ? (schema.element as z.ZodType) : schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
