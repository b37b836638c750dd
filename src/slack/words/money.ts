const MOST_CENTS = 100_000_000_000;

/**
 * Cents from an amount as people write it: `1,250`, `1250.50`, `$1 250`, `1.250,50`. A single separator before exactly
 * three digits groups thousands, before one or two it is the decimal point. Null for anything else, and below zero.
 */
export function parseCents(written: string): number | null {
  const text = written
    .normalize('NFKC')
    .trim()
    .replace(/^(?:[A-Z]{3}\s?)?\p{Sc}?\s*/iu, '')
    .replace(/\s*(?:\p{Sc}|[A-Z]{3})$/iu, '')
    .replace(/[\s'’]/g, '');
  const match = /^(\d[\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(text);
  const whole = match?.[1];
  if (whole === undefined) return null;
  const separator = /[.,]/.exec(whole)?.[0];
  if (separator !== undefined) {
    const [first = '', ...groups] = whole.split(separator);
    const isGrouped = /^\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
    if (!isGrouped) return null;
  }
  const units = Number(whole.replace(/[.,]/g, ''));
  const cents = units * 100 + Number((match?.[2] ?? '').padEnd(2, '0'));
  return Number.isSafeInteger(cents) && cents <= MOST_CENTS ? cents : null;
}
