import { randomUUID } from 'node:crypto';
import { AppError } from '../../src/base/errors.ts';
import { createLog } from '../../src/base/log.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { startRun } from '../../src/orchestrator/run-starter.ts';
import { type CrewReport, reportWork } from '../../src/scheduler/work/report-work.ts';
import { openDatabase } from '../../src/store/mongo/database.ts';
import { startServerClock } from '../../src/store/mongo/server-clock.ts';
import { composeChaosEngine } from './chaos-engine.ts';

/** What the driver has a worker do, as a listener of Slack or an HTTP route would. */
export type WorkerCommand =
  | { kind: 'start'; workflow: string; input: Record<string, unknown>; requestKey: string }
  | { kind: 'decide'; runId: string; verdict: 'approved' | 'rejected'; actor: string }
  | { kind: 'report'; runId: string; report: CrewReport }
  | { kind: 'event'; id: string; name: string; key: string }
  | { kind: 'cancel'; runId: string }
  | { kind: 'gate'; isOpen: boolean };

export interface WorkerRequest {
  id: number;
  command: WorkerCommand;
}

/** `done` and `refused` are final; `failed` says nothing about what has become of it. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; outcome: 'done' | 'refused' | 'failed'; detail: string };

/** How the driver sets a worker up, in its environment as JSON. */
export interface WorkerSettings {
  uri: string;
  database: string;
  serviceUrl: string;
  logFile: string;
  leaseMs: number;
  /** How far this machine's clock is off. */
  skewMs: number;
}

async function main(settings: WorkerSettings): Promise<void> {
  const log = createLog({ level: 'error', format: 'json', stream: process.stderr });
  const database = await openDatabase(settings.uri, settings.database);
  const clock = await startServerClock(database.db, () => performance.now() + settings.skewMs);
  const owner = `${process.pid}:${randomUUID().slice(0, 8)}`;
  const engine = composeChaosEngine({ ...settings, database, clock, log, owner });
  engine.start();
  const { orchestrator, definitions, agency, stores } = engine;

  const perform = async (command: WorkerCommand): Promise<{ refused: string } | { detail: string }> => {
    switch (command.kind) {
      case 'start': {
        const definition = definitions.get(command.workflow);
        if (!definition) return { refused: `no workflow ${command.workflow}` };
        const { run } = await startRun(
          { agency, definitions, orchestrator },
          {
            workflow: command.workflow,
            input: command.input,
            requester: { userId: 'U0RIVERA', name: 'Maya Rivera' },
            origin: { kind: 'code', channel: null },
            requestKey: command.requestKey,
          },
        );
        return { detail: run._id };
      }
      case 'decide': {
        const { runId, verdict, actor } = command;
        const decision = { task: 'approve', verdict, actor, reason: null };
        return toDetail(
          await orchestrator.apply(runId, (transition, now) => decideApproval(transition, decision, now)),
        );
      }
      case 'report':
        return toDetail(await reportWork(engine.reports, command.runId, command.report));
      case 'event': {
        const { id, name, key } = command;
        const event = { _id: id, name, key, payload: {}, at: clock.now(), offered: false };
        await stores.externalEvents.insert(event);
        await orchestrator.offerEvent(event);
        await stores.externalEvents.markOffered(id);
        return { detail: id };
      }
      case 'cancel':
        return toDetail(await orchestrator.cancel(command.runId, 'U0RIVERA', 'called off'));
      case 'gate':
        engine.setGate(command.isOpen);
        return { detail: '' };
    }
  };
  process.on('message', ({ id, command }: WorkerRequest) => {
    perform(command).then(
      (outcome) =>
        'refused' in outcome
          ? tell({ kind: 'answer', id, outcome: 'refused', detail: outcome.refused })
          : tell({ kind: 'answer', id, outcome: 'done', detail: outcome.detail }),
      (error: unknown) => tell({ kind: 'answer', id, outcome: 'failed', detail: String(error) }),
    );
  });
  tell({ kind: 'ready' });
}

function toDetail(outcome: { run: { _id: string } } | { refused: string }) {
  return 'refused' in outcome ? outcome : { detail: outcome.run._id };
}

function tell(message: WorkerMessage): void {
  if (process.connected) process.send?.(message);
}

const UNREACHABLE = 3;

// Without its driver a worker is of no use to anybody.
process.on('disconnect', () => process.exit(0));
const settings = process.env.CHAOS_WORKER;
if (settings !== undefined) {
  main(JSON.parse(settings) as WorkerSettings).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    // The database may well be down at this moment: the driver starts another one.
    process.exit(error instanceof AppError && !error.retryable ? 1 : UNREACHABLE);
  });
}
