import type { ClientSession } from 'mongodb';
import { AppError } from '../base/errors.ts';
import { receiveEvent } from '../core/events/outside-event.ts';
import { retryIncident } from '../core/events/retry-incident.ts';
import { type EventOutcome, RunRefusal } from '../core/run/apply-event.ts';
import { note, type RunEvent } from '../core/run/transition.ts';
import { createRun, type NewRun, type WorkflowRun } from '../core/run/workflow-run.ts';
import { cancelRun } from '../core/steps/end-run.ts';
import { after } from '../core/values/duration.ts';
import { refuseJson } from '../core/values/refuse-json.ts';
import { isUnstorable } from '../store/mongo/unstorable.ts';
import type { Relay } from '../store/outbox/relay.ts';
import type { AuditEventStore } from '../store/runs/audit-events.ts';
import { CommitPublisher } from './commit-publisher.ts';
import { Driver, type DriverDeps } from './driving/driver.ts';
import { narrate } from './narrate.ts';
import { isWorthCommitting, type PreparedCommit, prepareCommit, prepareCommits } from './prepare-commit.ts';
import { RecentRuns } from './recent-runs.ts';
import { answer, answerAll, RunTurns, type WaitingEvent } from './run-turns.ts';

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
const NO_EVENT: RunEvent = (transition) => transition;

/** Advances runs: decides purely, commits under the run's fence, then publishes and acts. */
export class Orchestrator {
  readonly #deps: OrchestratorDeps;
  readonly #driver: Driver;
  readonly #publisher: CommitPublisher;
  readonly #recent: RecentRuns;
  readonly #turns = new RunTurns((runId, events) => this.#takeTurn(runId, events));

  constructor(deps: OrchestratorDeps) {
    this.#deps = deps;
    this.#recent = new RecentRuns(deps.owner);
    this.#publisher = new CommitPublisher(deps);
    this.#driver = new Driver({ ...deps, commit: (runId, event) => this.apply(runId, event) });
  }

  /** Effects that wait for their turn in this process. */
  get backlog(): number {
    return this.#driver.backlog;
  }

  /**
   * Stores a run and sets it going; the same request key returns the run that exists. Throws `run.busy`, and stores
   * nothing, while too much waits already, and `run.badInput` for input that could not be stored.
   */
  async start(request: NewRun): Promise<{ run: WorkflowRun; inserted: boolean }> {
    if (this.backlog > this.#deps.mostWaiting && isFromOutside(request)) {
      const known = request.requestKey ? await this.#deps.runs.findByRequestKey(request.requestKey) : null;
      if (known) return { run: known, inserted: false };
      throw busy();
    }
    const reason = refuseJson(request.input);
    if (reason !== null) throw new AppError(`the input has ${reason}`, { code: 'run.badInput' });
    const now = this.#deps.clock.now();
    const { definition, requester } = request;
    const prepared = prepareCommit(
      createRun(request, now),
      (transition) =>
        note(transition, now, {
          type: 'run.started',
          actor: requester.userId ?? requester.name,
          data: { workflow: definition.name, version: definition.version },
        }),
      now,
      this.#deps,
    );
    if ('refused' in prepared) throw new RunRefusal(prepared);
    const stored = await this.#deps.runs.insert({ ...prepared.after, pending: prepared.messages });
    if (!stored.inserted) return stored;
    this.#afterCommit(prepared);
    return { run: prepared.after, inserted: true };
  }

  /** Applies an event to a run, whoever executes it, and sets the run going again. */
  apply(runId: string, event: RunEvent): Promise<EventOutcome> {
    return this.#turns.add(runId, event);
  }

  /** Applies an event as part of a transaction; see `ApplyInTransaction`. */
  async applyInTransaction(
    runId: string,
    event: RunEvent,
    session: ClientSession,
  ): Promise<{ run: WorkflowRun; afterCommit(): void }> {
    const { runs, clock } = this.#deps;
    const run = await runs.find(runId, session);
    if (!run) throw new RunRefusal({ refused: `There is no request ${runId}.` });
    const prepared = prepareCommit(run, event, clock.now(), this.#deps);
    if ('refused' in prepared) throw new RunRefusal(prepared);
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

  /** Another process says that it moved a run whose effects are ours, or are to be. Returns the run as it was found. */
  async hearOf(runId: string): Promise<WorkflowRun | null> {
    this.#recent.forget(runId);
    return this.#driver.lookAgain(runId);
  }

  /** Looks at runs that are due: timers, and effects whose process died. Returns how many it looked at. */
  async advanceDue(limit: number): Promise<number> {
    const { runs, clock, log } = this.#deps;
    const due = await runs.findDue(clock.now(), limit);
    const unknown = due.filter(({ _id, version }) => (this.#recent.get(_id)?.version ?? -1) < version);
    const found = unknown.length > 0 ? await runs.findMany(unknown.map(({ _id }) => _id)) : [];
    for (const run of found) this.#recent.remember(run);
    const advance = ({ _id }: { _id: string }) =>
      this.apply(_id, NO_EVENT).catch((error: unknown) => {
        log.error('A due run could not be advanced', { runId: _id, error });
      });
    await Promise.all(due.map(advance));
    return due.length;
  }

  /** A process (every one, for null) has let go of its runs, by death or by its end: whoever looks first goes on. */
  async takeOver(owner: string | null): Promise<void> {
    const { runs, clock, leaseMs } = this.#deps;
    const now = clock.now();
    await runs.releaseLeases(owner, now, after(now, 2 * leaseMs));
  }

  /** Effects under way are aborted and left to whoever comes next; what is committed is published. */
  async stop(): Promise<void> {
    await this.#driver.stop();
    await this.#deps.runs.drain();
    await this.takeOver(this.#deps.owner);
    await this.#publisher.drain();
  }

  /** Commits all that waits for a run at once, and answers each event. */
  async #takeTurn(runId: string, events: WaitingEvent[]): Promise<void> {
    const { runs, clock } = this.#deps;
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
      const remembered = this.#recent.get(runId);
      const run = remembered ?? (await runs.find(runId));
      if (!run) return answerAll(events, { refused: `There is no request ${runId}.` });
      const wishes = events.map(({ event }) => event);
      const { prepared, verdicts } = prepareCommits(run, wishes, clock.now(), this.#deps);
      if (!prepared || !isWorthCommitting(prepared)) {
        // Nobody is refused on memory alone; a commit that holds proves the memory right.
        if (remembered && this.#recent.forget(runId)) continue;
        return answer(events, verdicts, run);
      }
      try {
        if (await runs.commit(prepared)) {
          this.#afterCommit(prepared);
          return answer(events, verdicts, prepared.after);
        }
      } catch (error) {
        // It may have been written all the same.
        this.#recent.forget(runId);
        if (events.length === 1 || !isUnstorable(error)) throw error;
        return this.#takeApart(runId, events);
      }
      this.#recent.forget(runId);
    }
    throw contended(runId);
  }

  /** One of the events leads to what can never be stored: only that one is to suffer. */
  async #takeApart(runId: string, events: WaitingEvent[]): Promise<void> {
    const middle = Math.ceil(events.length / 2);
    for (const part of [events.slice(0, middle), events.slice(middle)]) {
      await this.#takeTurn(runId, part).catch((error: unknown) => {
        for (const { reject } of part) reject(error);
      });
    }
  }

  #afterCommit(prepared: PreparedCommit): void {
    const { before, after, audit, messages, effects } = prepared;
    const { owner, log, onCommitted, tellOwner } = this.#deps;
    this.#recent.remember(after);
    narrate(log, after, audit);
    this.#publisher.publish(after, messages, () => this.#recent.forget(after._id));
    onCommitted(after, before);
    if (before.lease && before.lease.owner !== owner) tellOwner(before.lease.owner, after._id);
    this.#driver.follow(after, effects);
  }
}

/** What a run that is under way starts is part of its work: turning it away would only add to the backlog. */
function isFromOutside({ requestKey }: NewRun): boolean {
  return !/^(child|continue):/.test(requestKey ?? '');
}

function busy(): AppError {
  return new AppError('too many effects wait for their turn', {
    code: 'run.busy',
    retryable: true,
    retryAfterMs: 60_000,
    userMessage:
      'Crewline is busy: more work waits than it can take. Nothing was started; try again in a minute.',
  });
}

function contended(runId: string): AppError {
  return new AppError(`run ${runId} could not be moved: its fence failed ${MOST_CONFLICTS} times`, {
    code: 'run.contended',
    retryable: true,
    userMessage: 'Too many people are changing this request at the same moment. Try again.',
  });
}
