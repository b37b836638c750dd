import type { ClientSession } from 'mongodb';
import type { DepotStock } from '../../src/store/stock/stock-entry.ts';
import { createRandom, type Random } from './chaos-random.ts';
import type { DepotProcess } from './depots.ts';

const ORDERS = 12;
const MINUTE_MS = 60_000;

interface Rush {
  random: Random;
  /** Whether stock is counted too: then the sums of what came and went say nothing. */
  counts: boolean;
  at(minutes: number): Date;
  /** Moves on while the rush goes on, the same for all. */
  now(): Date;
  faults: string[];
  used: number;
  counted: number;
  deliveries: Map<string, number>;
}
type Act = (rush: Rush, by: DepotProcess, orderId: string) => Promise<void>;

const quantityOf = (random: Random) => ({ material: 'hotMix', quantity: random.between(1, 400) });

const ACTS: Act[] = [
  async ({ random, now }, by, orderId) => {
    const usableAt = new Date(now().getTime() + random.between(-10, 120) * MINUTE_MS);
    const item = quantityOf(random);
    await by.transact((session) => by.depotStock.hold('north', item, orderId, usableAt, now(), session));
  },
  async ({ random, now }, by, orderId) => {
    const until = new Date(now().getTime() + random.between(1, 60) * MINUTE_MS);
    await by.depotStock.holdSoftly('north', quantityOf(random), orderId, until, now());
  },
  async (_rush, by, orderId) => by.depotStock.releaseSoft(orderId),
  async (_rush, by, orderId) => by.transact((session) => by.depotStock.release(orderId, session)),
  async (rush, by, orderId) => {
    const used = await by.transact((session) => useUp(rush, by, orderId, session));
    rush.used += used;
  },
  async (rush, by) => {
    const number = rush.random.between(0, 20);
    const quantity = 40 + number * 10;
    const delivery = { id: `delivery-${number}`, at: rush.at(number * 15), quantity };
    await by.depotStock.addDelivery('north', 'hotMix', delivery);
    rush.deliveries.set(delivery.id, quantity);
  },
  async ({ now }, by) => by.depotStock.receiveDeliveries(now()),
  async ({ now }, by) => by.depotStock.dropExpired(now()),
  async (rush, by) => {
    if (!rush.counts) return;
    const counted = await by.depotStock.countStock(
      'north',
      'hotMix',
      rush.random.between(0, 1_500),
      rush.now(),
    );
    if ('counted' in counted) rush.counted += 1;
  },
];

/** Nobody finishes work before its material could be taken; then none of it may be missing. */
async function useUp(rush: Rush, by: DepotProcess, orderId: string, session: ClientSession): Promise<number> {
  const now = rush.now();
  const entry = await by.read(session);
  const held = entry?.holds.filter((hold) => hold.orderId === orderId) ?? [];
  if (held.some(({ usableAt }) => usableAt !== undefined && usableAt > now)) return 0;
  const shortages = await by.depotStock.consume(orderId, now, session);
  for (const { quantity } of shortages) rush.faults.push(`${orderId} lacked ${quantity}`);
  return held.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** What must hold of the entry at every instant. */
function findFaults(entry: DepotStock, now: Date, counts: boolean): string[] {
  const { onHand, reserved, consumed, holds, softHolds, incoming } = entry;
  const sum = (items: readonly { quantity: number }[]) => items.reduce((all, one) => all + one.quantity, 0);
  const faults: string[] = [];
  if (Math.min(onHand, reserved, consumed) < 0)
    faults.push(`below zero: ${onHand}, ${reserved}, ${consumed}`);
  if (reserved !== sum(holds)) faults.push(`${reserved} reserved, ${sum(holds)} held`);
  if (new Set(holds.map(({ orderId }) => orderId)).size < holds.length) faults.push('an order holds twice');
  for (const { usableAt = now } of holds) {
    const taken = sum(holds.filter((other) => (other.usableAt ?? now) <= usableAt));
    const there = onHand + sum(incoming.filter(({ at }) => at <= usableAt));
    if (taken > there) faults.push(`${taken} promised by ${usableAt.toISOString()}, ${there} there`);
  }
  const kept = reserved + sum(softHolds.filter(({ until }) => until > now));
  const all = onHand + sum(incoming);
  if (!counts && kept > all) faults.push(`${kept} kept of ${all}`);
  return faults;
}

/** Does random things to the hot mix at `north`, from several processes at once, and looks at it after each. */
export function createStockRush(setUp: {
  seed: number;
  processes: DepotProcess[];
  now: Date;
  counts: boolean;
}) {
  let minutes = 0;
  const at = (after: number) => new Date(setUp.now.getTime() + after * MINUTE_MS);
  const rush: Rush = {
    random: createRandom(setUp.seed),
    counts: setUp.counts,
    at,
    now: () => at(minutes),
    faults: [],
    used: 0,
    counted: 0,
    deliveries: new Map(),
  };
  const step = async (by: DepotProcess): Promise<void> => {
    await rush.random.pick(ACTS)(rush, by, `order-${rush.random.between(1, ORDERS)}`);
    const entry = await by.read();
    rush.faults.push(...(entry ? findFaults(entry, rush.now(), rush.counts) : ['the entry is gone']));
    minutes += 1;
  };
  return {
    faults: rush.faults,
    tally: () => ({
      used: rush.used,
      counts: rush.counted,
      delivered: [...rush.deliveries.values()].reduce((sum, quantity) => sum + quantity, 0),
    }),
    async run({ lanes, steps }: { lanes: number; steps: number }): Promise<void> {
      const lane = async (number: number): Promise<void> => {
        const by = setUp.processes[number % setUp.processes.length];
        if (!by) throw new Error('no process to act');
        for (let count = 0; count < steps; count += 1) await step(by);
      };
      await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
    },
  };
}
