import type { AuditEvent } from '../core/audit-event.ts';
import type { OutboxMessage } from '../core/outbox-message.ts';
import type { AuditEventStore } from './audit-events.ts';
import { createBatcher } from './batcher.ts';
import type { OutboxStore } from './outbox.ts';
import type { RunStore } from './runs.ts';

/** What one committed transition has to have copied out of its run document. */
export interface RelayItem {
  runId: string;
  audit: AuditEvent[];
  messages: OutboxMessage[];
}

export interface Relay {
  /** Copies committed facts and messages to where they are read. Safe to repeat: all have identities. */
  publish(item: RelayItem): Promise<void>;
  /** Publishes what a process that died left inside run documents; returns how many runs it found. */
  sweep(before: Date): Promise<number>;
  drain(): Promise<void>;
}

const SWEEP_BATCH = 500;

/**
 * Copies audit events and outbox messages, which were committed inside the run's own document, to their collections:
 * facts first, then the messages that are made from them, and only then are they forgotten in the run. A crash in
 * between repeats the copy, which changes nothing.
 */
export function createRelay(
  stores: { runs: RunStore; auditEvents: AuditEventStore; outbox: OutboxStore },
  onMessages: () => void,
  now: () => Date,
): Relay {
  const copy = async (items: RelayItem[]): Promise<undefined[]> => {
    await stores.auditEvents.append(items.flatMap((item) => item.audit));
    const messages = items.flatMap((item) => item.messages);
    await stores.outbox.request(messages, now());
    if (messages.length > 0) onMessages();
    await stores.runs.clearPending(items);
    return items.map(() => undefined);
  };
  const batcher = createBatcher(copy);
  return {
    publish: (item) => (item.audit.length === 0 ? Promise.resolve() : batcher.add(item)),
    sweep: async (before) => {
      const runs = await stores.runs.findUnrelayed(before, SWEEP_BATCH);
      await Promise.all(runs.map((run) => batcher.add({ runId: run._id, ...run.pending })));
      return runs.length;
    },
    drain: () => batcher.drain(),
  };
}
