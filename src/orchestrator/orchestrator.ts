import type { ClientSession } from 'mongodb';
import { cancelRun } from '../core/end-run.ts';
import { retryIncident } from '../core/incident.ts';
import { receiveEvent } from '../core/receive-event.ts';
import { note, type RunEvent } from '../core/transition.ts';
import { createRun, type RunRequest, type WorkflowRun } from '../core/workflow-run.ts';
import { AppError } from '../errors.ts';
import type { AuditEventStore } from '../store/audit-events.ts';
import type { Relay, RelayItem } from '../store/relay.ts';
import { Driver, type DriverDeps, type EventOutcome } from './driver.ts';
import { narrate } from './narrate.ts';
import { isWorthCommitting, type PreparedCommit, prepareCommit } from './prepare-commit.ts';

export interface OrchestratorDeps extends Omit<DriverDeps, 'commit'> {
  relay: Relay;
  auditEvents: AuditEventStore;
  /** Whether messages for Slack are committed along; an engine without a Slack has none to send. */
  announces: boolean;
  /** Start requests are turned away while more effects than this wait for their turn. */
  mostWaiting: number;
  /** Told of every commit made here, with the run before and after it. */
  onCommitted(after: WorkflowRun, before: WorkflowRun): void;
  /** Tells another process that a run it executes was moved here. */
  tellOwner(owner: string, runId: string): void;
}

/** A fence that fails this often in a row means that something is wrong, not busy. */
const MOST_CONFLICTS = 50;
/** Facts that a run's document holds at most, and how many stay when the older ones are moved out. */
const LONGEST_HISTORY = 200;
const HISTORY_KEPT = 100;
const MOST_REMEMBERED = 5_000;
const NO_EVENT: RunEvent = (transition) => transition;

/** Advances runs: decides purely, commits under the run's fence, then publishes and acts. */
export class Orchestrator {
  readonly #deps: OrchestratorDeps;
  readonly #driver: Driver;
  readonly #publishing = new Set<Promise<unknown>>();
  /** Runs as this process committed them last, the oldest first. */
  readonly #recent = new Map<string, WorkflowRun>();

  constructor(deps: OrchestratorDeps) {
    this.#deps = deps;
    this.#driver = new Driver({ ...deps, commit: (runId, event) => this.apply(runId, event) });
  }

  /** Effects that wait for their turn in this process. */
  get backlog(): number {
    return this.#driver.backlog;
  }

  /**
   * Stores a run and sets it going; the same request key returns the run that exists. Throws `run.busy`, and stores
   * nothing, while too much waits already.
   */
  async start(request: RunRequest): Promise<{ run: WorkflowRun; inserted: boolean }> {
    if (this.backlog > this.#deps.mostWaiting && isFromOutside(request)) {
      const known = request.requestKey ? await this.#deps.runs.findByRequestKey(request.requestKey) : null;
      if (known) return { run: known, inserted: false };
      throw busy();
    }
    const now = this.#deps.clock.now();
    const { definition, requester } = request;
    const prepared = prepareCommit(
      createRun(request, now),
      (transition) =>
        note(transition, now, 'run.started', {
          actor: requester.userId ?? requester.name,
          data: { workflow: definition.name, version: definition.version },
        }),
      now,
      this.#deps,
    );
    if ('refused' in prepared) throw new AppError(prepared.refused, { code: 'run.refused' });
    const stored = await this.#deps.runs.insert({ ...prepared.after, pending: prepared.messages });
    if (!stored.inserted) return stored;
    this.#afterCommit(prepared);
    return { run: prepared.after, inserted: true };
  }

  /** Applies an event to a run, whoever executes it, and sets the run going again. */
  async apply(runId: string, event: RunEvent): Promise<EventOutcome> {
    const { runs, clock } = this.#deps;
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
      // What this process committed last is likely still true; the fence tells when it is not.
      const remembered = this.#recent.get(runId);
      const run = remembered ?? (await runs.find(runId));
      if (!run) return { refused: `There is no run ${runId}.` };
      const prepared = prepareCommit(run, event, clock.now(), this.#deps);
      if ('refused' in prepared || !isWorthCommitting(prepared)) {
        // Nobody is refused on memory alone.
        if (remembered && this.#recent.delete(runId)) continue;
        return 'refused' in prepared ? prepared : { run };
      }
      if (await runs.commit(prepared)) {
        this.#afterCommit(prepared);
        return { run: prepared.after };
      }
      this.#recent.delete(runId);
    }
    throw new AppError(`run ${runId} could not be moved: its fence failed ${MOST_CONFLICTS} times`, {
      code: 'run.contended',
      retryable: true,
      userMessage: 'Too many people are changing this run at the same moment. Try again.',
    });
  }

  /**
   * Applies an event as part of a transaction; call the returned `afterCommit` once the transaction is through. A fence
   * that fails throws a retryable `AppError`: the transaction has to be tried again as a whole.
   */
  async applyInSession(
    runId: string,
    event: RunEvent,
    session: ClientSession,
  ): Promise<EventOutcome & { afterCommit(): void }> {
    const { runs, clock } = this.#deps;
    const nothing = () => {};
    const run = await runs.find(runId, session);
    if (!run) return { refused: `There is no run ${runId}.`, afterCommit: nothing };
    const prepared = prepareCommit(run, event, clock.now(), this.#deps);
    if ('refused' in prepared) return { ...prepared, afterCommit: nothing };
    if (!(await runs.commitInSession(prepared, session))) {
      throw new AppError(`run ${runId} moved meanwhile`, { code: 'run.conflict', retryable: true });
    }
    return { run: prepared.after, afterCommit: () => this.#afterCommit(prepared) };
  }

  /** Calls a run off; refused once it has ended. */
  cancel(runId: string, actor: string, reason: string): Promise<EventOutcome> {
    return this.apply(runId, (transition, now) => cancelRun(transition, actor, reason, now));
  }

  /** Tries a step again whose handler was missing; refused when it is no incident. */
  retryIncident(runId: string, step: string | null, actor: string): Promise<EventOutcome> {
    return this.apply(runId, (transition, now) => retryIncident(transition, step, actor, now));
  }

  /** Hands an event from outside to every run that waits for it. */
  async offerEvent(event: {
    _id: string;
    name: string;
    key: string;
    payload: Record<string, unknown>;
  }): Promise<void> {
    const waiting = await this.#deps.runs.findWaitingFor(`${event.name}|${event.key}`);
    await Promise.all(waiting.map((run) => this.apply(run._id, receiveEvent(event))));
  }

  /** Another process says that it moved a run whose effects are ours. */
  async hearOf(runId: string): Promise<void> {
    this.#recent.delete(runId);
    await this.#driver.lookAgain(runId);
  }

  /** Looks at runs that are due: timers, and effects whose process died. Returns how many it looked at. */
  async advanceDue(limit: number): Promise<number> {
    const due = await this.#deps.runs.findDue(this.#deps.clock.now(), limit);
    await Promise.all(
      due.map((run) => {
        // What the sweep just read is at least as new as what we remember.
        const remembered = this.#recent.get(run._id);
        if (!remembered || remembered.version < run.version) this.#remember(run);
        return this.apply(run._id, NO_EVENT).catch((error: unknown) => {
          this.#deps.log.error('A due run could not be advanced', { runId: run._id, error });
        });
      }),
    );
    return due.length;
  }

  /** Effects under way are aborted and left to whoever comes next; what is committed is published. */
  async stop(): Promise<void> {
    await this.#driver.stop();
    await this.#deps.runs.drain();
    await this.#deps.runs.releaseLeases(this.#deps.owner, this.#deps.clock.now());
    await Promise.all(this.#publishing);
  }

  /** `version` counts commits in the database; the run in memory has to say what the database says. */
  #remember(run: WorkflowRun): void {
    this.#recent.delete(run._id);
    // Its owner goes on renewing a lease, which makes no new version: from memory it would seem to have ended.
    const isOthers = run.lease !== null && run.lease.owner !== this.#deps.owner;
    if (run.endedAt || isOthers) return;
    this.#recent.set(run._id, run);
    const oldest = this.#recent.keys().next();
    if (this.#recent.size > MOST_REMEMBERED && !oldest.done) this.#recent.delete(oldest.value);
  }

  #track(work: Promise<unknown>): void {
    this.#publishing.add(work);
    void work.finally(() => this.#publishing.delete(work));
  }

  async #publish(item: RelayItem): Promise<void> {
    try {
      await this.#deps.relay.publish(item);
    } catch (error) {
      this.#deps.log.warn('Publishing failed; the sweep will repeat it', { runId: item.runId, error });
    }
  }

  /** Keeps run documents short: the older facts go to a collection of their own. A crash in between repeats it. */
  async #moveHistory(run: WorkflowRun): Promise<void> {
    const older = run.history.slice(0, -HISTORY_KEPT);
    const last = older.at(-1)?.seq ?? 0;
    try {
      await this.#deps.auditEvents.append(run._id, older);
      await this.#deps.runs.trimHistory(run._id, last);
      this.#recent.delete(run._id);
    } catch (error) {
      this.#deps.log.warn('Older facts stay in the run for now', { runId: run._id, error });
    }
  }

  #afterCommit(prepared: PreparedCommit): void {
    const { before, after, audit, messages, effects } = prepared;
    const { owner, log, onCommitted, tellOwner } = this.#deps;
    this.#remember(after);
    narrate(log, after, audit);
    if (messages.length > 0) this.#track(this.#publish({ runId: after._id, messages }));
    if (after.history.length > LONGEST_HISTORY) this.#track(this.#moveHistory(after));
    onCommitted(after, before);
    if (before.lease && before.lease.owner !== owner) tellOwner(before.lease.owner, after._id);
    this.#driver.follow(after, effects);
  }
}

/** What a run that is under way starts is part of its work: turning it away would only add to the backlog. */
function isFromOutside({ requestKey }: RunRequest): boolean {
  return !/^(child|continue):/.test(requestKey ?? '');
}

function busy(): AppError {
  return new AppError('too many effects wait for their turn', {
    code: 'run.busy',
    retryable: true,
    userMessage:
      'Crewline is busy: more work waits than it can take. Nothing was started; try again in a minute.',
  });
}
