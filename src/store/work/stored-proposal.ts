import { readHelp } from '../../core/work/late-help.ts';
import type { PlannedMove, PlanProposal } from '../../core/work/plan-proposal.ts';

/** Earlier versions kept what would help a late job as a sentence. */
type StoredMove = PlannedMove & { lateFix?: string };

/** A proposal as this version reads it. */
export function readProposal(stored: PlanProposal): PlanProposal {
  return { ...stored, moves: stored.moves.map(readMove) };
}

function readMove({ lateFix, ...move }: StoredMove): PlannedMove {
  return lateFix === undefined ? move : { ...move, help: readHelp({ fix: lateFix }) };
}
