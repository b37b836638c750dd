#!/usr/bin/env node
import { type RunningCrewline, start } from './app/start.ts';
import { loadConfig, readToken } from './base/config.ts';
import { type AppError, toAppError } from './base/errors.ts';
import { createLog } from './base/log.ts';
import { createRedactor } from './base/log-redaction.ts';
import { createSecrets } from './base/secrets.ts';
import { createTerminal } from './base/terminal.ts';

/** A stop takes seconds; whoever asks again after this long gets out, and the next start takes over what was left. */
const STUCK_AFTER_MS = 5_000;

/** Whatever is read as a secret is hidden in all that this process writes. */
const secrets = createSecrets();
const terminal = createTerminal({ redact: createRedactor(secrets.list).text });

/** The only place that reads the environment, takes signals and ends the process. */
async function main(): Promise<void> {
  const isTerminal = process.stdout.isTTY === true;
  const config = loadConfig(process.env, isTerminal, secrets);
  const log = createLog({ ...config.log, secrets: secrets.list });
  let running: RunningCrewline | null = null;
  let stopping: Promise<void> | null = null;
  let stoppingSince = 0;
  const abort = new AbortController();

  const stop = (reason: Record<string, unknown>, exitCode: number): void => {
    if (stopping) {
      // Ctrl-C arrives twice under npm, from the terminal and from npm: only a later one means that we are stuck.
      if (Date.now() - stoppingSince > STUCK_AFTER_MS) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    log.for('Crewline').info('Stopping', reason);
    abort.abort();
    stopping = (async () => {
      await starting.catch(() => {});
      await running?.stop();
    })();
    void stopping.then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error('Stopping failed', { error });
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop({ signal }, 0));
  const onLost = (error: AppError): void => {
    terminal.complain('crewline', error.userMessage);
    stop({ code: error.code }, 1);
  };

  // The last resort: one bad request must not end the process for everybody.
  process.on('unhandledRejection', (error) => log.error('Something was not waited for', { error }));

  const write = (text: string): void => terminal.print(...text.split('\n'));
  const findToken = (variable: string): string | undefined => readToken(process.env, variable, secrets);
  const starting = start(config, {
    log,
    findToken,
    noteSecret: secrets.register,
    write,
    onLost,
    signal: abort.signal,
  }).then((result) => {
    running = result;
  });
  await starting.catch((error: unknown) => {
    // Whoever called the start off is told so by the end of the process.
    if (!stopping) throw error;
  });
}

main().catch((error: unknown) => {
  const known = toAppError(error);
  terminal.complain('crewline', known.userMessage);
  if (known.code === 'internal.unexpected')
    terminal.complain('because', (error as Error)?.stack ?? String(error));
  process.exit(1);
});
