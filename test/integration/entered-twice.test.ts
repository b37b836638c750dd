import { beforeEach, describe, expect, it } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import { at, usePlanners } from '../support/planners.ts';
import {
  makeAskingAgency,
  morning,
  OPERATOR,
  openDesk,
  RAIN_DAY,
  RIVERSIDE,
  SICK_DAY,
  tomorrow,
} from '../support/proposals.ts';

const planners = usePlanners();
const { db } = planners;
const agency: Agency = { ...makeAskingAgency(), districts: [RIVERSIDE] };
const { desk, asked } = openDesk(planners, agency);
const other = openDesk({ ...planners, planner: planners.otherPlanner }, agency);
const noon = at('2026-06-01T17:00:00Z');
const LEAD = 'U0SANTOS';

const away = { ...SICK_DAY, start: noon, actor: LEAD };
const rain = { ...RAIN_DAY, start: noon };

/** The two kinds of entry, so that what is promised of one is promised of the other. */
const KINDS = [
  [
    'absence',
    (by: Pick<ManagementLayer, 'disruptions'>, changes: object = {}) =>
      by.disruptions.reportAbsence({ ...away, ...changes }),
  ],
  [
    'closure',
    (by: Pick<ManagementLayer, 'disruptions'>, changes: object = {}) =>
      by.disruptions.closeDistrict({ ...rain, ...changes }),
  ],
] as const;

const WRITTEN = ['disruptions', 'bulletins', 'outbox'];
const count = () => Promise.all(WRITTEN.map((name) => db.collection(name).countDocuments()));

beforeEach(async () => {
  for (const name of WRITTEN) await db.collection(name).deleteMany({});
  for (const list of [asked, other.asked]) list.length = 0;
});

describe.each(KINDS)('the same %s entered again', (kind, enter) => {
  it.each([
    ['the same span', {}],
    ['a span within it', { start: at('2026-06-01T18:00:00Z'), end: at('2026-06-01T20:00:00Z') }],
    ['a span that begins a moment earlier in the same minute', { start: new Date(+noon - 900) }],
  ])('writes nothing and plans nothing, and is answered with the first: %s', async (_, changes) => {
    await enter(desk);
    const before = await count();
    asked.length = 0;
    expect(await enter(desk, { ...changes, actor: OPERATOR, reason: 'as I said' })).toMatchObject({
      ...{ isKnown: true, affectedJobs: 0 },
      [kind]: { start: noon, end: tomorrow, by: kind === 'absence' ? LEAD : OPERATOR },
    });
    expect(await count()).toEqual(before);
    expect(asked).toEqual([]);
  });

  it('counts once when many say so at the same moment in two processes', async () => {
    const desks = [desk, other.desk, desk, other.desk, desk, other.desk];
    const all = await Promise.all(desks.map((one) => enter(one)));
    const known = all.map((outcome) => 'isKnown' in outcome && outcome.isKnown);
    expect(known.toSorted()).toEqual([false, true, true, true, true, true]);
    expect(await count()).toEqual([1, 1, expect.any(Number)]);
    expect([...asked, ...other.asked]).toHaveLength(1);
  });

  it.each([
    ['a longer one', { end: at('2026-06-02T06:00:00Z') }],
    ['one that begins earlier', { start: morning }],
    ['one that overlaps it in part', { start: morning, end: at('2026-06-01T18:00:00Z') }],
  ])('is entered beside it when it is another: %s', async (_, changes) => {
    await enter(desk);
    expect(await enter(desk, changes)).toMatchObject({ isKnown: false });
    expect(asked).toHaveLength(2);
  });

  it('counts again once the first was taken back', async () => {
    await enter(desk);
    const [first] = await desk.disruptions.list(kind, OPERATOR);
    await desk.disruptions.takeBack(first?._id ?? '', OPERATOR);
    expect(await enter(desk)).toMatchObject({ isKnown: false });
  });

  it('is known by what is still ahead, not by what is past', async () => {
    await enter(desk, { start: morning });
    const later = openDesk(planners, agency, noon);
    const wholeDay = { start: at('2026-06-01T05:00:00Z') };
    expect(await enter(later.desk, wholeDay)).toMatchObject({ isKnown: true });
    expect(await enter(desk, wholeDay)).toMatchObject({ isKnown: true });
    expect(await enter(later.desk, { end: at('2026-06-02T06:00:00Z') })).toMatchObject({ isKnown: false });
  });
});

it('another crew or district is no repetition', async () => {
  await desk.disruptions.reportAbsence(away);
  expect(await desk.disruptions.reportAbsence({ ...away, crewId: 'south', actor: OPERATOR })).toMatchObject({
    isKnown: false,
  });
  expect(await desk.disruptions.closeDistrict(rain)).toMatchObject({ isKnown: false });
});
