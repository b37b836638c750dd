import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import {
  consumeMaterials,
  releaseAssignment,
  reserveAssignment,
  shortenReservation,
} from '../../src/scheduler/reserving/reserve-assignment.ts';
import { type DepotProcess, useDepots } from '../support/depots.ts';
import { assignmentOf, at, hotMix, now } from '../support/planners.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';

const { process, otherProcess, crewDays, depotStock, listDays, findStock } = useDepots();

function reserve(orderId: string, assignment = assignmentOf(), by: DepotProcess = process): Promise<void> {
  return by.transact((session) => reserveAssignment(by, session, { _id: orderId }, assignment, now));
}

async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(() => null).catch((reason: unknown) => reason);
  return error instanceof AppError ? { code: error.code, retryable: error.retryable } : error;
}
const CONFLICT = { code: 'schedule.conflict', retryable: true };

describe('a reservation', () => {
  it('takes the minutes and the material, and leaves what touches it free', async () => {
    await reserve('a');
    await reserve('b', assignmentOf({ start: at('2026-06-01T18:00:00Z'), end: at('2026-06-01T19:00:00Z') }));
    expect(await listDays()).toMatchObject([
      { _id: 'north|2026-06-01', crewId: 'north', day: '2026-06-01', version: 2 },
    ]);
    expect(await findStock()).toMatchObject({
      onHand: 1_000,
      reserved: 800,
      holds: [{ orderId: 'a' }, { orderId: 'b' }],
    });
  });

  it('is refused, as a whole, when the minutes are taken', async () => {
    await reserve('a');
    const overlapping = assignmentOf({ start: at('2026-06-01T17:55:00Z'), end: at('2026-06-01T19:00:00Z') });
    expect(await codeOf(reserve('b', overlapping))).toEqual(CONFLICT);
    expect(await findStock()).toMatchObject({ reserved: 400 });
  });

  it('is refused, as a whole, when the material is short or unknown', async () => {
    expect(await codeOf(reserve('a', assignmentOf(hotMix(1_001))))).toEqual(CONFLICT);
    expect(await codeOf(reserve('a', assignmentOf({ depotId: 'nowhere' })))).toEqual(CONFLICT);
    expect(await listDays()).toEqual([]);
  });

  it('over midnight keeps both of its days from others', async () => {
    const overnight = { start: at('2026-06-02T03:00:00Z'), end: at('2026-06-02T11:00:00Z'), materials: [] };
    await reserve('a', assignmentOf(overnight));
    const early = { start: at('2026-06-02T10:00:00Z'), end: at('2026-06-02T12:00:00Z'), materials: [] };
    expect(await codeOf(reserve('b', assignmentOf(early)))).toEqual(CONFLICT);
    expect((await listDays()).map(({ day }) => day)).toEqual(['2026-06-01', '2026-06-02']);
    expect((await crewDays.listFrom('2026-06-01')).busy.get('north')).toHaveLength(1);
    expect((await crewDays.listFrom('2026-06-02')).busy.get('north')).toHaveLength(1);
  });

  it('for a day nobody has reserved yet is won by one of many at the same moment', async () => {
    const processes = [process, otherProcess];
    const attempts = Array.from({ length: 16 }, (_, index) =>
      codeOf(reserve(`order-${index}`, assignmentOf({ materials: [] }), processes[index % 2])),
    );
    const results = await Promise.all(attempts);
    expect(results.filter((result) => result === null)).toHaveLength(1);
    expect(results.filter((result) => result !== null)).toEqual(Array(15).fill(CONFLICT));
    expect((await listDays())[0]?.reserved).toHaveLength(1);
  });

  it('of the last 400 kg is won by one of two', async () => {
    await reserve('before', assignmentOf({ crewId: 'east', ...hotMix(600) }));
    const results = await Promise.all([
      codeOf(reserve('a', assignmentOf({ crewId: 'north' }))),
      codeOf(reserve('b', assignmentOf({ crewId: 'south' }), otherProcess)),
    ]);
    expect(results).toEqual(expect.arrayContaining([null, CONFLICT]));
    expect(await findStock()).toMatchObject({ onHand: 1_000, reserved: 1_000 });
  });

  it('that is released, once or twice, leaves nothing behind', async () => {
    await reserve('a');
    await reserve('b', assignmentOf({ crewId: 'south' }));
    for (let time = 0; time < 2; time += 1) {
      await process.transact((session) => releaseAssignment(process, session, { _id: 'a' }));
    }
    expect((await listDays()).map(({ crewId, reserved }) => [crewId, reserved.length])).toEqual([
      ['north', 0],
      ['south', 1],
    ]);
    expect(await findStock()).toMatchObject({ onHand: 1_000, reserved: 400, holds: [{ orderId: 'b' }] });
    await reserve('c');
  });

  it('whose work is done, reported once or twice, is consumed and frees the minutes that were left', async () => {
    await reserve('a');
    await reserve('b', assignmentOf({ crewId: 'south' }));
    for (let time = 0; time < 2; time += 1) {
      await process.transact(async (session) => {
        await consumeMaterials(process, session, { _id: 'a' }, now);
        await shortenReservation(process, session, { _id: 'a' }, at('2026-06-01T17:00:00Z'));
      });
    }
    const stock = await findStock();
    expect(stock).toMatchObject({ onHand: 600, reserved: 400, consumed: 400, holds: [{ orderId: 'b' }] });
    expect(stock).not.toHaveProperty('used');
    expect((await listDays()).flatMap(({ reserved }) => reserved)).toEqual([
      { orderId: 'a', start: at('2026-06-01T16:00:00Z'), end: at('2026-06-01T17:00:00Z') },
      { orderId: 'b', start: at('2026-06-01T16:00:00Z'), end: at('2026-06-01T18:00:00Z') },
    ]);
  });

  it('whose work was done before its start is given back whole', async () => {
    await reserve('a');
    await process.transact((session) => shortenReservation(process, session, { _id: 'a' }, now));
    expect((await listDays())[0]?.reserved).toEqual([]);
  });
});

describe('the stock', () => {
  it('that was counted is not overwritten by the agency’s file, and new entries are added', async () => {
    await reserve('a');
    await depotStock.ensureDepotStock(makeAgency([makeCrew('north')], { north: 5, south: 70 }));
    expect(await depotStock.listStock(now)).toMatchObject([
      { depotId: 'north', material: 'hotMix', quantity: 600 },
      { depotId: 'south', material: 'hotMix', quantity: 70 },
    ]);
  });
});
