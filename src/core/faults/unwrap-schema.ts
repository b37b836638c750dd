import { z } from 'zod';

/** The schema behind `optional`, `nullable`, `default` and `lazy`; keeps the outer description when there is one. */
export function unwrapSchema(schema: z.ZodType): z.ZodType {
  const wrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodLazy;
  if (!wrapped) return schema;
  const inner = unwrapSchema(schema.unwrap() as z.ZodType);
  return schema.description && !inner.description ? inner.describe(schema.description) : inner;
}
