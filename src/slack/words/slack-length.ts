/**
 * How many characters Slack counts: UTF-16 units after it has escaped `&`, `<` and `>`. Whether it escapes once more what
 * is escaped already is said nowhere, so the larger count is taken.
 */
export function slackLength(text: string): number {
  let length = text.length;
  for (const [sign] of text.matchAll(/[&<>]/g)) length += sign === '&' ? 4 : 3;
  return length;
}

/** Whether nothing of it can be seen: Slack refuses a text of blanks. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]*$/u.test(text);
}
