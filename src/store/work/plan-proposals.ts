import type { ClientSession, Db, IndexDescription } from 'mongodb';
import type { PlanProposal } from '../../core/work/plan-proposal.ts';
import { isDuplicateKey } from '../mongo/duplicate-key.ts';
import { readProposal } from './stored-proposal.ts';

const COLLECTION = 'plan_proposals';
/** Of use as long as a question is not asked again that dispatch has said no to; then Slack keeps what was asked. */
const KEPT_SECONDS = 60 * 24 * 3_600;

/** What the proposals' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [
    { key: { state: 1, createdAt: -1 }, name: 'by_state' },
    { key: { decidedAt: 1 }, name: 'kept_by_decision', partialFilterExpression: { state: 'kept' } },
    { key: { decidedAt: 1 }, name: 'expire', expireAfterSeconds: KEPT_SECONDS },
    // Two processes that plan at the same moment ask one question.
    { key: { state: 1 }, name: 'one_open', unique: true, partialFilterExpression: { state: 'open' } },
  ],
};

/** Plans that dispatch is asked about. */
export interface PlanProposalStore {
  /** False when there is an open one already; a transaction it was part of is over then. */
  insert(proposal: PlanProposal, session: ClientSession): Promise<boolean>;
  find(id: string, session?: ClientSession): Promise<PlanProposal | null>;
  /** The open ones, newest first; there is at most one unless two processes planned at the same moment. */
  listOpen(session?: ClientSession): Promise<PlanProposal[]>;
  /** Those that dispatch said no to since then. */
  listKept(since: Date): Promise<PlanProposal[]>;
  /** Replaces the version that was read; false when somebody else decided meanwhile. */
  save(proposal: PlanProposal, session: ClientSession): Promise<boolean>;
}

export function createPlanProposalStore(db: Db): PlanProposalStore {
  const proposals = db.collection<PlanProposal>(COLLECTION);
  const inside = (session: ClientSession | undefined) => (session ? { session } : {});
  return {
    insert: async (proposal, session) => {
      try {
        await proposals.insertOne(proposal, { session });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    find: async (id, session) => {
      const stored = await proposals.findOne({ _id: id }, inside(session));
      return stored && readProposal(stored);
    },
    listOpen: (session) =>
      proposals.find({ state: 'open' }, inside(session)).sort({ createdAt: -1 }).map(readProposal).toArray(),
    listKept: (since) =>
      proposals
        .find({ state: 'kept', decidedAt: { $gte: since } }, { hint: 'kept_by_decision' })
        .map(readProposal)
        .toArray(),
    save: async (proposal, session) => {
      const { _id, version } = proposal;
      const saved = { ...proposal, version: version + 1 };
      return (await proposals.replaceOne({ _id, version }, saved, { session })).matchedCount === 1;
    },
  };
}
