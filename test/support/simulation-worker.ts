import { decideNext } from '../../src/core/deciding/decide-next.ts';
import type { Effect } from '../../src/core/run/decision.ts';
import type { RunEvent } from '../../src/core/run/transition.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { deferStep, failStep, succeedStep } from '../../src/core/steps/step-attempt.ts';
import {
  isWorthCommitting,
  type PreparedCommit,
  prepareCommit,
} from '../../src/orchestrator/prepare-commit.ts';
import type { ModelStore } from './simulation-store.ts';

/** A bug to be planted, which the simulation has to find. */
export type PlantedBug =
  | 'storeWithoutFence'
  | 'driverIgnoresToken'
  | 'resultNotBoundToAttempt'
  | 'leaseTakenFromTheLiving'
  | 'remembersForeignLeases'
  | 'followsStaleLooks';

export interface Execution extends Effect {
  token: number;
  isAnswering: boolean;
}

/** A commit on its way: sent, then decided by the store, then told to its worker, if that still lives. */
export interface Sent {
  worker: SimulatedWorker;
  /** Which life of the worker sent it. */
  owner: string;
  prepared: PreparedCommit;
  event: RunEvent;
  execution: Execution | null;
  /** The lease as it was stored when this was decided, and the time by then. */
  seen: { lease: WorkflowRun['lease']; now: Date };
  held: boolean | null;
}

export interface Surroundings {
  store: ModelStore;
  now(): Date;
  send(sent: Sent): void;
  leaseMs: number;
  bug: PlantedBug | null;
  /** Told of what no process may do. */
  report(broken: string): void;
}

export type Result = 'done' | 'retryable' | 'permanent' | 'deferred';

/** One process: what the orchestrator and the driver do with a run, cut into single steps that others can come between. */
export class SimulatedWorker {
  readonly #around: Surroundings;
  readonly #name: string;
  #life = 1;
  #remembered: WorkflowRun | null = null;
  /** What it read and has not acted on yet, the oldest first. */
  #looks: WorkflowRun[] = [];
  /** The newest version it followed, and what that wanted. */
  #newest: { version: number; wanted: Effect[] } | null = null;
  executions: Execution[] = [];

  constructor(name: string, around: Surroundings) {
    this.#name = name;
    this.#around = around;
  }

  get owner(): string {
    return `${this.#name}${this.#life}`;
  }

  /** Everything in memory is gone; what it has sent is still on its way. */
  crash(): void {
    this.#life++;
    this.#remembered = null;
    this.#looks = [];
    this.#newest = null;
    this.executions = [];
  }

  /** Applies an event to what it remembers, or reads the run first, and sends the commit off. */
  apply(event: RunEvent, execution: Execution | null = null): void {
    const { store, now, leaseMs, bug } = this.#around;
    for (;;) {
      const remembered = this.#remembered;
      const stored = store.read();
      const run = remembered ?? stored;
      const usual = { owner: this.owner, leaseMs, announces: true };
      const before = bug === 'leaseTakenFromTheLiving' ? expire(run, this.owner) : run;
      const prepared = prepareCommit(before, event, now(), usual);
      if (!('refused' in prepared) && isWorthCommitting(prepared)) {
        const seen = { lease: stored.lease, now: now() };
        this.#around.send({ worker: this, owner: this.owner, prepared, event, execution, seen, held: null });
        return;
      }
      if (!remembered) {
        if ('refused' in prepared && execution) this.#letGo(execution);
        return;
      }
      this.#remembered = null;
    }
  }

  /** The store's answer has arrived. */
  hear({ prepared, event, execution, held }: Sent): void {
    if (!held) {
      this.#remembered = null;
      this.apply(event, execution);
      return;
    }
    this.#remember(prepared.after);
    this.#follow(prepared.after, prepared.effects);
    if (execution) this.#forget(execution);
    if (execution && isOpen(prepared.after, execution)) this.lookAgain();
  }

  /** The answer never arrives: the connection broke. A result is committed again, should it not have been. */
  missAnswer({ event, execution }: Sent): void {
    this.#remembered = null;
    if (execution) this.apply(event, execution);
  }

  /** A handler has answered: its result is committed under the lease it was begun with. */
  finish(execution: Execution, result: Result): void {
    const { bug } = this.#around;
    const { step, attempt, token } = execution;
    const owner = this.owner;
    execution.isAnswering = true;
    this.apply((transition, now) => {
      const { lease, steps } = transition.run;
      const isOurs = lease?.owner === owner && lease.token === token;
      if (!isOurs && bug !== 'driverIgnoresToken') return { refused: 'the lease was lost' };
      const state = steps[step];
      const isAwaited = state?.status === 'running' && state.attempts.length === attempt;
      if (!isAwaited && bug !== 'resultNotBoundToAttempt') return { refused: 'the attempt is over' };
      if (result === 'deferred') return deferStep(transition, step);
      if (result === 'done') return succeedStep(transition, step, { by: `${owner}/${attempt}` }, now);
      const error = { code: 'x', message: 'failed', retryable: result === 'retryable' };
      return failStep(transition, step, error, now);
    }, execution);
  }

  /** The sweep found the run to be due. */
  sweep(): void {
    const run = this.#around.store.read();
    if (!run.wakeAt || run.wakeAt > this.#around.now()) return;
    if (!this.#remembered || this.#remembered.version < run.version) this.#remember(run);
    this.apply((transition) => transition);
  }

  /** The heartbeat. */
  renew(): void {
    if (this.executions.length === 0) return;
    const { store, now, leaseMs } = this.#around;
    const isHeld = store.renew(this.owner, new Date(now().getTime() + leaseMs));
    if (!isHeld || store.read().version > (this.#newest?.version ?? -1)) this.lookAgain();
  }

  /** Reads the run; what it sees is acted on only later, when others may have moved it. */
  lookAgain(): void {
    this.#looks.push(this.#around.store.read());
  }

  /** Acts on what it read. */
  see(): void {
    const run = this.#looks.shift();
    if (!run) return;
    const next = decideNext(run, this.#around.now());
    if (next.kind === 'settled') this.#follow(run, next.effects);
    else this.apply((transition) => transition);
  }

  #remember(run: WorkflowRun): void {
    const isForeign = run.lease !== null && run.lease.owner !== this.owner;
    const isKept = !run.endedAt && (!isForeign || this.#around.bug === 'remembersForeignLeases');
    this.#remembered = isKept ? run : null;
  }

  #follow(run: WorkflowRun, effects: Effect[]): void {
    const { lease } = run;
    const wanted = lease?.owner === this.owner ? effects : [];
    const isStale = (this.#newest?.version ?? -1) > run.version;
    if (isStale && this.#around.bug !== 'followsStaleLooks') return;
    if (!isStale) this.#newest = { version: run.version, wanted };
    this.#checkKnown(wanted);
    const isWanted = (execution: Execution) =>
      execution.isAnswering ||
      wanted.some((effect) => isSame(effect, execution) && execution.token === lease?.token);
    this.executions = this.executions.filter(isWanted);
    if (!lease) return;
    for (const effect of wanted) {
      const isUnderWay = this.executions.some(
        (other) => isSame(effect, other) && other.token === lease.token,
      );
      if (!isUnderWay) this.executions.push({ ...effect, token: lease.token, isAnswering: false });
    }
  }

  /** Nobody may begin what he knows to be over, or break off what he knows to be wanted. */
  #checkKnown(wanted: Effect[]): void {
    const known = this.#newest?.wanted ?? [];
    const misses = (some: Effect[], others: Effect[]) =>
      some.filter((one) => !others.some((other) => isSame(one, other)));
    for (const { step } of misses(wanted, known)) this.#around.report(`${step} is begun once more`);
    for (const { step } of misses(known, wanted)) this.#around.report(`${step} is broken off for nothing`);
  }

  #letGo(execution: Execution): void {
    this.#forget(execution);
    this.lookAgain();
  }

  #forget(execution: Execution): void {
    this.executions = this.executions.filter((other) => other !== execution);
  }
}

function isOpen(run: WorkflowRun, { step, attempt }: Effect): boolean {
  const state = run.steps[step];
  return state?.status === 'running' && state.attempts.length === attempt;
}

function isSame(one: Effect, other: Effect): boolean {
  return one.step === other.step && one.attempt === other.attempt;
}

/** The run as somebody sees it who takes every lease of others for one that has ended. */
function expire(run: WorkflowRun, owner: string): WorkflowRun {
  if (!run.lease || run.lease.owner === owner) return run;
  return { ...run, lease: { ...run.lease, until: new Date(0) } };
}
