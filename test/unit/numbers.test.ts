import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMoney, readCents } from '../../src/core/values/money.ts';
import { readNumber, readWholeNumber } from '../../src/core/values/number.ts';
import { refuseJson } from '../../src/core/values/refuse-json.ts';

describe('a number that people wrote', () => {
  it.each<[unknown, number]>([
    ['7', 7],
    [' 7 ', 7],
    ['\u200E7\u00A0', 7],
    ['1250', 1250],
    ['007', 7],
    ['-3', -3],
    ['−3,5', -3.5],
    ['+4', 4],
    ['1,5', 1.5],
    ['1.5', 1.5],
    ['.5', 0.5],
    [',25', 0.25],
    ['0.125', 0.125],
    ['0,125', 0.125],
    ['1234.567', 1234.567],
    ['1.2340', 1.234],
    ['1.234,56', 1234.56],
    ['1,234.56', 1234.56],
    ['1,234.567', 1234.567],
    ['1,234,567', 1_234_567],
    ['1.234.567,8', 1_234_567.8],
    ['1 000', 1000],
    ['1\u202F000\u00A0000', Number.NaN],
    ['12\u00A0500,75', 12_500.75],
    ['1’000.5', 1000.5],
    ["1'000'000", 1_000_000],
    ['٣', 3],
    ['٣٫٥', 3.5],
    ['１２．５', 12.5],
    ['𝟗', 9],
    ['-0', 0],
    [2.5, 2.5],
    [-0, 0],
    ['999999999999999', 999_999_999_999_999],
  ])('%j is read as %d, or refused where that is NaN', (written, number) => {
    const read = readNumber(written);
    expect(read.ok ? read.number : Number.NaN).toBe(number);
  });

  it.each(['1,234', '1.250', '12,500', '-1.999', ' 100.000 '])(
    '%j can mean two: both are named',
    (written) => {
      const read = readNumber(written);
      const [grouped, exact] = read.ok ? [] : read.mayMean;
      expect(read).toMatchObject({
        ok: false,
        wrong: expect.stringMatching(/^can mean \S+ or \S+: write \S+, or/),
      });
      expect(grouped).toBe((exact ?? Number.NaN) * 1000);
    },
  );

  it('may be written as the refusal says', () => {
    const { wrong } = readNumber('1.250') as { wrong: string };
    const [, first, second] = /write (\S+), or (\S+)/.exec(wrong) ?? [];
    expect([readNumber(first), readNumber(second)]).toMatchObject([{ number: 1250 }, { number: 1.25 }]);
  });

  it.each<unknown>([
    '',
    ' ',
    'seven',
    '0x10',
    '0b1',
    '0o7',
    '1e3',
    '1e309',
    'NaN',
    'Infinity',
    '-',
    '.',
    '5.',
    '5,',
    '1..5',
    '1,25,0',
    '1.2.3',
    '12.345.6,7,8',
    '1,234,56',
    '1,234.567.8',
    '1 23',
    '1  000',
    '1_000',
    '5²',
    '½',
    '1/2',
    '5 km',
    '5%',
    '$5',
    '(5)',
    '--5',
    '5-6',
    '3:30',
    '1 000 00',
    '0 500',
    '1234567890123456',
    '99999999999.123456',
    1e16,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    true,
    null,
    undefined,
    [7],
    ['7'],
    { value: 7 },
    7n,
    new Date(7),
  ])('%s is refused with words', (written) => {
    expect(readNumber(written)).toMatchObject({
      ok: false,
      wrong: expect.stringMatching(/^(has to be|is too)/),
    });
  });

  it('comes back as it was, however it is grouped and pointed', () => {
    const styles = [
      { group: '', point: '.' },
      { group: ',', point: '.' },
      { group: '.', point: ',' },
      { group: ' ', point: ',' },
      { group: '’', point: '.' },
    ];
    const cents = fc.integer({ min: -99_999_999_999, max: 99_999_999_999 });
    fc.assert(
      fc.property(cents, fc.constantFrom(...styles), (value, { group, point }) => {
        const whole = String(Math.trunc(Math.abs(value) / 100)).replace(/\B(?=(\d{3})+$)/g, group);
        const behind = String(Math.abs(value) % 100).padStart(2, '0');
        const written = `${value < 0 ? '-' : ''}${whole}${point}${behind}`;
        expect(readNumber(written)).toEqual({ ok: true, number: value / 100 });
      }),
    );
  });

  it('is finite and what its digits say, or refused, whatever is typed', () => {
    const typed = fc.string({ unit: fc.constantFrom(...'0123456789.,- +e’x%'), maxLength: 9 });
    fc.assert(
      fc.property(fc.oneof(typed, fc.string(), fc.anything()), (written) => {
        const read = readNumber(written);
        if (!read.ok) {
          expect(read.wrong).not.toBe('');
          return;
        }
        expect(Number.isFinite(read.number)).toBe(true);
        const digits = String(written)
          .replace(/\D/g, '')
          .replace(/^0+|0+$/g, '');
        if (typeof written === 'string' && /^[ -~’]*$/.test(written))
          expect(
            String(read.number.toFixed(9))
              .replace(/\D/g, '')
              .replace(/^0+|0+$/g, ''),
          ).toBe(digits);
      }),
    );
  });

  it('is whole and within bounds where a count is asked for', () => {
    expect(['1', ' 12 ', '500', '1 000'].map((text) => readWholeNumber(text, 1, 1000))).toEqual([
      1, 12, 500, 1000,
    ]);
    expect(['0', '1001', '2.5', '1,000', 'x', ''].map((text) => readWholeNumber(text, 1, 1000))).toEqual(
      Array.from({ length: 6 }, () => null),
    );
  });
});

describe('an amount of money that people wrote', () => {
  it.each<[string, number]>([
    ['1,250', 125_000],
    ['1250.50', 125_050],
    ['$1,250.5', 125_050],
    ['1.250,75', 125_075],
    ['USD 12', 1_200],
    ['usd 12', 1_200],
    ['12 US$', Number.NaN],
    ['1 250', 125_000],
    ['99 $', 9_900],
    ['0', 0],
    ['.05', 5],
    ['1,999,999', 199_999_900],
    ['1000000000', 100_000_000_000],
  ])('%s is so many cents: %d', (written, cents) => {
    const read = readCents(written, 'USD');
    expect(read.ok ? read.cents : Number.NaN).toBe(cents);
  });

  it.each([
    ['', 'has to be an amount'],
    ['-5', 'below zero'],
    ['about 100', 'has to be an amount'],
    ['1,25,0', 'has to be an amount'],
    ['1.2.3', 'has to be an amount'],
    ['12.345.6,7,8', 'has to be an amount'],
    ['1e9', 'has to be an amount'],
    ['5²', 'has to be an amount'],
    ['0x10', 'has to be an amount'],
    ['99999999999999', 'too large'],
    ['0.005', 'two decimals'],
    ['0,005', 'two decimals'],
    ['1.999', 'can mean 1,999 or 1.999'],
    ['1234.567', 'two decimals'],
    ['12.3456', 'two decimals'],
    ['99 €', 'in USD'],
    ['EUR 12', 'in USD'],
  ])('%s is refused: %s', (written, wrong) => {
    expect(readCents(written, 'USD')).toEqual({ ok: false, wrong: expect.stringContaining(wrong) });
  });

  it.each(['USD', 'EUR', 'XOF', 'JPY'])('is paid in %s', (code) => expect(isMoney(code)).toBe(true));
  it.each(['XXX', 'XTS', 'XAU', 'XDR', 'ABC', 'usd'])('is not paid in %s', (code) =>
    expect(isMoney(code)).toBe(false),
  );

  it('may be in the agency’s own currency', () => {
    expect(readCents('99 €', 'EUR')).toEqual({ ok: true, cents: 9_900 });
    expect(readCents('CA$5', 'CAD')).toEqual({ ok: true, cents: 500 });
  });
});

describe('numbers from outside', () => {
  it.each([Infinity, { a: [{ b: -Infinity }] }, [Number.NaN]])(
    '%j is not stored, to be shown as null',
    (value) => {
      expect(refuseJson(value)).toBe('a number too large to be kept');
    },
  );

  it('have one reader: no other part makes numbers of texts by what the runtime takes', () => {
    const own = ['parseFloat', 'parseInt', 'z.coerce', 'transform(Number)'];
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      // Machines wrote what `embedded` reads, and the regular expressions before these leave digits alone.
      (file) => file.endsWith('.ts') && !/^embedded|^http.(run|result)-route|read-requests/.test(file),
    );
    const found = files.filter((file) =>
      own.some((word) => readFileSync(join('src', file), 'utf8').includes(word)),
    );
    expect(found).toEqual([]);
  });
});
