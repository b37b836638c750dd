import type { ClientSession, MongoClient } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import { type Agency, isOfCrew } from '../../core/agency/agency.ts';
import { finishWork, reportProgress } from '../../core/events/work-events.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder, type WorkOrderAction } from '../../core/work/work-order-transition.ts';
import type { DepotStockStore } from '../../store/stock/depot-stock.ts';
import type { StockShortage } from '../../store/stock/stock-holds.ts';
import type { CrewDayStore } from '../../store/work/crew-days.ts';
import type { WorkOrderStore } from '../../store/work/work-orders.ts';
import type { TellStores } from '../news/tell-crews.ts';
import { consumeMaterials, releaseAssignment, shortenReservation } from '../reserving/reserve-assignment.ts';
import { tellOfCallOff } from './cancel-work-order.ts';
import { refuseOldCard } from './refuse-old-card.ts';

/** What a crew says about its job. Cost in cents. `crewId` is the crew whose card was pressed, where that is known. */
export type CrewReport = { actor: string; crewId?: string } & (
  | { kind: 'start' | 'resume' }
  | { kind: 'block'; reason: string }
  | { kind: 'finish'; actualCostCents: number; note: string }
);

type RunOutcome = { run: WorkflowRun } | { refused: string };

export interface ReportDeps extends TellStores {
  client: MongoClient;
  agency: Agency;
  workOrders: WorkOrderStore;
  crewDays: CrewDayStore;
  depotStock: DepotStockStore;
  now(): Date;
  /** Called once committed, when a crew used material that the depot's count did not show: somebody has to count again. */
  onShortage?(orderId: string, shortages: readonly StockShortage[]): void;
  /** Applies the event to the run inside the transaction. */
  applyToRun(
    runId: string,
    event: RunEvent,
    session: ClientSession,
  ): Promise<RunOutcome & { afterCommit(): void }>;
}

const MOST_TRIES = 20;

/** Thrown to abort the transaction when the run refuses what the work order allows. */
class Refused extends Error {}

/**
 * Takes a crew's report: work order, reservation, stock and run move in one transaction, or nothing does. Refused, with
 * words for the person, when the order is in another state or the actor is not of the crew.
 */
export async function reportWork(deps: ReportDeps, orderId: string, report: CrewReport): Promise<RunOutcome> {
  return inTransaction(deps, (session) => applyReport(deps, orderId, report, session));
}

type Applied = RunOutcome & { afterCommit(): void };

/** Commits what `work` did unless it refuses; a fence that fails has the whole tried again. */
async function inTransaction(
  deps: ReportDeps,
  work: (session: ClientSession) => Promise<Applied>,
): Promise<RunOutcome> {
  for (let tries = 1; ; tries++) {
    let outcome: Applied | null = null;
    try {
      await deps.client.withSession((session) =>
        session.withTransaction(async () => {
          outcome = await work(session);
          if ('refused' in outcome) throw new Refused(outcome.refused);
        }),
      );
    } catch (error) {
      if (error instanceof Refused) return { refused: error.message };
      if (error instanceof AppError && error.code === 'run.conflict' && tries < MOST_TRIES) continue;
      throw error;
    }
    const done = outcome as Applied | null;
    done?.afterCommit();
    return done ?? { refused: 'Nothing happened. Try again.' };
  }
}

/**
 * Calls a run off together with its work order, in one transaction: a crew that starts at the same moment either makes
 * the cancellation refused, or is refused itself.
 */
export async function cancelWithWork(deps: ReportDeps, runId: string, event: RunEvent): Promise<RunOutcome> {
  return inTransaction(deps, async (session) => {
    const order = await deps.workOrders.find(runId, session);
    if (order?.state === 'started' || order?.state === 'blocked') {
      return { refused: CREW_AT_WORK, afterCommit: () => {} };
    }
    const moved = order && transitionWorkOrder(order, { kind: 'cancel' }, deps.now());
    if (order && moved?.ok) {
      const { crewDays, depotStock, agency } = deps;
      await releaseAssignment({ crewDays, depotStock, timeZone: agency.timeZone }, session, order);
      await deps.workOrders.save(moved.order, session);
    }
    const outcome = await deps.applyToRun(runId, event, session);
    if (order && moved?.ok && 'run' in outcome) {
      const { closing, reason } = outcome.run;
      await tellOfCallOff(deps, order, closing?.reason ?? reason, deps.now(), session);
    }
    return outcome;
  });
}

const CREW_AT_WORK =
  'A crew is at work on this, so it cannot be cancelled any more: its lead ends it with Done.';

/**
 * Whether `actor` may report on this order: null, or why not. Crew lead, crew members and the agency's operators may,
 * on the card of the crew that has the job (`crewId`; empty when the card does not say whose it is).
 */
export function refuseReporter(
  agency: Agency,
  order: WorkOrder | null,
  actor: string,
  crewId = '',
): string | null {
  const old = order && refuseOldCard(agency, order, crewId);
  if (old) return old;
  if (!order?.assignment) return 'No crew is assigned to this job.';
  const crew = agency.crews.find((candidate) => candidate.id === order.assignment?.crewId);
  const mayReport = (crew && isOfCrew(crew, actor)) || agency.operators.includes(actor);
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
  const refusal = refuseReporter(deps.agency, order, report.actor, report.crewId);
  if (!order || refusal) return refuse(refusal ?? 'This job does not exist any more.');
  const now = deps.now();
  const moved = transitionWorkOrder(order, toAction(report), now);
  if (!moved.ok) return refuse(moved.userMessage);
  await deps.workOrders.save(moved.order, session);
  let shortages: StockShortage[] = [];
  if (report.kind === 'finish') {
    const reservation = {
      crewDays: deps.crewDays,
      depotStock: deps.depotStock,
      timeZone: deps.agency.timeZone,
    };
    shortages = await consumeMaterials(reservation, session, order, now);
    await shortenReservation(reservation, session, order, now);
  }
  const outcome = await deps.applyToRun(orderId, toRunEvent(report), session);
  const afterCommit = (): void => {
    outcome.afterCommit();
    if (shortages.length > 0) deps.onShortage?.(orderId, shortages);
  };
  return { ...outcome, afterCommit };
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
