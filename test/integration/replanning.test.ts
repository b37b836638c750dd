import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency, Crew } from '../../src/core/agency/agency.ts';
import type { Assignment, WorkOrder } from '../../src/core/work/work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import type { PlanningOutcome } from '../../src/scheduler/planning/planning-deps.ts';
import { describeLoad } from '../../src/slack/planning/crew-load.ts';
import { at, hotMix, usePlanners } from '../support/planners.ts';
import {
  makeAfternoonOrder as afternoon,
  announceToNorth,
  OPERATOR as DISPATCH,
  keepOpenProposal,
  makeAskingAgency,
  morning,
  openDesk as openDeskOver,
  proposeMoves,
  RAIN_DAY,
  RIVERSIDE,
  SICK_DAY,
  tomorrow,
} from '../support/proposals.ts';
import { makeOrder } from '../support/scheduling.ts';

const planners = usePlanners();
const { planner, otherPlanner, workOrders, findOrder, depotStock, listDays, listTold } = planners;

const agencyOf = (automaticMoves: number): Agency => ({
  ...makeAskingAgency({ automaticMoves, milliseconds: 2_000 }),
  districts: [RIVERSIDE],
});

function openDesk(agency: Agency, now = morning) {
  const { desk, asked: planned } = openDeskOver(planners, agency, now);
  return { desk, planned };
}

const plan = (agency: Agency, now = morning): Promise<PlanningOutcome> =>
  planWaitingOrders({ ...planner, agency }, now);

const crewOf = async (id: string) => (await findOrder(id)).assignment?.crewId;

async function reservedFor(id: string): Promise<string[]> {
  const days = await listDays();
  return days
    .filter(({ reserved }) => reserved.some(({ orderId }) => orderId === id))
    .map(({ crewId }) => crewId);
}

beforeEach(() => depotStock.ensureDepotStock(agencyOf(0)));

describe('an absence', () => {
  it('moves announced work to another crew by itself when few jobs move, with its time and its material', async () => {
    const agency = agencyOf(2);
    await workOrders.insert(afternoon('a', { requirements: hotMix(300) }));
    await plan(agency);
    const before = await crewOf('a');
    const { desk, planned } = openDesk(agency);
    const said = await desk.disruptions.reportAbsence({ ...SICK_DAY, crewId: before ?? '' });
    expect(said).toMatchObject({ affectedJobs: 1 });
    expect(planned).toHaveLength(1);

    expect(await plan(agency)).toMatchObject({ moved: ['a'], proposed: false });
    const after = await findOrder('a');
    expect(after).toMatchObject({ state: 'announced', acceptedAt: null });
    expect(after.assignment?.crewId).not.toBe(before);
    expect(await reservedFor('a')).toEqual([after.assignment?.crewId]);
    expect(await planners.findStock()).toMatchObject({ reserved: 300 });
    expect(await listTold('work.moved')).toMatchObject([{ orderId: 'a', fromCrewId: before }]);
    expect(await plan(agency)).toMatchObject({ moved: [], announced: [] });
  });

  it('asks dispatch when more jobs move than may move by themselves, once; applying moves them all', async () => {
    const agency = agencyOf(0);
    await announceToNorth(planners, agency, [afternoon('a'), afternoon('b')]);
    const { desk } = openDesk(agency);
    await desk.disruptions.reportAbsence(SICK_DAY);

    expect(await plan(agency)).toMatchObject({ moved: [], proposed: true });
    expect(await plan(agency)).toMatchObject({ moved: [], proposed: false });
    const [proposal, ...more] = await planner.stores.planProposals.listOpen();
    expect(more).toEqual([]);
    expect(proposal).toMatchObject({ cause: expect.stringMatching(/^north crew.*sick/), state: 'open' });
    expect(proposal?.moves.map(({ orderId, to }) => [orderId, to?.crewId]).sort()).toEqual([
      ['a', 'south'],
      ['b', 'south'],
    ]);
    expect(await crewOf('a')).toBe('north');

    const id = proposal?._id ?? '';
    expect(await desk.planning.decideProposal(id, 'apply', 'U0SANTOS')).toMatchObject({
      refused: 'Only dispatch can do this.',
    });
    const clicks = await Promise.all([
      desk.planning.decideProposal(id, 'apply', DISPATCH),
      desk.planning.decideProposal(id, 'apply', DISPATCH),
    ]);
    expect(clicks.filter((outcome) => 'proposal' in outcome)).toHaveLength(1);
    expect([await crewOf('a'), await crewOf('b')]).toEqual(['south', 'south']);
    expect(await reservedFor('a')).toEqual(['south']);
    expect(await planner.stores.planProposals.find(id)).toMatchObject({
      state: 'applied',
      decidedBy: DISPATCH,
    });
  });

  it('leaves everything as it is when dispatch keeps the plan, and does not ask again', async () => {
    const agency = agencyOf(0);
    await proposeMoves(planners, agency, [afternoon('a')]);
    const { desk } = openDesk(agency);
    expect(await keepOpenProposal(planners, desk)).toMatchObject({ proposal: { state: 'kept' } });
    expect(await plan(agency)).toMatchObject({ moved: [], proposed: false });
    expect(await crewOf('a')).toBe('north');
  });

  it('makes a question out of date when the work changes before anybody decides', async () => {
    const agency = agencyOf(0);
    const { _id: id } = await proposeMoves(planners, agency, [afternoon('a')]);
    await workOrders.save({ ...(await findOrder('a')), state: 'done', endedAt: morning });
    expect(await openDesk(agency).desk.planning.decideProposal(id, 'apply', DISPATCH)).toMatchObject({
      refused: expect.stringMatching(/has changed/),
    });
    await plan(agency);
    expect(await planner.stores.planProposals.find(id)).toMatchObject({ state: 'stale' });
  });
});

describe('an absence that is taken back', () => {
  it('counts for nothing any more: the crew is planned again, dispatch is told, and twice is once', async () => {
    const agency = agencyOf(5);
    const { desk, planned } = openDesk(agency);
    const away = { start: morning, end: at('2026-06-09T05:00:00Z'), reason: 'sick' };
    for (const crewId of ['north', 'south'])
      await desk.disruptions.reportAbsence({ ...away, crewId, actor: DISPATCH });
    await workOrders.insert(afternoon('a'));
    expect(await plan(agency)).toMatchObject({ unplaced: ['a'] });
    const listed = await desk.disruptions.list('absence', DISPATCH);
    expect(listed.toSorted((one, other) => one.name.localeCompare(other.name))).toMatchObject([
      { name: 'north crew', reason: 'sick', by: DISPATCH },
      { name: 'south crew', start: away.start, end: away.end },
    ]);
    expect(listed.map(({ mayTakeBack }) => mayTakeBack)).toEqual([true, true]);
    const byLead = await desk.disruptions.list('absence', 'U0SANTOS');
    expect(byLead.filter(({ mayTakeBack }) => mayTakeBack).map(({ name }) => name)).toEqual(['north crew']);
    const id = listed.find(({ name }) => name === 'north crew')?._id ?? '';
    expect(await desk.disruptions.takeBack(id, 'U0KELLY')).toEqual({
      refused: 'Only dispatch and the crew itself can do this.',
    });
    planned.length = 0;
    const clicks = await Promise.all([
      desk.disruptions.takeBack(id, 'U0SANTOS'),
      desk.disruptions.takeBack(id, DISPATCH),
    ]);
    expect(clicks.filter((outcome) => 'disruption' in outcome)).toHaveLength(1);
    expect(clicks.filter((outcome) => 'refused' in outcome)).toEqual([
      { refused: 'This has been taken back already.' },
    ]);
    expect(planned).toHaveLength(1);
    expect(await desk.disruptions.list('absence', DISPATCH)).toMatchObject([{ name: 'south crew' }]);
    expect(await desk.planning.findBulletin(id)).toMatchObject({ takenBackBy: expect.stringMatching(/^U0/) });
    expect(await plan(agency)).toMatchObject({ announced: ['a'] });
    expect(await crewOf('a')).toBe('north');
  });

  it('is listed beside those of the roster, and refused once it is over', async () => {
    const agency = agencyOf(5);
    const absences = [{ from: '2026-06-03', to: '2026-06-04', reason: 'training' }];
    const [north, south] = agency.crews as [Crew, Crew];
    const away = { ...agency, crews: [{ ...north, absences }, south] };
    const { desk } = openDesk(away);
    const rain = { ...RAIN_DAY, end: at('2026-06-01T14:00:00Z') };
    const closed = await desk.disruptions.closeDistrict(rain);
    if ('refused' in closed) throw new Error(closed.refused);
    expect(await desk.disruptions.list('absence', DISPATCH)).toMatchObject([
      { _id: null, mayTakeBack: false, start: at('2026-06-03T05:00:00Z'), end: at('2026-06-05T05:00:00Z') },
    ]);
    for (const [actor, mayTakeBack] of [
      [DISPATCH, true],
      ['U0SANTOS', false],
    ] as const) {
      expect(await desk.disruptions.list('closure', actor)).toMatchObject([
        { name: 'Riverside', mayTakeBack },
      ]);
    }
    const { _id: id } = closed.closure;
    expect(await desk.disruptions.takeBack(id, 'U0KELLY')).toMatchObject({ refused: expect.anything() });
    const later = openDesk(away, rain.end).desk;
    expect(await later.disruptions.list('closure', DISPATCH)).toEqual([]);
    expect(await later.disruptions.takeBack(id, DISPATCH)).toMatchObject({
      refused: expect.stringMatching(/over by now/),
    });
  });

  it('cannot have been without length, nor backwards, nor over already', async () => {
    const { desk } = openDesk(agencyOf(5));
    const none = { start: morning, end: morning, reason: 'sick', actor: DISPATCH };
    expect(await desk.disruptions.reportAbsence({ ...none, crewId: 'north' })).toMatchObject({
      refused: expect.anything(),
    });
    expect(await desk.disruptions.closeDistrict({ ...none, district: 'riverside' })).toMatchObject({
      refused: expect.stringMatching(/end before it begins/),
    });
    const past = { ...none, start: at('2026-05-31T12:00:00Z'), crewId: 'north' };
    expect(await desk.disruptions.reportAbsence(past)).toEqual({
      refused: 'It would be over already: say until when it still lasts.',
    });
  });
});

describe('a rain day', () => {
  it('moves what lies in the district behind it, and leaves the rest of the town alone', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('wet', { place: { latitude: 41.99, longitude: -87.5 } }));
    await workOrders.insert(afternoon('somewhere', { place: null }));
    await workOrders.insert(afternoon('dry', { place: { latitude: 42.01, longitude: -87.5 } }));
    await plan(agency);
    const dry = (await findOrder('dry')).assignment;
    const { desk } = openDesk(agency);
    const rain = { ...RAIN_DAY, end: at('2026-06-02T14:00:00Z') };
    expect(await desk.disruptions.closeDistrict({ ...rain, actor: 'U0KELLY' })).toMatchObject({
      refused: expect.anything(),
    });
    expect(await desk.disruptions.closeDistrict(rain)).toMatchObject({ affectedJobs: 1, placelessJobs: 1 });
    expect(await plan(agency)).toMatchObject({ moved: ['wet'] });
    const wet = (await findOrder('wet')).assignment;
    expect(wet?.start.getTime()).toBeGreaterThanOrEqual(rain.end.getTime());
    expect((await findOrder('dry')).assignment).toEqual(dry);
  });
});

describe('a crew', () => {
  it('that accepts keeps the job, and one that declines is not asked again', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('a'));
    await plan(agency);
    const first = (await crewOf('a')) ?? '';
    const lead = first === 'north' ? 'U0SANTOS' : 'U0KELLY';
    const { desk, planned } = openDesk(agency);
    expect(await desk.work.decline('a', 'U0STRANGER', 'no')).toMatchObject({
      refused: expect.stringMatching(/^Only/),
    });
    expect(await desk.work.decline('a', lead, 'no roller today')).toMatchObject({
      order: { state: 'waiting' },
    });
    expect(planned).toHaveLength(1);
    expect(await reservedFor('a')).toEqual([]);
    expect(await plan(agency)).toMatchObject({ announced: ['a'] });
    const second = (await crewOf('a')) ?? '';
    expect(second).not.toBe(first);

    const other = second === 'north' ? 'U0SANTOS' : 'U0KELLY';
    expect(await desk.work.accept('a', other)).toMatchObject({ order: { acceptedAt: morning } });
    expect(await desk.work.decline('a', other, 'changed my mind')).toMatchObject({
      order: { state: 'waiting' },
    });
    expect(await plan(agency)).toMatchObject({ announced: [], unplaced: ['a'] });
  });

  it('that runs over has what comes after it moved', async () => {
    const agency = agencyOf(5);
    for (const id of ['a', 'b'])
      await workOrders.insert(makeOrder(id, { givenTo: 'north', requirements: { durationMinutes: 120 } }));
    await plan(agency);
    const [first, second] = (await Promise.all([findOrder('a'), findOrder('b')])).toSorted(
      (one, other) => Number(one.assignment?.start) - Number(other.assignment?.start),
    ) as [WorkOrder, WorkOrder];
    await workOrders.save({ ...first, state: 'started', startedAt: first.assignment?.start ?? null });
    const late = new Date(Number(second.assignment?.start) + 10 * 60_000);
    expect(await plan(agency, late)).toMatchObject({ moved: [second._id] });
    const moved = (await findOrder(second._id)).assignment;
    expect(moved?.start.getTime()).toBeGreaterThan(late.getTime());
  });
});

describe('dispatch', () => {
  it('gives a job to another crew for the cost it was shown, and no plan takes it away again', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('a'));
    await plan(agency);
    const from = await crewOf('a');
    const { desk } = openDesk(agency);
    const shown = await desk.work.listReassignments('a');
    if ('refused' in shown) throw new Error(shown.refused);
    expect(shown.options).toHaveLength(1);
    const [option] = shown.options;
    expect(option?.crewId).not.toBe(from);
    expect(option?.deltaCents).toBeGreaterThanOrEqual(0);
    expect(await desk.work.reassign('a', option?.crewId ?? '', DISPATCH)).toMatchObject({
      order: { givenTo: option?.crewId, assignment: { crewId: option?.crewId } },
    });
    await plan(agency);
    expect(await crewOf('a')).toBe(option?.crewId);
    // What dispatch decided, dispatch may change.
    expect(await desk.work.listReassignments('a')).toMatchObject({ options: [{ crewId: from }] });
    expect(await desk.work.reassign('a', from ?? '', DISPATCH)).toMatchObject({
      order: { givenTo: from, assignment: { crewId: from } },
    });
  });

  it('applies no plan that would take away what it gave to the same crew meanwhile', async () => {
    const agency = agencyOf(0);
    const proposal = await proposeMoves(planners, agency, [afternoon('a')]);
    await workOrders.save({ ...(await findOrder('a')), givenTo: 'north' });
    const { desk } = openDesk(agency);
    expect(await desk.planning.decideProposal(proposal._id, 'apply', DISPATCH)).toMatchObject({
      refused: expect.stringContaining('Nothing was moved'),
    });
    expect(await crewOf('a')).toBe('north');
  });

  it('applies a plan though the crews were reminded since it was made', async () => {
    const agency = agencyOf(0);
    const proposal = await proposeMoves(planners, agency, [afternoon('a')]);
    const order = await findOrder('a');
    const { start } = order.assignment as Assignment;
    await workOrders.save({ ...order, nudges: { start, sent: [] }, warnedOf: ['absence:x'] });
    const { desk } = openDesk(agency);
    expect(await desk.planning.decideProposal(proposal._id, 'apply', DISPATCH)).toMatchObject({
      proposal: {},
    });
    expect(await crewOf('a')).toBe('south');
  });

  it('is offered no time at which the district of the job is closed', async () => {
    const agency = agencyOf(0);
    const place = { latitude: 41.5, longitude: -87.6 };
    await workOrders.insert(afternoon('a', { place }));
    await plan(agency);
    const { desk } = openDesk(agency);
    await desk.disruptions.closeDistrict(RAIN_DAY);
    const shown = await desk.work.listReassignments('a');
    if ('refused' in shown) throw new Error(shown.refused);
    expect(shown.options.length).toBeGreaterThan(0);
    for (const { start } of shown.options)
      expect(start.getTime()).toBeGreaterThanOrEqual(RAIN_DAY.end.getTime());
  });

  it('gives a job that everybody declined to one of those all the same, and it stays there', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('a'));
    const { desk, planned } = openDesk(agency);
    for (let time = 0; time < 2; time += 1) {
      await plan(agency);
      const lead = (await crewOf('a')) === 'north' ? 'U0SANTOS' : 'U0KELLY';
      await desk.work.decline('a', lead, 'no roller');
    }
    expect(await plan(agency)).toMatchObject({ unplaced: ['a'] });
    const shown = await desk.work.listReassignments('a');
    if ('refused' in shown) throw new Error(shown.refused);
    expect(shown.options.map(({ crewId, hasDeclined }) => [crewId, hasDeclined]).sort()).toEqual([
      ['north', true],
      ['south', true],
    ]);
    expect(shown.options[0]).toMatchObject({ deltaCents: 0, deltaMinutes: 0, lateMinutes: 0 });

    expect(await desk.work.reassign('a', 'south', 'U0SANTOS')).toEqual({
      refused: 'Only dispatch can do this.',
    });
    const clicks = await Promise.all([
      desk.work.reassign('a', 'south', DISPATCH),
      desk.work.reassign('a', 'south', DISPATCH),
    ]);
    expect(clicks.filter((outcome) => 'order' in outcome)).toHaveLength(1);
    expect(await findOrder('a')).toMatchObject({
      ...{ state: 'announced', givenTo: 'south', unplaced: null },
      assignment: { crewId: 'south', reason: 'given to this crew by dispatch' },
      declined: [{ crewId: 'north' }],
    });
    expect(await reservedFor('a')).toEqual(['south']);
    expect(await listTold('work.announced')).toHaveLength(3);
    planned.length = 0;
    await plan(agency);
    await workOrders.insert(afternoon('b', { dueAt: morning, weight: 9 }));
    await plan(agency);
    expect(await crewOf('a')).toBe('south');
  });

  it('is told to whom a job that waits cannot be given, or why to nobody', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('deep', { requirements: { skills: ['diving'] } }));
    await workOrders.insert(afternoon('crowded', { requirements: { crewSize: 90 } }));
    await plan(agency);
    const [north, south] = agency.crews as [Crew, Crew];
    const divers = { ...agency, crews: [{ ...north, skills: ['diving'] }, south] };
    expect(await openDesk(divers).desk.work.listReassignments('deep')).toMatchObject({
      options: [{ crewId: 'north', hasDeclined: false }],
      others: [{ crewName: 'south crew', why: 'lacks a skill it needs' }],
    });
    expect(await openDesk(agency).desk.work.listReassignments('crowded')).toEqual({
      refused: expect.stringMatching(/^No crew can take this job as things stand: /),
    });
  });

  it.each([
    [
      'that nobody has recognised',
      { doubt: 'kind-unknown' },
      /nobody has recognised what kind of work it is/,
    ],
    ['that asks for a skill no crew has', { requirements: { skills: ['diving'] } }, /diving/],
  ] as const)(
    'gives a job %s to a crew, which no plan has done, and no plan undoes',
    async (_what, changes, why) => {
      const agency = agencyOf(5);
      const { requirements = {} } = { ...changes } as { requirements?: object };
      const skills: { skills: string[] } = { skills: [], ...requirements };
      await workOrders.insert(afternoon('odd', { ...changes, requirements: skills }));
      await workOrders.insert(afternoon('then', { after: { orderId: 'odd', minutes: 0 } }));
      expect(await plan(agency)).toMatchObject({ announced: [], unplaced: expect.arrayContaining(['odd']) });
      expect(await plan(agency)).toMatchObject({ announced: [] });
      const told = (await listTold('work.unplaced')).filter(({ orderId }) => orderId === 'odd');
      expect(told).toEqual([expect.objectContaining({ reason: expect.stringMatching(why) })]);
      const { desk } = openDesk(agency);
      const shown = await desk.work.listReassignments('odd');
      if ('refused' in shown) throw new Error(shown.refused);
      expect(shown.options.map(({ crewId }) => crewId).sort()).toEqual(['north', 'south']);
      const lack = skills.skills.includes('diving') ? '; it has no diving' : '';
      const reason = `given to this crew by dispatch${lack}`;
      expect(await desk.work.reassign('odd', 'south', DISPATCH)).toMatchObject({
        order: { state: 'announced', givenTo: 'south', assignment: { reason } },
      });
      for (let time = 0; time < 2; time += 1) {
        expect(await plan(agency)).toMatchObject({ moved: [], proposed: false });
        expect(await crewOf('odd')).toBe('south');
      }
      expect(await findOrder('then')).toMatchObject({ state: 'announced' });
      await desk.work.decline('odd', 'U0KELLY', 'we have no divers');
      expect(await plan(agency)).toMatchObject({ announced: [] });
      expect(await findOrder('odd')).toMatchObject({ state: 'waiting', givenTo: null });
    },
  );

  it('is not led to give a job away before the one it is to start after has a crew', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(makeOrder('first', { requirements: { skills: ['diving'] } }));
    await workOrders.insert(afternoon('second', { after: { orderId: 'first', minutes: 0 } }));
    await plan(agency);
    expect(await openDesk(agency).desk.work.listReassignments('second')).toEqual({
      refused: 'It is to start after first, which has no crew yet: give that one a crew first.',
    });
  });

  it('sees each crew’s day', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(afternoon('a', { title: 'Pothole at the school', givenTo: 'north' }));
    await plan(agency);
    const { desk } = openDesk(agency);
    const days = await desk.planning.viewDay('2026-06-01');
    expect(days.map(({ crewId }) => crewId)).toEqual(['north', 'south']);
    expect(days[0]).toMatchObject({
      availableMinutes: 510,
      jobs: [{ orderId: 'a', title: 'Pothole at the school', state: 'announced', lateMinutes: 0 }],
    });
    expect(await desk.planning.viewCrew('north', '2026-06-01', 3)).toHaveLength(3);
    expect(await desk.work.listOf('U0SANTOS')).toMatchObject([{ _id: 'a' }]);
    expect(await desk.work.listOf('U0KELLY')).toEqual([]);
    expect(await desk.work.listOf(DISPATCH)).toBeNull();
  });
});

it('a question leaves time for the answer; what is moved without asking need not wait', async () => {
  const agency = agencyOf(0);
  const first = { earliestAt: null };
  await announceToNorth(planners, agency, [afternoon('a', first), afternoon('b', first)]);
  const { desk } = openDesk(agency);
  await desk.disruptions.reportAbsence(SICK_DAY);
  expect(await plan(agency)).toMatchObject({ proposed: true });
  const [proposal] = await planner.stores.planProposals.listOpen();
  const departures = proposal!.moves.map(({ to }) => +to!.start - (to!.travelMinutes ?? 0) * 60_000);
  expect(Math.min(...departures) - +morning).toBeGreaterThanOrEqual(20 * 60_000);
  expect(await plan(agency, new Date(+morning + 15 * 60_000))).toMatchObject({ proposed: false });
  expect(await planner.stores.planProposals.listOpen()).toMatchObject([{ _id: proposal?._id }]);
  await plan(agencyOf(5));
  const starts = (await workOrders.findByIds(['a', 'b'])).map(({ assignment }) => +assignment!.start);
  expect(Math.min(...starts) - +morning).toBeLessThan(20 * 60_000);
});

it('a day shows which jobs an absence, or rain, keeps from being done as announced', async () => {
  const agency = agencyOf(0);
  const place = { latitude: 41.5, longitude: -87.5 };
  await announceToNorth(planners, agency, [afternoon('a', { place }), afternoon('b')]);
  const { desk } = openDesk(agency);
  const north = async () => (await desk.planning.viewDay('2026-06-01', 'north'))[0]!;
  expect((await north()).jobs.map(({ obstructedBy }) => obstructedBy)).toEqual([undefined, undefined]);
  await desk.disruptions.closeDistrict(RAIN_DAY);
  const found = async () =>
    Object.fromEntries((await north()).jobs.map(({ orderId, obstructedBy }) => [orderId, obstructedBy]));
  expect(await found()).toEqual({ a: ['closure'], b: undefined });
  await desk.disruptions.reportAbsence(SICK_DAY);
  expect(await found()).toEqual({ a: ['absence', 'closure'], b: ['absence'] });
  expect(describeLoad(await north(), agency.timeZone, morning)).toContain(
    '*2 while it is absent* · *1 in a closed district*',
  );
});

it('warns of a breach before it happens, with what would help, or that nothing single would', async () => {
  const agency = agencyOf(5);
  const dueAt = at('2026-06-01T17:30:00Z');
  await workOrders.insert(afternoon('a', { dueAt, requirements: { durationMinutes: 120 } }));
  await plan(agency);
  expect(await listTold('work.late')).toMatchObject([{ orderId: 'a', dueAt, isHopeless: true }]);
});

it('warns when a plan moves work past its deadline by itself, and once only', async () => {
  const agency = agencyOf(5);
  const dueAt = at('2026-06-01T20:00:00Z');
  await workOrders.insert(afternoon('a', { dueAt }));
  await plan(agency);
  expect(await listTold('work.late')).toEqual([]);
  const { desk } = openDesk(agency);
  await desk.disruptions.closeDistrict({ ...RAIN_DAY, actor: DISPATCH });
  for (const crewId of ['north', 'south']) await desk.disruptions.reportAbsence({ ...SICK_DAY, crewId });
  expect(await plan(agency)).toMatchObject({ moved: ['a'] });
  expect((await findOrder('a')).assignment?.end.getTime()).toBeGreaterThan(dueAt.getTime());
  expect(await listTold('work.late')).toMatchObject([{ orderId: 'a', dueAt, fix: expect.any(String) }]);
  await plan(agency);
  expect(await listTold('work.late')).toHaveLength(1);
});

it('two processes that re-plan at once move each job once', async () => {
  const agency = agencyOf(20);
  const ids = Array.from({ length: 8 }, (_, index) => `job-${index}`);
  for (const id of ids) await workOrders.insert(afternoon(id, { requirements: { durationMinutes: 30 } }));
  await plan(agency);
  const { desk } = openDesk(agency);
  await desk.disruptions.reportAbsence(SICK_DAY);
  await Promise.all([plan(agency), planWaitingOrders({ ...otherPlanner, agency }, morning)]);
  const orders = await workOrders.findByIds(ids);
  expect(
    orders.every(
      ({ assignment, state }) =>
        (state === 'announced' && assignment?.crewId === 'south') ||
        state !== 'announced' ||
        Number(assignment?.start) >= Number(tomorrow),
    ),
  ).toBe(true);
  const reserved = (await listDays()).flatMap(({ reserved: all }) => all.map(({ orderId }) => orderId));
  expect(reserved.toSorted()).toEqual([...ids].sort());
  const moved = await listTold('work.moved');
  expect(new Set(moved.map(({ orderId }) => orderId)).size).toBe(moved.length);
});

describe('what was promised', () => {
  it('keeps its time when the shift is edited under it, and other work finds room beside it', async () => {
    const agency = agencyOf(5);
    await workOrders.insert(makeOrder('early', { givenTo: 'north' }));
    await plan(agency);
    const early = await findOrder('early');
    await workOrders.save({ ...early, state: 'started', startedAt: morning });
    const later = { days: ['mon' as const], start: '09:00', end: '15:30' };
    const edited = { ...agency, crews: agency.crews.map((crew) => ({ ...crew, shifts: [later] })) };
    await workOrders.insert(makeOrder('next', { givenTo: 'north' }));
    expect(await plan(edited)).toMatchObject({ announced: ['next'], contended: [] });
  });

  it('holds its time until it is done, also when it was begun early', async () => {
    const agency = agencyOf(5);
    const north = { ...agency, crews: agency.crews.slice(0, 1) };
    await workOrders.insert(afternoon('early', { requirements: { durationMinutes: 180 } }));
    await plan(north);
    const early = await findOrder('early');
    const startedAt = new Date(Number(early.assignment?.start) - 100 * 60_000);
    await workOrders.save({ ...early, state: 'started', startedAt });
    await workOrders.insert(makeOrder('next'));
    expect(await plan(north, startedAt)).toMatchObject({ announced: ['next'], contended: [] });
    const next = (await findOrder('next')).assignment;
    expect(Number(next?.start)).toBeGreaterThanOrEqual(Number(early.assignment?.end));
  });

  it('stays where it is when a crew begins a later job early', async () => {
    const agency = agencyOf(5);
    for (const id of ['a', 'b', 'c']) await workOrders.insert(afternoon(id, { givenTo: 'north' }));
    await plan(agency);
    const [first, second, last] = (await workOrders.findByIds(['a', 'b', 'c'])).toSorted(
      (one, other) => Number(one.assignment?.start) - Number(other.assignment?.start),
    ) as [WorkOrder, WorkOrder, WorkOrder];
    for (const order of [first, second]) await workOrders.save({ ...order, acceptedAt: morning });
    await workOrders.save({ ...last, state: 'started', startedAt: morning });
    await workOrders.insert(makeOrder('new'));
    expect(await plan(agency)).toMatchObject({ moved: [], announced: ['new'] });
  });
});

it('an old question cannot be answered into the past, and two planners ask it once', async () => {
  const agency = agencyOf(0);
  await announceToNorth(planners, agency, [afternoon('a')]);
  await openDesk(agency).desk.disruptions.reportAbsence(SICK_DAY);
  await Promise.all([plan(agency), planWaitingOrders({ ...otherPlanner, agency }, morning)]);
  const [proposal, ...more] = await planner.stores.planProposals.listOpen();
  expect(more).toEqual([]);
  const start = proposal?.moves[0]?.to?.start ?? morning;
  const late = openDesk(agency, new Date(start.getTime() + 60_000));
  expect(await late.desk.planning.decideProposal(proposal?._id ?? '', 'apply', DISPATCH)).toMatchObject({
    refused: expect.stringMatching(/out of date/),
  });
});
