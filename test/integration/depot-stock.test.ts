import { describe, expect, it } from 'vitest';
import {
  consumeMaterials,
  releaseAssignment,
  reserveAssignment,
} from '../../src/scheduler/reserving/reserve-assignment.ts';
import { type DepotProcess, useDepots } from '../support/depots.ts';
import { assignmentOf, at, hotMix, now } from '../support/planners.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';
import { createStockRush } from '../support/stock-rush.ts';

const { db, agency, process, otherProcess, depotStock, findStock } = useDepots();

const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const item = (quantity: number) => ({ material: 'hotMix', quantity });
const truckload = (quantity: number, minutes: number, id = 'truckload') => ({
  id,
  at: later(minutes),
  quantity,
});
const free = async (when = now, exceptSoftOf: string[] = []) =>
  (await depotStock.listStock(when, exceptSoftOf)).find(({ depotId }) => depotId === 'north')?.quantity;

function hold(orderId: string, quantity: number, minutes = 0, by: DepotProcess = process): Promise<boolean> {
  return by.transact((session) =>
    by.depotStock.hold('north', item(quantity), orderId, later(minutes), now, session),
  );
}
const consume = (orderId: string, when = now) =>
  process.transact((session) => depotStock.consume(orderId, when, session));
const release = (orderId: string) => process.transact((session) => depotStock.release(orderId, session));

describe('a soft hold', () => {
  it('keeps others from the material until it expires, and its own order from nothing', async () => {
    expect(await depotStock.holdSoftly('north', item(700), 'a', later(60), now)).toBe(true);
    expect(await depotStock.holdSoftly('north', item(400), 'b', later(60), now)).toBe(false);
    expect(await hold('b', 400)).toBe(false);
    expect(await free()).toBe(300);
    expect(await free(now, ['a'])).toBe(1_000);
    expect(await free(later(60))).toBe(1_000);
    expect(await hold('a', 900)).toBe(true);
    expect(await findStock()).toMatchObject({ reserved: 900, softHolds: [] });
  });

  it('is replaced by a later one of the same order, and refused where the order has reserved already', async () => {
    await depotStock.holdSoftly('north', item(700), 'a', later(60), now);
    expect(await depotStock.holdSoftly('north', item(1_000), 'a', later(90), now)).toBe(true);
    expect((await findStock()).softHolds).toEqual([{ orderId: 'a', quantity: 1_000, until: later(90) }]);
    await hold('a', 100);
    expect(await depotStock.holdSoftly('north', item(100), 'a', later(60), now)).toBe(false);
  });

  it('is given back once or twice, shortened but never lengthened, and dropped once expired', async () => {
    await depotStock.holdSoftly('north', item(100), 'a', later(60), now);
    await depotStock.holdSoftly('north', item(100), 'b', later(60), now);
    await depotStock.shortenSoft('a', later(10));
    await depotStock.shortenSoft('a', later(90));
    await depotStock.dropExpired(later(9));
    expect((await findStock()).softHolds).toHaveLength(2);
    await depotStock.dropExpired(later(10));
    expect((await findStock()).softHolds).toEqual([{ orderId: 'b', quantity: 100, until: later(60) }]);
    await depotStock.releaseSoft('b');
    await depotStock.releaseSoft('b');
    expect((await findStock()).softHolds).toEqual([]);
  });

  it('at another depot than the job is assigned to ends with the reservation, and with a cancellation', async () => {
    await depotStock.ensureDepotStock(makeAgency([makeCrew('north')], { south: 500 }));
    const order = { _id: 'a' };
    await depotStock.holdSoftly('south', item(100), 'a', later(60), now);
    await process.transact((session) => reserveAssignment(process, session, order, assignmentOf(), now));
    expect(await findStock('south')).toMatchObject({ softHolds: [], reserved: 0 });
    await depotStock.holdSoftly('south', item(100), 'a', later(60), now);
    await process.transact((session) => releaseAssignment(process, session, order));
    expect(await findStock('south')).toMatchObject({ softHolds: [] });
    expect(await findStock()).toMatchObject({ reserved: 0 });
  });
});

describe('a delivery', () => {
  it('can be reserved by work that begins once it is there, and by no other', async () => {
    await depotStock.addDelivery('north', 'hotMix', truckload(500, 120));
    expect(await hold('early', 1_200, 119)).toBe(false);
    expect(await hold('late', 1_200, 120)).toBe(true);
    // What rests on the delivery is told by a number below zero, so that planning sees all of it.
    expect(await depotStock.listStock(now)).toEqual([
      { depotId: 'north', material: 'hotMix', quantity: -200, incoming: [{ at: later(120), quantity: 500 }] },
    ]);
    expect(await hold('soon', 1_000)).toBe(false);
    expect(await hold('afterwards', 301, 300)).toBe(false);
    // The same kilos twice: now, and again after the delivery.
    expect(await hold('soon', 300)).toBe(true);
    expect(await hold('afterwards', 1, 300)).toBe(false);
  });

  it('has to be there before the crew sets out, not when it arrives at the job', async () => {
    await depotStock.addDelivery('north', 'hotMix', { ...truckload(500, 0), at: at('2026-06-01T15:50:00Z') });
    const assign = (travelMinutes: number) =>
      process.transact((session) =>
        reserveAssignment(
          process,
          session,
          { _id: 'a' },
          assignmentOf({ ...hotMix(1_200), travelMinutes }),
          now,
        ),
      );
    await expect(assign(11)).rejects.toMatchObject({ code: 'schedule.conflict' });
    await assign(10);
  });

  it('is added once, however often it is announced, taken in and announced again', async () => {
    const announce = () => depotStock.addDelivery('north', 'hotMix', truckload(500, 5));
    await Promise.all([
      announce(),
      otherProcess.depotStock.addDelivery('north', 'hotMix', truckload(500, 5)),
    ]);
    await depotStock.receiveDeliveries(later(4));
    expect(await findStock()).toMatchObject({
      onHand: 1_000,
      incoming: [{ id: 'truckload', quantity: 500 }],
    });
    await Promise.all(
      [process, otherProcess, process].map((by) => by.depotStock.receiveDeliveries(later(5))),
    );
    await announce();
    await depotStock.receiveDeliveries(later(10));
    expect(await findStock()).toMatchObject({ onHand: 1_500, incoming: [], received: ['truckload'] });
  });

  it('of the agency’s file is entered once, also for a material the depot never had, and after it has come', async () => {
    const [depot] = agency.depots;
    const delivery = { material: 'hotMix', quantity: 50, at: '2026-06-01T12:00:00-05:00' };
    const cold = { material: 'coldMix', quantity: 9, at: '2026-06-01T17:00:00Z' };
    const file = { depots: [{ ...depot!, incoming: [delivery, { ...delivery, quantity: 30 }, cold] }] };
    await Promise.all([depotStock.ensureDepotStock(file), otherProcess.depotStock.ensureDepotStock(file)]);
    expect(await depotStock.listStock(now)).toEqual([
      { depotId: 'north', material: 'coldMix', quantity: 0, incoming: [{ at: at(cold.at), quantity: 9 }] },
      {
        depotId: 'north',
        material: 'hotMix',
        quantity: 1_000,
        incoming: [{ at: at(cold.at), quantity: 80 }],
      },
    ]);
    await depotStock.receiveDeliveries(at('2026-06-02T00:00:00Z'));
    await depotStock.ensureDepotStock(file);
    expect(await findStock()).toMatchObject({ onHand: 1_080, incoming: [] });
  });
});

describe('work that is done', () => {
  it('uses up what has been delivered by then, before anybody took the delivery in', async () => {
    await depotStock.addDelivery('north', 'hotMix', truckload(500, 120));
    await hold('a', 1_200, 120);
    expect(await consume('a', later(180))).toEqual([]);
    expect(await findStock()).toMatchObject({ onHand: 300, reserved: 0, consumed: 1_200, incoming: [] });
  });

  it('beyond the count leaves nothing in the depot, counts in full and says what was not there', async () => {
    await depotStock.addDelivery('north', 'hotMix', truckload(500, 120));
    await hold('a', 1_200, 120);
    await hold('b', 100, 120);
    const shortages = await process.transact((session) =>
      consumeMaterials(process, session, { _id: 'a' }, now),
    );
    expect(shortages).toEqual([{ depotId: 'north', material: 'hotMix', quantity: 200 }]);
    expect(await findStock()).toMatchObject({ onHand: 0, reserved: 100, consumed: 1_200 });
    expect(await consume('a')).toEqual([]);
    expect(await consume('b', later(120))).toEqual([]);
    expect(await findStock()).toMatchObject({ onHand: 400, reserved: 0, consumed: 1_300 });
  });
});

describe('a count of the stock', () => {
  it('sets what is there, with the deliveries that were due', async () => {
    await depotStock.addDelivery('north', 'hotMix', truckload(500, 0));
    await hold('a', 300);
    expect(await depotStock.countStock('north', 'hotMix', 420, now)).toMatchObject({
      counted: { onHand: 420, reserved: 300, incoming: [], received: ['truckload'] },
    });
    await depotStock.receiveDeliveries(later(1));
    expect(await findStock()).toMatchObject({ onHand: 420 });
  });

  it('is refused, in words, below what is reserved and for anything but a whole number', async () => {
    await hold('a', 300);
    expect(await depotStock.countStock('north', 'hotMix', 299, now)).toEqual({
      refused: expect.stringMatching(/299 of hotMix at north .* 300 .* Cancel or move/),
    });
    for (const quantity of [-1, 0.5, Number.NaN]) {
      expect(await depotStock.countStock('north', 'hotMix', quantity, now)).toHaveProperty('refused');
    }
    expect(await findStock()).toMatchObject({ onHand: 1_000 });
  });

  it('need not cover what rests on a delivery to come, only what is taken before it', async () => {
    await depotStock.addDelivery('north', 'hotMix', truckload(500, 120));
    expect(await hold('late', 900, 180)).toBe(true);
    expect(await hold('soon', 300, 60)).toBe(true);
    expect(await depotStock.countStock('north', 'hotMix', 699, now)).toHaveProperty('refused');
    expect(await depotStock.countStock('north', 'hotMix', 700, now)).toHaveProperty('counted');
    await release('late');
    expect(await depotStock.countStock('north', 'hotMix', 299, now)).toHaveProperty('refused');
    expect(await depotStock.countStock('north', 'hotMix', 300, now)).toHaveProperty('counted');
  });

  it('and a reservation at the same moment are not both taken when they do not go together', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [isHeld, count] = await Promise.all([
        hold('a', 700),
        otherProcess.depotStock.countStock('north', 'hotMix', 500, now),
      ]);
      expect(isHeld).toBe('refused' in count);
      await release('a');
      await depotStock.countStock('north', 'hotMix', 1_000, now);
    }
  });

  it('enters a material the depot never had', async () => {
    expect(await depotStock.countStock('north', 'sand', 7, now)).toMatchObject({
      counted: { _id: 'north|sand', onHand: 7, reserved: 0, consumed: 0 },
    });
  });
});

describe('an entry as older versions stored it', () => {
  it('has no soft holds and no deliveries, and takes both', async () => {
    const stock = db.collection('depot_stock');
    await stock.updateMany({}, { $unset: { softHolds: '', incoming: '', received: '' } });
    await stock.updateMany({}, { $set: { holds: [{ orderId: 'old', quantity: 400 }], reserved: 400 } });
    expect(await findStock()).toMatchObject({ softHolds: [], incoming: [], received: [] });
    expect(await free()).toBe(600);
    expect(await depotStock.countStock('north', 'hotMix', 399, now)).toHaveProperty('refused');
    expect(await depotStock.holdSoftly('north', item(600), 'a', later(60), now)).toBe(true);
    await stock.updateMany({}, { $unset: { softHolds: '', incoming: '', received: '' } });
    expect(await hold('a', 600)).toBe(true);
    await depotStock.addDelivery('north', 'hotMix', truckload(500, 5));
    expect(await consume('old', later(5))).toEqual([]);
    expect(await findStock()).toMatchObject({ onHand: 1_100, reserved: 600, consumed: 400 });
  });
});

describe('a name that looks like an expression', () => {
  it('is a name', async () => {
    const odd = '$onHand';
    await depotStock.addDelivery('north', 'hotMix', truckload(5, 0, odd));
    await depotStock.holdSoftly('north', item(1), odd, later(60), now);
    expect((await findStock()).softHolds).toMatchObject([{ orderId: odd }]);
    expect(await hold(odd, 1)).toBe(true);
    expect((await findStock()).holds).toMatchObject([{ orderId: odd }]);
    await consume(odd);
    expect(await findStock()).toMatchObject({ consumed: 1, received: [odd], holds: [] });
  });
});

describe('two processes that hold, release, use up, deliver and count at once', () => {
  it.each([1, 2, 3])('never miscount and never go below zero (seed %i)', async (seed) => {
    const rush = createStockRush({ seed, processes: [process, otherProcess], now, counts: false });
    await rush.run({ lanes: 6, steps: 60 });
    const { used, delivered } = rush.tally();
    const { onHand, consumed, reserved, holds, incoming, received } = await findStock();
    expect(rush.faults).toEqual([]);
    expect(consumed).toBe(used);
    expect(onHand + consumed + total(incoming)).toBe(1_000 + delivered);
    expect(reserved).toBe(total(holds));
    expect(new Set(received).size).toBe(received.length);
  });

  it('never promise more than there is, whatever is counted meanwhile', async () => {
    const rush = createStockRush({ seed: 4, processes: [process, otherProcess], now, counts: true });
    await rush.run({ lanes: 6, steps: 60 });
    expect(rush.faults).toEqual([]);
    expect(rush.tally().counts).toBeGreaterThan(0);
  });
});

function total(quantities: readonly { quantity: number }[]): number {
  return quantities.reduce((sum, { quantity }) => sum + quantity, 0);
}
