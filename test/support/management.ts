import type { WorkflowDefinition } from '../../src/core/definition/workflow-definition.ts';
import type { CrewDayView, PlannedJob } from '../../src/core/work/crew-day-view.ts';
import type { ListedDisruption } from '../../src/core/work/disruption.ts';
import type { PlanProposal } from '../../src/core/work/plan-proposal.ts';
import type { ReassignmentOption } from '../../src/core/work/reassignment.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import type { Disruptions } from '../../src/management/disruptions.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import type { Planning, UnplacedJob } from '../../src/management/planning.ts';
import type { EditableRoster } from '../../src/management/roster.ts';
import { later, START } from './slack-runs.ts';

/** Acts of a test's own, by their word. */
export type Acts = { [Word in Exclude<keyof ManagementLayer, 'start'>]?: Partial<ManagementLayer[Word]> };

/** What a management layer without a database knows. */
export interface FakeKnowledge {
  days: CrewDayView[];
  unplaced: UnplacedJob[];
  options: ReassignmentOption[];
  orders: Map<string, WorkOrder>;
  proposals: Map<string, PlanProposal>;
  affectedJobs: number;
  placelessJobs: number;
  /** What is entered now stands already. */
  isKnown: boolean;
  disruptions: ListedDisruption[];
  /** What goes on when something is taken back. */
  standing: ListedDisruption[];
  /** Why everything that changes something is refused, unless it is not. */
  refused: string | null;
  /** Whom that names. */
  actor?: string;
}

/**
 * A management layer that answers with what it was given and notes what it was asked for about work and plan: method and
 * arguments. `acts` come before its own.
 */
export function createFakeManagement(
  known: Partial<FakeKnowledge> = {},
  acts: Acts = {},
): {
  management: ManagementLayer;
  calls: [string, ...unknown[]][];
} {
  const desk: FakeKnowledge = {
    ...{ days: [], unplaced: [], options: [], orders: new Map(), proposals: new Map() },
    ...{ disruptions: [], standing: [], affectedJobs: 0, placelessJobs: 0 },
    ...{ isKnown: false, refused: null, ...known },
  };
  const calls: [string, ...unknown[]][] = [];
  const act = <Value extends object>(call: [string, ...unknown[]], value: () => Value | null) => {
    calls.push(call);
    const done = desk.refused === null ? value() : null;
    const named = desk.actor === undefined ? {} : { actor: desk.actor };
    return Promise.resolve(done ?? { refused: desk.refused ?? 'There is no such job.', ...named });
  };
  const orderOf = (id: string) => {
    const order = desk.orders.get(id);
    return order ? { order } : null;
  };
  const noted = (by: string) => ({ _id: 'A-1', by, at: START });
  const work = {
    find: async () => null,
    listOf: async () => null,
    refuseReport: async () => null,
    accept: (...answer: [string, ...unknown[]]) => act(['accept', ...answer], () => orderOf(answer[0])),
    decline: (...answer: [string, ...unknown[]]) => act(['decline', ...answer], () => orderOf(answer[0])),
    listReassignments: (orderId: string) =>
      act(['listReassignments', orderId], () =>
        orderOf(orderId) ? { options: desk.options, others: [] } : null,
      ),
    reassign: (orderId: string, crewId: string, actor: string) =>
      act(['reassign', orderId, crewId, actor], () => orderOf(orderId)),
  };
  const planning: Planning = {
    viewDay: async (day, crewId) => {
      calls.push(['viewDay', day, crewId]);
      return desk.days.filter((view) => crewId === undefined || view.crewId === crewId);
    },
    viewCrew: async (crewId, day, days) => {
      calls.push(['viewCrew', crewId, day, days]);
      return desk.days.filter((view) => view.crewId === crewId).slice(0, days);
    },
    listUnplaced: async () => desk.unplaced,
    findProposal: async (id) => desk.proposals.get(id) ?? null,
    findBulletin: async () => null,
    decideProposal: (id, verdict, actor) =>
      act(['decideProposal', id, verdict, actor], () => {
        const proposal = desk.proposals.get(id);
        return proposal ? { proposal } : null;
      }),
  };
  const disruptions: Disruptions = {
    reportAbsence: ({ actor, ...absence }) =>
      act(['reportAbsence', { ...absence, actor }], () => ({
        absence: { ...absence, ...noted(actor) },
        ...{ affectedJobs: desk.affectedJobs, isKnown: desk.isKnown },
      })),
    closeDistrict: ({ actor, ...closure }) =>
      act(['closeDistrict', { ...closure, actor }], () => ({
        closure: { ...closure, ...noted(actor) },
        placelessJobs: desk.placelessJobs,
        ...{ affectedJobs: desk.affectedJobs, isKnown: desk.isKnown },
      })),
    list: async (kind) =>
      desk.disruptions
        .filter((one) => one.kind === kind)
        .map((one) => ({ ...one, mayTakeBack: one._id !== null })),
    takeBack: (id, actor) =>
      act(['takeBack', id, actor], () => {
        const disruption = desk.disruptions.find(({ _id }) => _id === id);
        return disruption ? { disruption, standing: desk.standing } : null;
      }),
  };
  const definitions: ReadonlyMap<string, WorkflowDefinition> = acts.runs?.definitions ?? new Map();
  const management = {
    authority: { mayAct: async () => null, ...acts.authority },
    runs: {
      definitions,
      findDefinition: async (word) => findNamed(definitions, word),
      isUnclear: async () => false,
      ...acts.runs,
    },
    approvals: { ...acts.approvals },
    pages: { ...acts.pages },
    work: { ...work, ...acts.work },
    planning: { ...planning, ...acts.planning },
    disruptions: { ...disruptions, ...acts.disruptions },
    roster: { ...REFUSED_ROSTER, ...acts.roster },
    messages: { countWaiting: async () => 0, ...acts.messages },
  } as ManagementLayer;
  return { management, calls };
}

/** For tests in which nobody edits the roster. */
const REFUSED_ROSTER: EditableRoster = {
  read: () => Promise.reject(new Error('no roster here')),
  exportAgency: () => Promise.reject(new Error('no roster here')),
  save: async () => ({ refused: 'no roster here' }),
};

/** A job in a crew's day, from and to so many minutes after `START` (07:00 in Chicago). */
export function makeJob(
  orderId: string,
  title: string,
  [from, to]: readonly [number, number],
  changes: Partial<PlannedJob> = {},
): PlannedJob {
  const times = { start: later(from), end: later(to) };
  const nothing = { travelMinutes: 0, lateMinutes: 0, acceptedAt: null, place: null };
  return { orderId, title, state: 'announced', ...times, ...nothing, ...changes };
}

/** A crew's Monday, 07:00 to 15:30 with a break at noon, nothing to do. */
export function makeCrewDay(
  crewId: string,
  crewName: string,
  changes: Partial<CrewDayView> = {},
): CrewDayView {
  return {
    ...{ crewId, crewName, day: '2026-06-01', shifts: [{ start: START, end: later(510) }] },
    ...{ breaks: [{ start: later(300), end: later(330) }], absences: [], jobs: [] },
    ...{ availableMinutes: 480, plannedMinutes: 0, ...changes },
  };
}

/** A proposal that gives one announced job of Crew North to Crew South. */
export function makeProposal(changes: Partial<PlanProposal> = {}): PlanProposal {
  const place = { depotId: 'north-yard', materials: [], reason: 'nearest' };
  const from = { ...place, crewId: 'north', crewName: 'Crew North', start: later(60), end: later(210) };
  const to = { ...place, crewId: 'south', crewName: 'Crew South', start: later(120), end: later(270) };
  const move = { orderId: 'R-1', title: '5th & Main', from, to, version: 3, dueAt: later(240) };
  return {
    ...{ _id: 'P-1A2B3C4D', state: 'open', cause: 'Crew North is absent' },
    moves: [{ ...move, reason: 'Crew North is absent until Tue 07:00' }],
    ...{ before: { cents: 431_000, lateMinutes: 120 }, after: { cents: 435_600, lateMinutes: 30 } },
    ...{ createdAt: START, decidedBy: null, decidedAt: null, version: 1, ...changes },
  };
}

function findNamed(
  definitions: ReadonlyMap<string, WorkflowDefinition>,
  word: string,
): WorkflowDefinition | null {
  const known = [...definitions.values()];
  return known.find(({ name, command }) => name === word || command === word) ?? null;
}
