import type { ClientSession } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import { describeLack } from '../../core/agency/skill.ts';
import { announceWork } from '../../core/events/work-events.ts';
import { addUpRepeats } from '../../core/work/materials.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import type { Reassignments } from '../../core/work/reassignment.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import { type Assignment, countLateMinutes, type WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder } from '../../core/work/work-order-transition.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { tellOfReturn } from '../news/tell-crews.ts';
import { type ActOutcome, CHANGED, type PlanActDeps, refuseStranger } from '../plan-act.ts';
import { loadPlanSources, type SeenCrewDays } from '../problem/load-plan-sources.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import { createCrewDayFence } from '../reserving/crew-day-fence.ts';
import { reserveAssignment, ScheduleConflict } from '../reserving/reserve-assignment.ts';
import type { PlanEngine } from '../threads/plan-engine.ts';
import { applyMoves, type Mover } from './apply-moves.ts';

/** What moving announced work for a person needs. */
type MoveByHandDeps = Omit<PlanActDeps, 'requestPlanning' | 'wakeDelivery'>;
type GiveDeps = MoveByHandDeps & { engine: Pick<PlanEngine, 'listReassignments'> };

const PLAN_HAS_CHANGED =
  'The day of one of these crews has changed at the same moment: nothing was moved. Look again, and try once more.';

/** Who could take a job, cheapest first; evaluated against the plan as it stands. */
export async function findReassignments(deps: GiveDeps, orderId: string): Promise<ActOutcome<Reassignments>> {
  const found = await findOptions(deps, orderId);
  if ('refused' in found) return found;
  const { options, others, order } = found;
  return { options, others, ...describeCurrent(order) };
}

function describeCurrent({ assignment, dueAt }: WorkOrder): Pick<Reassignments, 'current'> {
  if (!assignment) return {};
  const { crewName, start, end } = assignment;
  return { current: { crewName, start, lateMinutes: countLateMinutes(end, dueAt) } };
}

/** The order, if it can be given to another crew, and to which. */
async function findOptions(
  deps: GiveDeps,
  orderId: string,
): Promise<ActOutcome<Reassignments & { order: WorkOrder; seen: SeenCrewDays }>> {
  const sources = await loadPlanSources(deps.stores, deps.agency, deps.now());
  const order = sources.orders.find(({ _id }) => _id === orderId);
  if (!order) return { refused: 'This job does not exist any more, or it is over.' };
  const refused = refuseGiving(sources, order);
  if (refused) return { refused };
  const found = await deps.engine.listReassignments({ sources, orderId });
  if (order.state === 'waiting' && found.options.length === 0) {
    const why = order.unplaced ? tellReason(order.unplaced) : 'it is being planned';
    return { refused: `No crew can take this job as things stand: ${why}.` };
  }
  return { ...found, order, seen: sources.crewDays };
}

/** Why a job cannot be given to a crew by hand as things stand; null when it can. */
function refuseGiving({ orders }: PlanSources, { state, after }: WorkOrder): string | null {
  if (state !== 'announced' && state !== 'waiting')
    return 'Only a job that has not been started can be given to a crew.';
  const before = orders.find(({ _id }) => _id === after?.orderId);
  const isReady = !after || (before && before.state !== 'waiting');
  return isReady
    ? null
    : `It is to start after ${after.orderId}, which has no crew yet: give that one a crew first.`;
}

/** Gives a job to the crew dispatch chose, whether it had one or not; no plan takes it from that crew again. */
export async function reassign(
  deps: GiveDeps,
  orderId: string,
  crewId: string,
  actor: string,
): Promise<ActOutcome<{ order: WorkOrder }>> {
  const refusal = refuseStranger(deps, actor);
  if (refusal) return refusal;
  const found = await findOptions(deps, orderId);
  if ('refused' in found) return found;
  const option = found.options.find((one) => one.crewId === crewId);
  if (!option) return { refused: 'This crew cannot take the job as the plan stands now.' };
  const { order } = found;
  const crew = deps.agency.crews.find(({ id }) => id === crewId);
  const lack = describeLack(option.lacks ?? []);
  const to: Assignment = {
    crewId,
    crewName: option.crewName,
    start: option.start,
    end: option.end,
    ...(option.breaks && { breaks: option.breaks }),
    depotId: crew?.depot ?? '',
    materials: addUpRepeats(order.requirements.materials),
    reason: ['given to this crew by dispatch', ...(lack === null ? [] : [`it ${lack}`])].join('; '),
    byHand: true,
    ...(option.travelMinutes !== undefined && { travelMinutes: option.travelMinutes }),
  };
  if (order.state === 'waiting') {
    const given = await giveWaiting(deps, order, to, actor, found.seen);
    if ('refused' in given) return given;
    return findGiven(deps, orderId);
  }
  const { title, version, dueAt } = order;
  const move = {
    orderId,
    title,
    version,
    dueAt,
    to,
    reason: to.reason,
    from: order.assignment as Assignment,
    ...(order.acceptedAt && { isAccepted: true }),
  };
  const cause = `dispatch gave it to ${option.crewName}`;
  const who = { actor, byHand: crewId, cause, batch: `${orderId}@${version}` };
  const outcome = await tryMoves(deps, [move], who, found.seen);
  return 'refused' in outcome ? outcome : findGiven(deps, orderId);
}

async function findGiven(deps: GiveDeps, orderId: string): Promise<ActOutcome<{ order: WorkOrder }>> {
  const order = await deps.stores.workOrders.find(orderId);
  return order ? { order } : { refused: CHANGED };
}

/**
 * Announces an order that waits to the crew that dispatch chose for it, one that declined it included, or changes
 * nothing. Refused in words when the order, the crew's day or the stock is not as it was `seen` any more.
 */
async function giveWaiting(
  deps: MoveByHandDeps,
  order: WorkOrder,
  assignment: Assignment,
  actor: string,
  seen: SeenCrewDays,
): Promise<ActOutcome<{ isDone: true }>> {
  const { stores, agency } = deps;
  const days = createCrewDayFence({ crewDays: stores.crewDays, agency }, seen).see([assignment]) ?? [];
  const action = { kind: 'announce' as const, assignment, byHand: assignment.crewId };
  const decided = transitionWorkOrder(order, action, deps.now());
  if (!decided.ok) return { refused: decided.userMessage };
  try {
    return await inTransaction<{ isDone: true }>(deps.client, async (session) => {
      const saved = await stores.workOrders.save(decided.order, session);
      if (!saved) throw new Abort(CHANGED);
      const reservation = { ...stores, timeZone: agency.timeZone };
      await reserveAssignment(reservation, session, saved, assignment, deps.now(), days);
      await tellOfReturn(stores, `${order._id}@${saved.version}`, order, assignment, deps.now(), session);
      const event = announceWork(order.task, assignment, actor);
      const { afterCommit } = await deps.applyInTransaction(order._id, event, session);
      return { value: { isDone: true }, afterCommit: [afterCommit] };
    });
  } catch (error) {
    const refused = error instanceof AppError ? describeRefusal(deps, error) : null;
    if (refused === null) throw error;
    return { refused };
  }
}

/**
 * Makes the moves and what belongs to them, or nothing. Refused, in words for whoever tried it, when a crew's day is not
 * as it was `seen` any more, when a material has run short, when a job has changed or its run is over.
 */
export async function tryMoves(
  deps: MoveByHandDeps,
  moves: readonly PlannedMove[],
  who: Mover,
  seen: SeenCrewDays,
  also: (session: ClientSession) => Promise<void> = async () => {},
): Promise<ActOutcome<{ isDone: true }>> {
  const { stores, agency, applyInTransaction } = deps;
  const fence = createCrewDayFence({ crewDays: stores.crewDays, agency }, seen);
  const days = fence.see(moves.flatMap(({ from, to }) => (to ? [from, to] : [from]))) ?? [];
  try {
    return await inTransaction<{ isDone: true }>(deps.client, async (session) => {
      if (!(await fence.enter(days, session))) throw new Abort(PLAN_HAS_CHANGED);
      const move = { stores, timeZone: agency.timeZone, applyInTransaction };
      const afterCommit = await applyMoves(move, moves, who, deps.now(), session);
      await also(session);
      return { value: { isDone: true }, afterCommit };
    });
  } catch (error) {
    const refused = error instanceof AppError ? describeRefusal(deps, error) : null;
    if (refused === null) throw error;
    return { refused };
  }
}

/** Why nothing was changed; null for what has nothing to do with the plan. */
function describeRefusal({ agency }: Pick<MoveByHandDeps, 'agency'>, error: AppError): string | null {
  if (error instanceof ScheduleConflict) {
    if (!error.material) return PLAN_HAS_CHANGED;
    const { depotId, material, quantity } = error.material;
    const depot = agency.depots.find(({ id }) => id === depotId)?.name ?? depotId;
    const { name = material, unit = '' } = agency.materials.find(({ id }) => id === material) ?? {};
    return `${depot} has no ${[quantity, unit, name].join(' ').replace(/ +/g, ' ')} left to give: nothing was moved. Have the stock counted or filled up, or choose another crew.`;
  }
  if (error.code === 'run.refused') return `${error.userMessage} Nothing was moved.`;
  return null;
}
