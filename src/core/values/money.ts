import { readDecimal } from './number.ts';

/** An amount as people wrote it, or what is wrong with it, in words that go on after “This”. */
type CentsRead = { ok: true; cents: number } | { ok: false; wrong: string };

const MOST_CENTS = 100_000_000_000;
const NO_AMOUNT = 'has to be an amount such as 1,250 or 182.50';

/** Codes of ISO 4217 for no currency, tests, metals, and units that only banks reckon in. */
const NO_MONEY: ReadonlySet<string> = new Set(
  'XXX XTS XAU XAG XPD XPT XBA XBB XBC XBD XDR XSU XUA BOV CHE CHW CLF COU MXV USN UYI UYW'.split(' '),
);

/** Whether people pay with it: `USD`, but not `XXX` or `ABC`. */
export function isMoney(code: string): boolean {
  return !NO_MONEY.has(code) && Intl.supportedValuesOf('currency').includes(code);
}

/** Cents as money for people, e.g. `$1,250.00`, in the agency's currency. */
export function describeCents(cents: number, currency: string): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(cents / 100);
}

/**
 * Cents from an amount as people write it: `1,250`, `1250.50`, `$1 250`, `1.250,50`. A comma before three digits groups
 * thousands, as in every amount that Crewline writes. Refused are a dot before three digits, more than two decimals,
 * amounts below zero, and another currency than the agency's.
 */
export function readCents(written: string, currency: string): CentsRead {
  const decimal = readDecimal(dropCurrency(written, currency));
  if (!decimal) return refuse(sayNoAmount(written, currency));
  const { isNegative, whole, fraction, point, isAmbiguous } = decimal;
  if (isNegative) return refuse('cannot be below zero');
  const isGrouped = isAmbiguous && point === ',';
  if (isAmbiguous && !isGrouped)
    return refuse(
      `can mean ${whole},${fraction} or ${whole}.${fraction}: write ${whole}${fraction}, or two decimals`,
    );
  if (!isGrouped && fraction.length > 2) return refuse('may have two decimals at most');
  const cents = Number(isGrouped ? `${whole}${fraction}00` : `${whole}${fraction.padEnd(2, '0')}`);
  return cents <= MOST_CENTS
    ? { ok: true, cents }
    : refuse(`is too large: ${describeCents(MOST_CENTS, currency)} at most`);
}

/** The amount without the sign or code of that currency, before or behind it. */
function dropCurrency(written: string, currency: string): string {
  const text = written.trim();
  const names = [currency, nameOf(currency, 'symbol'), nameOf(currency, 'narrowSymbol')];
  const lower = text.toLowerCase();
  const before = names.find((name) => lower.startsWith(name.toLowerCase()));
  if (before !== undefined) return text.slice(before.length).trim();
  const behind = names.find((name) => lower.endsWith(name.toLowerCase()));
  return behind === undefined ? text : text.slice(0, -behind.length).trim();
}

function nameOf(currency: string, currencyDisplay: 'symbol' | 'narrowSymbol'): string {
  const parts = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay,
  }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')?.value ?? currency;
}

function sayNoAmount(written: string, currency: string): string {
  const isOther = /\p{Sc}|\b[A-Z]{3}\b/u.test(written);
  return isOther ? `${NO_AMOUNT}, in ${currency}` : NO_AMOUNT;
}

function refuse(wrong: string): CentsRead {
  return { ok: false, wrong };
}
