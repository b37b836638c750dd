import type { Clock } from '../clock.ts';
import { decideNext } from '../core/decide-next.ts';
import { after } from '../core/duration.ts';
import type { Settled } from '../core/settle.ts';
import type { RunEvent } from '../core/transition.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';
import type { Log } from '../log.ts';
import type { RunStore } from '../store/runs.ts';
import { executeStep, type FindHandler } from './execute-step.ts';

/** What became of an event: the run as it is now, or why the event was refused. */
export type EventOutcome = { run: WorkflowRun } | { refused: string };

export interface DriverDeps {
  runs: RunStore;
  clock: Clock;
  log: Log;
  findHandler: FindHandler;
  /** Names this process in leases. */
  owner: string;
  /** How long an effect may go without a sign of life before another process repeats it. */
  leaseMs: number;
  commit(runId: string, event: RunEvent): Promise<EventOutcome>;
}

type Execute = Extract<Settled['next'], { kind: 'execute' }>;

interface Drive {
  task: string;
  attempt: number;
  abort: AbortController;
  /** False once the handler has answered: there is nothing left to abort. */
  isExecuting: boolean;
  /** Somebody else moved the run meanwhile: look again before letting go of it. */
  lookAgain: boolean;
  done: Promise<void>;
}

/** Executes the effects of the runs whose lease this process holds, one effect of a run at a time. */
export class Driver {
  readonly #drives = new Map<string, Drive>();
  readonly #deps: DriverDeps;
  #stopping = false;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
  }

  /** Told of every committed state of a run: starts, keeps or aborts its effect accordingly. */
  follow(run: WorkflowRun, next: Settled['next']): void {
    const drive = this.#drives.get(run._id);
    if (!drive) {
      if (!this.#stopping && next.kind === 'execute' && run.lease?.owner === this.#deps.owner)
        this.#start(run, next);
      return;
    }
    drive.lookAgain = true;
    const step = run.steps[drive.task];
    const isOpen = step?.status === 'running' && step.attempts.length === drive.attempt;
    if (!isOpen && drive.isExecuting) drive.abort.abort();
  }

  /** Aborts all effects and waits until they have let go; their results are dropped, their leases still held. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const drives = [...this.#drives.values()];
    for (const drive of drives) drive.abort.abort();
    await Promise.all(drives.map((drive) => drive.done));
  }

  #start(run: WorkflowRun, effect: Execute): void {
    const { task, attempt } = effect;
    const drive: Drive = {
      task,
      attempt,
      abort: new AbortController(),
      isExecuting: false,
      lookAgain: false,
      done: Promise.resolve(),
    };
    this.#drives.set(run._id, drive);
    drive.done = this.#drain(run, drive)
      .catch((error: unknown) => {
        this.#deps.log.error('A result could not be recorded; the effect is repeated when its lease ends', {
          runId: run._id,
          error,
        });
      })
      .finally(() => {
        this.#drives.delete(run._id);
      });
  }

  async #drain(first: WorkflowRun, drive: Drive): Promise<void> {
    let run: WorkflowRun | null = first;
    while (run && !this.#stopping) {
      const effect = this.#nextEffect(run);
      if (effect) {
        run = await this.#perform(run, effect, drive);
      } else if (drive.lookAgain) {
        drive.lookAgain = false;
        run = await this.#deps.runs.find(run._id);
      } else {
        return;
      }
    }
  }

  /** Executes one effect and commits its result; the result of an attempt that is over meanwhile is dropped. */
  async #perform(run: WorkflowRun, effect: Execute, drive: Drive): Promise<WorkflowRun | null> {
    const { runs, clock, owner, leaseMs, findHandler, log, commit } = this.#deps;
    drive.task = effect.task;
    drive.attempt = effect.attempt;
    drive.abort = new AbortController();
    drive.isExecuting = true;
    const heartbeat = setInterval(() => {
      void runs.renewLease(run._id, owner, after(clock.now(), leaseMs)).catch(() => {});
    }, leaseMs / 3);
    try {
      const { signal } = drive.abort;
      const event = await executeStep(run, effect.task, { findHandler, log, signal, now: clock.now() });
      drive.isExecuting = false;
      if (this.#stopping) return null;
      const outcome = await commit(run._id, event);
      return 'run' in outcome ? outcome.run : await runs.find(run._id);
    } finally {
      clearInterval(heartbeat);
    }
  }

  #nextEffect(run: WorkflowRun): Execute | null {
    const next = decideNext(run, this.#deps.clock.now());
    return next.kind === 'execute' && run.lease?.owner === this.#deps.owner ? next : null;
  }
}
