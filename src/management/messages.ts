import type { Agency } from '../core/agency/agency.ts';
import { placesIn } from '../core/outbox/place.ts';
import type { Stores } from '../store/stores.ts';

/** What is on its way to Slack. */
export interface Messages {
  /** How many posts wait for their turn in this channel, 100,000 at most; cheap, however many wait elsewhere. */
  countWaiting(channel: string): Promise<number>;
}

/** Messages over the outbox. */
export function createMessages({
  agency,
  stores,
}: {
  agency: Agency;
  stores: Pick<Stores, 'outbox'>;
}): Messages {
  return {
    countWaiting: (channel) => stores.outbox.countPosts(placesIn(channel, agency)),
  };
}
