import { type ClientSession, type Db, type IndexDescription, MongoServerError } from 'mongodb';
import type { Interval } from '../core/crew-calendar.ts';

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

  return {
    /**
     * Adds the interval to a crew's day, inside the caller's transaction. False when minutes of it are promised
     * already; the transaction is then aborted by the server or must be by the caller. When another transaction
     * writes the same day at the same time the driver's error is labelled transient, and `withTransaction` retries.
     */
    async reserve(
      day: Pick<CrewDay, 'crewId' | 'day'>,
      interval: ReservedInterval,
      session: ClientSession,
    ): Promise<boolean> {
      const overlap = { $elemMatch: { start: { $lt: interval.end }, end: { $gt: interval.start } } };
      try {
        await days.updateOne(
          { _id: `${day.crewId}|${day.day}`, reserved: { $not: overlap } },
          {
            $push: { reserved: interval },
            $inc: { version: 1 },
            $setOnInsert: { crewId: day.crewId, day: day.day },
          },
          { session, upsert: true },
        );
        return true;
      } catch (error) {
        // The day exists but overlaps: the filter misses it, and the upsert's insert meets its own id.
        if (error instanceof MongoServerError && error.code === 11_000) return false;
        throw error;
      }
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

    /** What each crew has promised on `fromDay` (a local date) and later; an interval over midnight is listed once. */
    async listBusy(fromDay: string): Promise<Map<string, ReservedInterval[]>> {
      const busy = new Map<string, ReservedInterval[]>();
      const seen = new Set<string>();
      for await (const { crewId, reserved } of days.find({ day: { $gte: fromDay } })) {
        const intervals = busy.get(crewId) ?? [];
        for (const interval of reserved) {
          const key = `${crewId}|${interval.orderId}|${interval.start.getTime()}`;
          if (!seen.has(key)) intervals.push(interval);
          seen.add(key);
        }
        busy.set(crewId, intervals);
      }
      return busy;
    },
  };
}
export type CrewDayStore = ReturnType<typeof createCrewDayStore>;
