import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { Assignment } from '../../src/core/work/work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { reserveAssignment } from '../../src/scheduler/reserving/reserve-assignment.ts';
import { inTransaction, usePlanners } from '../support/planners.ts';
import {
  announceToNorth,
  makeAfternoonOrder,
  makeAskingAgency,
  makePlanDesk,
  morning,
  OPERATOR,
  openDesk,
  proposeMoves,
  SICK_DAY,
} from '../support/proposals.ts';
import { assignmentFor, makeOrder } from '../support/scheduling.ts';

const planners = usePlanners();
const { planner, workOrders, depotStock, listDays } = planners;
const agency = makeAskingAgency();
const north = { latitude: 41.8, longitude: -87.6 };
const far = { latitude: 41.8, longitude: -87.9 };

beforeEach(() => depotStock.ensureDepotStock(agency));

/** What moves: who has it, and what it holds. */
async function standing(id: string): Promise<unknown> {
  const order = await workOrders.find(id);
  const days = (await listDays()).filter(({ reserved }) => reserved.some(({ orderId }) => orderId === id));
  return { crew: order?.assignment?.crewId, days: days.map(({ _id }) => _id) };
}
const stays = (id: string) =>
  standing(id).then((found) => expect(found).toEqual({ crew: 'north', days: ['north|2026-06-01'] }));

/** Somebody else gives the crew another job. */
async function giveOtherJob(assignment: Assignment, place = far): Promise<void> {
  const order = makeOrder('other', { state: 'announced', assignment, acceptedAt: morning, place });
  await workOrders.insert(order);
  const reservation = { ...planner.stores, timeZone: agency.timeZone };
  await inTransaction(planner.client, (session) =>
    reserveAssignment(reservation, session, order, assignment, morning),
  );
}

it('a question tells the jobs that their crew has accepted from those it has not answered', async () => {
  await announceToNorth(planners, agency, [makeAfternoonOrder('a'), makeAfternoonOrder('b')]);
  const { desk } = openDesk(planners, agency);
  await desk.work.accept('a', 'U0SANTOS', 'north');
  await desk.disruptions.reportAbsence(SICK_DAY);
  await planWaitingOrders({ ...planner, agency }, morning);
  const [proposal] = await planner.stores.planProposals.listOpen();
  const accepted = proposal?.moves.map(({ orderId, isAccepted = false }) => [orderId, isAccepted]);
  expect(accepted?.toSorted()).toEqual([
    ['a', true],
    ['b', false],
  ]);
});

describe('Apply', () => {
  it('moves nothing when the road to the next job would be missing by now, and asks for a new plan', async () => {
    const proposal = await proposeMoves(planners, agency, [makeAfternoonOrder('a', { place: north })]);
    const to = proposal.moves[0]?.to;
    await giveOtherJob(assignmentFor('south', to?.end as Date, new Date(Number(to?.end) + 3_600_000)));
    const { desk, asked } = openDesk(planners, agency);
    expect(await desk.planning.decideProposal(proposal._id, 'apply', OPERATOR)).toMatchObject({
      refused: expect.stringMatching(/has other work by now\. Nothing was moved/),
    });
    expect(asked).toHaveLength(1);
    await stays('a');
  });

  it('says what has run short when a material is gone meanwhile, and moves nothing', async () => {
    const materials = [{ material: 'hotMix', quantity: 400 }];
    const orders = ['a', 'b'].map((id) => makeAfternoonOrder(id, { requirements: { materials } }));
    const proposal = await proposeMoves(planners, agency, orders);
    // A count found half of it missing, after the moves were planned: what is held is not covered any more.
    await planners.db.collection('depot_stock').updateOne({}, { $set: { onHand: 500 } });
    const { desk } = openDesk(planners, agency);
    expect(await desk.planning.decideProposal(proposal._id, 'apply', OPERATOR)).toEqual({
      refused: expect.stringMatching(/^north depot has no 400 kg hot mix left to give: nothing was moved\./),
    });
    for (const id of ['a', 'b']) await stays(id);
    expect(await planners.findStock()).toMatchObject({ reserved: 800 });
    expect(await planner.stores.planProposals.find(proposal._id)).toMatchObject({ state: 'open' });
  });

  it('moves nothing when the run of one of the jobs is over, and says so', async () => {
    const proposal = await proposeMoves(
      planners,
      agency,
      ['a', 'b'].map((id) => makeAfternoonOrder(id)),
    );
    const desk = makePlanDesk({
      ...planner,
      agency,
      now: () => morning,
      applyInTransaction: refusing('b'),
    });
    expect(await desk.planning.decideProposal(proposal._id, 'apply', OPERATOR)).toEqual({
      refused: 'R-b has ended (cancelled). Nothing was moved.',
    });
    for (const id of ['a', 'b']) await stays(id);
  });

  it.each(['apply', 'keep'] as const)('and Keep commit the card with the decision: %s', async (verdict) => {
    const proposal = await proposeMoves(planners, agency, [makeAfternoonOrder('a')]);
    const { outbox } = planner.stores;
    const dying = makePlanDesk({
      ...planner,
      agency,
      now: () => morning,
      // The process dies right after the commit.
      requestPlanning: () => Promise.reject(new Error('killed')),
      wakeDelivery: () => {
        throw new Error('killed');
      },
    });
    await expect(dying.planning.decideProposal(proposal._id, verdict, OPERATOR)).rejects.toThrow('killed');
    const decided = await planner.stores.planProposals.find(proposal._id);
    expect(decided).toMatchObject({ state: verdict === 'apply' ? 'applied' : 'kept' });
    expect(await outbox.find(`planProposal:${proposal._id}`)).toMatchObject({ wanted: decided?.version });
  });
});

describe('a click on a question that somebody has answered', () => {
  it.each([
    ['apply', 'apply', /^This plan was already applied by U0CHEN\.$/],
    ['keep', 'apply', /^U0CHEN has already decided to keep the plan as it is\.$/],
  ] as const)('is told so, also at the same moment: %s, then %s', async (first, second, told) => {
    const proposal = await proposeMoves(planners, agency, [makeAfternoonOrder('a')]);
    const { desk } = openDesk(planners, agency);
    const { planProposals } = planner.stores;
    let isFirst = true;
    // The other click comes after this one has read the question, and before it has answered.
    const late = makePlanDesk({
      ...planner,
      agency,
      stores: {
        ...planner.stores,
        planProposals: {
          ...planProposals,
          find: async (id: string) => {
            const found = await planProposals.find(id);
            if (isFirst) await desk.planning.decideProposal(id, first, OPERATOR);
            isFirst = false;
            return found;
          },
        },
      } as never,
      now: () => morning,
    });
    const refused = { refused: expect.stringMatching(told), actor: 'U0CHEN' };
    expect(await late.planning.decideProposal(proposal._id, second, 'U0SANTOS')).toMatchObject({
      refused: 'Only dispatch can do this.',
    });
    expect(await late.planning.decideProposal(proposal._id, second, OPERATOR)).toEqual(refused);
    expect(await desk.planning.decideProposal(proposal._id, second, OPERATOR)).toEqual(refused);
  });
});

describe('a planning that moves jobs by itself', () => {
  it('leaves the one alone whose run is over, and moves the others', async () => {
    await proposeMoves(
      planners,
      agency,
      ['a', 'b', 'c'].map((id) => makeAfternoonOrder(id)),
    );
    const bold = { ...agency, planning: { ...agency.planning, automaticMoves: 5 } };
    const applyInTransaction = refusing('b');
    const outcome = await planWaitingOrders({ ...planner, agency: bold, applyInTransaction }, morning);
    expect(outcome.moved.toSorted()).toEqual(['a', 'c']);
    expect(outcome).toMatchObject({ refused: [{ orderId: 'b' }], contended: [] });
    expect(await standing('a')).toEqual({ crew: 'south', days: ['south|2026-06-01'] });
    await stays('b');
  });
});

function refusing(orderId: string): typeof planner.applyInTransaction {
  return (runId, event, session) =>
    runId === orderId
      ? Promise.reject(new AppError(`R-${orderId} has ended (cancelled).`, { code: 'run.refused' }))
      : planner.applyInTransaction(runId, event, session);
}
