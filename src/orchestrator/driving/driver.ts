import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { decideNext } from '../../core/deciding/decide-next.ts';
import type { ApplyEvent, EventOutcome } from '../../core/run/apply-event.ts';
import type { Effect } from '../../core/run/decision.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { handlerOf } from '../../core/steps/step-call.ts';
import { after } from '../../core/values/duration.ts';
import { isUnstorable } from '../../store/mongo/unstorable.ts';
import type { RunStore } from '../../store/runs/runs.ts';
import type { StepOutputStore } from '../../store/runs/step-outputs.ts';
import { executeStep, type FindHandler, failUnstorable, isOpen } from './execute-step.ts';
import { FollowedVersions } from './followed-versions.ts';
import { insist } from './insist.ts';
import type { SystemSteps } from './system-steps.ts';

export interface DriverDeps {
  runs: RunStore;
  clock: Clock;
  log: Log;
  findHandler: FindHandler;
  systemSteps: SystemSteps;
  /** How long a step waits for a process that can do what it calls, before somebody is paged. */
  missingWaitMs: number;
  stepOutputs: StepOutputStore;
  /** Names this process in leases. */
  owner: string;
  /** How long an effect may go without a sign of life before another process repeats it. */
  leaseMs: number;
  /** How many effects this process executes at once; the others wait their turn. */
  mostEffects: number;
  commit: ApplyEvent;
}

interface Execution extends Effect {
  token: number;
  abort: AbortController;
  /** False once the handler has answered: there is nothing left to abort. */
  isExecuting: boolean;
  done: Promise<void>;
}

/** An attempt of a step under a lease: what is under way twice under one key is the same work. */
type ExecutionKey = string;

/** Executes the effects of the runs whose lease this process holds. */
export class Driver {
  readonly #executions = new Map<string, Map<ExecutionKey, Execution>>();
  readonly #followed = new FollowedVersions((runId) => this.#executions.has(runId));
  readonly #deps: DriverDeps;
  readonly #limit: LimitFunction;
  readonly #handlerLimits = new Map<string, LimitFunction>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #waiting = 0;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
    this.#limit = pLimit(deps.mostEffects);
    this.#heartbeat = setInterval(() => void this.#renew(), deps.leaseMs / 3).unref();
  }

  /** Effects that wait for their turn. */
  get backlog(): number {
    return this.#waiting;
  }

  /**
   * Told of every state of a run: starts what it asks for, keeps what is under way, aborts what is no longer wanted. A
   * state older than one that was followed already is ignored.
   */
  follow(run: WorkflowRun, effects: Effect[]): void {
    if (!this.#followed.advance(run)) return;
    const { lease } = run;
    const isOurs = lease?.owner === this.#deps.owner;
    const wanted = new Map(isOurs ? effects.map((effect) => [keyOf(effect, lease.token), effect]) : []);
    const running = this.#executions.get(run._id);
    for (const [key, execution] of running ?? []) {
      if (!wanted.has(key) && execution.isExecuting) execution.abort.abort();
    }
    if (this.#isStopping || !isOurs) return;
    for (const [key, effect] of wanted) {
      const known = running?.get(key);
      if (!known || known.abort.signal.aborted) this.#start(run, effect, lease.token);
    }
  }

  /**
   * Looks at a run that somebody else may have moved. What is due by now is applied first: only then is it known what
   * the run asks for. Returns it as it was found.
   */
  async lookAgain(runId: string): Promise<WorkflowRun | null> {
    const run = await this.#deps.runs.find(runId);
    if (!run) return null;
    const next = decideNext(run, this.#deps.clock.now());
    if (next.kind === 'settled') this.follow(run, next.effects);
    else await this.#deps.commit(runId, (transition) => transition);
    return run;
  }

  /** Aborts all effects and waits until they have let go; their results are dropped, their leases still held. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#heartbeat);
    const all = [...this.#executions.values()].flatMap((executions) => [...executions.values()]);
    for (const execution of all) execution.abort.abort();
    await Promise.all(all.map((execution) => execution.done));
  }

  get #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  #start(run: WorkflowRun, effect: Effect, token: number): void {
    const abort = new AbortController();
    const execution: Execution = { ...effect, token, abort, isExecuting: true, done: Promise.resolve() };
    const executions = this.#executions.get(run._id) ?? new Map<ExecutionKey, Execution>();
    this.#executions.set(run._id, executions.set(keyOf(effect, token), execution));
    execution.done = this.#takeTurn(run, execution).finally(() => this.#forget(run._id, execution));
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
   * the attempt is over or the lease was lost, somebody moved the run: the run is looked at anew. So it is when the
   * attempt is still open, as that of a step which is asked again at once.
   */
  async #perform(run: WorkflowRun, execution: Execution): Promise<void> {
    const { step, attempt, abort } = execution;
    if (this.#isStopping) return;
    const event = abort.signal.aborted ? null : await this.#execute(run, execution);
    execution.isExecuting = false;
    if (this.#isStopping) return;
    const outcome = event && (await this.#record(run._id, execution, event));
    this.#forget(run._id, execution);
    if (outcome && ('refused' in outcome || isOpen(outcome.run, step, attempt))) {
      await this.#insist(run._id, step, () => this.lookAgain(run._id));
    }
  }

  /** Null for an effect that was called off: whatever came of that says nothing about the attempt, if it is still open. */
  async #execute(run: WorkflowRun, { step, abort }: Execution): Promise<RunEvent | null> {
    const { signal } = abort;
    const result = await executeStep(run, step, { ...this.#deps, now: this.#deps.clock.now(), signal });
    return signal.aborted && result.isFailure ? null : result.event;
  }

  /** Commits a result, as often as it takes: one that can never be stored is recorded as the step's failure. */
  #record(runId: string, execution: Execution, event: RunEvent): Promise<EventOutcome | null> {
    const { commit, owner } = this.#deps;
    const { step, attempt, token } = execution;
    const underLease = (inner: RunEvent): RunEvent => {
      return (transition, now) => {
        const { lease } = transition.run;
        if (lease?.owner !== owner || lease.token !== token) return { refused: 'the lease was lost' };
        return inner(transition, now);
      };
    };
    return this.#insist(runId, step, () =>
      commit(runId, underLease(event)).catch((error: unknown) => {
        if (!isUnstorable(error)) throw error;
        return commit(runId, underLease(failUnstorable(step, attempt, error)));
      }),
    );
  }

  #insist<Result>(runId: string, step: string, work: () => Promise<Result>): Promise<Result | null> {
    const { log } = this.#deps;
    return insist(work, this.#stop.signal, (error) =>
      log.error('A result could not be recorded; trying again', { runId, step, error }),
    );
  }

  #forget(runId: string, execution: Execution): void {
    const executions = this.#executions.get(runId);
    const key = keyOf(execution, execution.token);
    // The same work may have been begun anew meanwhile.
    if (executions?.get(key) === execution) executions.delete(key);
    if (executions?.size === 0) this.#executions.delete(runId);
  }

  /**
   * Says that we live, for all runs at once. A run that is no longer ours is looked at again, and so is one that was
   * moved without our following it: by another process whose signal was lost, or by a commit whose answer was lost.
   */
  async #renew(): Promise<void> {
    const ids = [...this.#executions.keys()];
    if (ids.length === 0) return;
    const { runs, owner, clock, leaseMs, log } = this.#deps;
    try {
      const held = await runs.renewLeases(ids, owner, after(clock.now(), leaseMs));
      const known = new Set(held.filter((run) => !this.#followed.isBehind(run)).map(({ _id }) => _id));
      await Promise.all(ids.filter((id) => !known.has(id)).map((id) => this.lookAgain(id)));
    } catch (error) {
      log.warn('Leases could not be renewed; trying again', { error });
    }
  }
}

function keyOf({ step, attempt }: Effect, token: number): ExecutionKey {
  return `${step} ${attempt} ${token}`;
}
