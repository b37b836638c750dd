import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import type { Bulletin, CrewBulletin, DisruptionBulletin } from '../../src/core/work/bulletin.ts';
import { nudgeCrews } from '../../src/monitor/nudge-crews.ts';
import { warnOfStrandedWork } from '../../src/scheduler/disruptions/warn-stranded.ts';
import { retellDisruptions } from '../../src/scheduler/news/tell-crews.ts';
import { tellPlanned } from '../../src/scheduler/news/tell-disruption.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import { cancelWorkOrder } from '../../src/scheduler/work/cancel-work-order.ts';
import { at, usePlanners } from '../support/planners.ts';
import {
  makeAfternoonOrder as afternoon,
  announceToNorth,
  OPERATOR as DISPATCHER,
  keepOpenProposal,
  makeAskingAgency,
  morning,
  openDesk as openDeskOver,
  SICK_DAY,
  tomorrow,
} from '../support/proposals.ts';

const planners = usePlanners();
const { db, planner, otherPlanner, workOrders, findOrder, listTold } = planners;
const later = (start: Date, minutes: number) => new Date(start.getTime() + minutes * 60_000);

const agencyOf = (automaticMoves: number) => makeAskingAgency({ automaticMoves, milliseconds: 2_000 });
const openDesk = (agency: Agency) => openDeskOver(planners, agency).desk;
const plan = (agency: Agency, now = morning) => planWaitingOrders({ ...planner, agency }, now);

const bulletins = () => db.collection<Bulletin>('bulletins').find().toArray();
const crewBulletins = async (crewId: string) =>
  (await bulletins()).filter((one): one is CrewBulletin => one.kind === 'crew' && one.crewId === crewId);
const disruptionBulletins = async () =>
  (await bulletins()).filter((one): one is DisruptionBulletin => one.kind !== 'crew');
const messages = () => db.collection<OutboxEntry>('outbox').find({ kind: 'bulletin' }).toArray();

const giveToNorth = (agency: Agency, ids: readonly string[]) =>
  announceToNorth(
    planners,
    agency,
    ids.map((id) => afternoon(id)),
  );

const northIsAway = (agency: Agency, reason = 'truck broken') =>
  openDesk(agency).disruptions.reportAbsence({ ...SICK_DAY, reason });

beforeEach(async () => {
  for (const name of ['bulletins', 'outbox']) await db.collection(name).deleteMany({});
});

it('a card that Slack has is edited by a planning that began before the card was written last', async () => {
  const agency = agencyOf(5);
  await giveToNorth(agency, ['a', 'b']);
  await northIsAway(agency);
  await tellPlanned(planner, later(morning, 1), later(morning, 1));
  const about = (await disruptionBulletins())[0]?._id ?? '';
  const { outbox } = planner.stores;
  const inTransaction = (minutes: number) =>
    planner.client.withSession((session) =>
      session.withTransaction(() =>
        retellDisruptions(planner.stores, ['b'], later(morning, minutes), session),
      ),
    );
  await inTransaction(3);
  const id = `bulletin:${about}#@dispatch`;
  const written = await outbox.find(id);
  const settled = { dueAt: null, delivered: written?.wanted ?? 0 };
  await db.collection<OutboxEntry>('outbox').updateOne({ _id: id }, { $set: settled });
  await plan(agency, later(morning, 2));
  const due = await outbox.find(id);
  expect(due).toMatchObject({ dueAt: expect.any(Date) });
  expect(due?.wanted).toBeGreaterThan(written?.wanted ?? Number.POSITIVE_INFINITY);
});

describe('a crew whose jobs move', () => {
  it('is told once for all that one planning moves: what, to whom, and why', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a', 'b']);
    await northIsAway(agency);
    expect(await plan(agency)).toMatchObject({ moved: expect.arrayContaining(['a', 'b']) });
    const [told, ...more] = await crewBulletins('north');
    expect(more).toEqual([]);
    expect(told?.changes.map(({ orderId, kind, to }) => [orderId, kind, to?.crewName]).sort()).toEqual([
      ['a', 'lost', 'south crew'],
      ['b', 'lost', 'south crew'],
    ]);
    expect(told?.changes[0]?.cause).toMatch(/^north crew is absent until .* \(truck broken\)$/);
    expect(await messages()).toContainEqual(
      expect.objectContaining({ reference: `${told?._id}#north`, wanted: 2, dueAt: expect.any(Date) }),
    );
    await plan(agency);
    expect(await crewBulletins('north')).toHaveLength(1);
  });

  it('hears the new time of a job it keeps, from when to when', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a']);
    const before = (await findOrder('a')).assignment;
    const noon = { start: at('2026-06-01T16:30:00Z'), end: at('2026-06-01T18:30:00Z') };
    const only = { ...agency, crews: agency.crews.slice(0, 1) };
    const absence = { ...noon, crewId: 'north', reason: 'training', actor: DISPATCHER };
    await openDesk(only).disruptions.reportAbsence(absence);
    expect(await plan(only)).toMatchObject({ moved: ['a'] });
    const after = (await findOrder('a')).assignment;
    expect(await crewBulletins('north')).toMatchObject([
      { changes: [{ kind: 'retimed', from: { start: before?.start }, to: { start: after?.start } }] },
    ]);
  });

  it('hears of a start that shifts by minutes, which dispatch is not asked about', async () => {
    const agency = agencyOf(0);
    await giveToNorth(agency, ['a']);
    const start = (await findOrder('a')).assignment?.start ?? morning;
    const end = later(start, 5);
    await openDesk(agency).disruptions.reportAbsence({
      ...{ start: morning, end, reason: 'flat tyre', crewId: 'north', actor: DISPATCHER },
    });
    expect(await plan(agency)).toMatchObject({ moved: ['a'], proposed: false });
    expect((await findOrder('a')).assignment?.start).toEqual(end);
    expect(await crewBulletins('north')).toMatchObject([
      { changes: [{ orderId: 'a', kind: 'retimed', cause: expect.stringContaining('flat tyre') }] },
    ]);
  });

  it('hears of dispatch’s choice, both crews do', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a']);
    await openDesk(agency).work.reassign('a', 'south', DISPATCHER);
    expect(await crewBulletins('north')).toMatchObject([{ changes: [{ kind: 'lost' }] }]);
    expect(await crewBulletins('south')).toMatchObject([
      { changes: [{ kind: 'gained', cause: 'dispatch gave it to south crew' }] },
    ]);
    expect((await findOrder('a')).assignment).toMatchObject({
      ...{ crewId: 'south', travelMinutes: expect.any(Number) },
    });
  });

  it('hears that a job is its own again, which it had given away', async () => {
    const agency = { ...agencyOf(5), crews: agencyOf(5).crews.slice(0, 1) };
    await giveToNorth(agency, ['a']);
    expect(await crewBulletins('north')).toEqual([]);
    await openDesk(agency).work.decline('a', 'U0SANTOS', 'no roller');
    await workOrders.save({ ...(await findOrder('a')), declined: [] });
    expect(await plan(agency)).toMatchObject({ announced: ['a'] });
    expect(await crewBulletins('north')).toMatchObject([{ changes: [{ orderId: 'a', kind: 'gained' }] }]);
  });

  it('hears that a job is called off, once', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a']);
    const deps = { client: planner.client, timeZone: agency.timeZone, stores: planner.stores };
    for (const _ of [1, 2]) await cancelWorkOrder(deps, 'a', morning, { reason: 'sold the road' });
    expect(await crewBulletins('north')).toMatchObject([
      { changes: [{ kind: 'calledOff', cause: 'sold the road' }] },
    ]);
  });
});

describe('an absence', () => {
  it('is told to dispatch and to the crew, and says what became of the jobs once they are planned', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a']);
    await northIsAway(agency);
    const [told, ...more] = await disruptionBulletins();
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      ...{ kind: 'absence', name: 'north crew', by: DISPATCHER, crewIds: ['north'], plannedAt: null },
      jobs: [{ orderId: 'a', crewId: 'north' }],
    });
    const first = await messages();
    expect(first.map(({ reference }) => reference).sort()).toEqual([
      `${told?._id}#@dispatch`,
      `${told?._id}#north`,
    ]);
    const afterwards = later(morning, 1);
    await plan(agency, afterwards);
    await tellPlanned(planner, morning, afterwards);
    const about = (await messages()).filter(({ reference }) => reference.startsWith(`${told?._id}`));
    expect(about).toHaveLength(2);
    for (const { wanted } of about) expect(wanted).toBeGreaterThanOrEqual(afterwards.getTime());
    expect(await disruptionBulletins()).toMatchObject([{ plannedAt: afterwards }]);
  });

  it('that is taken back is told again once a plan knows of that, with the jobs that had no crew', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a']);
    await northIsAway(agency);
    await workOrders.insert(afternoon('b'));
    await tellPlanned(planner, morning, later(morning, 1));
    const [told] = await disruptionBulletins();
    expect(await openDesk(agency).disruptions.takeBack(told?._id ?? '', DISPATCHER)).toHaveProperty(
      'disruption',
    );
    const back = { takenBackBy: DISPATCHER, takenBackAt: morning, waitingIds: ['b', 'a'] };
    expect(await disruptionBulletins()).toMatchObject([{ ...back, plannedAt: null }]);
    await tellPlanned(planner, later(morning, -1), later(morning, 2));
    expect(await disruptionBulletins()).toMatchObject([{ ...back, plannedAt: null }]);
    await tellPlanned(planner, morning, later(morning, 3));
    expect(await disruptionBulletins()).toMatchObject([{ ...back, plannedAt: later(morning, 3) }]);
    const retold = (await messages()).find(({ reference }) => reference === `${told?._id}#@dispatch`);
    expect(retold?.wanted).toBeGreaterThanOrEqual(later(morning, 3).getTime());
  });

  it('in which work stays because dispatch keeps it is warned of once', async () => {
    const agency = agencyOf(0);
    await giveToNorth(agency, ['a']);
    await northIsAway(agency);
    await plan(agency);
    const deps = { ...planner, agency };
    expect(await warnOfStrandedWork(deps, morning)).toEqual([]);
    await keepOpenProposal(planners, openDesk(agency));
    const both = [
      warnOfStrandedWork(deps, morning),
      warnOfStrandedWork({ ...otherPlanner, agency }, morning),
    ];
    expect((await Promise.all(both)).flat()).toEqual(['a']);
    expect(await warnOfStrandedWork(deps, morning)).toEqual([]);
    expect(await listTold('work.stranded')).toMatchObject([
      { orderId: 'a', crewName: 'north crew', reason: expect.stringContaining('truck broken') },
    ]);
    await openDesk(agency).disruptions.reportAbsence({
      ...{ start: morning, end: later(tomorrow, 60), reason: 'sick', crewId: 'north', actor: DISPATCHER },
    });
    expect(await warnOfStrandedWork(deps, morning)).toEqual(['a']);
  });
});

it('a question whose reason changes says the reason of now', async () => {
  const agency = agencyOf(0);
  await giveToNorth(agency, ['a']);
  await northIsAway(agency, 'truck broken');
  await plan(agency);
  await db.collection('disruptions').updateOne({ reason: 'truck broken' }, { $set: { reason: 'flu' } });
  await plan(agency);
  const [open, ...more] = await planner.stores.planProposals.listOpen();
  expect(more).toEqual([]);
  expect(open?.cause).toContain('(flu)');
  expect(open?.moves).toMatchObject([{ weight: 5, cause: open?.cause }]);
});

describe('a job that nobody answers', () => {
  const nudge = (deps: typeof planner, now: Date, agency: Agency) =>
    nudgeCrews({ ...deps, agency, workOrders: deps.stores.workOrders }, now);

  it('has its crew reminded to accept, then to start, and then dispatch told: each once, whoever sweeps', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a']);
    const start = (await findOrder('a')).assignment?.start ?? morning;
    expect(await nudge(planner, later(start, -31), agency)).toEqual([]);
    for (const minutes of [-30, 15, 45]) {
      const now = later(start, minutes);
      await Promise.all([nudge(planner, now, agency), nudge(otherPlanner, now, agency)]);
      await nudge(planner, later(now, 1), agency);
    }
    expect(await listTold('work.nudged')).toMatchObject([
      { kind: 'accept', toCrewId: 'north', start },
      { kind: 'start' },
    ]);
    expect(await listTold('work.overdue')).toMatchObject([{ orderId: 'a', crewName: 'north crew' }]);
  });

  it('is left alone once somebody clicks', async () => {
    const agency = agencyOf(5);
    await giveToNorth(agency, ['a']);
    const start = (await findOrder('a')).assignment?.start ?? morning;
    await openDesk(agency).work.accept('a', 'U0SANTOS');
    expect(await nudge(planner, later(start, -10), agency)).toEqual([]);
    await workOrders.save({ ...(await findOrder('a')), state: 'started', startedAt: start });
    expect(await nudge(planner, later(start, 60), agency)).toEqual([]);
  });
});
