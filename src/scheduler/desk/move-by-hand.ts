import { proposalMessage } from '../../core/outbox/outbox-message.ts';
import { addUpRepeats } from '../../core/work/materials.ts';
import type { Reassignments } from '../../core/work/reassignment.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { Abort } from '../../store/mongo/in-transaction.ts';
import type { CrewDesk, DeskOutcome } from '../crew-desk.ts';
import { CHANGED, refuseStranger } from '../desk-deps.ts';
import { describeRoom } from '../disruptions/obstruction.ts';
import { decideProposal, describeDecided } from '../planning/decide-proposal.ts';
import { fitsPlan } from '../planning/fits-plan.ts';
import { loadPlanSources, type SeenCrewDays } from '../problem/load-plan-sources.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import type { CrewDeskDeps } from './crew-desk-deps.ts';
import { giveWaiting } from './give-waiting.ts';
import { tryMoves } from './try-moves.ts';

/** The order, if it can be given to another crew, and to which. */
export async function findOptions(
  deps: CrewDeskDeps,
  orderId: string,
): Promise<{ refused: string } | (Reassignments & { order: WorkOrder; seen: SeenCrewDays })> {
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
  deps: CrewDeskDeps,
  orderId: string,
  crewId: string,
  actor: string,
): Promise<DeskOutcome<{ order: WorkOrder }>> {
  const refusal = refuseStranger(deps, actor);
  if (refusal) return refusal;
  const found = await findOptions(deps, orderId);
  if ('refused' in found) return found;
  const option = found.options.find((one) => one.crewId === crewId);
  if (!option) return { refused: 'This crew cannot take the job as the plan stands now.' };
  const { order } = found;
  const crew = deps.agency.crews.find(({ id }) => id === crewId);
  const to: Assignment = {
    crewId,
    crewName: option.crewName,
    start: option.start,
    end: option.end,
    depotId: crew?.depot ?? '',
    materials: addUpRepeats(order.requirements.materials),
    reason: 'given to this crew by dispatch',
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

async function findGiven(deps: CrewDeskDeps, orderId: string): Promise<DeskOutcome<{ order: WorkOrder }>> {
  const order = await deps.stores.workOrders.find(orderId);
  return order ? { order } : { refused: CHANGED };
}

/** Makes the moves of a proposal, all or none, or leaves everything as it is. */
export async function decide(
  deps: CrewDeskDeps,
  id: string,
  verdict: 'apply' | 'keep',
  actor: string,
): ReturnType<CrewDesk['decideProposal']> {
  const refusal = refuseStranger(deps, actor);
  if (refusal) return refusal;
  const { planProposals, outbox } = deps.stores;
  const proposal = await planProposals.find(id);
  const decided =
    proposal && decideProposal(proposal, verdict === 'apply' ? 'applied' : 'kept', actor, deps.now());
  if (!proposal || !decided) return { refused: describeDecided(proposal) ?? CHANGED };
  const moves = verdict === 'apply' ? proposal.moves : [];
  const sources = await loadPlanSources(deps.stores, deps.agency, deps.now());
  // Another click may have been first: that is said, and not what it changed.
  const findVerdict = async () => describeDecided(await planProposals.find(id));
  if (!fitsPlan(sources, moves)) {
    const known = await findVerdict();
    if (known !== null) return { refused: known };
    await deps.requestPlanning();
    return {
      refused:
        'This plan is out of date: its times have passed, or a crew is away or has other work by now. Nothing was moved; a new plan is being made.',
    };
  }
  const who = { actor, byHand: null, cause: describeRoom(proposal.moves), batch: id };
  const saved = { ...decided, version: decided.version + 1 };
  const outcome = await tryMoves(deps, moves, who, sources.crewDays, async (session) => {
    if (!(await planProposals.save(decided, session)))
      throw new Abort('Somebody else decided at the same moment.');
    await outbox.request([proposalMessage(saved, saved.version)], deps.now(), session);
  });
  const verdictBefore = 'refused' in outcome ? await findVerdict() : null;
  if (verdictBefore !== null) return { refused: verdictBefore };
  // What stays with a crew that is away is found, and told, by the next planning.
  if ('refused' in outcome || verdict === 'keep') await deps.requestPlanning();
  if ('refused' in outcome) return outcome;
  deps.wakeDelivery();
  return { proposal: saved };
}
