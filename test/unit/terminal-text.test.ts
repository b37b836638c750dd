import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTerminal } from '../../src/base/terminal.ts';
import { terminalJson, terminalText } from '../../src/base/terminal-text.ts';
import { describeRun, describeRuns } from '../../src/cli/describe-runs.ts';

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200d\ufe0e\ufe0f])[\p{Cf}\p{DI}]/u;
const HOSTILE = [
  ...[
    '\u001b[2J',
    '\u001b]0;title\u0007',
    '\u001b]8;;http://evil\u001b\\',
    '\u009b31m',
    '\u0090q\u009c',
    '\u0085',
  ],
  ...['\n', '\r\n', '\r', '\u2028', '\u2029', '\v', '\f', '\b\b', '\u007f', '\0', '\t'],
  ...[
    '\u202e',
    '\u2066',
    '\u200f',
    '\u061c',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u3164',
    '\u{e0041}',
    '\ud800',
  ],
];
const hostileText = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE)))
  .map((parts) => parts.join(''));

function openTerminal() {
  let written = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  return { terminal: createTerminal({ output: stream, errors: stream }), written: () => written };
}

describe('text from outside in a terminal', () => {
  test('is one line of characters that are only shown, whatever it is', () => {
    fc.assert(fc.property(hostileText, (text) => !UNSAFE.test(terminalText(text))));
  });

  test.each([
    '5th & Main, déjà vu — “quoted”',
    '日本語 العربية עברית',
    '👩‍🚒 fire crew ⚠️ 👍🏽',
    'C:\\road\\n',
  ])('stays as it is where nothing is wrong with it: %s', (text) => expect(terminalText(text)).toBe(text));

  test('shows what was hidden', () => {
    expect(terminalText('a\nb\u001b[1m\u202ec\u{e0041}')).toBe('a\\nb\\u001b[1m\\u202ec\\u{e0041}');
    expect(terminalText('ab\u200dc')).toBe('ab\\u200dc');
  });

  test('as JSON says what it said', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const json = terminalJson(JSON.stringify({ text }, null, 2));
        expect(json.replaceAll('\n', '')).not.toMatch(UNSAFE);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });

  test('forges no line of a table, a run or a complaint', () => {
    const forged = 'x\nR-00000000  completed\u001b[8m';
    const run = {
      ...{ id: 'R-1', workflow: forged, status: 'running', reason: forged, requester: forged },
      ...{ createdAt: '2026-06-01T12:00:12.345Z', endedAt: null, deadline: null, people: { U1: forged } },
      work: { crewName: forged, start: '2026-06-01T12:00:12.345Z', end: '2026-06-01T12:00:12.345Z' },
      agency: { timeZone: 'UTC', currency: 'USD' },
      input: { [forged]: forged },
      budget: null,
      escalations: [
        { key: forged, state: 'open', openedAt: '2026-06-01T12:00:12.345Z', acknowledgedBy: 'U1' },
      ],
      timeline: [{ at: '2026-06-01T12:00:12.345Z', type: forged, task: forged, actor: 'U1', data: {} }],
    };
    const shown = openTerminal();
    shown.terminal.print(...describeRun(run), ...describeRuns({ agency: run.agency, runs: [run] }));
    shown.terminal.printJson(run);
    shown.terminal.complain('crewline', `No run.\n${forged}`);
    const lines = shown.written().split('\n');
    expect(lines.filter((line) => line.startsWith('R-00000000'))).toEqual([]);
    expect(lines.join('')).not.toMatch(UNSAFE);
  });
});

test('whoever reads a terminal may leave before the end', () => {
  const left = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const stream = new Writable();
  createTerminal({ output: stream, errors: stream });
  expect(() => stream.emit('error', left)).not.toThrow();
  expect(() => stream.emit('error', new Error('disk is full'))).toThrow('disk is full');
});

test('there is one way to the terminal', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const around = files.filter((file) =>
    /process\.(stdout|stderr)\.write|console\.|process\.emitWarning/.test(
      readFileSync(join('src', file), 'utf8'),
    ),
  );
  expect(around).toEqual([]);
});
