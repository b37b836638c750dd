import type { Clock } from '../../base/clock.ts';
import { AppError, isUnreachable } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Agency } from '../../core/agency/agency.ts';
import { type ClaimedEntry, type DeliverableOutbox, LOCK_LOST } from '../../core/outbox/outbox-entry.ts';
import { liveMessages, proposalMessage } from '../../core/outbox/outbox-message.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { PlanProposal } from '../../core/work/plan-proposal.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import { deliverEntry } from './deliver-entry.ts';
import { createPacing } from './pacing/pacing.ts';
import { createConversations } from './posting/conversations.ts';
import type { DeliveryCounts, DeliveryDeps, DoubtTimes } from './posting/delivery-deps.ts';
import { retryLater } from './posting/retry.ts';

export interface OutboxDeliveryDeps {
  outbox: DeliverableOutbox;
  management: DeliveryDeps['management'];
  client: SlackClient;
  agency: Agency;
  clock: Clock;
  log: Log;
  /** Name of this process, unique among those that share the database. */
  owner: string;
  /** Per channel; 0 is no limit. */
  postsPerSecond: number;
  counts: DeliveryCounts;
  doubtTimes?: DoubtTimes;
}

export interface OutboxDelivery {
  /** Something may be due: look now. */
  wake(): void;
  start(): void;
  /** Takes nothing more, and resolves when the posts under way are settled. */
  stop(): Promise<void>;
  /** Has the live cards of these runs posted anew, for a Slack that lost its messages. */
  repostLive(runs: readonly WorkflowRun[], proposals: readonly PlanProposal[]): Promise<void>;
}

const PARALLEL = 16;
/**
 * A call to Slack is given up after 10 s; what Slack makes of it is over long before another 20. Should it be late all
 * the same, the doubled message is found by one of the checks.
 */
const DOUBT_TIMES: DoubtTimes = { settleMs: 30_000, checksAfterMs: [60_000, 5 * 60_000, 30 * 60_000] };
/** Longer than a call to Slack may take; a message in a dead process’ hands waits this long at most. */
const LOCK_MS = 15_000;
/** What other processes left behind is found by looking, this often. */
const SWEEP_MS = 3_000;
/** After an error of the database, or when a due message is in somebody else's hands. */
const SHORT_WAIT_MS = 250;

/** Delivers the outbox to Slack: most important first, several at a time, each message in its newest form. */
export function createOutboxDelivery(deps: OutboxDeliveryDeps): OutboxDelivery {
  const { outbox, clock, postsPerSecond } = deps;
  const log = deps.log.for('Slack');
  const delivery: DeliveryDeps = {
    ...deps,
    log,
    conversations: createConversations(deps.client),
    pacing: createPacing(postsPerSecond, () => clock.now().getTime()),
    doubtTimes: deps.doubtTimes ?? DOUBT_TIMES,
    threadWaitMs: postsPerSecond > 0 ? 1_000 : 200,
  };
  const claim = () => {
    const now = clock.now();
    return outbox.claim(deps.owner, now, new Date(now.getTime() + LOCK_MS), []);
  };
  const loop = createLoop({
    claim,
    deliver: async (entry) => {
      const held = setInterval(() => {
        const until = new Date(clock.now().getTime() + LOCK_MS);
        void outbox.extend(entry, until).catch(() => {});
      }, LOCK_MS / 3);
      await deliverSafely(delivery, entry).finally(() => clearInterval(held));
    },
    waitMs: async () => {
      const next = await outbox.findNextDue();
      if (!next) return SWEEP_MS;
      return Math.min(SWEEP_MS, Math.max(next.getTime() - clock.now().getTime(), 5));
    },
    onError: (error) => log.warn('The outbox cannot be read, trying again', { error }),
  });
  return {
    ...loop,
    repostLive: async (runs, proposals) => {
      const asked = proposals.map((proposal) => proposalMessage(proposal, proposal.version));
      const messages = [...runs.flatMap(liveMessages), ...asked];
      const now = clock.now();
      await outbox.request(messages, now);
      await outbox.forgetPosts(messages, now);
      loop.wake();
    },
  };
}

/** A defect in one message (or a database that is away) must not stop the others. */
async function deliverSafely(delivery: DeliveryDeps, entry: ClaimedEntry): Promise<void> {
  try {
    await deliverEntry(delivery, entry);
  } catch (error) {
    if (isLockLost(error)) {
      return delivery.log.debug('A Slack message was taken over while it was delivered', { id: entry._id });
    }
    if (isUnreachable(error))
      delivery.log.warn('A Slack message waits for the database', { id: entry._id, error });
    else delivery.log.error('Delivering a Slack message failed unexpectedly', { id: entry._id, error });
    const reason = error instanceof Error ? error.message : String(error);
    // Should this fail too, the lock runs out and somebody takes the message again.
    await retryLater(delivery, entry, { kind: 'uncertain', reason }).catch(() => {});
  }
}

function isLockLost(error: unknown): boolean {
  return error instanceof AppError && error.code === LOCK_LOST;
}

interface LoopDeps {
  claim(): Promise<ClaimedEntry | null>;
  deliver(entry: ClaimedEntry): Promise<void>;
  waitMs(): Promise<number>;
  onError(error: unknown): void;
}

/** Claims while there is something to claim and a free hand, then sleeps until the next is due or somebody wakes it. */
function createLoop({ claim, deliver, waitMs, onError }: LoopDeps): Omit<OutboxDelivery, 'repostLive'> {
  const active = new Set<Promise<void>>();
  let isRunning = false;
  let isWoken = false;
  let rouse = (): void => {};
  let pumping: Promise<void> = Promise.resolve();

  const wake = (): void => {
    isWoken = true;
    rouse();
  };
  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
      if (isWoken || !isRunning) rouse();
    });
  const work = (entry: ClaimedEntry): void => {
    const task = deliver(entry).finally(() => {
      active.delete(task);
      // It may have made something due: the same message again, or one that waited for its thread.
      wake();
    });
    active.add(task);
  };
  const claimAll = async (): Promise<void> => {
    while (isRunning) {
      if (active.size >= PARALLEL) await Promise.race(active);
      if (!isRunning) return;
      const entry = await claim();
      if (!entry) return;
      work(entry);
    }
  };
  const pump = async (): Promise<void> => {
    while (isRunning) {
      isWoken = false;
      try {
        await claimAll();
        await sleep(await waitMs());
      } catch (error) {
        onError(error);
        await sleep(SHORT_WAIT_MS);
      }
    }
  };
  return {
    wake,
    start: () => {
      if (isRunning) return;
      isRunning = true;
      pumping = pump();
    },
    stop: async () => {
      isRunning = false;
      rouse();
      await pumping;
      await Promise.all(active);
    },
  };
}
