import type { ClientSession, MongoClient } from 'mongodb';
import type { Log } from '../../base/log.ts';
import type { Agency } from '../../core/agency/agency.ts';
import type { ApplyInTransaction } from '../../core/run/apply-event.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { Stores } from '../../store/stores.ts';
import { clearStrandedWork } from '../disruptions/clear-stranded.ts';
import { warnOfStrandedWork } from '../disruptions/warn-stranded.ts';
import { tellPlanned } from '../news/tell-disruption.ts';
import type { PlanEngine } from '../threads/plan-engine.ts';
import { cancelWorkOrder } from '../work/cancel-work-order.ts';
import { planWaitingOrders } from './plan-waiting-orders.ts';

export interface CrewPlanningDeps {
  client: MongoClient;
  agency: Agency;
  stores: Stores;
  engine: PlanEngine;
  now(): Date;
  log: Log;
  wakeDelivery(): void;
  /** Applies the event to the run inside the transaction; what it returns is called after the commit. */
  applyInTransaction: ApplyInTransaction<ClientSession>;
}

export interface CrewPlanning {
  /**
   * Plans and announces all work orders that wait; each with its reservation and its run's step, or not at all.
   * `isContended` when somebody changed under it what it was about, so that some have to be planned again soon.
   */
  planCrews(): Promise<{ isContended: boolean }>;
  /** Takes back what an ended run no longer needs. Work that was announced before an escalation stays with its crew. */
  releaseEnded(run: WorkflowRun): Promise<void>;
  /** The same for runs whose process died before it came to it. */
  sweepEnded(): Promise<void>;
}

/** Joins the planner, the reservations and the runs that wait for them. */
export function createCrewPlanning(deps: CrewPlanningDeps): CrewPlanning {
  const { client, agency, stores, engine, applyInTransaction, log } = deps;
  const releaseEnded = async (run: WorkflowRun): Promise<void> => {
    const order = await stores.workOrders.find(run._id);
    if (!order) return;
    const hadCrew = order.state !== 'waiting' || run.history.some(({ type }) => type === 'work.announced');
    const keeps = run.status === 'escalated' && hadCrew;
    if (keeps || run.status === 'completed') return;
    await cancelWorkOrder({ client, stores, timeZone: agency.timeZone }, run._id, deps.now(), run);
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
      const enteredBy = deps.now();
      const outcome = await planWaitingOrders(
        { client, agency, stores, engine, applyInTransaction },
        enteredBy,
      );
      if (outcome.contended.length === 0) await tellOutcome(deps, enteredBy);
      const { announced, unplaced, moved, proposed, contended, refused, objections } = outcome;
      if (objections.length > 0) log.error('A plan was not valid and was not published', { objections });
      const done = [announced, unplaced, moved, refused, contended];
      const isContended = contended.length > 0;
      if (done.every(({ length }) => length === 0) && !proposed) return { isContended };
      log.info('Crews planned', {
        announced: announced.length,
        unplaced: unplaced.length,
        moved: moved.length,
        proposed,
        contended: contended.length,
      });
      if (refused.length > 0) await sweepEnded();
      return { isContended };
    },
  };
}

/** What a planning left where it cannot be done is told, and what became of the jobs of an absence. */
async function tellOutcome(deps: CrewPlanningDeps, enteredBy: Date): Promise<void> {
  await tellPlanned(deps, enteredBy, deps.now());
  await warnOfStrandedWork(deps, deps.now(), enteredBy);
  await clearStrandedWork(deps, deps.now());
  deps.wakeDelivery();
}
