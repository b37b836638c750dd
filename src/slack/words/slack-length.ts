const [AMPERSAND, LESS, GREATER] = [0x26, 0x3c, 0x3e];

/**
 * How many characters Slack counts: UTF-16 units after it has escaped `&`, `<` and `>`. Whether it escapes once more what
 * is escaped already is said nowhere, so the larger count is taken.
 */
export function slackLength(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === AMPERSAND) length += 4;
    else if (sign === LESS || sign === GREATER) length += 3;
  }
  return length;
}

/** Whether nothing of it can be seen: Slack refuses a text of blanks. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]*$/u.test(text);
}
