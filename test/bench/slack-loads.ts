import { readFileSync } from 'node:fs';
import type { Db } from 'mongodb';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import type { TestCrewline } from '../support/crewline.ts';
import { type LocalSlackClient, readableText, type SlackMessage } from '../support/local-slack.ts';
import { REQUESTER, runIdIn, SUPERVISOR, says } from '../support/story.ts';

/** Half of the times and nearly all of them were shorter, in milliseconds. */
export interface Spread {
  p50: number;
  p99: number;
}

const CPU_TICK_MS = 10;
const SLOW = { timeoutMs: 600_000 };
/** A supervisors' card that can be decided upon. */
const isOpen = says('Decision needed');

/** From typing a command to its card in the channel, and to the card before the supervisors, one command after another. */
export async function measureCards(
  { slack: { client } }: TestCrewline,
  name: string,
  count: number,
): Promise<{ card: Spread; approval: Spread }> {
  const [cards, approvals]: number[][] = [[], []];
  for (let index = 0; index < count; index++) {
    const text = `5th & Main, deep hole in the bus lane, report ${name} ${index}.`;
    const started = performance.now();
    const asked = client.waitForMessage('supervisors', says(text, 'Decision needed'), SLOW);
    const shown = client.waitForMessage('requests', says(text), SLOW);
    void client.command(REQUESTER, 'requests', '/repair', text);
    await Promise.all([
      shown.then(() => cards?.push(performance.now() - started)),
      asked.then(() => approvals?.push(performance.now() - started)),
    ]);
  }
  return { card: spreadOf(cards ?? []), approval: spreadOf(approvals ?? []) };
}

/** `perSecond` commands a second for so long, each timed from its sending to Crewline's acknowledgement. */
export async function measureAcks(
  { slack: { client } }: TestCrewline,
  perSecond: number,
  seconds: number,
): Promise<Spread> {
  const acks = Array.from({ length: perSecond * seconds }, async (_, index) => {
    await new Promise((resolve) => {
      setTimeout(resolve, (index * 1_000) / perSecond);
    });
    const started = performance.now();
    await client.command(REQUESTER, 'requests', '/repair', `5th & Main, shallow hole, report ack ${index}.`);
    return performance.now() - started;
  });
  return spreadOf(await Promise.all(acks));
}

/** CPU of the database server, as a share of one core, while `work` goes on. */
export async function measureServer<Result>(
  pid: number,
  work: () => Promise<Result>,
): Promise<{ result: Result; share: number; cpuMs: number }> {
  const [cpu, started] = [cpuMsOf(pid), performance.now()];
  const result = await work();
  const cpuMs = cpuMsOf(pid) - cpu;
  return { result, cpuMs, share: cpuMs / (performance.now() - started) };
}

/** Messages of runs of long ago, as this version or an older one settled them. */
export async function storeSettled(db: Db, count: number): Promise<void> {
  const now = new Date();
  for (let from = 0; from < count; from += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, count - from) }, (_, index) => ({
      _id: `runCard:old-${from + index}` as never,
      ...{
        kind: 'runCard',
        runId: `old-${from + index}`,
        reference: '',
        priority: 3,
        wanted: 9,
        delivered: 9,
      },
      ...{ createdAt: now, dueAt: null, lockedUntil: null, lockedBy: null, lockToken: null, attempts: 0 },
      ...{
        channel: 'C0REQUESTS',
        ts: '1.1',
        tries: [],
        doubts: [],
        checkAt: null,
        checks: 0,
        deadReason: null,
      },
    }));
    await db.collection('outbox').insertMany(rows, { ordered: false, writeConcern: { w: 1, j: false } });
  }
}

/** What a flood of approvals came to, in seconds of a Slack that lives `speed` times as fast as ours. */
export interface FloodResult {
  /** Until a person's request, made behind the flood, was shown, and before the supervisors. */
  person: { card: number; approval: number };
  /** Until cards that were approved lost their buttons. */
  decided: Spread;
  /** Until everything of the flood was in Slack. */
  drained: number;
  /** Cards of runs that are there twice, and that are missing. */
  doubled: number;
  missing: number;
}

const DECIDED = 10;

/** `count` runs of another system at once; behind them a person's, and ten decisions. */
export async function measureFlood(
  crewline: TestCrewline,
  count: number,
  speed: number,
): Promise<FloodResult> {
  const { client } = crewline.slack;
  const since = performance.now();
  const seconds = (from: number) => ((performance.now() - from) * speed) / 1_000;
  for (let from = 0; from < count; from += 50) {
    const numbers = Array.from({ length: Math.min(50, count - from) }, (_, index) => from + index);
    await Promise.all(numbers.map((number) => ask(crewline, number)));
  }
  const asked = performance.now();
  await client.command(
    REQUESTER,
    'requests',
    '/repair',
    '5th & Main, deep hole in the bus lane, report of a person',
  );
  const isPersons = says('report of a person');
  const person = Promise.all([
    client.waitForMessage('requests', isPersons, SLOW).then(() => seconds(asked)),
    client
      .waitForMessage('supervisors', (one) => isPersons(one) && isOpen(one), SLOW)
      .then(() => seconds(asked)),
  ]);
  await awaitCards(client, DECIDED * 2, () => client.messages('supervisors').filter(isOpen).length);
  const decided = await Promise.all(
    client
      .messages('supervisors')
      .filter(isOpen)
      .slice(0, DECIDED)
      .map((card) => decide(client, card, seconds)),
  );
  const [card, approval] = await person;
  const runs = () => new Set(client.messages('supervisors').filter(hasRun).map(runIdIn)).size;
  await awaitCards(client, count + 1, runs);
  const ids = client.messages('supervisors').filter(hasRun).map(runIdIn);
  return {
    person: { card, approval },
    decided: spreadOf(decided),
    drained: seconds(since),
    doubled: ids.length - new Set(ids).size,
    missing: count + 1 - new Set(ids).size,
  };
}

async function ask(crewline: TestCrewline, number: number): Promise<void> {
  const body = {
    workflow: 'repairWorkflow',
    input: { text: `5th & Main, deep hole in the bus lane, report flood ${number}.` },
    requester: '311',
  };
  for (;;) {
    const { status } = await crewline.api('POST', '/api/runs', body, {
      'idempotency-key': `flood-${number}`,
    });
    if (status < 300) return;
    if (status !== 429) throw new Error(`the intake answered ${status}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}

async function decide(
  client: LocalSlackClient,
  card: SlackMessage,
  seconds: (from: number) => number,
): Promise<number> {
  const id = runIdIn(card);
  const clicked = performance.now();
  await client.click(SUPERVISOR, card, ACTION.approve);
  await client.waitForMessage('supervisors', (one) => says(id, 'Approved by')(one), SLOW);
  return seconds(clicked);
}

function hasRun(message: SlackMessage): boolean {
  return message.thread_ts === undefined && /\bR-[0-9A-Z]{8}\b/.test(readableText(message));
}

async function awaitCards(client: LocalSlackClient, count: number, counted: () => number): Promise<void> {
  // Asked for every message of a channel; looking once for each event is enough.
  const isNewest = (message: SlackMessage) => message === client.messages('supervisors').at(-1);
  await client.waitForMessage('supervisors', (one) => isNewest(one) && counted() >= count, SLOW);
}

function spreadOf(times: number[]): Spread {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** User and system time of a process, from the 14th and 15th field of its line. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * CPU_TICK_MS;
}
