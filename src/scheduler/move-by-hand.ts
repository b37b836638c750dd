import type { ClientSession } from 'mongodb';
import { proposalMessage } from '../core/outbox-message.ts';
import { type Assignment, mergeMaterials, type WorkOrder } from '../core/resources.ts';
import { AppError } from '../errors.ts';
import { applyMoves } from './apply-moves.ts';
import type { CrewDesk, DeskOutcome, ReassignmentOption } from './crew-desk.ts';
import { CHANGED, type CrewDeskDeps, refuseStranger } from './crew-desk-deps.ts';
import { decideProposal } from './decide-proposal.ts';
import { inTransaction, Refusal } from './in-transaction.ts';
import { listReassignments } from './list-reassignments.ts';
import { loadPlanSources } from './load-plan-sources.ts';
import { isAhead } from './propose-moves.ts';
import { CONFLICT } from './reserve-assignment.ts';

/** The order, if it can be given to another crew, and to which. */
export async function findOptions(
  deps: CrewDeskDeps,
  orderId: string,
): Promise<{ refused: string } | { order: WorkOrder; options: ReassignmentOption[] }> {
  const sources = await loadPlanSources(deps.stores, deps.agency, deps.now());
  const order = sources.orders.find(({ _id }) => _id === orderId);
  if (!order) return { refused: 'This job does not exist any more, or it is over.' };
  if (order.state !== 'announced' || !order.assignment)
    return { refused: 'Only a job that has a crew and has not been started can be given to another one.' };
  return { order, options: listReassignments(sources, order) };
}

/** Gives an announced job to the crew dispatch chose; no plan takes it from that crew again. */
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
    ...{
      crewId,
      crewName: option.crewName,
      start: option.start,
      end: option.end,
      depotId: crew?.depot ?? '',
    },
    materials: mergeMaterials(order.requirements.materials),
    reason: 'given to this crew by dispatch',
  };
  const { title = orderId, version, dueAt } = order;
  const move = {
    orderId,
    title,
    version,
    dueAt,
    to,
    reason: to.reason,
    from: order.assignment as Assignment,
  };
  const outcome = await tryMoves(deps, [move], { actor, byHand: crewId }, async () => {});
  if ('refused' in outcome) return outcome;
  const moved = await deps.stores.workOrders.find(orderId);
  return moved ? { order: moved } : { refused: CHANGED };
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
  if (!proposal || !decided) return { refused: 'This has been decided already, or is out of date.' };
  const moves = verdict === 'apply' ? proposal.moves : [];
  if (!(await isPossible(deps, moves))) {
    await deps.requestPlanning();
    return {
      refused:
        'This plan is out of date: its times have passed, or a crew is away by now. A new one is being made.',
    };
  }
  const outcome = await tryMoves(deps, moves, { actor, byHand: null }, async (session) => {
    if (!(await planProposals.save(decided, session)))
      throw new Refusal('Somebody else decided at the same moment.');
  });
  if ('refused' in outcome) {
    await deps.requestPlanning();
    return outcome;
  }
  const saved = { ...decided, version: decided.version + 1 };
  await outbox.request([proposalMessage(saved, saved.version)], deps.now());
  deps.wakeDelivery();
  return { proposal: saved };
}

/** Whether the crews are still there at those times, and the times are still to come. */
async function isPossible(deps: CrewDeskDeps, moves: Parameters<typeof applyMoves>[1]): Promise<boolean> {
  const now = deps.now();
  const { absences } = await deps.stores.disruptions.listFrom(now);
  const isAway = ({ to }: (typeof moves)[number]) =>
    absences.some(({ crewId, start, end }) => to?.crewId === crewId && to.start < end && to.end > start);
  return isAhead(moves, now) && !moves.some(isAway);
}

/** Makes the moves and what belongs to them, or nothing; time or material that is taken by now is a refusal. */
async function tryMoves(
  deps: CrewDeskDeps,
  moves: Parameters<typeof applyMoves>[1],
  who: { actor: string; byHand: string | null },
  also: (session: ClientSession) => Promise<void>,
): Promise<{ isDone: true } | { refused: string }> {
  const { stores, agency, applyToRun } = deps;
  const move = { stores, timeZone: agency.timeZone, applyToRun };
  try {
    return await inTransaction<{ isDone: true }>(deps.client, async (session) => {
      const afterCommit = await applyMoves(move, moves, who, deps.now(), session);
      await also(session);
      return { value: { isDone: true }, afterCommit };
    });
  } catch (error) {
    if (error instanceof AppError && error.code === CONFLICT)
      return { refused: error.userMessage ?? CHANGED };
    throw error;
  }
}
