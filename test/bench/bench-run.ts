import { inspect } from 'node:util';
import { AppError } from '../../src/base/errors.ts';
import { unlessAborted } from '../../src/embedded/unless-aborted.ts';
import { startDeadline } from '../../src/services/deadline.ts';

/** A bench under way. What it starts is its own, and ends with it. */
export interface BenchRun {
  /** `end` is called when the run ends, last owned first; the returned function calls it sooner, and only once. */
  own(name: string, end: () => Promise<unknown>): () => Promise<void>;
  /** Ends the run now, whatever its work is waiting for; the first reason counts. */
  fail(reason: unknown): void;
}

/** How long one belonging may take to end. A process that does not end when asked to is killed before. */
const ENDS_WITHIN_MS = 30_000;

/** Exit codes of a program that was told to end. */
const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

interface Belonging {
  name: string;
  end(): Promise<unknown>;
}

/**
 * Does `work`, then ends all that it owns: when it is done, when it or something it owns fails, when something throws
 * where nobody waits for it, and when the process is told to end. Resolves with the exit code; why it is not 0 is told to
 * `complain`. Work that was given up may still wait for something then, so a program has to exit.
 */
export async function runToEnd(
  work: (run: BenchRun) => Promise<void>,
  complain: (text: string) => void = (text) => void process.stderr.write(`${text}\n`),
): Promise<number> {
  const belongings = new Set<Belonging>();
  let fail: BenchRun['fail'] = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const own: BenchRun['own'] = (name, end) => {
    const belonging = { name, end };
    belongings.add(belonging);
    return async () => {
      if (belongings.delete(belonging)) await end();
    };
  };
  const stopListening = listenForTheEnd(fail);
  try {
    await Promise.race([work({ own, fail }), failed]);
    return 0;
  } catch (error) {
    complain(describeReason(error));
    return error instanceof Interruption ? error.exitCode : 1;
  } finally {
    for (const belonging of [...belongings].reverse()) await endBelonging(belonging, complain);
    stopListening();
  }
}

/** The process was told to end. */
class Interruption extends AppError {
  readonly exitCode: number;

  constructor(signal: string) {
    super(`The bench was ended by ${signal}.`, { code: 'bench.interrupted' });
    this.exitCode = SIGNALS[signal] ?? 1;
  }
}

/** A second signal ends the process at once: its exit still asks its processes to end. */
function listenForTheEnd(fail: BenchRun['fail']): () => void {
  let isTold = false;
  const onSignal = (signal: string) => {
    const interruption = new Interruption(signal);
    if (isTold) process.exit(interruption.exitCode);
    isTold = true;
    fail(interruption);
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  process.on('uncaughtException', fail);
  return () => {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    process.off('uncaughtException', fail);
  };
}

async function endBelonging({ name, end }: Belonging, complain: (text: string) => void): Promise<void> {
  const limit = startDeadline(new AbortController().signal, ENDS_WITHIN_MS);
  try {
    await unlessAborted(end(), limit.signal);
  } catch (error) {
    complain(`${name} could not be ended: ${describeReason(error)}`);
  } finally {
    limit.clear();
  }
}

/** What is expected to go wrong says all in its message; of anything else, its stack is of use. */
export function describeReason(error: unknown): string {
  return error instanceof AppError ? error.userMessage : inspect(error);
}
