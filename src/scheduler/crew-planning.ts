import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../core/agency.ts';
import type { RunEvent } from '../core/transition.ts';
import { announceWork, reportUnplaced } from '../core/work-events.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Stores } from '../store/stores.ts';
import { cancelWorkOrder, planWaitingOrders } from './plan-waiting-orders.ts';

export interface CrewPlanningDeps {
  client: MongoClient;
  agency: Agency;
  stores: Stores;
  now(): Date;
  log: Log;
  /** Applies the event to the run inside the transaction. */
  applyToRun(
    runId: string,
    event: RunEvent,
    session: ClientSession,
  ): Promise<({ run: WorkflowRun } | { refused: string }) & { afterCommit(): void }>;
}

const HORIZON_DAYS = 14;

export interface CrewPlanning {
  /** Plans and announces all work orders that wait; each with its reservation and its run's step, or not at all. */
  planCrews(): Promise<void>;
  /** Takes back what an ended run no longer needs. Work that was announced before an escalation stays with its crew. */
  releaseEnded(run: WorkflowRun): Promise<void>;
  /** The same for runs whose process died before it came to it. */
  sweepEnded(): Promise<void>;
}

/** Joins the planner, the reservations and the runs that wait for them. */
export function createCrewPlanning(deps: CrewPlanningDeps): CrewPlanning {
  const { client, agency, stores, log } = deps;
  const base = { client, agency, ...stores, horizonDays: HORIZON_DAYS };
  const apply = async (runId: string, event: RunEvent, session: ClientSession): Promise<() => void> => {
    const outcome = await deps.applyToRun(runId, event, session);
    if ('refused' in outcome) throw new AppError(outcome.refused, { code: 'run.refused' });
    return outcome.afterCommit;
  };
  const releaseEnded = async (run: WorkflowRun): Promise<void> => {
    const order = await stores.workOrders.find(run._id);
    if (!order) return;
    const keeps = run.status === 'escalated' && order.state !== 'waiting';
    if (!keeps && run.status !== 'completed') await cancelWorkOrder(base, run._id, deps.now());
  };
  const sweepEnded = async (): Promise<void> => {
    const orders = await stores.workOrders.listUnstarted();
    const runs = await stores.runs.findMany(orders.map((order) => order._id));
    for (const run of runs) if (run.endedAt) await releaseEnded(run);
  };
  return {
    releaseEnded,
    sweepEnded,
    planCrews: async () => {
      const outcome = await planWaitingOrders(
        {
          ...base,
          announce: (order, assignment, session) =>
            apply(order._id, announceWork(order.task, assignment), session),
          reportUnplaced: (order, reason, session) =>
            apply(order._id, reportUnplaced(order.task, reason), session),
        },
        deps.now(),
      );
      if (outcome.announced.length + outcome.unplaced.length + outcome.refused.length === 0) return;
      log.info('Crews planned', {
        announced: outcome.announced.length,
        unplaced: outcome.unplaced.length,
        contended: outcome.contended.length,
      });
      if (outcome.refused.length > 0) await sweepEnded();
    },
  };
}
