import type { Log } from '../base/log.ts';
import { isOfCrew } from '../core/agency/agency.ts';
import type { EventOutcome } from '../core/run/apply-event.ts';
import type { Reassignments } from '../core/work/reassignment.ts';
import type { WorkOrder } from '../core/work/work-order.ts';
import type { ActOutcome, PlanActDeps } from '../scheduler/plan-act.ts';
import { findReassignments, reassign } from '../scheduler/planning/move-by-hand.ts';
import type { PlanEngine } from '../scheduler/threads/plan-engine.ts';
import { acceptAssignment, declineAssignment } from '../scheduler/work/answer-assignment.ts';
import { type CrewReport, refuseReporter, reportWork } from '../scheduler/work/report-work.ts';

/**
 * What crews and dispatch do with a job. A job has the id of its run. Whoever calls has the acting person's Slack id; each
 * act refuses, in words for that person, whoever may not do it. With the crew whose card was pressed (`crewId`; empty when
 * the card does not say whose it is) it is refused once the job is another crew's.
 */
export interface Work {
  find(runId: string): Promise<WorkOrder | null>;
  /** What the crews of this person have to do or are doing, soonest first; null for somebody of no crew. */
  listOf(userId: string): Promise<WorkOrder[] | null>;
  /** From then on no plan moves the job. Refused when it is accepted already. */
  accept(orderId: string, actor: string, crewId?: string): Promise<ActOutcome<{ order: WorkOrder }>>;
  /** The job goes back to those that wait and is not offered to this crew again. */
  decline(
    orderId: string,
    actor: string,
    reason: string,
    crewId?: string,
  ): Promise<ActOutcome<{ order: WorkOrder }>>;
  /** The crew's lead or members report; `block` needs a reason, `finish` the cost in cents. */
  report(runId: string, report: CrewReport): Promise<EventOutcome>;
  /** Whether `actor` could report on the job now: null, or why not. */
  refuseReport(runId: string, actor: string, crewId?: string): Promise<string | null>;
  /** Who could take the job, cheapest first; evaluated against the plan as it stands. */
  listReassignments(orderId: string): Promise<ActOutcome<Reassignments>>;
  /** Dispatch gives the job to a crew, whether it had one or not; no plan takes it from that crew again. */
  reassign(orderId: string, crewId: string, actor: string): Promise<ActOutcome<{ order: WorkOrder }>>;
}

export interface WorkDeps extends PlanActDeps {
  engine: Pick<PlanEngine, 'listReassignments'>;
  log: Pick<Log, 'warn'>;
}

/** Work over the stores and the plan. */
export function createWork(deps: WorkDeps): Work {
  const { agency, stores, log } = deps;
  const { workOrders } = stores;
  const reports = {
    ...deps,
    onShortage: (orderId: string, shortages: readonly object[]) =>
      log.warn('A job used more than the depot had: count its stock', { orderId, shortages }),
  };
  return {
    find: (runId) => workOrders.find(runId),
    listOf: async (userId) => {
      const own = agency.crews.filter((crew) => isOfCrew(crew, userId));
      return own.length === 0 ? null : workOrders.listPromisedBy(own.map(({ id }) => id));
    },
    accept: (orderId, actor, crewId) => acceptAssignment(deps, { orderId, actor, crewId }),
    decline: (orderId, actor, reason, crewId) => declineAssignment(deps, { orderId, actor, crewId }, reason),
    report: (runId, report) => reportWork(reports, runId, report),
    refuseReport: async (runId, actor, crewId) =>
      refuseReporter(agency, await workOrders.find(runId), actor, crewId),
    listReassignments: (orderId) => findReassignments(deps, orderId),
    reassign: (orderId, crewId, actor) => reassign(deps, orderId, crewId, actor),
  };
}
