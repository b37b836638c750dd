import { z } from 'zod';
import type { Problem } from '../faults/problem.ts';
import { FieldEdit, type RevertedEdit } from './field-edits.ts';
import { Roster } from './roster.ts';
import type { RosterChanges } from './roster-changes.ts';
import type { StrandedJobs } from './stranded-jobs.ts';

/** The roster as it is kept, with who saved it last. */
export const StoredRoster = z.object({
  roster: Roster,
  /** Counts up with every save, from 1. */
  version: z.int().positive(),
  updatedAt: z.date(),
  /** Slack member id, or a name. */
  updatedBy: z.string(),
  /** Hashes of what counts as the agency file's roster: as of the last start, and what was imported since. */
  fileHashes: z.array(z.string()),
  /** What was edited since the file was last taken over. Older versions stored none: then nobody knows. */
  edits: z.array(FieldEdit).optional(),
});
export type StoredRoster = z.infer<typeof StoredRoster>;

/** A wish to replace the roster. */
export interface RosterEdit {
  /** As written: it is checked here. Depots may come with stock and deliveries, which are entered where they are new. */
  roster: unknown;
  /** The version it was made from. */
  version: number;
  /** Slack member id of whoever saves, or a name. */
  by: string;
  /** It comes from the agency file: the next start need not take it from there once more. */
  imported?: boolean;
  /** What was edited since the file was last taken over may be undone by it. */
  overwrite?: boolean;
  /** The depots' stock as written is what was counted there just now. */
  count?: boolean;
  /** Everything but the saving. */
  checkOnly?: boolean;
}

/** What a save changed, or would change. */
export interface RosterSaved {
  version: number;
  changes: RosterChanges;
  /** Empty unless the edit counts. */
  counts: StockCounted[];
  /** Announced jobs that it leaves where nobody works; nobody has planned them anew yet. */
  stranded: StrandedJobs;
  /** Of a check: the edits that the file would undo, which the saving refuses unless it is told to. */
  reverted: RevertedEdit[];
}

/** What an import is refused for unless it is told to overwrite; instants are to be told on the agency's clock. */
export interface RosterReverts {
  reverted: RevertedEdit[];
  timeZone: string;
}

/** `conflict`: somebody else has saved since; `refused` says in words why not. */
export type RosterOutcome =
  | RosterSaved
  | { reverts: RosterReverts }
  | { problems: Problem[] }
  | { conflict: { version: number; updatedBy: string } }
  | { refused: string };

/** A count of a material at a depot that is another than the one known. */
export interface StockCounted {
  depotId: string;
  material: string;
  /** What was known to lie there. */
  before: number;
  quantity: number;
  /** Why the count was not taken, in words; null when it was. Of a check: why it would not be. */
  refused: string | null;
}

/** The counts, a line each. */
export function describeCounts(counts: readonly StockCounted[]): string[] {
  return counts.map(({ depotId, material, before, quantity, refused }) => {
    const what = `stock of ${material} at ${depotId}:`;
    return refused === null
      ? `${what} ${before} → ${quantity}`
      : `${what} stays ${before}, the count was refused: ${refused}`;
  });
}
