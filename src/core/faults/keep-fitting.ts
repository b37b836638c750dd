import { z } from 'zod';
import type { Fault } from './problem.ts';

/** The name of what cannot be read. A list of names with this one in it is not whole: nothing is missing from it for sure. */
export const UNREAD = 'cannot-be-read';

/** Who and which channel stand for those that cannot be read. */
export const UNREAD_PERSON = 'U0CANNOTBEREAD';
export const UNREAD_CHANNEL = `#${UNREAD}`;

/** The fields of an object that fit `schema` on their own; none when it is no object. */
export function keepFitting(schema: z.ZodType, value: unknown): Record<string, unknown> {
  if (!(schema instanceof z.ZodObject) || !isObject(value)) return {};
  const fields = Object.entries<z.ZodType>(schema.shape);
  return Object.fromEntries(
    fields.flatMap(([key, field]) =>
      value[key] !== undefined && field.safeParse(value[key]).success ? [[key, value[key]]] : [],
    ),
  );
}

/** Whether a value is an object with keys, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
