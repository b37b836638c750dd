import { z } from 'zod';

/** A character that leaves a mark on the screen: none that is blank, ignored or joins others, nor the blank of Braille. */
const SEEN = /[^\s\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Mn}\p{Cs}\p{Cn}\u2800]/u;

/** Whether people see anything of a text. */
export function isReadable(text: string): boolean {
  return SEEN.test(text);
}

/** A text that people are to read, of at most so many characters. */
export function shownText(most: number) {
  return z.string().min(1).max(most).refine(isReadable, 'write words that people can read, not only blanks');
}

/** The same where nothing may be said. */
export function shownTextOrNone(most: number) {
  return z
    .string()
    .max(most)
    .refine((text) => text === '' || isReadable(text), 'write words that people can read, or leave it out');
}
