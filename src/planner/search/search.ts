import type { BestPlan } from '../tours/best-plan.ts';
import type { PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import type { TourPool } from '../tours/tour-pool.ts';
import type { TourSnapshots } from '../tours/tour-snapshots.ts';
import type { InsertionOrder } from './insertion-order.ts';
import type { Partner } from './partner.ts';
import type { SearchClock } from './search-clock.ts';
import type { SearchStyle } from './search-style.ts';

/** A search in progress. */
export interface Search {
  state: PlanState;
  snapshots: TourSnapshots;
  best: BestPlan;
  random: Random;
  clock: SearchClock;
  style: SearchStyle;
  order: InsertionOrder;
  /** Where tours of plans that are not much dearer than the best are remembered. */
  pool?: TourPool;
  /** Begins a search of the same problem in another thread. */
  invite?: (() => Partner | null) | undefined;
  partner?: Partner | null;
}
