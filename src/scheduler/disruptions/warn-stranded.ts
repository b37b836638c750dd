import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../../core/agency/agency.ts';
import { warnOfStranded } from '../../core/events/field-warnings.ts';
import type { ApplyInTransaction } from '../../core/run/apply-event.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import type { DisruptionStore } from '../../store/work/disruptions.ts';
import type { PlanProposalStore } from '../../store/work/plan-proposals.ts';
import type { WorkOrderStore } from '../../store/work/work-orders.ts';
import { retellDisruptions, type TellStores } from '../news/tell-crews.ts';
import { saveWithRun } from '../save-with-run.ts';
import { listObstructions, type Obstruction } from './obstruction.ts';

export interface StrandedDeps {
  client: MongoClient;
  agency: Agency;
  stores: TellStores & {
    workOrders: WorkOrderStore;
    disruptions: DisruptionStore;
    planProposals: PlanProposalStore;
  };
  applyInTransaction: ApplyInTransaction<ClientSession>;
}

/**
 * Warns dispatch of work that stays with an absent crew, outside its crew's shifts or in a closed district after a
 * planning: because dispatch kept it there, because it is under way, or because nobody else can. Work that an open
 * question would move is not meant.
 * Nor is what was entered since `enteredBy`: the planning knew nothing of it, and the next one has first to find a way out.
 * Each job is told once for each absence: the mark on the order and the fact in the run are one transaction.
 */
export async function warnOfStrandedWork(
  deps: StrandedDeps,
  now: Date,
  enteredBy: Date = now,
): Promise<string[]> {
  const { agency, stores } = deps;
  const listed = await stores.disruptions.listFrom(now);
  const absences = listed.absences.filter(({ at }) => at <= enteredBy);
  const closures = listed.closures.filter(({ at }) => at <= enteredBy);
  const [orders, open] = await Promise.all([stores.workOrders.listOpen(), stores.planProposals.listOpen()]);
  const asked = new Set(open.flatMap(({ moves }) => moves.map(({ orderId }) => orderId)));
  const sources = { now, agency, orders, absences, promised: [], closures, stock: [] };
  const warned: string[] = [];
  for (const order of orders) {
    if (asked.has(order._id)) continue;
    const fresh = listObstructions(sources, order).filter(
      ({ end, key }) => end > now && !order.warnedOf.includes(key),
    );
    if (fresh.length > 0 && (await warn(deps, order, fresh, now))) warned.push(order._id);
  }
  return warned;
}

/** False when somebody moved the order meanwhile, or its run has ended: the next planning looks again. */
async function warn(
  deps: StrandedDeps,
  order: WorkOrder,
  fresh: readonly Obstruction[],
  now: Date,
): Promise<boolean> {
  const { assignment, warnedOf } = order;
  if (!assignment) return false;
  const reasons = [...new Set(fresh.map(({ text }) => text))];
  const keys = fresh.map(({ key }) => key);
  const marked = { ...order, warnedOf: [...warnedOf, ...keys] };
  return saveWithRun(
    { ...deps, workOrders: deps.stores.workOrders },
    marked,
    warnOfStranded(order, assignment, reasons, keys),
    (session) => retellDisruptions(deps.stores, [order._id], now, session),
  );
}
