import { afterEach, describe, expect, it } from 'vitest';
import { createHttpAgent, createHttpSeverityAgent } from '../../src/agents/http-agent.ts';
import { SeverityInput, SeverityOutput } from '../../src/agents/severity-agent.ts';
import { AppError } from '../../src/base/errors.ts';
import { createHttpService } from '../../src/services/http-service.ts';
import { type LocalServer, type PlannedAnswer, startLocalServer } from '../support/local-server.ts';
import { buildStepContext } from '../support/step-context.ts';

let server: LocalServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function serve(...answers: PlannedAnswer[]) {
  server = await startLocalServer((_, count) => answers[Math.min(count, answers.length) - 1] ?? {});
  return server;
}

function serviceAt(url: string, timeoutMs = 2_000) {
  return createHttpService({ kind: 'service', name: 'PaintService', url, timeoutMs, token: 'secret-token' });
}

async function failWith(answer: PlannedAnswer, timeoutMs?: number): Promise<AppError> {
  const { url } = await serve(answer);
  const error = await serviceAt(url, timeoutMs)
    .execute({}, buildStepContext())
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('a service behind a URL', () => {
  it('is sent run, task, attempt and input, with its token', async () => {
    const { url, requests } = await serve({ body: { painted: true } });
    const result = await serviceAt(`${url}/paint`).execute(
      { colour: 'white' },
      buildStepContext({ attempt: 2 }),
    );
    expect(result).toEqual({ kind: 'done', output: { painted: true } });
    expect(requests[0]).toMatchObject({
      path: '/paint',
      headers: { authorization: 'Bearer secret-token', 'content-type': 'application/json' },
      body: { runId: 'run-1', task: 'assessSeverity', attempt: 2, input: { colour: 'white' } },
    });
  });

  it('is read in the encoding it declares; letters it cannot mean are refused', async () => {
    const body = Buffer.from('{"by": "José"}', 'latin1');
    const { url } = await serve({
      body,
      headers: { 'content-type': 'application/json; charset=iso-8859-1' },
    });
    const result = await serviceAt(url).execute({}, buildStepContext());
    expect(result).toEqual({ kind: 'done', output: { by: 'José' } });
    await server?.stop();
    expect((await failWith({ body })).userMessage).toContain('byte 0xE9 in line 1 is not UTF-8');
  });

  it('sees the idempotency key of its context, whichever attempt it is, and is told where to report', async () => {
    const { url, requests } = await serve({ status: 503 }, { body: {} });
    const service = serviceAt(url);
    const context = { task: 'paint@0-1', idempotencyKey: 'run-1/paint@0-1' };
    await expect(service.execute({}, buildStepContext(context))).rejects.toThrow('unavailable');
    await service.execute({}, buildStepContext({ ...context, attempt: 2 }));
    const keys = requests.map((request) => request.headers['idempotency-key']);
    expect(keys).toEqual(['run-1/paint@0-1', 'run-1/paint@0-1']);
    expect(requests.map(({ body }) => body.callbackPath)).toEqual([
      '/api/runs/run-1/steps/paint%400-1/result?attempt=1',
      '/api/runs/run-1/steps/paint%400-1/result?attempt=2',
    ]);
  });

  it('may answer 202 and report later', async () => {
    const { url } = await serve(
      { status: 202, body: { deferred: true } },
      { status: 202, body: { queued: true } },
    );
    expect(await serviceAt(url).execute({}, buildStepContext())).toEqual({ kind: 'deferred' });
    expect(await serviceAt(url).execute({}, buildStepContext())).toMatchObject({ kind: 'done' });
  });

  it('refuses for good with 400, and its words stay out of what people read', async () => {
    const error = await failWith({ status: 400, body: `no such street ${'x'.repeat(500)}` });
    expect(error).toMatchObject({ code: 'http.refused', retryable: false });
    expect(error.message + error.userMessage).not.toContain('no such street');
    expect((error.cause as Error).message).toBe(
      `HTTP 400: ${`no such street ${'x'.repeat(500)}`.slice(0, 200)}`,
    );
  });

  it.each([
    [429, '7', 7_000],
    [503, '0', 0],
    [429, 'soon', null],
    [503, '999999999', 86_400_000],
    [408, '', null],
  ])('is tried again after %i with Retry-After "%s": %s ms', async (status, retryAfter, milliseconds) => {
    const error = await failWith({ status, headers: { 'retry-after': retryAfter } });
    expect(error).toMatchObject({ code: 'http.unavailable', retryable: true, retryAfterMs: milliseconds });
  });

  it('understands a date in Retry-After', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const error = await failWith({ status: 429, headers: { 'retry-after': date } });
    expect(error.retryAfterMs).toBeGreaterThan(50_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('is tried again after 500', async () => {
    expect(await failWith({ status: 500, body: '<h1>oops</h1>' })).toMatchObject({ retryable: true });
  });

  it('is given up on in time, and tried again', async () => {
    expect(await failWith({ hang: true }, 80)).toMatchObject({ code: 'http.timeout', retryable: true });
  });

  it('is not followed to another address, so that the token goes nowhere else', async () => {
    const error = await failWith({ status: 302, headers: { location: 'http://elsewhere.invalid/' } });
    expect(error).toMatchObject({ code: 'http.refused', retryable: false });
    expect(error.userMessage).toContain('agency.json');
  });

  it.each([
    ['a huge body', JSON.stringify({ text: 'x'.repeat(300 * 1024) }), /256 kB/],
    ['bad JSON', '{"painted":', /no valid JSON/],
    ['a list', '[1]', /no object/],
    ['nothing', '', /no valid JSON/],
  ])('must not answer with %s', async (_, body, message) => {
    const error = await failWith({ body });
    expect(error).toMatchObject({ code: 'http.bad-answer', retryable: false });
    expect(error.message).toMatch(message);
  });

  it('that is not there is tried again, and its URL and token stay secret', async () => {
    const { url, stop } = await serve({});
    await stop();
    const error = await serviceAt(`${url}/?key=hidden`)
      .execute({}, buildStepContext())
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'http.unreachable', retryable: true });
    expect(error.message + error.userMessage).not.toMatch(/hidden|secret-token/);
  });

  it('is called off when the step is', async () => {
    const { url } = await serve({ hang: true });
    const controller = new AbortController();
    const call = serviceAt(url).execute({}, buildStepContext({ signal: controller.signal }));
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'http.aborted', retryable: true });
  });
});

describe('an agent behind a URL', () => {
  const answer = {
    severity: 8.25,
    reasons: ['"deep"'],
    estimatedCostCents: 90_000,
    durationMinutes: 60,
    skills: ['asphalt'],
    materials: [],
    summary: 'A deep hole',
  };

  it('assesses severity; label and source are set on our side', async () => {
    const { url } = await serve({ body: answer });
    const agent = createHttpSeverityAgent({ url, timeoutMs: 2_000 });
    const result = await agent.execute({ text: 'deep hole' }, buildStepContext());
    expect(result).toEqual({
      kind: 'done',
      output: {
        ...answer,
        severity: 8.3,
        priority: 'urgent',
        source: 'http',
        kind: 'pothole',
        grave: [],
        understood: true,
        doubt: null,
      },
    });
  });

  it('may say of kind, hazards and doubt what it knows; what it left out the rules say, and no hazard is lost', async () => {
    const told = { kind: 'bat-cave', grave: ['fire'], understood: false };
    const { url } = await serve({ body: { ...answer, ...told } });
    const agent = createHttpSeverityAgent({ url, timeoutMs: 2_000 });
    const assess = async (text: string) => {
      const result = await agent.execute({ text }, buildStepContext());
      return result.kind === 'done' ? result.output : null;
    };
    expect(await assess('strong smell of gas')).toMatchObject({ ...told, grave: ['fire', 'gas'] });
    const { url: silent } = await serve({ body: answer });
    const older = createHttpSeverityAgent({ url: silent, timeoutMs: 2_000 });
    // It named skills, so that somebody knows the job, though no word here does.
    expect(await older.execute({ text: 'Loch im Dach' }, buildStepContext())).toMatchObject({
      output: { kind: 'other', understood: true, doubt: null },
    });
  });

  it('has to answer at once: what it reported later would not be checked', async () => {
    const { url } = await serve({ status: 202, body: { deferred: true } });
    const agent = createHttpSeverityAgent({ url, timeoutMs: 2_000 });
    await expect(agent.execute({ text: 'deep hole' }, buildStepContext())).rejects.toMatchObject({
      code: 'agent.bad-answer',
      retryable: false,
    });
  });

  it('fails for good when its answer does not fit, and says where', async () => {
    const { url } = await serve({ body: { ...answer, severity: 42 } });
    const agent = createHttpAgent({
      name: 'Other',
      url,
      timeoutMs: 2_000,
      input: SeverityInput,
      output: SeverityOutput,
    });
    await expect(agent.execute({}, buildStepContext())).rejects.toMatchObject({
      code: 'agent.bad-answer',
      retryable: false,
      userMessage: expect.stringContaining('(“severity”: 42 does not fit — write at most 10)'),
    });
  });
});
