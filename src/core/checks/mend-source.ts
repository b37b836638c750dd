import { z } from 'zod';
import { Agency } from '../agency/agency.ts';
import { WorkflowSource } from '../definition/workflow-definition.ts';
import type { Fault } from '../faults/problem.ts';
import { isObject, keepFitting, mendSteps, UNREAD } from './mend-steps.ts';

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
const LONGEST_SPAN = '366d';
const AGENCY_STAND_IN = {
  ...{ name: UNREAD, timeZone: 'UTC' },
  channels: { requests: `#${UNREAD}`, dispatch: `#${UNREAD}`, escalations: `#${UNREAD}` },
};

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

/** The same of a workflow definition, steps within steps included. */
export function mendWorkflow(source: unknown): z.output<typeof WorkflowSource> | null {
  if (!isObject(source) || !Array.isArray(source.steps)) return null;
  const steps = mendSteps(source.steps);
  const fitting = keepFitting(WorkflowSource, source);
  const hasSpan = (fields: object) => 'sla' in fields || 'slaHours' in fields;
  // A deadline that cannot be read is still one: no other span is too long for it.
  const sla = hasSpan(source) && !hasSpan(fitting) ? { sla: { within: LONGEST_SPAN } } : {};
  return WorkflowSource.safeParse({ ...fitting, ...sla, steps }).data ?? null;
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

function elementOf(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return elementOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray ? (schema.element as z.ZodType) : schema;
}
