import type { Interval } from '../agency/crew-calendar.ts';

/** A crew that does not work for a while, as dispatch said it: people away, or its equipment down. */
export interface Absence extends Interval {
  _id: string;
  crewId: string;
  reason: string;
  /** Slack member id of whoever said so, or a name. */
  by: string;
  at: Date;
  /** By whom and when it was taken back: from then on it counts for nothing. */
  takenBack?: { by: string; at: Date } | null;
}

/** A district in which nobody works outdoors for a while, such as a rain day. */
export interface Closure extends Interval {
  _id: string;
  district: string;
  reason: string;
  by: string;
  at: Date;
  takenBack?: { by: string; at: Date } | null;
}
