import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../clock.ts';
import { decideNext } from '../core/decide-next.ts';
import type { Effect } from '../core/decision.ts';
import { after } from '../core/duration.ts';
import type { RunEvent } from '../core/transition.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';
import type { Log } from '../log.ts';
import type { RunStore } from '../store/runs.ts';
import type { StepOutputStore } from '../store/step-outputs.ts';
import { executeStep, type FindHandler } from './execute-step.ts';
import { handlerOf } from './step-input.ts';
import type { SystemSteps } from './system-steps.ts';

/** What became of an event: the run as it is now, or why the event was refused. */
export type EventOutcome = { run: WorkflowRun } | { refused: string };

export interface DriverDeps {
  runs: RunStore;
  clock: Clock;
  log: Log;
  findHandler: FindHandler;
  systemSteps: SystemSteps;
  stepOutputs: StepOutputStore;
  /** Names this process in leases. */
  owner: string;
  /** How long an effect may go without a sign of life before another process repeats it. */
  leaseMs: number;
  /** How many effects this process executes at once; the others wait their turn. */
  mostEffects: number;
  commit(runId: string, event: RunEvent): Promise<EventOutcome>;
}

interface Execution extends Effect {
  token: number;
  abort: AbortController;
  /** False once the handler has answered: there is nothing left to abort. */
  isExecuting: boolean;
  done: Promise<void>;
}

/** Executes the effects of the runs whose lease this process holds. */
export class Driver {
  readonly #executions = new Map<string, Execution[]>();
  readonly #deps: DriverDeps;
  readonly #limit: LimitFunction;
  readonly #handlerLimits = new Map<string, LimitFunction>();
  readonly #heartbeat: NodeJS.Timeout;
  #waiting = 0;
  #stopping = false;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
    this.#limit = pLimit(deps.mostEffects);
    this.#heartbeat = setInterval(() => void this.#renew(), deps.leaseMs / 3).unref();
  }

  /** Effects that wait for their turn. */
  get backlog(): number {
    return this.#waiting;
  }

  /** Told of every state of a run: starts what it asks for, keeps what is under way, aborts what is no longer wanted. */
  follow(run: WorkflowRun, effects: Effect[]): void {
    const { lease } = run;
    const wanted = lease?.owner === this.#deps.owner ? effects : [];
    const running = this.#executions.get(run._id) ?? [];
    for (const execution of running) {
      const isWanted = wanted.some((effect) => isSame(execution, effect)) && execution.token === lease?.token;
      if (!isWanted && execution.isExecuting) execution.abort.abort();
    }
    if (this.#stopping || !lease) return;
    for (const effect of wanted) {
      const isUnderWay = running.some(
        (execution) => isSame(execution, effect) && execution.token === lease.token,
      );
      if (!isUnderWay) this.#start(run, effect, lease.token);
    }
  }

  /** Looks at a run that somebody else has moved. */
  async lookAgain(runId: string): Promise<void> {
    const run = await this.#deps.runs.find(runId);
    if (!run) return;
    const next = decideNext(run, this.#deps.clock.now());
    this.follow(run, next.kind === 'settled' ? next.effects : []);
  }

  /** Aborts all effects and waits until they have let go; their results are dropped, their leases still held. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#heartbeat);
    const all = [...this.#executions.values()].flat();
    for (const execution of all) execution.abort.abort();
    await Promise.all(all.map((execution) => execution.done));
  }

  #start(run: WorkflowRun, effect: Effect, token: number): void {
    const abort = new AbortController();
    const execution: Execution = { ...effect, token, abort, isExecuting: true, done: Promise.resolve() };
    this.#executions.set(run._id, [...(this.#executions.get(run._id) ?? []), execution]);
    execution.done = this.#takeTurn(run, execution)
      .catch((error: unknown) => {
        const fields = { runId: run._id, step: effect.step, error };
        this.#deps.log.error(
          'A result could not be recorded; the effect is repeated when its lease ends',
          fields,
        );
      })
      .finally(() => this.#forget(run._id, execution));
  }

  /** Waits for a free place, of the handler first where it has a limit of its own, then executes. */
  #takeTurn(run: WorkflowRun, execution: Execution): Promise<void> {
    this.#waiting++;
    const perform = () => {
      this.#waiting--;
      return this.#perform(run, execution);
    };
    const limit = this.#handlerLimit(run, execution.step);
    return limit ? limit(() => this.#limit(perform)) : this.#limit(perform);
  }

  #handlerLimit(run: WorkflowRun, step: string): LimitFunction | null {
    const target = handlerOf(run, step);
    const concurrency = target && this.#deps.findHandler(target.kind, target.name)?.concurrency;
    if (!target || !concurrency) return null;
    const key = `${target.kind} ${target.name}`;
    const limit = this.#handlerLimits.get(key) ?? pLimit(concurrency);
    this.#handlerLimits.set(key, limit);
    return limit;
  }

  /**
   * Executes an effect and commits its result under the lease it was begun with. When the result is refused, because
   * the attempt is over or the lease was lost, somebody moved the run: the run is looked at anew.
   */
  async #perform(run: WorkflowRun, execution: Execution): Promise<void> {
    const { commit, owner } = this.#deps;
    const { step, token } = execution;
    if (this.#stopping || execution.abort.signal.aborted) return;
    const event = await executeStep(run, step, {
      ...this.#deps,
      now: this.#deps.clock.now(),
      signal: execution.abort.signal,
    });
    execution.isExecuting = false;
    if (this.#stopping) return;
    const outcome = await commit(run._id, (transition, now) => {
      const { lease } = transition.run;
      if (lease?.owner !== owner || lease.token !== token) return { refused: 'the lease was lost' };
      return event(transition, now);
    });
    if ('refused' in outcome) {
      this.#forget(run._id, execution);
      await this.lookAgain(run._id);
    }
  }

  #forget(runId: string, execution: Execution): void {
    const left = (this.#executions.get(runId) ?? []).filter((other) => other !== execution);
    if (left.length > 0) this.#executions.set(runId, left);
    else this.#executions.delete(runId);
  }

  /** Says that we live, for all runs at once; a run that is no longer ours is looked at again. */
  async #renew(): Promise<void> {
    const ids = [...this.#executions.keys()];
    if (ids.length === 0) return;
    const { runs, owner, clock, leaseMs, log } = this.#deps;
    try {
      const held = new Set(await runs.renewLeases(ids, owner, after(clock.now(), leaseMs)));
      await Promise.all(ids.filter((id) => !held.has(id)).map((id) => this.lookAgain(id)));
    } catch (error) {
      log.warn('Leases could not be renewed; trying again', { error });
    }
  }
}

function isSame(one: Effect, other: Effect): boolean {
  return one.step === other.step && one.attempt === other.attempt;
}
