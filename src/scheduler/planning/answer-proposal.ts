import { proposalMessage } from '../../core/outbox/outbox-message.ts';
import type { Refusal } from '../../core/run/transition.ts';
import { decideProposal, type PlanProposal } from '../../core/work/plan-proposal.ts';
import { Abort } from '../../store/mongo/in-transaction.ts';
import { describeRoom } from '../disruptions/obstruction.ts';
import { type ActOutcome, CHANGED, type PlanActDeps, refuseStranger } from '../plan-act.ts';
import { loadPlanSources } from '../problem/load-plan-sources.ts';
import { fitsPlan } from './fits-plan.ts';
import { tryMoves } from './move-by-hand.ts';

/** Makes the moves of a proposal, all or none, or leaves everything as it is. */
export async function answerProposal(
  deps: PlanActDeps,
  id: string,
  verdict: 'apply' | 'keep',
  actor: string,
): Promise<ActOutcome<{ proposal: PlanProposal }>> {
  const refusal = refuseStranger(deps, actor);
  if (refusal) return refusal;
  const { planProposals, outbox } = deps.stores;
  const proposal = await planProposals.find(id);
  const decided =
    proposal && decideProposal(proposal, verdict === 'apply' ? 'applied' : 'kept', actor, deps.now());
  if (!proposal || !decided) return refuseDecided(proposal) ?? { refused: CHANGED };
  const moves = verdict === 'apply' ? proposal.moves : [];
  const sources = await loadPlanSources(deps.stores, deps.agency, deps.now());
  // Another click may have been first: that is said, and not what it changed.
  const findVerdict = async () => refuseDecided(await planProposals.find(id));
  if (!fitsPlan(sources, moves)) {
    const known = await findVerdict();
    if (known) return known;
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
  if (verdictBefore) return verdictBefore;
  // What stays with a crew that is away is found, and told, by the next planning.
  if ('refused' in outcome || verdict === 'keep') await deps.requestPlanning();
  if ('refused' in outcome) return outcome;
  deps.wakeDelivery();
  return { proposal: saved };
}

/** Who decided it, and what, for somebody who clicks after that; null while it is open. */
function refuseDecided(proposal: PlanProposal | null): Refusal | null {
  const actor = proposal?.decidedBy ?? 'somebody';
  switch (proposal?.state) {
    case 'open':
      return null;
    case 'applied':
      return { refused: `This plan was already applied by ${actor}.`, actor };
    case 'kept':
      return { refused: `${actor} has already decided to keep the plan as it is.`, actor };
    default:
      return {
        refused:
          'This is out of date: the work has changed since. Look at the newest question in this channel.',
      };
  }
}
