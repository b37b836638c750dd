import type { OutboxMessage } from '../../core/run/run-parts.ts';
import { createBatcher } from '../mongo/batcher.ts';
import type { RunStore } from '../runs/runs.ts';
import type { OutboxStore } from './outbox.ts';

/** The messages of one committed transition. */
export interface RelayItem {
  runId: string;
  messages: OutboxMessage[];
}

export interface Relay {
  /** Hands committed messages to the outbox. Safe to repeat: they have identities. */
  publish(item: RelayItem): Promise<void>;
  /** Publishes what a process that died left inside run documents; returns how many runs it found. */
  sweep(before: Date): Promise<number>;
  drain(): Promise<void>;
}

const SWEEP_BATCH = 500;

/**
 * Hands messages, which were committed inside the run's own document together with the state they announce, to the
 * outbox, and only then forgets them in the run. A crash in between repeats the copy, which changes nothing.
 */
export function createRelay(
  stores: { runs: RunStore; outbox: OutboxStore },
  onMessages: () => void,
  now: () => Date,
): Relay {
  const copy = async (items: RelayItem[]): Promise<undefined[]> => {
    await stores.outbox.request(newest(items.flatMap((item) => item.messages)), now());
    onMessages();
    await stores.runs.clearPending(items);
    return items.map(() => undefined);
  };
  const batcher = createBatcher(copy);
  return {
    publish: (item) => (item.messages.length === 0 ? Promise.resolve() : batcher.add(item)),
    sweep: async (before) => {
      const runs = await stores.runs.findUnrelayed(before, SWEEP_BATCH);
      const items = runs.map((run) => ({ runId: run._id, messages: run.pending }));
      await Promise.all(items.map((item) => batcher.add(item)));
      return runs.length;
    },
    drain: () => batcher.drain(),
  };
}

/** One request per message: the newest form includes the older ones. */
function newest(messages: OutboxMessage[]): OutboxMessage[] {
  const byId = new Map<string, OutboxMessage>();
  for (const message of messages) {
    const known = byId.get(message._id);
    if (!known || known.wanted < message.wanted) byId.set(message._id, message);
  }
  return [...byId.values()];
}
