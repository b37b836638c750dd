import { z } from 'zod';
import { isObject, keepFitting, UNREAD, UNREAD_CHANNEL, UNREAD_PERSON } from '../faults/keep-fitting.ts';
import { Agency } from './agency.ts';

/** Valid entries that take the place of what cannot be read; complaints about them are dropped by `beyond`. */
const STAND_INS: Readonly<Record<string, object>> = {
  roles: { name: UNREAD, channel: UNREAD_CHANNEL },
  materials: { id: UNREAD, name: UNREAD, unit: 'x' },
  depots: { id: UNREAD, name: UNREAD },
  crews: {
    id: UNREAD,
    name: UNREAD,
    channel: UNREAD_CHANNEL,
    lead: UNREAD_PERSON,
    skills: [UNREAD],
    depot: UNREAD,
    shifts: [{ days: ['mon'], start: '07:00', end: '15:00' }],
  },
  districts: { id: UNREAD, name: UNREAD, area: Array(3).fill([0, 0]) },
  escalationPolicies: { name: UNREAD, levels: [{ notify: { channel: UNREAD_CHANNEL } }] },
  agents: { name: UNREAD, url: 'http://localhost' },
  services: { name: UNREAD, url: 'http://localhost' },
};
const AGENCY_STAND_IN = {
  name: UNREAD,
  timeZone: 'UTC',
  channels: { requests: UNREAD_CHANNEL, dispatch: UNREAD_CHANNEL, escalations: UNREAD_CHANNEL },
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

function elementOf(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return elementOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray ? (schema.element as z.ZodType) : schema;
}
