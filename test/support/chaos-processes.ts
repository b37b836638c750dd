import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Random } from './chaos-random.ts';
import type { WorkerCommand, WorkerMessage, WorkerRequest, WorkerSettings } from './chaos-worker.ts';

type Answer = Extract<WorkerMessage, { kind: 'answer' }>;

interface Worker {
  child: ChildProcess;
  isReady: boolean;
  isPaused: boolean;
  isDoomed: boolean;
  ready: Promise<void>;
  open: Map<number, (answer: Answer | null) => void>;
  errors: string[];
}

/** Worker processes over one database, killed and replaced at will. */
export interface WorkerPool {
  /** Workers that are ready and not stopped in their tracks. */
  alive(): number;
  /** Resolves with the time it took once the new worker is ready. */
  add(): Promise<number>;
  /** SIGKILL for a random worker that is ready; `replace` starts another one at once. False when there was none. */
  kill(replace: boolean): boolean;
  /** SIGSTOP for one of them, then SIGCONT. */
  pause(milliseconds: number): Promise<boolean>;
  /** Sent to a random worker; null when that one died before it answered. */
  ask(command: WorkerCommand): Promise<Answer | null>;
  /** Sent to every worker that is ready. */
  askAll(command: WorkerCommand): Promise<void>;
  /** What became of workers that ended without being told to. */
  accidents(): string[];
  /** The last that each living worker complained of: why something is still not done. */
  complaints(): string[];
  stop(): Promise<void>;
}

/** Exit code of a worker that found no database to work on. */
const UNREACHABLE = 3;

/** Characters of what a worker wrote that are worth reading. */
const COMPLAINTS_LENGTH = 3_000;

/** How far the clocks of two machines may be apart. */
const MOST_SKEW_MS = 30_000;

/** A pool without workers; each new one runs `program`, with a clock that is off by some seconds. */
export function createWorkerPool(
  program: string,
  settings: Omit<WorkerSettings, 'skewMs'>,
  random: Random,
): WorkerPool {
  const workers = new Set<Worker>();
  const accidents: string[] = [];
  let lastId = 0;
  let isStopping = false;

  const add = async (): Promise<number> => {
    const started = performance.now();
    const worker = launch(program, { ...settings, skewMs: random.between(-MOST_SKEW_MS, MOST_SKEW_MS) });
    workers.add(worker);
    worker.child.once('exit', (code, signal) => {
      workers.delete(worker);
      for (const settle of worker.open.values()) settle(null);
      if (worker.isDoomed || isStopping) return;
      if (code !== UNREACHABLE)
        accidents.push(`${signal ?? code}: ${worker.errors.join('').slice(0, 2_000)}`);
      void add();
    });
    await worker.ready;
    return performance.now() - started;
  };
  const listReady = (): Worker[] =>
    [...workers].filter((worker) => worker.isReady && !worker.isPaused && !worker.isDoomed);
  const pickReady = (): Worker | null => {
    const ready = listReady();
    return ready.length > 0 ? random.pick(ready) : null;
  };
  const send = (worker: Worker | null, command: WorkerCommand): Promise<Answer | null> => {
    if (!worker?.child.connected) return Promise.resolve(null);
    const id = ++lastId;
    return new Promise((resolve) => {
      worker.open.set(id, (answer) => {
        worker.open.delete(id);
        resolve(answer);
      });
      worker.child.send({ id, command } satisfies WorkerRequest, (error) => {
        if (error) worker.open.get(id)?.(null);
      });
    });
  };

  return {
    add,
    alive: () => listReady().length,
    kill: (replace) => {
      const worker = pickReady();
      if (!worker) return false;
      worker.isDoomed = true;
      worker.child.kill('SIGKILL');
      if (replace) void add();
      return true;
    },
    pause: async (milliseconds) => {
      const worker = pickReady();
      if (!worker) return false;
      worker.isPaused = true;
      worker.child.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      worker.child.kill('SIGCONT');
      worker.isPaused = false;
      return true;
    },
    ask: (command) => send(pickReady(), command),
    askAll: async (command) => {
      await Promise.all(listReady().map((worker) => send(worker, command)));
    },
    accidents: () => [...accidents],
    complaints: () => [...workers].map(({ errors }) => errors.join('').slice(-COMPLAINTS_LENGTH)),
    stop: async () => {
      isStopping = true;
      await Promise.all(
        [...workers].map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill('SIGKILL');
          await once(child, 'exit');
        }),
      );
    },
  };
}

function launch(program: string, settings: WorkerSettings): Worker {
  const child = fork(program, [], {
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, CHAOS_WORKER: JSON.stringify(settings) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const worker: Worker = {
    ...{ child, isReady: false, isPaused: false, isDoomed: false },
    ready: Promise.resolve(),
    open: new Map(),
    errors: [],
  };
  child.stderr?.on('data', (chunk: Buffer) => worker.errors.push(chunk.toString('utf8')));
  worker.ready = new Promise((resolve) => {
    child.on('message', (message: WorkerMessage) => {
      if (message.kind === 'answer') worker.open.get(message.id)?.(message);
      else {
        worker.isReady = true;
        resolve();
      }
    });
    // One that never got ready is replaced by its pool; whoever waits for it learns nothing more.
    child.once('exit', () => resolve());
  });
  return worker;
}
