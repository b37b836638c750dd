import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { receiveEvent } from '../../src/core/events/outside-event.ts';
import { finishWork } from '../../src/core/events/work-events.ts';
import { note, type RunEvent } from '../../src/core/run/transition.ts';
import { createRun, type WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { prepareCommit } from '../../src/orchestrator/prepare-commit.ts';
import { at, defineForTest, POLICY } from './runs.ts';
import { checkCommit, checkWakeUp } from './simulation-invariants.ts';
import { createModelStore, type ModelStore } from './simulation-store.ts';
import { type PlantedBug, type Result, type Sent, SimulatedWorker } from './simulation-worker.ts';

const LEASE_MS = 10_000;
const RESULTS: readonly Result[] = ['done', 'done', 'done', 'retryable', 'deferred', 'permanent'];

export const ACTIONS = [
  'flush',
  'flush',
  'flush',
  'answer',
  'answer',
  'answer',
  'loseAnswer',
  'finish',
  'finish',
  'sweep',
  'sweep',
  'renew',
  'beat',
  'beat',
  'lookAgain',
  'see',
  'see',
  'crash',
  'approve',
  'reject',
  'event',
  'more',
  'report',
  'cancel',
  'tick',
  'jump',
] as const;
export type ActionKind = (typeof ACTIONS)[number];

/** One thing that happens: to which worker, and which of several it could happen to. */
export interface Action {
  kind: ActionKind;
  worker: number;
  pick: number;
}

const RETRY = { attempts: 3, backoff: '2s' };
const SOURCES = [
  {
    sla: { within: '10m', warnAt: 0.5 },
    steps: [
      { task: 'assess', agent: 'A', retry: RETRY },
      { task: 'approve', role: 'R' },
      { task: 'assign', service: 'S', retry: RETRY, timeout: '1m' },
      { task: 'execute', service: 'S', retry: RETRY },
    ],
  },
  {
    sla: { within: '5m', warnAt: 0.5, onBreach: 'continue' },
    steps: [
      {
        task: 'both',
        parallel: {
          branches: {
            left: [{ task: 'one', service: 'S', retry: RETRY, compensate: { service: 'U' } }],
            right: [
              { task: 'hear', wait: { event: 'heard' } },
              { task: 'two', service: 'S', retry: RETRY },
            ],
            third: [{ task: 'hearMore', wait: { event: 'more' } }],
          },
        },
      },
      { task: 'approve', role: 'R' },
      { task: 'last', service: 'S', retry: RETRY, fallback: { service: 'F' } },
    ],
  },
];

/** Two processes, one run, one store, and everything that can come between. */
export class SimulatedWorld {
  readonly #workers: SimulatedWorker[];
  readonly #store: ModelStore;
  #network: Sent[] = [];
  #now = at(0);
  readonly broken: string[] = [];

  constructor(source: number, bug: PlantedBug | null) {
    this.#store = createModelStore(firstRun(source), bug !== 'storeWithoutFence');
    const around = {
      ...{ store: this.#store, leaseMs: LEASE_MS, bug },
      now: () => this.#now,
      report: (broken: string) => {
        this.broken.push(broken);
      },
      send: (sent: Sent) => {
        this.#network.push(sent);
      },
    };
    this.#workers = ['a', 'b'].map((name) => new SimulatedWorker(name, around));
  }

  get run(): WorkflowRun {
    return this.#store.read();
  }

  act({ kind, worker: index, pick }: Action): void {
    const worker = this.#workers[index % this.#workers.length];
    if (!worker) return;
    switch (kind) {
      case 'flush':
        this.#flush(pick);
        break;
      case 'answer':
      case 'loseAnswer':
        this.#answer(pick, kind === 'loseAnswer');
        break;
      case 'finish':
        finishOne(worker, RESULTS[pick % RESULTS.length] ?? 'done');
        break;
      case 'sweep':
      case 'renew':
      case 'lookAgain':
      case 'see':
      case 'crash':
        worker[kind]();
        break;
      case 'beat':
        this.#pass(LEASE_MS / 3);
        for (const one of this.#workers) one.renew();
        break;
      case 'tick':
        this.#pass(500 * (pick + 1));
        break;
      case 'jump':
        this.#pass(pick % 3 === 0 ? -1_500 : 30_000 * (pick + 1));
        break;
      default:
        worker.apply(EVENTS[kind]);
    }
    this.broken.push(...checkWakeUp(this.run, this.#now));
  }

  /** The faults are over: everybody works, people decide, time passes. False when the run never ends. */
  finish(): boolean {
    for (let turn = 0; turn < 200; turn++) {
      while (this.#network.length > 0) {
        this.#flush(0);
        this.#answer(0, false);
      }
      if (this.run.endedAt && !this.run.lease) return true;
      for (const worker of this.#workers) {
        for (const execution of [...worker.executions])
          if (!execution.isAnswering) worker.finish(execution, 'done');
        worker.see();
        worker.renew();
        worker.sweep();
        for (const event of [EVENTS.approve, EVENTS.event, EVENTS.more, EVENTS.report]) worker.apply(event);
      }
      this.#pass(3_000);
    }
    return false;
  }

  /** The store decides over a commit, in whatever order they arrive. */
  #flush(pick: number): void {
    const waiting = this.#network.filter((sent) => sent.held === null);
    const sent = waiting[pick % Math.max(1, waiting.length)];
    if (!sent) return;
    const before = this.run;
    sent.held = this.#store.commit(sent.prepared);
    if (sent.held) this.broken.push(...checkCommit(before, this.run, sent));
    // Nobody is left to be told.
    if (sent.owner !== sent.worker.owner) this.#remove(sent);
  }

  #answer(pick: number, isLost: boolean): void {
    const decided = this.#network.filter((sent) => sent.held !== null);
    const sent = decided[pick % Math.max(1, decided.length)];
    if (!sent) return;
    this.#remove(sent);
    if (sent.owner !== sent.worker.owner) return;
    if (isLost) sent.worker.missAnswer(sent);
    else sent.worker.hear(sent);
  }

  #remove(sent: Sent): void {
    this.#network = this.#network.filter((other) => other !== sent);
  }

  #pass(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }
}

/** The handler of one of the effects under way answers. */
function finishOne(worker: SimulatedWorker, result: Result): void {
  const execution = worker.executions.find((one) => !one.isAnswering);
  if (execution) worker.finish(execution, result);
}

const decide =
  (verdict: 'approved' | 'rejected'): RunEvent =>
  (transition, now) =>
    decideApproval(transition, { task: 'approve', verdict, actor: 'U0OKAFOR', reason: null }, now);

const EVENTS: Record<'approve' | 'reject' | 'event' | 'more' | 'report' | 'cancel', RunEvent> = {
  approve: decide('approved'),
  reject: decide('rejected'),
  event: receiveEvent({ _id: 'e1', name: 'heard', key: 'R-SIM', payload: {} }),
  more: receiveEvent({ _id: 'e2', name: 'more', key: 'R-SIM', payload: {} }),
  report: finishWork({ actor: 'U0LEAD', actualCostCents: 1, note: '' }),
  cancel: (transition, now) => cancelRun(transition, 'U0RIVERA', '', now),
};

function firstRun(source: number): WorkflowRun {
  const run = createRun(
    {
      _id: 'R-SIM',
      definition: defineForTest(SOURCES[source % SOURCES.length]),
      policy: POLICY,
      input: {},
      requester: { userId: 'U0RIVERA', name: 'Maya Rivera' },
      origin: { kind: 'code', channel: null },
      requestKey: null,
    },
    at(0),
  );
  const started = prepareCommit(
    run,
    (transition, now) =>
      note(transition, now, { type: 'run.started', data: { workflow: run.workflow, version: 1 } }),
    at(0),
    {
      ...{ owner: 'somebody who died', leaseMs: LEASE_MS, announces: true },
    },
  );
  if ('refused' in started) throw new Error(started.refused);
  return started.after;
}
