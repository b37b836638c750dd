import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { isDuplicateKey } from '../mongo/duplicate-key.ts';

/** Whose turn it is to plan, until when, and how many plannings were asked for so far. */
interface TurnDocument {
  _id: string;
  wanted: number;
  owner: string | null;
  /** Another one with every turn, so that whoever lost it can write nothing any more. */
  token: string | null;
  until: Date | null;
}

/** A turn, and which request it found as the newest. */
export interface PlanningTurn {
  token: string;
  wanted: number;
}

const COLLECTION = 'planning_turns';
const ID = 'crews';
/** One at a time, over all processes; times are those of the server's clock. */
export function createPlanningTurnStore(db: Db) {
  const turns = db.collection<TurnDocument>(COLLECTION);
  const free = { owner: null, token: null, until: null };

  return {
    /** Asks for a planning. Whoever is planning already plans once more. */
    async want(): Promise<void> {
      await turns.updateOne({ _id: ID }, { $inc: { wanted: 1 } }, { upsert: true });
    },

    /** Takes the turn for so long; null while somebody else has it. */
    async take(owner: string, leaseMs: number): Promise<PlanningTurn | null> {
      const token = randomUUID();
      // A date that is missing comes before every other.
      const isFree = { $lte: [{ $ifNull: ['$until', null] }, '$$NOW'] };
      const mine = { owner, token, until: { $add: ['$$NOW', leaseMs] } };
      const fields = Object.entries(mine).map(([name, value]) => [
        name,
        { $cond: ['$free', typeof value === 'string' ? { $literal: value } : value, `$${name}`] },
      ]);
      const update = [
        { $set: { free: isFree, wanted: { $ifNull: ['$wanted', 0] } } },
        { $set: Object.fromEntries(fields) },
        { $unset: 'free' },
      ];
      try {
        const options = { upsert: true, returnDocument: 'after' as const };
        const taken = await turns.findOneAndUpdate({ _id: ID }, update, options);
        return taken?.token === token ? { token, wanted: taken.wanted } : null;
      } catch (error) {
        // Two processes took the very first turn at the same moment.
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },

    /** Keeps the turn for so long from now on; false when it was lost. */
    async extend(token: string, leaseMs: number): Promise<boolean> {
      const until = { $add: ['$$NOW', leaseMs] };
      return (await turns.updateOne({ _id: ID, token }, [{ $set: { until } }])).matchedCount === 1;
    },

    /** Gives the turn back, unless another planning was asked for since `seen`: then returns the newest request. */
    async finish({ token, wanted }: PlanningTurn): Promise<PlanningTurn | null> {
      const done = await turns.updateOne({ _id: ID, token, wanted }, { $set: free });
      if (done.matchedCount === 1) return null;
      const mine = await turns.findOne({ _id: ID, token });
      return mine && { token, wanted: mine.wanted };
    },

    /** Gives the turn back, whatever was asked for; does nothing when it was lost. */
    async release(token: string): Promise<void> {
      await turns.updateOne({ _id: ID, token }, { $set: free });
    },

    /** Ends the turn of a process that has died (of any process, for null); true when it had one. */
    async takeOver(owner: string | null): Promise<boolean> {
      const held = { _id: ID, owner: owner ?? { $ne: null } };
      return (await turns.updateOne(held, { $set: free })).matchedCount === 1;
    },
  };
}
export type PlanningTurnStore = ReturnType<typeof createPlanningTurnStore>;
