import { LRUCache } from 'lru-cache';
import type { Lane } from '../../../core/outbox/lane.ts';
import type { LaneOrder } from '../../../core/outbox/outbox-entry.ts';
import type { Outage } from './outage.ts';
import type { Pacing, SendMethod } from './pacing.ts';

/**
 * Whose turn it is. Of the lanes into which something may be sent now, the one goes first whose next message is more
 * urgent, and of equals the one that was served longest ago. Each fourth turn goes to the lane that was served longest
 * ago and to what has stood in it longest, so that nothing waits for ever behind what is more urgent; pages give way to
 * nobody.
 */
export interface LaneTurns {
  /** What stands in the outbox now. */
  see(lanes: readonly Lane[]): void;
  /** The next to be taken from, which counts as under way until it is over; null when none has its turn. */
  next(): { lane: Lane; order: LaneOrder } | null;
  /** What was taken from the lane is dealt with for now. */
  over(lane: Lane): void;
  /** Nothing stands in the lane any more. */
  emptied(lane: Lane): void;
  /** What is posted to this place, in the agency's words, goes to that channel. */
  leadsTo(place: string, channel: string): void;
  /** Milliseconds until a lane that has to wait has its turn; null when none has to wait. */
  waitMs(): number | null;
}

const EACH_FOURTH = 4;
const MOST_PLACES = 10_000;

/** Turns at the pace that Slack allows. `isLimited` is false where there is no limit: then a lane need not wait for itself. */
export function createLaneTurns(pacing: Pacing, outage: Outage, isLimited: boolean): LaneTurns {
  const channels = new LRUCache<string, string>({ max: MOST_PLACES });
  const servedAt = new LRUCache<string, number>({ max: MOST_PLACES });
  let lanes: readonly Lane[] = [];
  let turns = 0;

  const channelOf = ({ method, place }: Lane) =>
    method === 'update' ? place : (channels.get(place) ?? place);
  const underWay = createUnderWay(channelOf);
  const waitOf = (lane: Lane): number => {
    return pacing.waitMs(METHODS[lane.method], channelOf(lane), underWay.count(lane));
  };
  // Slack limits posts by channel: the next one waits for the last. Updates it limits in all.
  const isBusy = (lane: Lane) => isLimited && lane.method === 'post' && underWay.isBusy(lane);
  const isFree = (lane: Lane) => !isBusy(lane) && waitOf(lane) === 0;
  const rest = ({ name }: Lane) => servedAt.get(name) ?? 0;
  const pick = (order: LaneOrder): Lane | undefined => {
    const byNeed = (one: Lane, other: Lane) => one.urgency - other.urgency || rest(one) - rest(other);
    const byRest = (one: Lane, other: Lane) => rest(one) - rest(other) || one.urgency - other.urgency;
    return lanes.filter(isFree).sort(order === 'urgent' ? byNeed : byRest)[0];
  };

  return {
    see: (found) => {
      lanes = found;
    },
    next: () => {
      const outMs = outage.waitMs();
      // While Slack is out, one message finds out whether it is back: the most urgent.
      if (outMs !== null && (outMs > 0 || underWay.isAny())) return null;
      const urgent = pick('urgent');
      if (!urgent) return null;
      turns++;
      // Pages give their turn to nobody.
      const isForOld = turns % EACH_FOURTH === 0 && urgent.urgency > 0 && outMs === null;
      const order = isForOld ? 'oldest' : 'urgent';
      const lane = isForOld ? (pick(order) ?? urgent) : urgent;
      servedAt.set(lane.name, turns);
      underWay.add(lane);
      return { lane, order };
    },
    over: underWay.remove,
    emptied: ({ name }) => {
      lanes = lanes.filter((lane) => lane.name !== name);
    },
    leadsTo: (place, channel) => {
      channels.set(place, channel);
    },
    waitMs: () => {
      const outMs = outage.waitMs();
      const waits = lanes.map(waitOf).filter((milliseconds) => milliseconds > 0);
      if (outMs !== null && lanes.length > 0) waits.push(Math.max(outMs, 1));
      return waits.length === 0 ? null : Math.min(...waits);
    },
  };
}

const METHODS: Record<Lane['method'], SendMethod> = { post: 'chat.postMessage', update: 'chat.update' };

/** What was taken and is not dealt with yet. */
function createUnderWay(channelOf: (lane: Lane) => string) {
  const taken: { name: string; method: Lane['method']; channel: string }[] = [];
  return {
    add: (lane: Lane): void => {
      taken.push({ name: lane.name, method: lane.method, channel: channelOf(lane) });
    },
    remove: ({ name }: Lane): void => {
      const at = taken.findIndex((one) => one.name === name);
      if (at >= 0) taken.splice(at, 1);
    },
    isAny: () => taken.length > 0,
    /** Whether something is on its way to the lane's channel by its method. */
    isBusy: (lane: Lane) =>
      taken.some(({ method, channel }) => method === lane.method && channel === channelOf(lane)),
    /** How much is on its way by the lane's method, wherever to. */
    count: (lane: Lane) => taken.filter(({ method }) => method === lane.method).length,
  };
}
