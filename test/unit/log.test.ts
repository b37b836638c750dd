import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { createLog, type Log, type LogOptions } from '../../src/base/log.ts';
import { createSecrets } from '../../src/base/secrets.ts';

function logInto(options: Partial<LogOptions> = {}): {
  log: Log;
  output: () => string;
  json: () => Record<string, unknown>;
} {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const log = createLog({ level: 'debug', format: 'pretty', stream, ...options });
  return { log, output: () => written, json: () => JSON.parse(written) };
}

describe('in a terminal', () => {
  test('a line reads as a sentence of its component, its fields behind', () => {
    const { log, output } = logInto();
    log
      .for('Orchestrator')
      .info('Step 1 passed: assessSeverity', { run: 'R-7', note: 'bus lane', cost: 120 });
    expect(output()).toBe('[Orchestrator] Step 1 passed: assessSeverity run=R-7 note="bus lane" cost=120\n');
  });

  test('a line without fields stays bare, and fields without a value are left out', () => {
    const { log, output } = logInto();
    log.for('Orchestrator').info('Waiting humanApproval...', { channel: undefined });
    expect(output()).toBe('[Orchestrator] Waiting humanApproval...\n');
  });

  test('a warning says so in words when there is no colour', () => {
    const { log, output } = logInto();
    log.for('Escalator').warn('ALERT: executeRepair breached SLA');
    expect(output()).toBe('[Escalator] ALERT: executeRepair breached SLA level=warn\n');
  });

  test('colours change nothing but the colour', () => {
    const { log, output } = logInto({ colour: true });
    log.for('Monitor').error('Store failed', { reason: 'gone' });
    const escapeCode = String.fromCharCode(27);
    expect(output()).toContain(`${escapeCode}[`);
    expect(output().replaceAll(new RegExp(`${escapeCode}\\[\\d+m`, 'g'), '')).toBe(
      '[Monitor] Store failed reason=gone level=error\n',
    );
  });

  test('an error shows its code, message and cause; a stack only when it was unexpected', () => {
    const { log, output } = logInto();
    log.error('Post failed', {
      error: new AppError('no such channel', { code: 'slack.gone', cause: new Error('404') }),
    });
    expect(output()).toBe('Post failed error="slack.gone: no such channel (because: 404)" level=error\n');
    log.error('Bug', { error: new TypeError('x is undefined') });
    expect(output()).toMatch(/error="x is undefined" level=error\n\s+at .*log\.test\.ts/);
  });
});

describe('in production', () => {
  test('a line is one JSON object with time, level, component, message and fields', () => {
    const { log, json } = logInto({ format: 'json' });
    log.for('Monitor').info('Task started', { task: 'assignCrew', at: new Date(0) });
    expect(json()).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'info',
      component: 'Monitor',
      message: 'Task started',
      task: 'assignCrew',
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  test('a field cannot pass itself off as the level or the message', () => {
    const { log, json } = logInto({ format: 'json' });
    log.warn('Real', { level: 'debug', message: 'fake', time: 'never' });
    expect(json()).toMatchObject({ level: 'warn', message: 'Real', time: expect.stringContaining('T') });
  });

  test('errors keep code, message and cause, and their stack at error level only', () => {
    const error = new AppError('late', { code: 'sla.late', cause: new RangeError('inner') });
    const asError = logInto({ format: 'json' });
    asError.log.error('Failed', { error });
    expect(asError.json()).toMatchObject({
      error: {
        code: 'sla.late',
        message: 'late',
        stack: expect.any(String),
        cause: { name: 'RangeError', message: 'inner' },
      },
    });
    const asWarning = logInto({ format: 'json' });
    asWarning.log.warn('Failed', { error });
    expect(asWarning.output()).not.toContain('stack');
  });

  test('lines below the level are not written', () => {
    const { log, output } = logInto({ level: 'warn' });
    log.debug('no');
    log.info('no');
    log.warn('yes');
    expect(output()).toBe('yes level=warn\n');
  });

  test('values JSON cannot hold do no harm', () => {
    const { log, json } = logInto({ format: 'json' });
    const circle: Record<string, unknown> = { name: 'round' };
    circle.self = circle;
    log.info('Odd', {
      circle,
      big: 10n,
      set: new Set([1]),
      map: new Map([['k', 1]]),
      bytes: Buffer.from('abc'),
      call: () => 1,
      bad: new Date('x'),
    });
    expect(json()).toMatchObject({
      circle: { name: 'round', self: '[circular]' },
      big: '10',
      set: [1],
      map: { k: 1 },
      bytes: '[3 bytes]',
      call: '[function]',
      bad: '[invalid date]',
    });
  });
});

describe('what others wrote', () => {
  const forged = `x\n[Slack] Connected\r\u001b]0;owned\u0007 \u009b31m \u202eevil \u200bz`;

  test('makes no line, no escape and no turn of direction in a terminal', () => {
    const { log, output } = logInto();
    log.for(forged).warn(forged, { value: forged, [forged]: 1, bare: '\u001b[2J', error: new Error(forged) });
    const lines = output().trimEnd().split('\n');
    expect(lines.filter((line) => !/^\s+at /.test(line))).toHaveLength(1);
    expect(output().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('is escaped in JSON, too, and read back as it was', () => {
    const { log, output, json } = logInto({ format: 'json' });
    log.info('A step failed', { value: forged });
    expect(output().trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(json().value).toBe(forged);
  });
});

describe('secrets', () => {
  test('that are read later are hidden as well, and whatever stands behind “?” in an address', () => {
    const secrets = createSecrets();
    const { log, output } = logInto({ secrets: secrets.list });
    secrets.register('service-token');
    log.info('Call failed', {
      cause: 'service-token at https://host/x?key=S&n=2#top',
      url: 'http://u:pw@host/x',
    });
    expect(output()).not.toMatch(/service-token|key=S|n=2|pw/);
    expect(output()).toContain('https://host/x?key=[redacted]&n=[redacted]#top');
  });

  const secrets = () => ['signing-secret-value', 'signing-secret'];

  test.each(['json', 'pretty'] as const)('are never written as %s, wherever they hide', (format) => {
    const { log, output } = logInto({ format, secrets });
    const error = new Error('refused xoxb-123-abc', { cause: new Error('at mongodb://me:hunter2@db/x') });
    log.for('signing-secret-value').error('Token xapp-1-A0-zzz and signing-secret-value', {
      error,
      deep: [{ headers: { Authorization: 'Basic hunter2', cookie: ['hunter2'] }, 'signing-secret': 1 }],
      map: new Map([['apiKey', 'hunter2']]),
      client_secret: { inner: 'hunter2' },
      text: 'sent Bearer hunter2hunter2 to mongodb+srv://user:hunter2@cluster/db',
      PASSWORD: 'hunter2',
    });
    for (const secret of ['hunter2', 'xoxb-123', 'xapp-1', 'signing-secret']) {
      expect(output()).not.toContain(secret);
    }
    expect(output()).toContain('[redacted]');
  });

  test('do not include counts and flags, nor words too short to be one', () => {
    const { log, json } = logInto({ format: 'json', secrets: () => ['a', ''] });
    log.info('a banana', { inputTokens: 120, hasCookie: true, token: undefined });
    expect(json()).toMatchObject({ message: 'a banana', inputTokens: 120, hasCookie: true });
  });
});
