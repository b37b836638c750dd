import type { z } from 'zod';

/** What a modal carried along; null when it is not what we gave it. */
export function readMetadata<Schema extends z.ZodType>(
  schema: Schema,
  metadata: string,
): z.output<Schema> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(metadata));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** What a person reads whose modal cannot be understood. */
export const UNREADABLE_MODAL =
  'This form cannot be read any more. Nothing was changed: please open it anew.';
