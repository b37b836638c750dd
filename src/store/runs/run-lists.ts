import type { Collection, Document } from 'mongodb';
import type { RunFilter, WorkflowRun } from '../../core/run/workflow-run.ts';
import { HIDDEN, toQuery } from './run-finders.ts';
import { readRun, type StoredRun } from './stored-run.ts';

/** What a person sees of many runs: the first of them, and how many there are. */
export interface RunLists {
  /** How many runs the filter finds, `most` at most. */
  count(filter: RunFilter, most: number): Promise<number>;
  /**
   * Open runs in which a holder of one of these roles has to decide, but for those that `requesterId` asked for: the
   * gravest `limit` (dangers to life, then what was not understood, then by severity; the newest first of the same), and
   * how many there are among the newest 5,000 open ones.
   */
  listAsking(
    roles: readonly string[],
    requesterId: string,
    limit: number,
  ): Promise<{ runs: WorkflowRun[]; count: number }>;
}

const MOST_SEARCHED = 5_000;

/** The lists over the run collection. */
export function createRunLists(collection: Collection<StoredRun>): RunLists {
  return {
    count: (filter, most) => collection.countDocuments(toQuery(filter), { limit: most }),
    listAsking: async (roles, requesterId, limit) => {
      const asking = collection.aggregate<{ _id: string }>(askingPipeline(roles, requesterId), {
        hint: 'byStatus',
      });
      const ids = (await asking.toArray()).map(({ _id }) => _id);
      const runs = collection.find({ _id: { $in: ids.slice(0, limit) } }, HIDDEN).map(readRun);
      const found = new Map((await runs.toArray()).map((run) => [run._id, run]));
      return { runs: ids.flatMap((id) => found.get(id) ?? []), count: ids.length };
    },
  };
}

/** Decided where the runs are: of thousands, only the ids travel. */
function askingPipeline(roles: readonly string[], requesterId: string): Document[] {
  const approval = '$$step.v.approval';
  const isAsked = {
    $and: [{ $eq: [`${approval}.state`, 'pending'] }, { $in: [`${approval}.role`, [...roles]] }],
  };
  const asked = { $filter: { input: { $objectToArray: '$steps' }, as: 'step', cond: isAsked } };
  return [
    { $match: { status: 'running' } },
    { $sort: { createdAt: -1 } },
    { $limit: MOST_SEARCHED },
    { $match: { 'requester.userId': { $ne: requesterId } } },
    { $match: { $expr: { $gt: [{ $size: asked }, 0] } } },
    { $project: { createdAt: 1, gravity: gravity() } },
    { $sort: { gravity: -1, createdAt: -1 } },
    { $project: { _id: 1 } },
  ];
}

/** The gravest that a step reported: a danger to life is above what nobody has understood, and that above every severity. */
function gravity(): Document {
  const output = '$$step.v.output';
  const grave = { $cond: [{ $isArray: `${output}.grave` }, `${output}.grave`, []] };
  const severity = { $cond: [{ $isNumber: `${output}.severity` }, `${output}.severity`, 0] };
  const understood = { $cond: [{ $eq: [`${output}.understood`, false] }, 50, severity] };
  const told = { $cond: [{ $gt: [{ $size: grave }, 0] }, 100, understood] };
  return { $max: { $map: { input: { $objectToArray: '$steps' }, as: 'step', in: told } } };
}
