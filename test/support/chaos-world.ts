import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from 'mongodb';
import type { WorkerPool } from './chaos-processes.ts';
import type { Random } from './chaos-random.ts';
import type { WorkerCommand } from './chaos-worker.ts';

interface Seen {
  _id: string;
  workflow: string;
  status: string;
  steps: Record<string, { status: string; event?: string; approval: { state: string } | null }>;
}

interface SeenJob {
  _id: string;
  workflow: string;
  input: { number: number };
}

interface SeenOrder {
  _id: string;
  state: string;
}

/** The people around the engine: they ask for runs, decide, work in the street, report, and call off. */
export interface ChaosWorld {
  /** Looks once at everything that waits for people, and has it done. Errors of the database are survived. */
  turn(): Promise<void>;
}

export interface WorldOptions {
  db: Db;
  pool: WorkerPool;
  random: Random;
  /** The workflows of the runs to be started, one after the other. */
  workflows: readonly string[];
  /** How many runs may have been started by now. */
  allowed(): number;
}

const MOST_AT_ONCE = 60;
/** So many that the run's story outgrows its document. */
const MANY = Array.from({ length: 110 }, (_, index) => index);
const LEAD = 'U0LEAD';
const SUPERVISORS = ['U0OKAFOR', 'U0LIND'];

/** A world that has done nothing yet. Every wish is repeated until somebody answers, sometimes once more than that. */
export function createChaosWorld({ db, pool, random, workflows, allowed }: WorldOptions): ChaosWorld {
  const busy = new Set<string>();
  let next = 0;

  /** Nobody is asked the same thing twice at a time; `key` names the wish. */
  const wish = (key: string, command: WorkerCommand): void => {
    if (busy.has(key) || busy.size >= MOST_AT_ONCE) return;
    busy.add(key);
    void insist(pool, command).then(() => {
      busy.delete(key);
    });
    // A click that is delivered again, or a second person's at the same moment.
    if (random.chance(0.1)) void pool.ask(command);
  };
  const startSome = (): void => {
    while (next < Math.min(allowed(), workflows.length) && busy.size < MOST_AT_ONCE) {
      const index = next++;
      const command: WorkerCommand = {
        kind: 'start',
        workflow: workflows[index] ?? '',
        input: { number: index, items: ['a', 'b', 'c'], many: MANY },
        requestKey: `chaos:${index}`,
      };
      wish(`start:${index}`, command);
    }
  };
  const decide = (runId: string): void => {
    const verdict = random.chance(0.9) ? 'approved' : 'rejected';
    const [one = '', other = ''] = SUPERVISORS;
    wish(`decide:${runId}`, { kind: 'decide', runId, verdict, actor: one });
    if (random.chance(0.1)) void pool.ask({ kind: 'decide', runId, verdict: 'approved', actor: other });
  };
  const tend = (run: Seen): void => {
    const isPending = run.steps.approve?.approval?.state === 'pending';
    if (isPending && run.workflow !== 'undecided') decide(run._id);
    if (run.steps.hear?.event && random.chance(0.5))
      wish(`event:${run._id}`, { kind: 'event', id: `e-${run._id}`, name: 'inspected', key: run._id });
    if (run.workflow === 'cancelled' && random.chance(0.2))
      wish(`cancel:${run._id}`, { kind: 'cancel', runId: run._id });
  };
  const workOn = (order: SeenOrder, run: SeenJob | undefined): void => {
    const runId = order._id;
    const isLate = run?.workflow === 'late';
    const number = run?.input.number ?? 0;
    const report = (kind: 'start' | 'resume'): void =>
      wish(`${kind}:${runId}`, { kind: 'report', runId, report: { kind, actor: LEAD } });
    // Some crews never come: these jobs miss their deadline and stay with them.
    if (order.state === 'announced' && !(isLate && number % 4 !== 0)) report('start');
    if (order.state === 'blocked') report('resume');
    if (order.state !== 'started') return;
    if (random.chance(0.05)) {
      const blocked = { kind: 'block', actor: LEAD, reason: 'rain' } as const;
      wish(`block:${runId}`, { kind: 'report', runId, report: blocked });
    } else {
      const finished = { kind: 'finish', actor: LEAD, actualCostCents: 100, note: 'done' } as const;
      wish(`finish:${runId}`, { kind: 'report', runId, report: finished });
    }
  };

  return {
    turn: async () => {
      startSome();
      try {
        const projection = { workflow: 1, status: 1, 'steps.approve': 1, 'steps.hear': 1 };
        const runs = db.collection<Seen>('runs');
        for (const run of await runs.find({ status: 'running' }, { projection }).toArray()) tend(run);
        const orders = db.collection<SeenOrder>('work_orders');
        const open = await orders
          .find({ state: { $in: ['announced', 'started', 'blocked'] } }, { projection: { state: 1 } })
          .toArray();
        const ids = open.map((order) => order._id);
        const jobs = db.collection<SeenJob>('runs');
        const shown = { projection: { workflow: 1, 'input.number': 1 } };
        const jobOf = new Map<string, SeenJob>();
        for (const job of await jobs.find({ _id: { $in: ids } }, shown).toArray()) jobOf.set(job._id, job);
        for (const order of open) workOn(order, jobOf.get(order._id));
      } catch {
        // The database is down at the moment; people try again.
      }
    },
  };
}

/** Asks until somebody says what has become of it: a worker that died may have done it or not. */
async function insist(pool: WorkerPool, command: WorkerCommand): Promise<void> {
  for (;;) {
    const answer = await pool.ask(command);
    if (answer && answer.outcome !== 'failed') return;
    await delay(30);
  }
}
