import { describe, expect, test } from 'vitest';
import { reportUnplaced } from '../../src/core/events/work-events.ts';
import { bulletinMessage, proposalMessage, refusalMessage } from '../../src/core/outbox/outbox-message.ts';
import type { OutboxKind, OutboxMessage } from '../../src/core/run/run-parts.ts';
import type { Bulletin } from '../../src/core/work/bulletin.ts';
import { reasonWithoutFix } from '../../src/core/work/unplaced-reason.ts';
import { makeProposal } from '../support/management.ts';
import { createMessageDesk, type Desk, type Post } from '../support/message-desk.ts';
import { awaitApproval, giveToCrew, later, tell } from '../support/slack-runs.ts';

const waiting = awaitApproval('R-1');
const { story: given, order } = giveToCrew(waiting);
const unplaced = tell(
  given,
  reportUnplaced('assignCrew', reasonWithoutFix('no crew has tree'), 'north'),
  later(20),
);
const late = tell(waiting, (run) => run, later(48 * 60));
const change = {
  ...{ orderId: 'R-1', title: '5th & Main', kind: 'lost' as const, cause: 'Crew North is absent', to: null },
  from: { start: later(60), end: later(90) },
};
const bulletin: Bulletin = { _id: 'B-1', kind: 'crew', crewId: 'north', changes: [change], at: later(0) };

function find(messages: readonly OutboxMessage[], kind: OutboxKind): OutboxMessage {
  const found = messages.find((message) => message.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

/** A message of each kind there is, what it is about, and where it belongs. */
const KINDS: Record<OutboxKind, { message: OutboxMessage; desk: Desk; place: string }> = {
  runCard: { message: find(waiting.messages, 'runCard'), desk: { run: waiting.run }, place: 'C0REQUESTS' },
  timeline: {
    message: { ...find(waiting.messages, 'timeline'), wanted: 99 },
    desk: { run: waiting.run, audit: waiting.audit },
    place: 'C0REQUESTS',
  },
  approvalCard: {
    message: find(waiting.messages, 'approvalCard'),
    desk: { run: waiting.run },
    place: 'C0SUPERVISORS',
  },
  assignmentCard: {
    message: find(given.messages, 'assignmentCard'),
    desk: { run: given.run, order },
    place: 'C0NORTH',
  },
  page: {
    message: { ...find(late.messages, 'page') },
    desk: {
      run: { ...late.run, policy: { ...late.run.policy, levels: late.run.policy.levels.slice(0, 1) } },
    },
    place: 'C0ESCALATIONS',
  },
  notice: {
    message: find(unplaced.messages, 'notice'),
    desk: { run: unplaced.run, audit: unplaced.audit },
    place: 'C0DISPATCH',
  },
  planProposal: {
    message: proposalMessage(makeProposal(), 1),
    desk: { proposal: makeProposal() },
    place: 'C0DISPATCH',
  },
  bulletin: { message: bulletinMessage('B-1', 'north', 1), desk: { bulletin }, place: 'C0NORTH' },
  refusal: {
    message: refusalMessage(find(waiting.messages, 'runCard'), 'invalid_blocks', later(0)),
    desk: {},
    place: 'C0ESCALATIONS',
  },
};
const EVERY = Object.entries(KINDS);
const textOf = (post: Post | undefined) => JSON.stringify(post?.options.blocks ?? '');
const EVERYWHERE = ['C0REQUESTS', 'C0SUPERVISORS', 'C0NORTH', 'C0DISPATCH', 'C0ESCALATIONS'];
const nowhere = (except: string[], reason = 'channel_not_found') =>
  Object.fromEntries(
    [...EVERYWHERE, 'U0RIVERA', 'U0SANTOS']
      .filter((place) => !except.includes(place))
      .map((place) => [place, reason]),
  );

function open(kind: OutboxKind, changes: Desk) {
  const { message, desk } = KINDS[kind];
  const opened = createMessageDesk({ ...desk, ...changes });
  // A thread hangs under the card of its run.
  opened.entries.set('runCard:R-1', { channel: 'C0REQUESTS', ts: '1.0', deadReason: null } as never);
  return { ...opened, deliver: () => opened.deliver(message) };
}

describe.each(EVERY)('a message of kind %s', (kind, { place }) => {
  test('goes where it belongs, and is not counted', async () => {
    const { posts, counted, deliver } = open(kind as OutboxKind, {});
    await deliver();
    expect(posts.map(({ channel }) => channel)).toEqual([place]);
    expect(counted).toEqual([]);
  });

  test.each(['channel_not_found', 'is_archived', 'not_in_channel'])(
    'is posted once at the next sensible place (%s), says where it was meant for, and is counted',
    async (reason) => {
      const { posts, counted, buried, deliver } = open(kind as OutboxKind, { closed: { [place]: reason } });
      await deliver();
      expect(posts).toHaveLength(1);
      expect(posts[0]?.channel).not.toBe(place);
      expect(textOf(posts[0])).toContain(`Meant for <#${place}>`);
      expect(textOf(posts[0])).toContain(reason);
      expect(counted).toEqual([`detoured ${kind} ${reason}`]);
      expect(buried).toEqual([]);
    },
  );

  test('reaches an operator by direct message when no channel is there, also when the first is deactivated', async () => {
    const closed = { ...nowhere([]), U0CHEN: 'user_disabled' };
    const { posts, counted, deliver } = open(kind as OutboxKind, { closed });
    await deliver();
    expect(posts.map(({ channel }) => channel)).toEqual(['D-U0BRANDT']);
    expect(counted).toEqual([`detoured ${kind} channel_not_found`]);
  });

  test('is counted and logged when it can go nowhere at all', async () => {
    const closed = { ...nowhere([]), U0CHEN: 'user_disabled', U0BRANDT: 'user_disabled' };
    const { posts, counted, buried, deliver } = open(kind as OutboxKind, { closed });
    await deliver();
    expect(posts).toEqual([]);
    expect(buried).toHaveLength(1);
    expect(counted).toEqual([`undeliverable ${kind} channel_not_found, user_disabled`]);
  });

  test.each(['msg_blocks_too_long', 'invalid_blocks', 'msg_too_long'])(
    'is sent once more in a short form when Slack refuses it (%s), and an operator is told',
    async (reason) => {
      let refusals = 0;
      const { posts, counted, requested, deliver } = open(kind as OutboxKind, {
        refuse: (method) => (method === 'chat.postMessage' && refusals++ === 0 ? reason : null),
      });
      await deliver();
      expect(posts.map(({ channel }) => channel)).toEqual([place]);
      expect(textOf(posts[0])).toContain(reason);
      if (KINDS[kind as OutboxKind].message.runId !== '')
        expect(textOf(posts[0])).toContain('/crewline show R-1');
      expect(counted).toEqual([`refused ${kind} ${reason}`]);
      expect(requested.map((message) => message.kind)).toEqual(kind === 'refusal' ? [] : ['refusal']);
    },
  );

  test('is sent in its short form only once', async () => {
    const { posts, counted, buried, deliver } = open(kind as OutboxKind, { refuse: () => 'invalid_blocks' });
    await deliver();
    expect(posts).toEqual([]);
    expect(buried).toEqual(['invalid_blocks']);
    expect(counted).toEqual([`refused ${kind} invalid_blocks`, `undeliverable ${kind} invalid_blocks`]);
  });
});

test('what has to be pressed can be pressed in the short form too', async () => {
  let refusals = 0;
  const refuse = () => (refusals++ === 0 ? 'invalid_blocks' : null);
  const { posts, deliver } = open('approvalCard', { refuse });
  await deliver();
  expect(textOf(posts[0])).toContain('crewline.approve');
  expect(textOf(posts[0])).toContain('crewline.reject');
});

test('a rewritten card that Slack refuses is rewritten in its short form', async () => {
  const { message, desk } = KINDS.runCard;
  let refusals = 0;
  const refuse = () => (refusals++ === 0 ? 'msg_blocks_too_long' : null);
  const { posts, counted, requested, deliver } = createMessageDesk({ ...desk, refuse });
  await deliver(message, { channel: 'C0REQUESTS', ts: '1.0' });
  expect(posts.map(({ method }) => method)).toEqual(['chat.update']);
  expect(textOf(posts[0])).toContain('/crewline show R-1');
  expect(counted).toEqual(['refused runCard msg_blocks_too_long']);
  expect(requested.map(({ kind }) => kind)).toEqual(['refusal']);
});

test('a page that goes on to another level leaves its place to that one', async () => {
  const { posts, reported, buried, deliver } = open('page', {
    run: late.run,
    closed: { C0ESCALATIONS: 'is_archived' },
  });
  await deliver();
  expect([posts, reported, buried]).toEqual([[], ['sla-run'], ['is_archived']]);
});

test('a card in a channel that was archived is posted anew where it can still be pressed; one that is decided is not', async () => {
  const { message, desk } = KINDS.approvalCard;
  const state = { channel: 'C0SUPERVISORS', ts: '1.0' };
  const pending = createMessageDesk({ ...desk, closed: { C0SUPERVISORS: 'is_archived' } });
  await pending.deliver(message, state);
  expect(pending.posts.map(({ channel }) => channel)).toEqual(['C0ESCALATIONS']);
  const decided = createMessageDesk({ run: given.run, closed: { C0SUPERVISORS: 'is_archived' } });
  await decided.deliver(message, state);
  expect(decided.posts).toEqual([]);
});

test('a reason that nobody has heard of is waited out, then goes round, and is never the end', async () => {
  const { message, desk } = KINDS.notice;
  const closed = { C0DISPATCH: 'never_heard_of' };
  const early = createMessageDesk({ ...desk, closed });
  await early.deliver(message, { attempts: 1 });
  expect([early.posts, early.postponed]).toEqual([[], [true]]);
  const patient = createMessageDesk({ ...desk, closed });
  await patient.deliver(message, { attempts: 9 });
  expect(patient.posts.map(({ channel }) => channel)).toEqual(['C0ESCALATIONS']);
  const everywhere = createMessageDesk({ ...desk, refuse: () => 'never_heard_of' });
  await everywhere.deliver(message, { attempts: 9 });
  expect([everywhere.buried, everywhere.postponed]).toEqual([[], [true]]);
});
