/** A number as people wrote it, or what is wrong with it, in words that go on after “This”. */
type NumberRead = { ok: true; number: number } | { ok: false; wrong: string; mayMean: number[] };

/** A decimal number as it was written, before anybody has decided what its signs mean. */
interface Decimal {
  isNegative: boolean;
  /** Digits before the point, without the signs that group them. */
  whole: string;
  /** Digits behind the point; empty when there is none. */
  fraction: string;
  /** What stands before `fraction`; empty when nothing does. */
  point: '.' | ',' | '';
  /** `1,234` and `1.234`: the point may be one, or group thousands. */
  isAmbiguous: boolean;
}

/** More are not kept exactly. */
const MOST_DIGITS = 15;
const LARGEST = 10 ** MOST_DIGITS - 1;

const NO_NUMBER = 'has to be a number';
const TOO_LARGE = `is too large a number: it may have ${MOST_DIGITS} digits`;

/** Groups of three, all set off by the same sign; a comma or dot for a point has to be another one. */
const GROUPED =
  /^(?<first>[1-9]\d{0,2})(?<groups>(?<group>[.,'’\p{Zs}])\d{3}(?:\k<group>\d{3})*)(?:(?!\k<group>)(?<point>[.,])(?<fraction>\d+))?$/u;
const PLAIN = /^(?<whole>\d*)(?:(?<point>[.,])(?<fraction>\d+))?$/;
/** Before it, a comma or dot and three digits may mean thousands. */
const FIRST_GROUP = /^[1-9]\d{0,2}$/;

/**
 * The one reader of numbers that people write, at every door. Reads what can mean one thing only: `1250`, `1,5`,
 * `1.234,56`, `1,234.56`, `1 000`, `-3`, digits of any script; a number is taken as it is. What may mean two things
 * (`1,234`), no finite number in plain digits (`0x10`, `1e3`, `5 km`), or one too large to be kept, is refused.
 */
export function readNumber(written: unknown): NumberRead {
  if (typeof written === 'number') {
    if (Number.isNaN(written)) return refuse(NO_NUMBER);
    return Math.abs(written) <= LARGEST ? accept(written) : refuse(TOO_LARGE);
  }
  const decimal = typeof written === 'string' ? readDecimal(written) : null;
  if (!decimal) return refuse(NO_NUMBER);
  const { isNegative, whole, fraction, isAmbiguous } = decimal;
  if ((whole + fraction).replace(/^0+/, '').length > MOST_DIGITS) return refuse(TOO_LARGE);
  const sign = isNegative ? '-' : '';
  const number = Number(`${sign}${whole || 0}.${fraction || 0}`);
  if (!isAmbiguous) return accept(number);
  const grouped = `${sign}${whole}${fraction}`;
  const exact = `${sign}${whole}.${fraction}`;
  const wrong = `can mean ${grouped} or ${exact}: write ${grouped}, or ${exact}0`;
  return { ok: false, wrong, mayMean: [Number(grouped), number] };
}

/** The same for degrees, which are never thousands: `39.851` has a decimal point. */
export function readDegrees(written: unknown): NumberRead {
  const read = readNumber(written);
  const exact = read.ok ? undefined : read.mayMean.at(-1);
  return exact === undefined ? read : accept(exact);
}

/** The same for a whole number from `least` to `most`; null for anything else. */
export function readWholeNumber(written: unknown, least: number, most: number): number | null {
  const read = readNumber(written);
  return read.ok && Number.isInteger(read.number) && read.number >= least && read.number <= most
    ? read.number
    : null;
}

/** The digits of a decimal number and its signs; null when it is none. */
export function readDecimal(written: string): Decimal | null {
  const text = toPlainDigits(written.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, ''));
  const isNegative = /^[-−–]/.test(text);
  const digits = text.replace(/^[-−–+]/, '');
  const plain = PLAIN.exec(digits)?.groups;
  if (plain) {
    const { whole = '', fraction = '', point } = plain;
    if (whole === '' && fraction === '') return null;
    const isAmbiguous = fraction.length === 3 && FIRST_GROUP.test(whole);
    return { isNegative, whole, fraction, point: asPoint(point), isAmbiguous };
  }
  const grouped = GROUPED.exec(digits)?.groups;
  if (!grouped) return null;
  const { first = '', groups = '', fraction = '', point } = grouped;
  const whole = `${first}${groups.replace(/\D/g, '')}`;
  return { isNegative, whole, fraction, point: asPoint(point), isAmbiguous: false };
}

function asPoint(sign: string | undefined): Decimal['point'] {
  return sign === '.' || sign === ',' ? sign : '';
}

/** Digits of every script as 0 to 9, and the signs that go with them. */
function toPlainDigits(text: string): string {
  return text
    .replace(/[\uFF0B-\uFF0E]/g, (sign) => sign.normalize('NFKC'))
    .replaceAll('٫', '.')
    .replaceAll('٬', '’')
    .replace(/\p{Nd}/gu, (digit) => String(digitOf(digit)));
}

/** Unicode has the digits of a script in a row, ten by ten. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return before % 10;
}

/** Without the zero that has a sign. */
function accept(number: number): NumberRead {
  return { ok: true, number: number === 0 ? 0 : number };
}

function refuse(wrong: string): NumberRead {
  return { ok: false, wrong, mayMean: [] };
}
