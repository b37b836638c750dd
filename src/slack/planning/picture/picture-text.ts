import { cut } from '../../words/mrkdwn.ts';

/** What the picture's font has no letters for, or no meaning in a picture: emoji, controls, other scripts. */
const UNDRAWABLE =
  /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\uFE00-\uFE0F\u20E3]|\p{C}|[^\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{sc=Georgian}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Common}\p{sc=Inherited}]/gu;

/** Text as the picture can draw it, on one line; `instead` when nothing of it can be drawn. */
export function drawableText(text: string, instead = ''): string {
  return text.replace(UNDRAWABLE, ' ').replace(/\s+/g, ' ').trim() || instead;
}

/** About how wide a text is, in pixels, at a font size of the picture's condensed font; rather too wide. */
export function measureText(text: string, fontSize: number): number {
  const narrow = text.match(/[ijltfI.,:;'|!() ]/g)?.length ?? 0;
  const wide = text.match(/[A-HJ-Zmw%&@…–▶\d\u2000-\uFFFF]/gu)?.length ?? 0;
  return (narrow * 0.34 + wide * 0.66 + (text.length - narrow - wide) * 0.56) * fontSize;
}

/** The text as far as it goes into `width` pixels, ending in `…` when cut. */
export function fitText(text: string, width: number, fontSize: number): string {
  if (measureText(text, fontSize) <= width) return text;
  // Halved each time: a line of many titles may be thousands of characters long.
  let [fitting, tooLong] = [0, text.length];
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (measureText(cut(text, middle), fontSize) <= width) fitting = middle;
    else tooLong = middle;
  }
  return fitting === 0 ? '' : cut(text, fitting);
}

/** `parts`, joined, on at most `most` lines of `width` pixels; the last one is cut. */
export function wrapParts(parts: readonly string[], width: number, fontSize: number, most: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length > 0 ? `${lines.at(-1)} · ${part}` : part;
    const isFull = lines.length === 0 || measureText(longer, fontSize) > width;
    if (isFull && lines.length < most) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => fitText(line, width, fontSize));
}
