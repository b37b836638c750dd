import type { ClientSession, Db, Filter, IndexDescription, UpdateFilter } from 'mongodb';
import type { Interval } from '../../core/agency/crew-calendar.ts';
import { isDuplicateKey } from '../mongo/duplicate-key.ts';

/** Minutes of a crew that are promised to a work order: half-open interval of UTC instants. */
export interface ReservedInterval extends Interval {
  orderId: string;
}

/** What a crew has promised for one local date. An interval over midnight stands, whole, in both dates. */
export interface CrewDay {
  /** `crewId|day` */
  _id: string;
  crewId: string;
  /** Local date, '2026-11-22'. */
  day: string;
  version: number;
  reserved: ReservedInterval[];
}

/** Versions of crew-days, by `crewId|day`, as somebody saw them. What is missing was not there yet: version 0. */
export type CrewDayVersions = ReadonlyMap<string, number>;

const COLLECTION = 'crew_days';
/** What the crew days' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [
    { key: { day: 1, crewId: 1 }, name: 'by_day' },
    { key: { 'reserved.orderId': 1 }, name: 'by_order' },
  ],
};

/** Update stages that end the work order's intervals at `end`, and drop those of which nothing is left. */
function cutIntervals(orderId: string, end: Date) {
  const mine = { $eq: ['$$slot.orderId', { $literal: orderId }] };
  const cut = { $mergeObjects: ['$$slot', { end: { $min: ['$$slot.end', end] } }] };
  const all = { $map: { input: '$reserved', as: 'slot', in: { $cond: [mine, cut, '$$slot'] } } };
  const left = { $filter: { input: all, as: 'slot', cond: { $lt: ['$$slot.start', '$$slot.end'] } } };
  return [{ $set: { reserved: left, version: { $add: ['$version', 1] } } }];
}

/** The collection of crew days. */
export function createCrewDayStore(db: Db) {
  const days = db.collection<CrewDay>(COLLECTION);

  const write = async (
    { crewId, day }: Pick<CrewDay, 'crewId' | 'day'>,
    filter: Filter<CrewDay>,
    { $setOnInsert, ...update }: UpdateFilter<CrewDay>,
    session: ClientSession,
  ): Promise<boolean> => {
    const first = { crewId, day, ...$setOnInsert };
    try {
      await days.updateOne(
        { ...filter, _id: `${crewId}|${day}` },
        { ...update, $inc: { version: 1 }, $setOnInsert: first },
        { session, upsert: true },
      );
      return true;
    } catch (error) {
      // The day exists but the filter misses it: the upsert's insert meets its id.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };

  return {
    /**
     * Adds the interval to a crew's day, inside the caller's transaction. False when minutes of it are promised
     * already, or when it is not at the `seen` version any more; the transaction is then aborted by the server or must
     * be by the caller. When another transaction writes the same day at the same time the driver's error is labelled
     * transient, and `withTransaction` retries.
     */
    reserve(
      day: Pick<CrewDay, 'crewId' | 'day'>,
      interval: ReservedInterval,
      session: ClientSession,
      seen?: number,
    ): Promise<boolean> {
      const overlap = { $elemMatch: { start: { $lt: interval.end }, end: { $gt: interval.start } } };
      const filter = { reserved: { $not: overlap }, ...(seen !== undefined && { version: seen }) };
      return write(day, filter, { $push: { reserved: interval } }, session);
    },

    /**
     * Counts the version of a crew's day up, inside the caller's transaction, so that nobody else writes it at the same
     * time. False when it is not at the `seen` version any more; the transaction is then aborted, as above.
     */
    fence(day: Pick<CrewDay, 'crewId' | 'day'>, seen: number, session: ClientSession): Promise<boolean> {
      return write(day, { version: seen }, { $setOnInsert: { reserved: [] } }, session);
    },

    /** The versions of these crew-days (`crewId|day`) as the transaction has them. */
    async listVersions(ids: readonly string[], session: ClientSession): Promise<CrewDayVersions> {
      const found = days.find({ _id: { $in: [...ids] } }, { session, projection: { version: 1 } });
      return new Map((await found.toArray()).map(({ _id, version }) => [_id, version]));
    },

    /** Takes every interval of the work order back; does nothing when there is none. */
    async release(orderId: string, session: ClientSession): Promise<void> {
      await days.updateMany(
        { 'reserved.orderId': orderId },
        { $pull: { reserved: { orderId } }, $inc: { version: 1 } },
        { session },
      );
    },

    /** Ends the work order's intervals at `end` where they go on longer; those that begin later are taken back. */
    async shorten(orderId: string, end: Date, session: ClientSession): Promise<void> {
      await days.updateMany(
        { reserved: { $elemMatch: { orderId, end: { $gt: end } } } },
        cutIntervals(orderId, end),
        { session },
      );
    },

    /**
     * What each crew has promised on `fromDay` (a local date) and later, an interval over midnight once; and the
     * versions of these crew-days.
     */
    async listFrom(
      fromDay: string,
    ): Promise<{ busy: Map<string, ReservedInterval[]>; versions: CrewDayVersions }> {
      const busy = new Map<string, ReservedInterval[]>();
      const versions = new Map<string, number>();
      const seen = new Set<string>();
      for await (const { _id, crewId, reserved, version } of days.find({ day: { $gte: fromDay } })) {
        versions.set(_id, version);
        const intervals = busy.get(crewId) ?? [];
        for (const interval of reserved) {
          const key = `${crewId}|${interval.orderId}|${interval.start.getTime()}`;
          if (!seen.has(key)) intervals.push(interval);
          seen.add(key);
        }
        busy.set(crewId, intervals);
      }
      return { busy, versions };
    },
  };
}
export type CrewDayStore = ReturnType<typeof createCrewDayStore>;
