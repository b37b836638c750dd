import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../core/agency.ts';
import type { WorkOrder } from '../core/resources.ts';
import type { RunEvent } from '../core/transition.ts';
import { finishWork, reportProgress } from '../core/work-events.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';
import type { CrewDayStore } from '../store/crew-days.ts';
import type { DepotStockStore } from '../store/depot-stock.ts';
import type { WorkOrderStore } from '../store/work-orders.ts';
import { consumeMaterials, shortenReservation } from './reserve-assignment.ts';
import { transitionWorkOrder, type WorkOrderAction } from './work-order-transition.ts';

/** What a crew says about its job. Cost in cents. */
export type CrewReport =
  | { kind: 'start' | 'resume'; actor: string }
  | { kind: 'block'; actor: string; reason: string }
  | { kind: 'finish'; actor: string; actualCostCents: number; note: string };

type RunOutcome = { run: WorkflowRun } | { refused: string };

export interface ReportDeps {
  client: MongoClient;
  agency: Agency;
  workOrders: WorkOrderStore;
  crewDays: CrewDayStore;
  depotStock: DepotStockStore;
  now(): Date;
  /** Applies the event to the run inside the transaction. */
  applyToRun(
    runId: string,
    event: RunEvent,
    session: ClientSession,
  ): Promise<RunOutcome & { afterCommit(): void }>;
}

/** Thrown to abort the transaction when the run refuses what the work order allows. */
class Refused extends Error {}

/**
 * Takes a crew's report: work order, reservation, stock and run move in one transaction, or nothing does. Refused, with
 * words for the person, when the order is in another state or the actor is not of the crew.
 */
export async function reportWork(deps: ReportDeps, orderId: string, report: CrewReport): Promise<RunOutcome> {
  let outcome: (RunOutcome & { afterCommit(): void }) | null = null;
  try {
    await deps.client.withSession((session) =>
      session.withTransaction(async () => {
        outcome = await applyReport(deps, orderId, report, session);
        if ('refused' in outcome) throw new Refused(outcome.refused);
      }),
    );
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    throw error;
  }
  const done = outcome as (RunOutcome & { afterCommit(): void }) | null;
  done?.afterCommit();
  return done ?? { refused: 'Nothing happened. Try again.' };
}

/** Whether `actor` may report on this order: null, or why not. Crew lead, crew members and the agency's operators may. */
export function refuseReporter(agency: Agency, order: WorkOrder | null, actor: string): string | null {
  if (!order?.assignment) return 'No crew is assigned to this job.';
  const crew = agency.crews.find((candidate) => candidate.id === order.assignment?.crewId);
  const mayReport = crew?.lead === actor || crew?.members.includes(actor) || agency.operators.includes(actor);
  return mayReport ? null : `Only ${crew?.name ?? 'the crew'} or dispatch can report on this job.`;
}

async function applyReport(
  deps: ReportDeps,
  orderId: string,
  report: CrewReport,
  session: ClientSession,
): Promise<RunOutcome & { afterCommit(): void }> {
  const refuse = (refused: string) => ({ refused, afterCommit: () => {} });
  const order = await deps.workOrders.find(orderId, session);
  const refusal = refuseReporter(deps.agency, order, report.actor);
  if (!order || refusal) return refuse(refusal ?? 'This job does not exist any more.');
  const now = deps.now();
  const moved = transitionWorkOrder(order, toAction(report), now);
  if (!moved.ok) return refuse(moved.userMessage);
  await deps.workOrders.save(moved.order, session);
  if (report.kind === 'finish') {
    const reservation = {
      crewDays: deps.crewDays,
      depotStock: deps.depotStock,
      timeZone: deps.agency.timeZone,
    };
    await consumeMaterials(reservation, session, order);
    await shortenReservation(reservation, session, order, now);
  }
  return deps.applyToRun(orderId, toRunEvent(report), session);
}

function toAction(report: CrewReport): WorkOrderAction {
  return report.kind === 'block' ? { kind: 'block', reason: report.reason } : { kind: report.kind };
}

function toRunEvent(report: CrewReport): RunEvent {
  switch (report.kind) {
    case 'start':
      return reportProgress('work.started', report.actor);
    case 'resume':
      return reportProgress('work.resumed', report.actor);
    case 'block':
      return reportProgress('work.blocked', report.actor, { reason: report.reason });
    case 'finish':
      return finishWork(report);
  }
}
