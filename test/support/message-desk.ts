import type { AuditEvent } from '../../src/core/audit/audit-event.ts';
import type { ClaimedEntry, OutboxEntry, SettledPost } from '../../src/core/outbox/outbox-entry.ts';
import type { OutboxMessage } from '../../src/core/run/run-parts.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { Bulletin } from '../../src/core/work/bulletin.ts';
import type { PlanProposal } from '../../src/core/work/plan-proposal.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import type { SlackArguments } from '../../src/slack/connection/slack-client.ts';
import { deliverEntry } from '../../src/slack/delivery/deliver-entry.ts';
import { createPacing } from '../../src/slack/delivery/pacing/pacing.ts';
import { createConversations } from '../../src/slack/delivery/posting/conversations.ts';
import type { DeliveryDeps } from '../../src/slack/delivery/posting/delivery-deps.ts';
import { createMemoryLog } from './memory-log.ts';
import { demoAgency, later } from './slack-runs.ts';

/** A call that Slack carried out. */
export interface Post {
  method: string;
  channel: string;
  options: SlackArguments;
}

/** What is told about, and what Slack refuses: a channel or a person with its reason, a message for its own sake. */
export interface Desk {
  run?: WorkflowRun;
  audit?: AuditEvent[];
  order?: WorkOrder;
  proposal?: PlanProposal;
  bulletin?: Bulletin;
  closed?: Record<string, string>;
  refuse?: (method: string, options: SlackArguments) => string | null;
}

const slackError = (error: string) => Object.assign(new Error(error), { data: { error } });

/** Delivers messages without database and Slack, and tells what became of them. */
export function createMessageDesk({ run, audit = [], order, proposal, bulletin, closed = {}, refuse }: Desk) {
  const posts: Post[] = [];
  const counted: string[] = [];
  const requested: OutboxMessage[] = [];
  const buried: string[] = [];
  const postponed: boolean[] = [];
  const reported: string[] = [];
  const settled: SettledPost[] = [];
  const entries = new Map<string, OutboxEntry>();
  const client = {
    apiCall: async (method: string, options: SlackArguments = {}): Promise<object> => {
      if (method === 'conversations.list') return { channels: [] };
      const place = String(options.users ?? options.channel);
      const reason = closed[place] ?? refuse?.(method, options);
      if (reason) throw slackError(reason);
      if (method === 'conversations.open') return { channel: { id: `D-${place}` } };
      posts.push({ method, channel: place, options });
      return { ts: `${posts.length}.0`, channel: place };
    },
  };
  const count = (what: string) => (kind: string, reason: string) =>
    void counted.push(`${what} ${kind} ${reason}`);
  const deps = {
    outbox: {
      find: async (id: string) => entries.get(id) ?? null,
      request: async (messages: OutboxMessage[]) => void requested.push(...messages),
      noteTries: async () => {},
      settle: async (_lock: unknown, post: SettledPost) => void settled.push(post),
      postpone: async (_lock: unknown, _at: Date, counts: boolean) => void postponed.push(counts),
      giveBack: async (_lock: unknown, _at: Date, counts: boolean) => void postponed.push(counts),
      awaitOther: async () => {},
      bury: async (_lock: unknown, reason: string) => void buried.push(reason),
    },
    management: {
      runs: {
        find: async () => run ?? null,
        listAudit: async (_id: string, after = 0) => audit.filter(({ seq }) => seq > after),
      },
      work: { find: async () => order ?? null },
      pages: { reportUndeliverable: async (_id: string, key: string) => void reported.push(key) },
      planning: { findProposal: async () => proposal ?? null, findBulletin: async () => bulletin ?? null },
    },
    client,
    conversations: createConversations(client),
    pacing: createPacing(0, () => 0),
    agency: demoAgency,
    clock: { now: () => later(30) },
    log: createMemoryLog(),
    leadsTo: () => {},
    doubtTimes: { settleMs: 1, checksAfterMs: [] },
    counts: { refused: count('refused'), detoured: count('detoured'), undeliverable: count('undeliverable') },
  } as unknown as DeliveryDeps;
  return {
    ...{ posts, counted, requested, buried, postponed, reported, settled, entries },
    deliver: (message: OutboxMessage, state: Partial<ClaimedEntry> = {}) =>
      deliverEntry(deps, claim(message, state)),
  };
}

function claim(message: OutboxMessage, state: Partial<ClaimedEntry>): ClaimedEntry {
  return {
    ...message,
    ...{ createdAt: later(0), delivered: 0, dueAt: later(0), lockedUntil: later(60), lockedBy: 'test' },
    ...{
      lockToken: 'token',
      attempts: 0,
      channel: null,
      ts: null,
      tries: [],
      doubts: [],
      checkAt: null,
      checks: 0,
    },
    ...{ lane: null, queuedAt: later(0), awaits: null, settledAt: null },
    deadReason: null,
    ...state,
  };
}
