import type { Clock } from '../../base/clock.ts';
import { AppError, isUnreachable } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Agency } from '../../core/agency/agency.ts';
import { type ClaimedEntry, type DeliverableOutbox, LOCK_LOST } from '../../core/outbox/outbox-entry.ts';
import { liveMessages, proposalMessage } from '../../core/outbox/outbox-message.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { PlanProposal } from '../../core/work/plan-proposal.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import { explainFailure } from '../connection/slack-failure.ts';
import { deliverEntry } from './deliver-entry.ts';
import { createDeliveryLoop, type DeliveryLoop } from './delivery-loop.ts';
import { createLaneTurns } from './pacing/lane-turns.ts';
import { createOutage, type Outage } from './pacing/outage.ts';
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

export interface OutboxDelivery extends DeliveryLoop {
  /** Why messages wait longer than the backlog explains, in words for an operator; null when they do not. */
  describeTrouble(): string | null;
  /** Has the live cards of these runs posted anew, for a Slack that lost its messages. */
  repostLive(runs: readonly WorkflowRun[], proposals: readonly PlanProposal[]): Promise<void>;
}

/**
 * A call to Slack is given up after 10 s; what Slack makes of it is over long before another 20. Should it be late all
 * the same, the doubled message is found by one of the checks.
 */
const DOUBT_TIMES: DoubtTimes = { settleMs: 30_000, checksAfterMs: [60_000, 5 * 60_000, 30 * 60_000] };
/** Longer than a call to Slack may take; a message in a dead process’ hands waits this long at most. */
const LOCK_MS = 15_000;

/** Delivers the outbox to Slack: whose turn it is first, several at a time, each message in its newest form. */
export function createOutboxDelivery(deps: OutboxDeliveryDeps): OutboxDelivery {
  const { outbox, clock, postsPerSecond } = deps;
  const log = deps.log.for('Slack');
  // A clock that only goes forward: no wait may depend on somebody setting the time.
  const nowMs = () => performance.now();
  const outage = createOutage(nowMs, () => {
    log.info('Slack takes messages again');
    // Until somebody could have mended it, waiting longer each time was right; now nothing has to wait any more.
    void outbox.rouseAll(clock.now()).then(() => loop.wake(), ignore);
  });
  const pacing = createPacing(postsPerSecond, nowMs);
  const turns = createLaneTurns(pacing, outage, postsPerSecond > 0);
  const client = watchClient(deps.client, outage, log);
  const delivery: DeliveryDeps = {
    ...deps,
    log,
    client,
    conversations: createConversations(client),
    pacing,
    leadsTo: turns.leadsTo,
    doubtTimes: deps.doubtTimes ?? DOUBT_TIMES,
  };
  const loop = createDeliveryLoop({
    outbox,
    turns,
    now: clock.now,
    claim: (lane, order) => {
      const now = clock.now();
      return outbox.claim(lane.name, order, deps.owner, now, new Date(now.getTime() + LOCK_MS));
    },
    deliver: async (entry) => {
      const held = setInterval(() => {
        const until = new Date(clock.now().getTime() + LOCK_MS);
        void outbox.extend(entry, until).catch(ignore);
      }, LOCK_MS / 3);
      await deliverSafely(delivery, entry).finally(() => clearInterval(held));
    },
    onError: (error) => log.warn('The outbox cannot be read, trying again', { error }),
  });
  return {
    ...loop,
    describeTrouble: () => outage.describe() ?? pacing.describe(),
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

const ignore = (): void => {};

/** Hears of every call whether Slack takes what it is sent. */
function watchClient(client: SlackClient, outage: Outage, log: Log): SlackClient {
  return {
    apiCall: async (method, options) => {
      try {
        const answer = await client.apiCall(method, options);
        outage.succeeded();
        return answer;
      } catch (error) {
        const failure = explainFailure(error);
        const wasWell = outage.describe() === null;
        outage.failed(failure);
        const { reason } = failure;
        if (wasWell && outage.describe() !== null)
          log.error('Slack takes no messages: check its state, the bot token and its scopes', { reason });
        throw error;
      }
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
    await retryLater(delivery, entry, { kind: 'uncertain', reason }).catch(ignore);
  }
}

function isLockLost(error: unknown): boolean {
  return error instanceof AppError && error.code === LOCK_LOST;
}
