import type { ClientSession } from 'mongodb';
import { type Agency, isOfCrew } from '../../core/agency/agency.ts';
import { finishWork, reportProgress } from '../../core/events/work-events.ts';
import { type EventOutcome, RunRefusal } from '../../core/run/apply-event.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder, type WorkOrderAction } from '../../core/work/work-order-transition.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import type { StockShortage } from '../../store/stock/depot-stock.ts';
import type { Stores } from '../../store/stores.ts';
import type { TellStores } from '../news/tell-crews.ts';
import type { PlanActDeps } from '../plan-act.ts';
import { consumeMaterials, releaseAssignment, shortenReservation } from '../reserving/reserve-assignment.ts';
import { tellOfCallOff } from './cancel-work-order.ts';

/** What a crew says about its job. Cost in cents. `crewId` is the crew whose card was pressed, where that is known. */
export type CrewReport = { actor: string; crewId?: string } & (
  | { kind: 'start' | 'resume' }
  | { kind: 'block'; reason: string }
  | { kind: 'finish'; actualCostCents: number; note: string }
);

export interface ReportDeps extends Pick<PlanActDeps, 'client' | 'agency' | 'now' | 'applyInTransaction'> {
  stores: Pick<Stores, 'workOrders' | 'crewDays' | 'depotStock'> & TellStores;
  /** Called once committed, when a crew used material that the depot's count did not show: somebody has to count again. */
  onShortage?(orderId: string, shortages: readonly StockShortage[]): void;
}

/**
 * Takes a crew's report: work order, reservation, stock and run move in one transaction, or nothing does. Refused, with
 * words for the person, when the order is in another state or the actor is not of the crew.
 */
export async function reportWork(
  deps: ReportDeps,
  orderId: string,
  report: CrewReport,
): Promise<EventOutcome> {
  return answerRefusal(
    inTransaction<{ run: WorkflowRun }>(deps.client, (session) =>
      applyReport(deps, orderId, report, session),
    ),
  );
}

/** What the run itself refuses is an answer like any other. */
async function answerRefusal(outcome: Promise<EventOutcome>): Promise<EventOutcome> {
  try {
    return await outcome;
  } catch (error) {
    if (error instanceof RunRefusal) return error.refusal;
    throw error;
  }
}

/**
 * Calls a run off together with its work order, in one transaction: a crew that starts at the same moment either makes
 * the cancellation refused, or is refused itself.
 */
export async function cancelWithWork(
  deps: ReportDeps,
  runId: string,
  event: RunEvent,
): Promise<EventOutcome> {
  const outcome = inTransaction<{ run: WorkflowRun }>(deps.client, async (session) => {
    const order = await deps.stores.workOrders.find(runId, session);
    if (order?.state === 'started' || order?.state === 'blocked') throw new Abort(CREW_AT_WORK);
    const moved = order && transitionWorkOrder(order, { kind: 'cancel' }, deps.now());
    if (order && moved?.ok) {
      await releaseAssignment({ ...deps.stores, timeZone: deps.agency.timeZone }, session, order);
      await deps.stores.workOrders.save(moved.order, session);
    }
    const { run, afterCommit } = await deps.applyInTransaction(runId, event, session);
    if (order && moved?.ok) {
      await tellOfCallOff(deps.stores, order, run.closing ?? run, deps.now(), session);
    }
    return { value: { run }, afterCommit: [afterCommit] };
  });
  return answerRefusal(outcome);
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
): Promise<{ value: { run: WorkflowRun }; afterCommit: (() => void)[] }> {
  const order = await deps.stores.workOrders.find(orderId, session);
  const refusal = refuseReporter(deps.agency, order, report.actor, report.crewId);
  if (!order || refusal) throw new Abort(refusal ?? 'This job does not exist any more.');
  const now = deps.now();
  const moved = transitionWorkOrder(order, toAction(report), now);
  if (!moved.ok) throw new Abort(moved.userMessage);
  await deps.stores.workOrders.save(moved.order, session);
  let shortages: StockShortage[] = [];
  if (report.kind === 'finish') {
    const reservation = { ...deps.stores, timeZone: deps.agency.timeZone };
    shortages = await consumeMaterials(reservation, session, order, now);
    await shortenReservation(reservation, session, order, now);
  }
  const { run, afterCommit } = await deps.applyInTransaction(orderId, toRunEvent(report), session);
  const warn = (): void => {
    if (shortages.length > 0) deps.onShortage?.(orderId, shortages);
  };
  return { value: { run }, afterCommit: [afterCommit, warn] };
}

function toAction(report: CrewReport): WorkOrderAction {
  return report.kind === 'block' ? { kind: 'block', reason: report.reason } : { kind: report.kind };
}

function toRunEvent(report: CrewReport): RunEvent {
  switch (report.kind) {
    case 'start':
      return reportProgress({ type: 'work.started', actor: report.actor });
    case 'resume':
      return reportProgress({ type: 'work.resumed', actor: report.actor });
    case 'block':
      return reportProgress({
        type: 'work.blocked',
        actor: report.actor,
        data: { reason: report.reason },
      });
    case 'finish':
      return finishWork(report);
  }
}

/**
 * Whether what was pressed on the card of crew `crewId` still speaks for the job: null, or why not. Without a crew
 * (`''`, on cards from the time before they named theirs) it speaks for whoever has the job.
 */
function refuseOldCard(
  { crews }: Pick<Agency, 'crews'>,
  { assignment }: Pick<WorkOrder, 'assignment'>,
  crewId: string,
): string | null {
  if (crewId === '' || crewId === assignment?.crewId) return null;
  const nameOf = (id: string) => crews.find((crew) => crew.id === id)?.name;
  if (assignment) {
    const owner = nameOf(assignment.crewId) ?? assignment.crewName;
    return `This job now belongs to ${owner}. Nothing was changed: answer on the card in that crew’s channel.`;
  }
  return `${nameOf(crewId) ?? 'This crew'} does not have this job any more; it waits for another crew. Nothing was changed.`;
}
