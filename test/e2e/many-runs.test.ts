import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import type { DepotStock } from '../../src/store/stock/stock-entry.ts';
import type { CrewDay } from '../../src/store/work/crew-days.ts';
import { inParallel } from '../support/in-parallel.ts';
import { interactiveElements, type SlackMessage } from '../support/local-slack.ts';
import { findOverlaps } from '../support/overlaps.ts';
import { finishJob, isCard, ROAD_CREWS, runIdIn, SUPERVISOR, says } from '../support/story.ts';
import { testSize } from '../support/test-size.ts';
import { useCrewline } from '../support/use-crewline.ts';

const RUNS = testSize('RUSH_RUNS');
const SLOW = { timeoutMs: 60_000 };
const CREW_CHANNELS = Object.keys(ROAD_CREWS);

/** Nine road crews around the clock, three to a channel, and enough asphalt for every hole; plans are made quickly. */
function enlarge(agency: Record<string, unknown>): unknown {
  const always = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '00:00', end: '24:00' };
  const roadCrews = CREW_CHANNELS.flatMap((channel) =>
    ['north-yard', 'south-yard', 'central-yard'].map((depot) => ({
      id: `crew-${channel}-${depot}`,
      name: `Crew ${channel} ${depot}`,
      lead: ROAD_CREWS[channel],
      skills: ['asphalt', 'concrete', 'traffic-control', 'tree'],
      shifts: [always],
      ...{ channel, depot },
    })),
  );
  const stock = [{ material: 'asphalt', quantity: 30_000 }];
  const depots = (agency.depots as object[]).map((depot) => ({ ...depot, stock }));
  const others = (agency.crews as { channel: string }[]).filter(({ channel }) => !(channel in ROAD_CREWS));
  return { ...agency, crews: [...roadCrews, ...others], depots, planning: { milliseconds: 100 } };
}

const reportOf = (number: number) => ({
  workflow: 'repairWorkflow',
  input: { text: `Hole number ${number}, ${number % 3 === 0 ? 'deep' : 'shallow'}` },
});

describe(`${RUNS} runs at once, on two processes`, () => {
  const crewline = useCrewline({ mode: 'http', edit: { 'agency.json': enlarge } });
  const { db } = crewline.database;
  let doors: string[];
  let runIds: string[];
  beforeAll(async () => {
    doors = [crewline.url, await crewline.startAnother()];
  });

  const cardsIn = (channels: readonly string[]): SlackMessage[] =>
    channels.flatMap((channel) => crewline.slack.client.messages(channel)).filter(isCard);
  const leadOf = ({ channel }: SlackMessage): string => ROAD_CREWS[channel] ?? '';

  /** Waits until `holds`, looking whenever something happens in one of the channels. */
  async function awaitIn(channels: readonly string[], holds: () => boolean): Promise<void> {
    const { client } = crewline.slack;
    // Asked for every message of a channel; looking once for each event is enough.
    const looks = channels.map((channel) => {
      const isNewest = (message: SlackMessage) => message === client.messages(channel).at(-1);
      return client.waitForMessage(channel, (message) => isNewest(message) && holds(), SLOW);
    });
    await Promise.any(looks);
  }

  /** All cards that offer `action`, once every run has its own. */
  async function awaitButtons(channels: readonly string[], action: string): Promise<SlackMessage[]> {
    const offering = () =>
      cardsIn(channels).filter((card) =>
        interactiveElements(card.blocks ?? []).some(({ action_id }) => action_id === action),
      );
    await awaitIn(channels, () => offering().length >= RUNS);
    return offering();
  }

  it('all start, and each is put before the supervisors', async () => {
    const numbers = Array.from({ length: RUNS }, (_, index) => index + 1);
    const answers = await Promise.all(
      numbers.map((number) =>
        crewline.api('POST', '/api/runs', reportOf(number), {}, doors[number % doors.length]),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const runs = await Promise.all(answers.map(async (answer) => (await answer.json()) as { id: string }));
    runIds = runs.map(({ id }) => id);
    const cards = await awaitButtons(['supervisors'], ACTION.approve);
    expect(cards.map(runIdIn).sort()).toEqual([...runIds].sort());
  });

  it('once approved, all get a crew: no crew is in two places at once, and no stock is promised twice', async () => {
    const cards = await awaitButtons(['supervisors'], ACTION.approve);
    await inParallel(cards, 16, (card) => crewline.slack.client.click(SUPERVISOR, card, ACTION.approve));
    await awaitButtons(CREW_CHANNELS, ACTION.startWork);
    const orders = await db.collection<WorkOrder>('work_orders').find().toArray();
    expect(orders).toHaveLength(RUNS);
    expect(findOverlaps(orders.flatMap(({ assignment }) => assignment ?? []))).toEqual([]);
    const days = await db.collection<CrewDay>('crew_days').find().toArray();
    for (const day of days) {
      const reserved = day.reserved.map((interval) => ({ crewId: day.crewId, ...interval }));
      expect(findOverlaps(reserved)).toEqual([]);
    }
    for (const stock of await db.collection<DepotStock>('depot_stock').find().toArray()) {
      const held = stock.holds.reduce((total, { quantity }) => total + quantity, 0);
      expect(stock.reserved).toBe(held);
      expect(stock.onHand - stock.reserved).toBeGreaterThanOrEqual(0);
    }
  });

  it('all end completed when their crews start and finish them', { timeout: 90_000 }, async () => {
    const { client } = crewline.slack;
    const announced = await awaitButtons(CREW_CHANNELS, ACTION.startWork);
    await inParallel(announced, 16, (card) => client.click(leadOf(card), card, ACTION.startWork));
    // The workspace has one modal at a time, so the crews report one after the other.
    for (const message of await awaitButtons(CREW_CHANNELS, ACTION.finishWork))
      await finishJob(client, { message, lead: leadOf(message) }, '500');
    await awaitIn(['requests'], () => cardsIn(['requests']).filter(says('✅ *Completed*')).length >= RUNS);
    expect(await db.collection('runs').countDocuments({ status: 'completed' })).toBe(RUNS);
  });

  it('each have one card in each channel', () => {
    for (const channels of [['requests'], ['supervisors'], CREW_CHANNELS])
      expect(cardsIn(channels).map(runIdIn).sort()).toEqual([...runIds].sort());
  });

  it('used up what they were promised, to the kilogram, and hold nothing any more', async () => {
    const orders = await db.collection<WorkOrder>('work_orders').find().toArray();
    const promised = orders.flatMap(({ assignment }) => assignment?.materials ?? []);
    const stocks = await db.collection<DepotStock>('depot_stock').find().toArray();
    const consumed = stocks.reduce((total, stock) => total + stock.consumed, 0);
    expect(consumed).toBe(promised.reduce((total, { quantity }) => total + quantity, 0));
    for (const stock of stocks) {
      expect(stock).toMatchObject({ reserved: 0, holds: [], onHand: 30_000 - stock.consumed });
      expect(stock.onHand).toBeGreaterThanOrEqual(0);
    }
  });
});
