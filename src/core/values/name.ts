import { z } from 'zod';

/** A name that other parts refer to: letters, digits, `-` and `_`, starting with a letter. */
export const Name = z
  .string()
  .regex(
    /^[A-Za-z][\w-]{0,63}$/,
    'use letters, digits, "-" and "_", start with a letter, 64 characters at most',
  );
