import type { ClientSession, MongoClient } from 'mongodb';
import type { AppError } from '../../base/errors.ts';
import type { Agency } from '../../core/agency/agency.ts';
import type { ApplyInTransaction } from '../../core/run/apply-event.ts';
import type { OutboxStore } from '../../store/outbox/outbox.ts';
import type { RunStore } from '../../store/runs/runs.ts';
import type { BulletinStore } from '../../store/work/bulletins.ts';
import type { PlanProposalStore } from '../../store/work/plan-proposals.ts';
import type { PlanningStores } from '../problem/load-plan-sources.ts';
import type { PlanEngine } from '../threads/plan-engine.ts';

/** What planning needs. */
export interface PlanningDeps {
  client: MongoClient;
  agency: Agency;
  stores: PlanningStores & {
    planProposals: PlanProposalStore;
    outbox: OutboxStore;
    bulletins: BulletinStore;
    runs: Pick<RunStore, 'findMany'>;
  };
  engine: PlanEngine;
  /**
   * Applies an event to a run inside the transaction; the returned function is called once it is committed. An
   * `AppError` refuses: nothing is written, and the order stays as it was.
   */
  applyInTransaction: ApplyInTransaction<ClientSession>;
}

/** What one planning did. */
export interface PlanningOutcome {
  announced: string[];
  unplaced: string[];
  moved: string[];
  /** Whether dispatch was asked about moves. */
  proposed: boolean;
  /** Orders that somebody else moved, or took the minutes or materials of, still in the last round: plan again soon. */
  contended: string[];
  /** Orders whose announcement, move or report was refused, with the error. */
  refused: { orderId: string; error: AppError }[];
  /** What the validator objected to; always empty, unless the planner has a defect. */
  objections: string[];
}
