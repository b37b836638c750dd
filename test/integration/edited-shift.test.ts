import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { warnOfStrandedWork } from '../../src/scheduler/disruptions/warn-stranded.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { describeLoad } from '../../src/slack/planning/crew-load.ts';
import { buildProposalCard } from '../../src/slack/planning/proposal-card.ts';
import { at, usePlanners } from '../support/planners.ts';
import {
  announceToNorth,
  keepOpenProposal,
  makeAfternoonOrder,
  makeAskingAgency,
  morning,
  OPERATOR,
  openDesk,
  SICK_DAY,
} from '../support/proposals.ts';
import { readCard } from '../support/read-card.ts';

const planners = usePlanners();
const { planner, workOrders, findOrder, depotStock, listTold } = planners;
const agency = makeAskingAgency();
const NIGHT = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, start: '22:00', end: '06:00' }];
/** Crew North works at night from now on. */
const edited: Agency = {
  ...agency,
  crews: agency.crews.map((crew) =>
    crew.id === 'north'
      ? { ...crew, shifts: NIGHT.map((shift) => ({ ...shift, days: [...shift.days] })) }
      : crew,
  ),
};
const plan = (known: Agency, now = morning) => planWaitingOrders({ ...planner, agency: known }, now);

beforeEach(async () => {
  await planners.db.collection('bulletins').deleteMany({});
  await depotStock.ensureDepotStock(agency);
});

/** Jobs that Crew North was given in its old shift. */
const giveToNorth = (ids: readonly string[], changes: Partial<WorkOrder> = {}) =>
  announceToNorth(
    planners,
    agency,
    ids.map((id) => makeAfternoonOrder(id)),
    changes,
  );

/** The question that the edited shift leads to, and dispatch's Keep. */
async function keepAll(): Promise<void> {
  await plan(edited);
  await keepOpenProposal(planners, openDesk(planners, edited).desk);
}

describe('work that an edited shift leaves outside', () => {
  it('is listed on its date, once, and told apart from what the crew has time for', async () => {
    await giveToNorth(['a', 'b'], { acceptedAt: morning });
    await keepAll();
    const { desk } = openDesk(planners, edited);
    const [monday] = await desk.planning.viewDay('2026-06-01', 'north');
    expect(monday?.jobs.map(({ orderId }) => orderId).toSorted()).toEqual(['a', 'b']);
    expect(monday).toMatchObject({ plannedMinutes: 0, availableMinutes: 480 });
    expect(describeLoad(monday!, edited.timeZone, morning)).toContain('2 jobs · *2 outside its shifts*');
    const week = await desk.planning.viewCrew('north', '2026-05-30', 7);
    expect(week.flatMap(({ jobs }) => jobs)).toHaveLength(2);
    const tuesdayOnly: Agency = {
      ...edited,
      crews: edited.crews.map((crew) => ({
        ...crew,
        shifts: crew.shifts.map((shift) => ({ ...shift, days: ['tue'] })),
      })),
    };
    const [free] = await openDesk(planners, tuesdayOnly).desk.planning.viewDay('2026-06-01', 'north');
    expect(describeLoad(free!, edited.timeZone, morning)).toContain('no shift · 2 jobs');
  });

  it('is told to dispatch once, as for an absence, when it stays there', async () => {
    await giveToNorth(['a']);
    const deps = { ...planner, agency: edited };
    await plan(edited);
    expect(await warnOfStrandedWork(deps, morning)).toEqual([]);
    await keepAll();
    expect(await warnOfStrandedWork(deps, morning)).toEqual(['a']);
    expect(await warnOfStrandedWork(deps, morning)).toEqual([]);
    expect(await listTold('work.stranded')).toMatchObject([
      {
        orderId: 'a',
        reason: 'the roster was edited: north crew has no shift then',
      },
    ]);
  });

  it('costs before what it costs after: its road and its hours, both for the same jobs', async () => {
    await giveToNorth(['a', 'b']);
    await workOrders.insert(makeAfternoonOrder('waits'));
    await plan(edited);
    const [proposal] = await planner.stores.planProposals.listOpen();
    expect(proposal?.moves).toHaveLength(2);
    expect(proposal?.before.cents).toBeGreaterThan(0);
    expect(proposal?.after.cents).toBe(proposal?.before.cents);
  });

  it('moves because the roster was edited, and says so', async () => {
    await giveToNorth(['a', 'b']);
    await plan(edited);
    const [proposal] = await planner.stores.planProposals.listOpen();
    expect(proposal?.moves).toHaveLength(2);
    expect(proposal?.cause).toBe('the roster was edited: north crew has no shift then');
    expect(proposal?.moves[0]?.cause).toBe(proposal?.cause);
  });

  it('that nobody can do any more counts as without a crew, never as no longer late', async () => {
    const dueAt = at('2026-06-01T10:00:00Z');
    await giveToNorth(['a', 'b'], { dueAt });
    const sundays = NIGHT.map((shift) => ({ ...shift, days: ['sun' as const], end: '22:20' }));
    const alone = {
      ...edited,
      crews: edited.crews.slice(0, 1).map((crew) => ({ ...crew, shifts: sundays })),
    };
    await plan(alone);
    const [proposal] = await planner.stores.planProposals.listOpen();
    expect(proposal?.moves.map(({ to }) => to)).toEqual([null, null]);
    expect([proposal?.before.lateMinutes, proposal?.after.lateMinutes]).toEqual([0, 0]);
    const text = readCard(buildProposalCard(proposal!, alone, morning));
    expect(text).toContain('*2 jobs without a crew* · travel and work of the others');
    expect(text).toContain('none of the others is late');
    expect(text).not.toMatch(/lateness|nothing is late/);
  });

  it('is compared in the menu with where it stands, and every crew is offered, its own at its new hours too', async () => {
    const apart = {
      ...edited,
      depots: edited.depots.map((depot) => ({ ...depot, latitude: 41.8, longitude: -87.6 })),
    };
    await giveToNorth(['a', 'other'], { acceptedAt: morning });
    await keepAll();
    const before = await findOrder('a');
    const shown = await openDesk(planners, apart).desk.work.listReassignments('a');
    if ('refused' in shown) throw new Error(shown.refused);
    const start = Number(before.assignment?.start);
    expect(shown.options.map(({ crewId }) => crewId).toSorted()).toEqual(['north', 'south']);
    for (const option of shown.options)
      expect(option.deltaMinutes).toBe((Number(option.start) - start) / 60_000);
    expect(shown.options.find(({ crewId }) => crewId === 'south')).toMatchObject({ deltaCents: 0 });
    const { desk } = openDesk(planners, apart);
    expect(await desk.work.reassign('a', 'north', OPERATOR)).toMatchObject({
      order: { assignment: { crewId: 'north', start: at('2026-06-02T03:00:00Z') } },
    });
  });

  it('stays accepted when dispatch gives it to its own crew a little later, which is told so', async () => {
    const shifts = [{ days: ['mon' as const], start: '12:30', end: '20:30', breaks: [] }];
    const crews = agency.crews.map((crew) => (crew.id === 'north' ? { ...crew, shifts } : crew));
    const later = { ...agency, crews };
    await giveToNorth(['a'], { acceptedAt: morning });
    const { desk } = openDesk(planners, later);
    expect(await desk.work.reassign('a', 'north', OPERATOR)).toMatchObject({
      order: { acceptedAt: morning },
    });
    expect(await planners.db.collection('bulletins').findOne({ crewId: 'north' })).toMatchObject({
      changes: [{ kind: 'retimed', staysAccepted: true }],
    });
  });
});

describe('an absence that dispatch kept work in', () => {
  it('is compared in the menu with where the work stands, and offers the crew of the plan it said no to', async () => {
    await giveToNorth(['a']);
    const { desk } = openDesk(planners, agency);
    await desk.disruptions.reportAbsence(SICK_DAY);
    await plan(agency);
    await keepOpenProposal(planners, desk);
    const shown = await desk.work.listReassignments('a');
    expect(shown).toMatchObject({ options: [{ crewId: 'south', deltaMinutes: 0, deltaCents: 0 }] });
  });
});

it('a job that comes forward once an absence is taken back says that it can be done earlier', async () => {
  const only = {
    ...agency,
    crews: agency.crews.slice(0, 1),
    planning: { ...agency.planning, automaticMoves: 5 },
  };
  const { desk } = openDesk(planners, only);
  const until = at('2026-06-03T05:00:00Z');
  const said = await desk.disruptions.reportAbsence({
    ...{ start: morning, end: until, reason: 'flu', crewId: 'north', actor: OPERATOR },
  });
  if ('refused' in said) throw new Error(said.refused);
  await workOrders.insert(makeAfternoonOrder('a', { weight: 10 }));
  // That one has no crew, before as after, is no reason for anything.
  await workOrders.insert(makeAfternoonOrder('never', { requirements: { skills: ['diving'] } }));
  await plan(only);
  expect((await findOrder('a')).assignment?.start.getTime()).toBeGreaterThan(until.getTime());
  await desk.disruptions.takeBack(said.absence._id, OPERATOR);
  await plan(only);
  expect((await findOrder('a')).assignment?.start).toEqual(at('2026-06-01T17:00:00Z'));
  const [news] = await planners.db.collection('bulletins').find({ kind: 'crew' }).toArray();
  expect(news?.changes).toMatchObject([{ kind: 'retimed', cause: 'it can be done earlier now' }]);
});
