import type { Interval } from '../agency/crew-calendar.ts';
import type { Place } from '../places/place.ts';
import type { WorkOrderState } from './work-order.ts';

/** What keeps announced work from being done: the crew has no shift any more, is absent, or the district is closed. */
export type ObstructionKind = 'shift' | 'absence' | 'closure';

/** A job as it stands in a crew's day. */
export interface PlannedJob extends Interval {
  orderId: string;
  title: string;
  state: WorkOrderState;
  /** When the crew has a break in the middle of it; absent where it has none. */
  breaks?: Interval[];
  /** Minutes on the road before it. */
  travelMinutes: number;
  /** Minutes its planned end is past its deadline; 0 when it is in time or has none. */
  lateMinutes: number;
  acceptedAt: Date | null;
  place: Place | null;
  /** Why it cannot be done then, each once; absent for what can. */
  obstructedBy?: ObstructionKind[];
}

/** What a crew has to do on a local date, with the tours that reach over one of its midnights whole. */
export interface CrewDayView {
  crewId: string;
  crewName: string;
  /** Local date, '2026-11-22'. */
  day: string;
  shifts: Interval[];
  breaks: Interval[];
  /** Absences and why, earliest first, never touching each other; nothing is planned in them. */
  absences: (Interval & { reason: string })[];
  jobs: PlannedJob[];
  /** Minutes of shift without breaks and absences, and how many of them are promised (work and travel). */
  availableMinutes: number;
  plannedMinutes: number;
  /** The same of what is still ahead; absent unless the crew is in the middle of it. */
  left?: { availableMinutes: number; plannedMinutes: number };
}
