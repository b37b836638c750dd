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

/** An absence of a crew or a closure of a district, in force or to come. */
export interface ListedDisruption extends Interval {
  /** Null for an absence that stands in the roster: it is ended there. */
  _id: string | null;
  kind: 'absence' | 'closure';
  /** Of the crew or the district. */
  name: string;
  reason: string;
  by: string | null;
}

/** The same for somebody who may take it back, or may not. */
export interface OfferedDisruption extends ListedDisruption {
  mayTakeBack: boolean;
}

/** What came of entering a closure. */
export interface EnteredClosure extends Entered {
  closure: Closure;
  /** Jobs planned for that time whose place nobody knows: they may lie in the district. */
  placelessJobs: number;
}

/** What came of entering an absence or a closure. */
export interface Entered {
  affectedJobs: number;
  /** Nothing was entered: this one of somebody's had all of the time already. */
  isKnown: boolean;
}
