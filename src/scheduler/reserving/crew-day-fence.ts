import type { ClientSession } from 'mongodb';
import type { Agency } from '../../core/agency/agency.ts';
import { listLocalDays } from '../../core/agency/crew-calendar.ts';
import type { Assignment } from '../../core/work/work-order.ts';
import type { CrewDayStore } from '../../store/work/crew-days.ts';
import { findTour } from '../problem/build-plan-shifts.ts';
import type { SeenCrewDays } from '../problem/load-plan-sources.ts';

/** A crew and a local date, and the version of that crew-day on which a plan was made. */
export interface SeenCrewDay {
  _id: string;
  crewId: string;
  day: string;
  version: number;
}

/**
 * Lets a plan be carried out only on crew-days that are as the plan saw them. Between the jobs of a tour lies the road,
 * which no single interval tells of: a job that somebody else put into the tour meanwhile may be minutes clear of both
 * its neighbours, and miles away. What the plan itself has carried out so far counts as seen.
 */
export interface CrewDayFence {
  /** All local dates of the tours these assignments are part of; null when one of them has changed, as far as known. */
  see(assignments: readonly Assignment[]): SeenCrewDay[] | null;
  /** Counts the versions up, in the transaction; false when one of the crew-days has changed: abort it. */
  enter(days: readonly SeenCrewDay[], session: ClientSession): Promise<boolean>;
  /** The versions after all that the transaction wrote, to be called at its end; the result after its commit. */
  leave(days: readonly SeenCrewDay[], session: ClientSession): Promise<() => void>;
  /** Each of the crew-days was written once, and committed. */
  wroteOnce(days: readonly SeenCrewDay[]): void;
  /** Somebody else has written one of these crew-days: nothing more of the plan is tried on them. */
  spoil(days: readonly SeenCrewDay[]): void;
}

/** A fence around the crew-days as they were seen. */
export function createCrewDayFence(
  { crewDays, agency }: { crewDays: CrewDayStore; agency: Pick<Agency, 'crews' | 'timeZone'> },
  seen: SeenCrewDays,
): CrewDayFence {
  const versions = new Map(seen.versions);
  const spoilt = new Set<string>();
  return {
    see: (assignments) => {
      const tours = assignments.flatMap((assignment) => listTourDays(agency, assignment));
      // Nobody plans into what is over.
      const days = tours.filter(({ day }) => day >= seen.since);
      const ids = [...new Map(days.map((day) => [day._id, day])).values()];
      if (ids.some(({ _id }) => spoilt.has(_id))) return null;
      return ids.map((day) => ({ ...day, version: versions.get(day._id) ?? 0 }));
    },
    enter: async (days, session) => {
      for (const day of days) if (!(await crewDays.fence(day, day.version, session))) return false;
      return true;
    },
    leave: async (days, session) => {
      const ids = days.map(({ _id }) => _id);
      const written = await crewDays.listVersions(ids, session);
      return () => written.forEach((version, id) => void versions.set(id, version));
    },
    wroteOnce: (days) => days.forEach(({ _id, version }) => void versions.set(_id, version + 1)),
    spoil: (days) => days.forEach(({ _id }) => void spoilt.add(_id)),
  };
}

function listTourDays(
  agency: Pick<Agency, 'crews' | 'timeZone'>,
  { crewId, start, end }: Assignment,
): Omit<SeenCrewDay, 'version'>[] {
  const crew = agency.crews.find(({ id }) => id === crewId);
  const tour = (crew && findTour(crew, agency.timeZone, start)) ?? { start, end };
  const days = [
    ...new Set([...listLocalDays(tour, agency.timeZone), ...listLocalDays({ start, end }, agency.timeZone)]),
  ];
  return days.map((day) => ({ _id: `${crewId}|${day}`, crewId, day }));
}
