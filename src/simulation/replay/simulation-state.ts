import type { Assignment } from '../../core/work/work-order.ts';
import type { SimulatedJob } from '../requests/create-jobs.ts';
import type { SimulatedRoster } from '../roster/create-roster.ts';
import type { SimulationOptions } from '../roster/simulation-options.ts';
import type { Planner } from './make-plan.ts';

/** What stays the same all along. */
export interface SimulatedWorld {
  roster: SimulatedRoster;
  /** By the instant they come in. */
  jobs: readonly SimulatedJob[];
  options: Pick<SimulationOptions, 'seed' | 'iterations' | 'planAt'>;
  planner: Planner;
  /** How many jobs that can be moved a plan is made of at most. */
  planSize: number;
}

/** A job that came in and is not done. */
export interface OpenJob {
  job: SimulatedJob;
  /** Where it stands in the newest plan. */
  assignment: Assignment | null;
  /** Begun on an earlier day, and not over yet. */
  isUnderWay: boolean;
}

export interface DoneJob {
  job: SimulatedJob;
  crewId: string;
  start: Date;
  end: Date;
}

export interface SimulationState {
  /** So many of the world's jobs have come in. */
  arrived: number;
  open: readonly OpenJob[];
  /** Days gone by. */
  days: number;
}

/** What a day came to, in crew-minutes. */
export interface DayFigures {
  start: Date;
  /** Time in which crews are at work: shifts without breaks and absences. */
  shiftMinutes: number;
  workMinutes: number;
  /** Also back to the depot. */
  travelMinutes: number;
  /** What the shifts cost, whether they are used or not. */
  costCents: number;
  plans: number;
}
