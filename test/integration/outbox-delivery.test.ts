import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/core/audit/audit-event.ts';
import { reportUndeliverable } from '../../src/core/escalator/escalation.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { remindOf } from '../../src/core/events/field-warnings.ts';
import { announceWork, answerWork, moveWork } from '../../src/core/events/work-events.ts';
import { LOCK_LOST, type OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import { bulletinMessage, proposalMessage } from '../../src/core/outbox/outbox-message.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { Bulletin, JobChange } from '../../src/core/work/bulletin.ts';
import type { PlanProposal } from '../../src/core/work/plan-proposal.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { message, withMarker } from '../../src/slack/budget/message.ts';
import { createSlackClient } from '../../src/slack/connection/slack-client.ts';
import { createOutboxDelivery, type OutboxDelivery } from '../../src/slack/delivery/deliver-outbox.ts';
import type { DoubtTimes } from '../../src/slack/delivery/posting/delivery-deps.ts';
import { section } from '../../src/slack/kit/parts.ts';
import { createOutboxStore, OUTBOX, outboxIndexes } from '../../src/store/outbox/outbox.ts';
import { defer } from '../support/deferred.ts';
import { readableText, startLocalSlack, type TestLocalSlack } from '../support/local-slack.ts';
import { makeProposal } from '../support/management.ts';
import { createMemoryLog, type MemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';
import {
  awaitApproval,
  demoAgency,
  giveToCrew,
  later,
  START,
  type Story,
  tell,
} from '../support/slack-runs.ts';
import { type StrictSlack, startStrictSlack } from '../support/strict-slack.ts';
import { systemClock } from '../support/system-clock.ts';
import { someTurn } from '../support/turns.ts';

const database = useDatabase();
const outbox = createOutboxStore(database.db);
const collection = database.db.collection<OutboxEntry>(OUTBOX);
let local: TestLocalSlack;
let strict: StrictSlack;
let delivery: OutboxDelivery;
let runs: Map<string, WorkflowRun>;
let audit: Map<string, AuditEvent[]>;
let orders: Map<string, WorkOrder>;
let proposals: Map<string, PlanProposal>;
let bulletins: Map<string, Bulletin>;
let undeliverable: string[];
let log: MemoryLog;

beforeAll(async () => {
  local = await startLocalSlack();
  await collection.createIndexes(outboxIndexes);
});
afterAll(() => local.close());

beforeEach(async () => {
  await collection.deleteMany({});
  await local.client.reset();
  strict = await startStrictSlack(local.apiUrl);
  [runs, audit, orders, undeliverable] = [new Map(), new Map(), new Map(), []];
  [proposals, bulletins] = [new Map(), new Map()];
  delivery = startDelivery();
});
afterEach(async () => {
  await delivery.stop();
  await strict.close();
});

interface DeliveryOptions {
  postsPerSecond?: number;
  timeoutMs?: number;
  doubtTimes?: DoubtTimes;
}

function startDelivery(options: DeliveryOptions = {}): OutboxDelivery {
  log = createMemoryLog();
  const created = createOutboxDelivery({
    outbox,
    management: {
      runs: {
        find: async (id) => runs.get(id) ?? null,
        listAudit: async (id, after = 0) => (audit.get(id) ?? []).filter(({ seq }) => seq > after),
      },
      work: { find: async (id) => orders.get(id) ?? null },
      pages: {
        reportUndeliverable: async (id, key, number, reason) => {
          undeliverable.push(`${key}#${number} ${reason}`);
          const known = { run: runs.get(id)!, audit: audit.get(id)!, messages: [] };
          const now = new Date();
          await commit(tell(known, (run) => reportUndeliverable(run, key, number, reason, now), now));
        },
      },
      planning: {
        findProposal: async (id) => proposals.get(id) ?? null,
        findBulletin: async (id) => bulletins.get(id) ?? null,
      },
    },
    client: createSlackClient({
      token: local.app.botToken,
      apiUrl: strict.apiUrl,
      log,
      timeoutMs: options.timeoutMs ?? 5_000,
    }),
    agency: demoAgency,
    clock: systemClock,
    log,
    owner: randomUUID(),
    postsPerSecond: options.postsPerSecond ?? 0,
    counts: { refused: () => {}, detoured: () => {}, undeliverable: () => {} },
    doubtTimes: options.doubtTimes ?? { settleMs: 500, checksAfterMs: [200] },
  });
  created.start();
  return created;
}

/** What a committed transition does: the run is there, its facts are, its messages are asked for. */
async function commit(story: Story): Promise<void> {
  runs.set(story.run._id, story.run);
  audit.set(story.run._id, story.audit);
  await outbox.request(story.messages, new Date());
  delivery.wake();
}

const entry = (id: string) => outbox.find(id);
const inAYear = () => new Date(Date.now() + 365 * 86_400_000);
const settled = (id: string) =>
  expect.poll(() => entry(id), { timeout: 15_000 }).toMatchObject({ dueAt: null, lockedUntil: null });
const shown = (channel: string) => local.client.messages(channel).map(readableText);
const cards = (channel: string, runId: string) =>
  local.client
    .messages(channel)
    .filter((message) => message.thread_ts === undefined && readableText(message).includes(runId));

describe('the way of a message', () => {
  test('posts run card, approval card and the timeline in the card’s thread', async () => {
    await commit(awaitApproval('R-1'));
    await settled('timeline:R-1');
    await settled('approvalCard:R-1:humanApproval');
    const [card] = cards('C0REQUESTS', 'R-1');
    expect(readableText(card!)).toContain('5th & Main');
    const reply = local.client.messages('C0REQUESTS').find(({ thread_ts }) => thread_ts === card!.ts);
    expect(readableText(reply!)).toContain('Assess severity: done');
    expect(shown('C0SUPERVISORS').join()).toContain('Decision needed');
  });

  test('rewrites the same posts later, and tells only what is new in the thread', async () => {
    const story = awaitApproval('R-2');
    await commit(story);
    await settled('timeline:R-2');
    const handed = giveToCrew(story);
    orders.set('R-2', handed.order);
    const approved = tell(story, approve, later(10));
    await commit({ ...handed.story, messages: [...approved.messages, ...handed.story.messages] });
    for (const id of ['timeline:R-2', 'approvalCard:R-2:humanApproval', 'assignmentCard:R-2:north'])
      await settled(id);
    expect(cards('C0SUPERVISORS', 'R-2')).toHaveLength(1);
    expect(shown('C0SUPERVISORS').join()).toContain('Approved by <@U0OKAFOR>');
    expect(shown('C0NORTH').join()).toContain('New job');
    const replies = local.client.messages('C0REQUESTS').filter(({ thread_ts }) => thread_ts);
    expect(replies).toHaveLength(2);
    expect(readableText(replies[1]!)).not.toContain('Assess severity');
  });

  test('many changes in a row become few updates, the newest wins', async () => {
    await delivery.stop();
    let story = awaitApproval('R-3');
    for (let minute = 2; minute < 40; minute++) {
      story = tell(
        story,
        (run) => ({ ...run, run: { ...run.run, lastSeq: run.run.lastSeq + 1 } }),
        later(minute),
      );
      await commit({
        ...story,
        messages: [{ ...awaitApproval('R-3').messages[0]!, wanted: story.run.lastSeq }],
      });
    }
    delivery = startDelivery();
    await settled('runCard:R-3');
    expect(strict.callsOf('chat.postMessage')).toHaveLength(1);
    expect(strict.callsOf('chat.update')).toHaveLength(0);
    expect(await entry('runCard:R-3')).toMatchObject({ delivered: story.run.lastSeq });
  });

  test('nothing is posted for a job that no crew has', async () => {
    await commit({ ...awaitApproval('R-4'), messages: [{ ...card('assignmentCard', 'R-4'), wanted: 1 }] });
    await settled('assignmentCard:R-4');
    expect(strict.callsOf('chat.postMessage')).toHaveLength(0);
  });

  test('a job that moves gets a card in its new crew’s channel, and the old one says where it went', async () => {
    const { story, order } = giveToCrew(awaitApproval('R-5'));
    orders.set('R-5', order);
    await commit(story);
    await settled('assignmentCard:R-5:north');
    expect(shown('C0NORTH').join()).toContain('New job');
    const from = order.assignment!;
    const to = { ...from, crewId: 'south', crewName: 'Crew South' };
    const moved = tell(story, moveWork('assignCrew', from, to, 'U0CHEN'), later(13));
    orders.set('R-5', { ...order, assignment: to });
    await commit(moved);
    for (const crew of ['north', 'south']) await settled(`assignmentCard:R-5:${crew}`);
    expect(shown('C0NORTH').join()).toContain('Moved to Crew South');
    expect(shown('C0NORTH')).toHaveLength(1);
    expect(shown('C0SOUTH').join()).toContain('<@U0KELLY> Yours now (before: Crew North)');
  });

  test('a question about a new plan goes to dispatch, and is rewritten when it is decided', async () => {
    const proposal = makeProposal();
    proposals.set(proposal._id, proposal);
    const ask = async (wanted: number) => {
      await outbox.request([proposalMessage(proposal, wanted)], new Date());
      delivery.wake();
      await settled(`planProposal:${proposal._id}`);
    };
    await ask(1);
    expect(shown('C0DISPATCH').join()).toContain('A new plan would move 1 announced job');
    proposals.set(proposal._id, {
      ...proposal,
      ...{ state: 'applied', decidedBy: 'U0CHEN', decidedAt: later(20), version: 2 },
    });
    await ask(2);
    expect(shown('C0DISPATCH')).toHaveLength(1);
    expect(shown('C0DISPATCH').join()).toContain('Applied* by <@U0CHEN>');
  });

  test('a question about a plan that is not there any more is buried', async () => {
    await outbox.request([proposalMessage({ _id: 'P-GONE' }, 1)], new Date());
    delivery.wake();
    await settled('planProposal:P-GONE');
    expect(await entry('planProposal:P-GONE')).toMatchObject({ deadReason: 'proposal_not_found' });
  });
});

describe('news for crews and dispatch', () => {
  const change: JobChange = {
    ...{ orderId: 'R-1', title: '5th & Main', kind: 'retimed', cause: 'Crew South is absent' },
    from: { start: later(450), end: later(510) },
    to: { start: later(135), end: later(195), crewName: 'Crew North' },
  };

  /** Tells of a bulletin as the transaction does that stores it. */
  async function publish(bulletin: Bulletin, audience: string, wanted = 1): Promise<void> {
    bulletins.set(bulletin._id, bulletin);
    await outbox.request([bulletinMessage(bulletin._id, audience, wanted)], new Date());
    delivery.wake();
    await settled(`bulletin:${bulletin._id}#${audience}`);
  }
  const crewNews = (changes: JobChange[], crewId = 'north'): Bulletin => ({
    ...{ _id: `B-1:${crewId}`, kind: 'crew', crewId, changes, at: new Date() },
  });
  async function announce(id: string) {
    const given = giveToCrew(awaitApproval(id));
    orders.set(id, given.order);
    await commit(given.story);
    await settled(`assignmentCard:${id}:north`);
    return { ...given, card: cards('C0NORTH', id)[0]! };
  }
  const newest = (channel: string) => local.client.messages(channel).at(-1)!;

  test('a new time is a new message in the thread of the job’s card, and mentions the lead', async () => {
    const { card } = await announce('R-1');
    await publish(crewNews([change]), 'north');
    expect(newest('C0NORTH')).toMatchObject({ thread_ts: card.ts });
    const inThread = strict.callsOf('chat.postMessage').filter(({ args }) => args.thread_ts === card.ts);
    expect(inThread).toMatchObject([{ args: { reply_broadcast: expect.anything() } }]);
    expect(readableText(newest('C0NORTH'))).toContain('<@U0SANTOS>');
    expect(readableText(newest('C0NORTH'))).toContain('14:30 → 09:15');
  });

  test('several changes are one message in the channel', async () => {
    await announce('R-1');
    const before = shown('C0NORTH').length;
    await publish(crewNews([change, { ...change, orderId: 'R-2', kind: 'lost' }]), 'north');
    expect(shown('C0NORTH')).toHaveLength(before + 1);
    expect(newest('C0NORTH').thread_ts).toBeUndefined();
    expect(readableText(newest('C0NORTH'))).toContain('2 of your jobs have changed');
  });

  test('a job that comes to a crew is told by its card alone, unless the crew had that card before', async () => {
    await announce('R-1');
    await publish(crewNews([{ ...change, kind: 'gained' }], 'south'), 'south');
    expect(shown('C0SOUTH')).toEqual([]);
    await publish(crewNews([{ ...change, kind: 'gained' }], 'north'), 'north');
    expect(readableText(newest('C0NORTH'))).toContain('Yours again');
  });

  test('an absence is one message each to dispatch and the crew, kept up to date', async () => {
    const { order } = await announce('R-1');
    const absence: Bulletin = {
      ...{ _id: 'A-1', kind: 'absence', name: 'Crew North', crewIds: ['north'], reason: 'flu' },
      ...{ start: START, end: inAYear(), by: 'U0CHEN', at: START, plannedAt: null, takenBackBy: null },
      jobs: [{ orderId: 'R-1', title: '5th & Main', crewId: 'north', start: order.assignment!.start }],
    };
    for (const audience of ['@dispatch', 'north']) await publish(absence, audience);
    expect(shown('C0DISPATCH').join()).toContain('is being planned anew');
    expect(readableText(newest('C0NORTH'))).toContain('Crew North is absent');
    orders.set('R-1', {
      ...order,
      assignment: { ...order.assignment!, crewId: 'south', crewName: 'Crew South' },
    });
    await publish({ ...absence, plannedAt: later(1) }, '@dispatch', 2);
    expect(shown('C0DISPATCH')).toHaveLength(1);
    expect(shown('C0DISPATCH').join()).toMatch(/→ \*Crew South,/);
  });

  test('an absence that was taken back is not posted again to a Slack that lost it', async () => {
    const absence: Bulletin = {
      ...{ _id: 'A-2', kind: 'absence', name: 'Crew North', crewIds: ['north'], reason: '', jobs: [] },
      ...{ start: START, end: inAYear(), by: 'U0CHEN', at: START, plannedAt: START, takenBackBy: null },
    };
    await publish(absence, 'north');
    expect(shown('C0NORTH')).toHaveLength(1);
    await local.client.reset();
    for (const wanted of [2, 3]) await publish({ ...absence, takenBackBy: 'U0CHEN' }, 'north', wanted);
    expect(shown('C0NORTH')).toEqual([]);
    await publish(absence, 'north', 4);
    expect(shown('C0NORTH')).toHaveLength(1);
  });

  test('a refusal is one message to dispatch, which then says who has the job', async () => {
    const { story, order } = await announce('R-1');
    const data = { reason: 'truck broken', fromCrewId: 'north', crewName: 'Crew North', gaveBack: false };
    const refusal = answerWork({ type: 'work.declined', actor: 'U0SANTOS', data });
    const declined = tell(story, refusal, later(20));
    await commit(declined);
    await settled(`notice:R-1:${declined.run.lastSeq}`);
    expect(shown('C0DISPATCH').join()).toContain('Another crew is being looked for');
    const south = { ...order.assignment!, crewId: 'south', crewName: 'Crew South' };
    const given = tell(declined, announceWork('assignCrew', south), later(21));
    await commit(given);
    await settled(`notice:R-1:${declined.run.lastSeq}`);
    expect(shown('C0DISPATCH')).toHaveLength(1);
    expect(shown('C0DISPATCH').join()).toContain('Now goes to *Crew South*');
  });

  test('a reminder goes into the thread of the card; one that a click has overtaken is not sent', async () => {
    const { story, order, card } = await announce('R-1');
    const reminded = tell(story, remindOf('accept', order, order.assignment!), later(40));
    await commit(reminded);
    await settled(`notice:R-1:${reminded.run.lastSeq}`);
    expect(newest('C0NORTH')).toMatchObject({ thread_ts: card.ts });
    const count = shown('C0NORTH').length;
    orders.set('R-1', { ...order, acceptedAt: later(41) });
    const late = tell(reminded, remindOf('accept', order, order.assignment!), later(42));
    await commit(late);
    await settled(`notice:R-1:${late.run.lastSeq}`);
    expect(shown('C0NORTH')).toHaveLength(count);
  });
});

describe('when Slack fails', () => {
  test.each(['answerLost', 'status'] as const)('posts once after an unknown outcome (%s)', async (kind) => {
    const lost = kind === 'status' ? { kind, status: 503 } : { kind };
    strict.fail({ method: 'chat.postMessage', channel: 'C0SUPERVISORS', ...lost });
    await commit(awaitApproval('R-10'));
    await settled('approvalCard:R-10:humanApproval');
    expect(cards('C0SUPERVISORS', 'R-10')).toHaveLength(1);
    expect(strict.callsOf('conversations.history').length).toBeGreaterThan(0);
  });

  test('a lost answer to a thread reply does not repeat it', async () => {
    await commit({ ...awaitApproval('R-11'), messages: awaitApproval('R-11').messages.slice(0, 1) });
    await settled('runCard:R-11');
    strict.fail({ method: 'chat.postMessage', kind: 'answerLost' });
    await commit({ ...awaitApproval('R-11'), messages: [{ ...card('timeline', 'R-11'), wanted: 99 }] });
    await settled('timeline:R-11');
    expect(local.client.messages('C0REQUESTS').filter(({ thread_ts }) => thread_ts)).toHaveLength(1);
  });

  test('a process that died between post and record leaves one post', async () => {
    await delivery.stop();
    const story = awaitApproval('R-12');
    await commit(story);
    const id = 'runCard:R-12';
    await local.client.post('U0RIVERA', 'C0REQUESTS', 'something else');
    const client = createSlackClient({
      token: local.app.botToken,
      apiUrl: local.apiUrl,
      log: createMemoryLog(),
    });
    const old = withMarker(message('old form', [section('old form R-12')]), id);
    await client.apiCall('chat.postMessage', { channel: 'C0REQUESTS', ...old });
    const lock = { lockedUntil: new Date(Date.now() + 60_000), lockedBy: 'dead', lockToken: 'dead' };
    const tries = [{ channel: 'C0REQUESTS', threadTs: null, at: new Date() }];
    await collection.updateOne({ _id: id }, { $set: { ...lock, tries } });
    await outbox.releaseLocks(null);
    delivery = startDelivery();
    await settled(id);
    expect(cards('C0REQUESTS', 'R-12')).toHaveLength(1);
    expect(readableText(cards('C0REQUESTS', 'R-12')[0]!)).toContain('In progress');
  });

  test('a message that an older version left is delivered', async () => {
    await delivery.stop();
    await commit(awaitApproval('R-20'));
    const unknown = { tries: '', doubts: '', checkAt: '', checks: '', lockToken: '' } as const;
    const turns = { turn: '', lane: '', queuedAt: '', awaits: '', settledAt: '' } as const;
    await collection.updateMany({}, { $unset: { ...unknown, ...turns }, $set: { sentAt: null } });
    // It believed a Slack that asked for a wait of ten hours.
    const tomorrow = new Date(Date.now() + 36_000_000);
    await collection.updateOne({ kind: 'approvalCard' }, { $set: { dueAt: tomorrow } });
    delivery = startDelivery();
    await settled('approvalCard:R-20:humanApproval');
    await settled('timeline:R-20');
    expect(cards('C0SUPERVISORS', 'R-20')).toHaveLength(1);
    await commit(tell(awaitApproval('R-20'), approve, later(10)));
    await settled('approvalCard:R-20:humanApproval');
    expect(shown('C0SUPERVISORS').join()).toContain('Approved by <@U0OKAFOR>');
  });

  test('waits as long as a 429 says, in that channel only, without counting an attempt', async () => {
    strict.fail({
      method: 'chat.postMessage',
      channel: 'C0SUPERVISORS',
      kind: 'limited',
      retryAfterSeconds: 2,
    });
    const start = Date.now();
    await commit(awaitApproval('R-13'));
    await settled('runCard:R-13');
    expect(Date.now() - start).toBeLessThan(1_500);
    expect(await entry('approvalCard:R-13:humanApproval')).toMatchObject({ attempts: 0 });
    await settled('approvalCard:R-13:humanApproval');
    const posts = strict.callsOf('chat.postMessage').filter(({ args }) => args.channel === 'C0SUPERVISORS');
    expect(posts).toHaveLength(2);
    expect(posts[1]!.at - posts[0]!.at).toBeGreaterThanOrEqual(1_990);
    expect(strict.callsOf('conversations.history')).toHaveLength(0);
  });

  test('a wait of ten hours holds one channel and method, is told, and is not stored', async () => {
    const [first, second] = [awaitApproval('R-21'), awaitApproval('R-22')];
    for (const story of [first, second]) await commit(story);
    for (const id of ['R-21', 'R-22']) await settled(`approvalCard:${id}:humanApproval`);
    await settled('timeline:R-22');
    const hours = { kind: 'limited', retryAfterSeconds: 36_000 } as const;
    strict.fail({ method: 'chat.update', channel: 'C0SUPERVISORS', ...hours });
    expect(delivery.describeTrouble()).toBeNull();
    await commit(tell(first, approve, later(10)));
    await settled('runCard:R-21');
    await settled('timeline:R-21');
    await expect.poll(() => delivery.describeTrouble()).toContain('chat.update C0SUPERVISORS for 36000 s');
    expect(await entry('approvalCard:R-21:humanApproval')).toMatchObject({
      ...{ lane: expect.stringMatching(/^update\|C0SUPERVISORS\|person-/), attempts: 0, lockedUntil: null },
    });
    await delivery.stop();
    delivery = startDelivery();
    await settled('approvalCard:R-21:humanApproval');
  });

  test('a 429 costs a message nothing: it goes first once the wait is over', async () => {
    await delivery.stop();
    delivery = startDelivery({ postsPerSecond: 4 });
    const requests = { method: 'chat.postMessage', channel: 'C0REQUESTS', kind: 'limited' } as const;
    strict.fail({ ...requests, retryAfterSeconds: 1 });
    for (const id of ['R-23', 'R-24', 'R-25']) {
      const story = awaitApproval(id);
      await commit({ ...story, messages: story.messages.filter(({ kind }) => kind === 'runCard') });
    }
    for (const id of ['R-23', 'R-24', 'R-25']) await settled(`runCard:${id}`);
    const order = shown('C0REQUESTS').map((text) => /R-2[345]/.exec(text)?.[0]);
    expect(order).toEqual(['R-23', 'R-24', 'R-25']);
    expect(strict.callsOf('chat.postMessage')).toHaveLength(4);
  });

  test('a reply sleeps until its card is there, and nobody looks at it meanwhile', async () => {
    const requests = { method: 'chat.postMessage', channel: 'C0REQUESTS', kind: 'limited' } as const;
    strict.fail({ ...requests, retryAfterSeconds: 2 });
    await commit(awaitApproval('R-26'));
    await expect.poll(() => entry('timeline:R-26')).toMatchObject({ awaits: 'runCard:R-26', lane: null });
    const asleep = await entry('timeline:R-26');
    expect(asleep!.dueAt!.getTime() - Date.now()).toBeGreaterThan(50_000);
    await settled('approvalCard:R-26:humanApproval');
    expect(await entry('timeline:R-26')).toEqual(asleep);
    await settled('timeline:R-26');
  });

  test('once a refused token is taken again, what waited goes at once, pages first, each once', async () => {
    strict.fail({ kind: 'error', error: 'invalid_auth', times: 1_000 });
    const late = tell(awaitApproval('R-27'), (run) => run, later(48 * 60));
    await commit(late);
    await expect.poll(() => delivery.describeTrouble()).toMatch(/no message for \d+ s \(invalid_auth\)/);
    await expect.poll(() => strict.calls.length, { timeout: 5_000 }).toBeGreaterThan(3);
    strict.heal();
    for (const id of ['runCard:R-27', 'page:R-27:sla-run#1', 'timeline:R-27']) await settled(id);
    expect(delivery.describeTrouble()).toBeNull();
    const posts = strict.callsOf('chat.postMessage').filter(({ answer }) => answer?.ok === true);
    expect(posts[0]!.args.text).toMatch(/^Page/);
    expect(cards('C0ESCALATIONS', 'R-27')).toHaveLength(1);
    expect(cards('C0REQUESTS', 'R-27')).toHaveLength(1);
  });

  test('a page to an archived channel is not retried: the escalation climbs, and says so', async () => {
    strict.closed.set('C0ESCALATIONS', 'is_archived');
    const late = tell(awaitApproval('R-14'), (run) => run, later(48 * 60));
    await commit(late);
    await settled('page:R-14:sla-run#2');
    expect(undeliverable).toEqual(['sla-run#1 is_archived']);
    expect(
      strict.callsOf('chat.postMessage').filter(({ args }) => args.channel === 'C0ESCALATIONS'),
    ).toHaveLength(1);
    expect(shown('U0BRANDT').join()).toContain(
      'page 1 could not be delivered to <#C0ESCALATIONS> (is_archived)',
    );
    expect(await entry('page:R-14:sla-run#1')).toMatchObject({ deadReason: 'is_archived', dueAt: null });
  });

  test('a run card that cannot be posted where it was asked for goes to the requester at last', async () => {
    strict.closed.set('C0REQUESTS', 'not_in_channel');
    await commit(awaitApproval('R-15'));
    await settled('runCard:R-15');
    expect(shown('U0RIVERA').join()).toContain(
      'Meant for <#C0REQUESTS>, which cannot be reached: Crewline is not in it',
    );
    await settled('timeline:R-15');
  });

  test('a post that is gone is posted anew', async () => {
    const story = awaitApproval('R-16');
    await commit(story);
    await settled('approvalCard:R-16:humanApproval');
    await local.client.reset();
    await commit(tell(story, approve, later(10)));
    await settled('approvalCard:R-16:humanApproval');
    expect(cards('C0SUPERVISORS', 'R-16')).toHaveLength(1);
    expect(shown('C0SUPERVISORS').join()).toContain('Approved by <@U0OKAFOR>');
  });

  test('a Slack that was started empty is given the live cards again', async () => {
    const story = awaitApproval('R-17');
    await commit(story);
    // What is still on its way when Slack starts over would be posted twice.
    for (const id of ['approvalCard:R-17:humanApproval', 'runCard:R-17', 'timeline:R-17']) await settled(id);
    await local.client.reset();
    await delivery.repostLive([story.run], []);
    await settled('approvalCard:R-17:humanApproval');
    await settled('runCard:R-17');
    expect(cards('C0SUPERVISORS', 'R-17')).toHaveLength(1);
    expect(cards('C0REQUESTS', 'R-17')).toHaveLength(1);
  });

  test('a message that cannot be built does not hold up the others', async () => {
    await commit({ ...awaitApproval('R-18'), messages: [{ ...card('runCard', 'R-UNKNOWN'), wanted: 1 }] });
    await commit(awaitApproval('R-19'));
    await settled('runCard:R-19');
    expect(await entry('runCard:R-UNKNOWN')).toMatchObject({ deadReason: 'run_not_found' });
  });
});

describe('when Slack is late', () => {
  const APPROVAL = 'approvalCard:R-30:humanApproval';
  const posts = (channel: string) =>
    strict.callsOf('chat.postMessage').filter(({ args }) => args.channel === channel);
  const looks = () =>
    strict.calls.filter(({ method }) => ['conversations.history', 'conversations.replies'].includes(method));
  const restart = async (options: DeliveryOptions): Promise<void> => {
    await delivery.stop();
    delivery = startDelivery({ timeoutMs: 300, ...options });
  };

  test('a post accepted after the call timed out is waited for, and not repeated', async () => {
    await restart({ doubtTimes: { settleMs: 2_500, checksAfterMs: [100] } });
    const accept = defer();
    const late = { kind: 'acceptedLate', until: accept.promise } as const;
    strict.fail({ method: 'chat.postMessage', channel: 'C0SUPERVISORS', ...late });
    await commit(awaitApproval('R-30'));
    await expect.poll(() => looks().length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(cards('C0SUPERVISORS', 'R-30')).toHaveLength(0);
    accept.resolve();
    await settled(APPROVAL);
    expect(posts('C0SUPERVISORS')).toHaveLength(1);
    expect(cards('C0SUPERVISORS', 'R-30')).toHaveLength(1);
    expect(await entry(APPROVAL)).toMatchObject({ tries: [], doubts: [] });
  });

  test('a post that never arrived is sent again, but only after the settle time', async () => {
    await restart({ doubtTimes: { settleMs: 1_500, checksAfterMs: [100] } });
    strict.fail({ method: 'chat.postMessage', channel: 'C0SUPERVISORS', kind: 'requestLost' });
    await commit(awaitApproval('R-30'));
    await settled(APPROVAL);
    const [first, second] = posts('C0SUPERVISORS');
    expect(posts('C0SUPERVISORS')).toHaveLength(2);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1_300);
    expect(cards('C0SUPERVISORS', 'R-30')).toHaveLength(1);
  });

  test('a post accepted after it was posted again is deleted, also by another process', async () => {
    const doubtTimes = { settleMs: 500, checksAfterMs: [2_000, 200] };
    await restart({ doubtTimes });
    const again = defer();
    const late = { kind: 'acceptedLate', until: again.promise } as const;
    strict.fail({ method: 'chat.postMessage', channel: 'C0SUPERVISORS', ...late });
    const story = awaitApproval('R-30');
    await commit(story);
    await expect.poll(() => posts('C0SUPERVISORS').length, { timeout: 5_000 }).toBe(2);
    await restart({ doubtTimes });
    again.resolve();
    await expect.poll(() => cards('C0SUPERVISORS', 'R-30').length).toBe(2);
    await commit(tell(story, approve, later(10)));
    await settled(APPROVAL);
    expect(strict.callsOf('chat.delete')).toHaveLength(1);
    expect(cards('C0SUPERVISORS', 'R-30').map(readableText)).toEqual([
      expect.stringContaining('Approved by <@U0OKAFOR>'),
    ]);
  });

  test('a thread reply that comes late is told once, even when the second one tells more', async () => {
    const story = awaitApproval('R-31');
    await commit({ ...story, messages: story.messages.filter(({ kind }) => kind === 'runCard') });
    await settled('runCard:R-31');
    await restart({ doubtTimes: { settleMs: 3_000, checksAfterMs: [300] } });
    const again = defer();
    strict.fail({ method: 'chat.postMessage', kind: 'acceptedLate', until: again.promise });
    await commit({ ...story, messages: [{ ...card('timeline', 'R-31'), wanted: 2 }] });
    await expect.poll(() => looks().length, { timeout: 5_000 }).toBeGreaterThan(0);
    const approved = tell(story, approve, later(10));
    await commit({ ...approved, messages: approved.messages.filter(({ kind }) => kind === 'timeline') });
    await expect.poll(() => posts('C0REQUESTS').length, { timeout: 5_000 }).toBe(3);
    again.resolve();
    await settled('timeline:R-31');
    const replies = local.client.messages('C0REQUESTS').filter(({ thread_ts }) => thread_ts);
    expect(replies.map(readableText)).toEqual([
      expect.stringMatching(/Assess severity: done.*Approve the repair: approved/s),
    ]);
    expect(strict.callsOf('chat.delete')).toHaveLength(1);
  });

  test('a Slack that cannot be connected to does not count as an unknown outcome', async () => {
    await strict.close();
    await commit(awaitApproval('R-30'));
    await expect.poll(async () => (await entry(APPROVAL))?.attempts, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(await entry(APPROVAL)).toMatchObject({ tries: [] });
  });
});

describe('a lost lock', () => {
  test('cannot be written under any more, also not by the process that holds the new one', async () => {
    await delivery.stop();
    await commit({ ...awaitApproval('R-40'), messages: [{ ...card('runCard', 'R-40'), wanted: 1 }] });
    const now = new Date();
    const [lane] = await outbox.listLanes();
    const lost = (await outbox.claim(lane!.name, 'urgent', 'one', now, now))!;
    await outbox.rouse(now);
    const held = (await outbox.claim(lane!.name, 'urgent', 'one', now, new Date(now.getTime() + 60_000)))!;
    expect(held._id).toBe(lost._id);
    const writes = [
      () => outbox.noteTries(lost, [{ channel: 'C', threadTs: null, at: now }]),
      () => outbox.settle(lost, { channel: 'C', ts: '1.1', delivered: 9 }, now),
      () => outbox.postpone(lost, now, true),
      () => outbox.giveBack(lost, now, false),
      () => outbox.awaitOther(lost, 'runCard:R-1', now),
      () => outbox.bury(lost, 'is_archived', now),
      () => outbox.extend(lost, now),
    ];
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: LOCK_LOST });
    expect(await entry('runCard:R-40')).toEqual(held);
    await outbox.settle(held, { channel: 'C', ts: '1.1', delivered: 9 }, now);
    expect(await entry('runCard:R-40')).toMatchObject({ ts: '1.1', lockedBy: null });
  });

  test('leaves a message to whoever took it over, who finds the post and does not repeat it', async () => {
    const id = 'runCard:R-41';
    const message = 'A Slack message was taken over while it was delivered';
    const release = defer();
    strict.fail({ method: 'chat.postMessage', kind: 'acceptedLate', until: release.promise });
    await commit({ ...awaitApproval('R-41'), messages: [{ ...card('runCard', 'R-41'), wanted: 1 }] });
    await expect.poll(() => strict.callsOf('chat.postMessage').length).toBe(1);
    const lock = { lockedUntil: new Date(Date.now() + 60_000), lockedBy: 'another', lockToken: 'another' };
    await collection.updateOne({ _id: id }, { $set: lock });
    release.resolve();
    await expect
      .poll(() => log.entries)
      .toContainEqual(expect.objectContaining({ level: 'debug', fields: { id }, message }));
    expect(await entry(id)).toMatchObject({ ...lock, ts: null });
    await outbox.releaseLocks(null);
    delivery.wake();
    await settled(id);
    expect(strict.callsOf('chat.postMessage')).toHaveLength(1);
    expect(cards('C0REQUESTS', 'R-41')).toHaveLength(1);
  });
});

describe('pace', () => {
  test('two hundred cards at once are each posted once', async () => {
    const stories = Array.from({ length: 200 }, (_, index) => awaitApproval(`R-P${index}`));
    for (const story of stories) {
      runs.set(story.run._id, story.run);
      audit.set(story.run._id, story.audit);
    }
    await outbox.request(
      stories.flatMap(({ messages }) => messages),
      new Date(),
    );
    delivery.wake();
    await expect.poll(() => outbox.countDue(), { timeout: 60_000 }).toBe(0);
    const posts = strict.callsOf('chat.postMessage').filter(({ args }) => args.channel === 'C0SUPERVISORS');
    expect(posts).toHaveLength(200);
  }, 90_000);

  test('what a person has touched is rewritten at once, however much waits to be posted there', async () => {
    const story = awaitApproval('R-T');
    await commit(story);
    await settled('approvalCard:R-T:humanApproval');
    await settled('timeline:R-T');
    await delivery.stop();
    delivery = startDelivery({ postsPerSecond: 1 });
    const flood = Array.from({ length: 30 }, (_, index) => awaitApproval(`R-F${index}`));
    for (const each of flood)
      await commit({ ...each, messages: each.messages.filter(({ kind }) => kind === 'approvalCard') });
    await commit(tell(story, approve, later(10)));
    await settled('approvalCard:R-T:humanApproval');
    expect(await outbox.countDue()).toBeGreaterThan(20);
    expect(shown('C0SUPERVISORS').join()).toContain('Approved by <@U0OKAFOR>');
  });

  test('with a limit, a channel gets so many a second, and a page goes first', async () => {
    await delivery.stop();
    delivery = startDelivery({ postsPerSecond: 4 });
    const late = tell(awaitApproval('R-Q'), (run) => run, later(48 * 60));
    for (const id of ['R-Q1', 'R-Q2', 'R-Q3', 'R-Q4', 'R-Q5', 'R-Q6']) {
      const story = awaitApproval(id);
      const origin = { kind: 'slack' as const, channel: 'C0ESCALATIONS' };
      await commit({ ...story, run: { ...story.run, origin }, messages: story.messages.slice(0, 1) });
    }
    await settled('runCard:R-Q1');
    await commit({ ...late, messages: late.messages.filter(({ kind }) => kind === 'page') });
    await settled('page:R-Q:sla-run#1');
    await settled('runCard:R-Q6');
    const posts = strict.callsOf('chat.postMessage');
    expect(posts).toHaveLength(7);
    const position = posts.findIndex(({ args }) => String(args.text).startsWith('Page'));
    expect(position).toBeLessThanOrEqual(3);
    expect(posts[6]!.at - posts[0]!.at).toBeGreaterThanOrEqual(1_200);
  });
});

function approve(transition: Parameters<typeof decideApproval>[0], now: Date) {
  const decision = { task: 'humanApproval', verdict: 'approved' as const, actor: 'U0OKAFOR', reason: null };
  return decideApproval(transition, decision, now);
}

function card(kind: 'runCard' | 'assignmentCard' | 'timeline', runId: string) {
  return { _id: `${kind}:${runId}`, kind, runId, reference: '', turn: someTurn };
}
