import type { Interval } from '../agency/crew-calendar.ts';

/** A crew that could take a job (instead), and what that would change, against the best for a job that has no crew. */
export interface ReassignmentOption extends Interval {
  crewId: string;
  crewName: string;
  /** When the crew would have a break in the middle of it. */
  breaks?: Interval[];
  /** What travel and work cost more than as the plan stands, in cents. */
  deltaCents: number;
  /** How much later (or earlier) than now the job would start, in minutes. */
  deltaMinutes: number;
  /** How far past its deadline the job would end, in minutes; 0 when it is in time or has none. */
  lateMinutes: number;
  /** Minutes on the road before it. */
  travelMinutes?: number;
  /** It said no to this job before; dispatch may insist. */
  hasDeclined?: boolean;
  /** The skills it would need and has not, such as `sewer` or `asphalt:2`; dispatch may insist. */
  lacks?: string[];
}

/** Who could take a job, the best for the plan first, and why the others cannot. */
export interface Reassignments {
  options: ReassignmentOption[];
  others: { crewName: string; why: string }[];
  /** Who has the job, from when on, and how late in minutes; absent while nobody has. */
  current?: { crewName: string; start: Date; lateMinutes: number };
}
