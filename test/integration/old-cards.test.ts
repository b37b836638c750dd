import { describe, expect, it } from 'vitest';
import { RunRefusal } from '../../src/core/run/apply-event.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { reportWork } from '../../src/scheduler/work/report-work.ts';
import { usePlanners } from '../support/planners.ts';
import { makeAfternoonOrder, makeAskingAgency, morning, OPERATOR, openDesk } from '../support/proposals.ts';

const planners = usePlanners();
const { planner, workOrders, listTold } = planners;
const agency = makeAskingAgency();
const { desk } = openDesk(planners, agency);

const find = () => planners.findOrder('a');

/** A job that Crew North has. */
async function giveToNorth(): Promise<void> {
  await workOrders.insert(makeAfternoonOrder('a', { givenTo: 'north' }));
  await planWaitingOrders({ ...planner, agency }, morning);
}

/** It declined, and Crew South has it. */
async function passToSouth(): Promise<WorkOrder> {
  await giveToNorth();
  expect(await desk.work.decline('a', OPERATOR, 'truck is broken', 'north')).toHaveProperty('order');
  await planWaitingOrders({ ...planner, agency }, morning);
  const order = await find();
  expect(order).toMatchObject({ state: 'announced', assignment: { crewId: 'south' } });
  return order;
}

const report = (crewId: string) => {
  const reports = {
    ...{ ...planner, ...planner.stores, agency, now: () => morning },
    applyInTransaction: () => Promise.reject(new RunRefusal({ refused: 'the run was asked' })),
  };
  return reportWork(reports, 'a', { kind: 'start', actor: OPERATOR, crewId });
};

describe('the card of a crew that had the job', () => {
  it('answers for the crew that has it now neither Accept nor Decline nor Start', async () => {
    const before = await passToSouth();
    const words = { refused: expect.stringMatching(/^This job now belongs to south crew\. Nothing was/) };
    expect(await desk.work.decline('a', OPERATOR, 'truck is broken', 'north')).toEqual(words);
    expect(await desk.work.accept('a', OPERATOR, 'north')).toEqual(words);
    expect(await desk.work.accept('a', 'U0SANTOS', 'north')).toEqual(words);
    expect(await report('north')).toEqual(words);
    expect(await find()).toEqual(before);
    expect(await listTold('work.declined')).toHaveLength(1);
    expect(await listTold('work.accepted')).toEqual([]);
  });

  it('says that the job waits as long as nobody has it', async () => {
    await giveToNorth();
    await desk.work.decline('a', OPERATOR, 'truck is broken', 'north');
    const words = { refused: expect.stringMatching(/^north crew does not have this job any more/) };
    expect(await desk.work.decline('a', OPERATOR, 'truck is broken', 'north')).toEqual(words);
  });

  it('the new crew’s own card works, and one that names no crew speaks for whoever has the job', async () => {
    await passToSouth();
    expect(await report('south')).toEqual({ refused: 'the run was asked' });
    expect(await report('')).toEqual({ refused: 'the run was asked' });
    expect(await desk.work.accept('a', 'U0KELLY', 'south')).toHaveProperty('order');
    expect(await desk.work.decline('a', OPERATOR, 'no roller', '')).toHaveProperty('order');
    expect((await find()).declined?.map(({ crewId }) => crewId)).toEqual(['north', 'south']);
  });
});

it('a job is accepted once, however often and by however many Accept is pressed', async () => {
  await giveToNorth();
  const presses = [1, 2, 3].map(() => desk.work.accept('a', 'U0SANTOS', 'north'));
  const answers = await Promise.all(presses);
  expect(answers.filter((answer) => !('refused' in answer))).toHaveLength(1);
  const accepted = await find();
  const again = { refused: expect.stringContaining('accepted already') };
  for (const actor of ['U0SANTOS', OPERATOR])
    expect(await desk.work.accept('a', actor, 'north')).toEqual(again);
  expect(await find()).toEqual(accepted);
  expect(await listTold('work.accepted')).toHaveLength(1);
});
