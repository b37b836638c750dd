import type { AuditEvent } from '../../src/core/audit/audit-event.ts';
import type { WorkflowDefinition } from '../../src/core/definition/workflow-definition.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import type { Escalation } from '../../src/core/run/run-parts.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import type { DisruptionBulletin, JobChange, LateJob } from '../../src/core/work/bulletin.ts';
import type { ListedDisruption } from '../../src/core/work/disruption.ts';
import { reasonWithoutFix } from '../../src/core/work/unplaced-reason.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { buildApprovalCard } from '../../src/slack/approvals/approval-card.ts';
import { buildRejectModal } from '../../src/slack/approvals/reject.ts';
import type { Message } from '../../src/slack/budget/fitted.ts';
import { renderRefusal } from '../../src/slack/delivery/rendering/render-refusal.ts';
import {
  buildCrewBulletins,
  buildDisruptionBulletin,
  buildEmptyPart,
} from '../../src/slack/disruptions/bulletin-card.ts';
import { buildPage } from '../../src/slack/escalator/page.ts';
import { buildLateCard } from '../../src/slack/planning/late-card.ts';
import { buildMovesModal, buildProposalCard } from '../../src/slack/planning/proposal-card.ts';
import { buildEditCrewModal } from '../../src/slack/roster/edit-crew.ts';
import { buildHome } from '../../src/slack/runs/home.ts';
import { buildNotice } from '../../src/slack/runs/notice.ts';
import { buildReasonModal } from '../../src/slack/runs/reason-modal.ts';
import { buildRunCard } from '../../src/slack/runs/run-card.ts';
import { buildInputModal } from '../../src/slack/runs/starting/input-modal.ts';
import { buildTimeline, takeEvents } from '../../src/slack/runs/timeline.ts';
import { buildAssignmentCard } from '../../src/slack/work/assignment-card.ts';
import { buildDeclineModal, buildReassignModal } from '../../src/slack/work/crew-modals.ts';
import {
  buildDeclinedNotice,
  buildGivenNotice,
  buildNudge,
  buildSettledWarning,
  buildTroubleNotice,
} from '../../src/slack/work/field-notices.ts';
import { buildBlockedModal, buildDoneModal } from '../../src/slack/work/report-modals.ts';
import { EXAMPLES, exampleOf, TYPES } from './audit-examples.ts';
import { makeProposal } from './management.ts';
import {
  demoAgency as agency,
  assess,
  giveToCrew,
  later,
  repair,
  reportPothole,
  START,
  type Story,
  tell,
} from './slack-runs.ts';

/** What somebody wrote, why somebody did something, and how many of everything there are. */
export interface World {
  text: string;
  reason: string;
  count: number;
}

export interface View {
  type: 'modal' | 'home';
  blocks: readonly object[];
}

/** What a builder makes: messages, or forms and Home tabs. Nothing for what is not shown. */
type Built = Message | View | readonly Message[] | null;

const NORTH = { crewId: 'north' };

/** Everything that is told or asked in Slack by itself, by the name of what builds it, in worlds of any size. */
export const EVERY_BUILDER: Readonly<Record<string, (world: World) => Built[]>> = {
  buildRunCard: (world) => {
    const { open, rejected, late, breached, cancelled } = storiesOf(world);
    return [open, rejected, late, breached, cancelled].map((run) => buildRunCard(run, agency, later(20)));
  },
  buildApprovalCard: (world) => {
    const { waiting, rejected, cancelled } = storiesOf(world);
    return [waiting, rejected, cancelled].map((run) =>
      buildApprovalCard(run, 'humanApproval', agency, later(6)),
    );
  },
  buildAssignmentCard: (world) => {
    const { open, cancelled, late, order, blocked, moved } = storiesOf(world);
    return [
      buildAssignmentCard(open, order, agency, START, { ...NORTH, before: world.text }),
      buildAssignmentCard(open, blocked, agency, START, NORTH),
      buildAssignmentCard(open, moved, agency, START, NORTH),
      buildAssignmentCard(cancelled, order, agency, START, NORTH),
      buildAssignmentCard(late, blocked, agency, START, NORTH),
    ];
  },
  buildPage: (world) => {
    const { late, breached } = storiesOf(world);
    return [buildPage(late, 'sla-run', 1, agency), buildPage(breached, 'sla-0', 1, agency)];
  },
  buildTimeline: (world) => {
    const { open } = storiesOf(world);
    const events = manyEvents(world);
    return [
      buildTimeline(takeEvents(events, open, agency), open, agency),
      buildTimeline(events, open, agency),
    ];
  },
  buildNotice: (world) =>
    manyEvents({ ...world, count: 1 }).map((event) => buildNotice(event, storiesOf(world).open, agency)),
  buildDeclinedNotice: (world) => [
    buildDeclinedNotice(
      exampleOf('work.declined', { reason: world.reason, crewName: world.text }),
      [exampleOf('work.unplaced', { reason: world.reason })],
      storiesOf(world).open,
      agency,
      START,
    ),
  ],
  buildTroubleNotice: (world) => [
    buildTroubleNotice(
      exampleOf('work.stranded', { reason: world.reason, crewName: world.text }),
      storiesOf(world).open,
      agency,
    ),
  ],
  buildSettledWarning: (world) => [
    buildSettledWarning(exampleOf('work.cleared', { reason: world.reason }), storiesOf(world).open, agency),
  ],
  buildGivenNotice: (world) => [
    buildGivenNotice(exampleOf('work.moved', { crewName: world.text }), storiesOf(world).open, agency, START),
  ],
  buildNudge: (world) => [buildNudge(exampleOf('work.nudged'), storiesOf(world).open, agency, START)],
  buildCrewBulletins: (world) =>
    ['lost', 'retimed', 'calledOff'].map((kind) =>
      buildCrewBulletins(NORTH, manyChanges(world, kind as JobChange['kind']), agency, START),
    ),
  buildEmptyPart: () => [buildEmptyPart()],
  buildDisruptionBulletin: (world) =>
    [null, 'north'].map((crewId) =>
      buildDisruptionBulletin(manyAffected(world), new Map(), agency, { crewId, now: START }),
    ),
  buildLateCard: (world) => [buildLateCard(manyLate(world), agency), buildLateCard([], agency, world.count)],
  buildProposalCard: (world) =>
    (['open', 'applied', 'kept', 'stale'] as const).map((state) =>
      buildProposalCard(manyMoves(world, state), agency, START),
    ),
  buildMovesModal: (world) => [buildMovesModal(manyMoves(world, 'open'), agency)],
  buildHome: (world) => {
    const { open, waiting, order } = storiesOf(world);
    const many = <Value>(value: Value) => Array.from({ length: Math.min(world.count, 100) }, () => value);
    const jobs = many({ ...order, title: world.text });
    const reason = { why: world.text, fix: world.text, kind: 'doubt' };
    const unplaced = many({ ...order, title: world.text, unplaced: reason });
    return [buildHome({ waiting: many(waiting), mine: many(open), jobs, unplaced }, agency)];
  },
  buildInputModal: (world) => [
    buildInputModal(manyFields(world), { channel: 'C0REQUESTS', requestKey: 'key' }, { text: world.text }),
  ],
  buildReasonModal: (world) => [
    buildReasonModal(storiesOf(world).open, 'one', {
      ...{ callbackId: 'id', title: world.text, submit: world.text, label: world.text, hint: world.reason },
    }),
  ],
  buildRejectModal: (world) => [buildRejectModal(storiesOf(world).open, 'humanApproval')],
  buildDeclineModal: (world) => [buildDeclineModal(storiesOf(world).open, { isAccepted: true })],
  buildBlockedModal: (world) => [buildBlockedModal(storiesOf(world).open)],
  buildDoneModal: (world) => [buildDoneModal(storiesOf(world).open, agency)],
  buildEditCrewModal: (world) => {
    const [crew] = agency.crews;
    return [buildEditCrewModal({ ...crew!, name: world.text }, agency)];
  },
  buildReassignModal: (world) => {
    const options = listOf({ ...world, count: Math.max(world.count, 1) }, (index) => ({
      ...{ crewId: `c${index}`, crewName: world.text, start: later(60), end: later(90) },
      ...{ deltaCents: 4_600, deltaMinutes: 90, lateMinutes: 30 },
    }));
    const others = listOf(world, () => ({ crewName: world.text, why: world.reason }));
    const current = { crewName: world.text, start: later(30), lateMinutes: 9 };
    return [buildReassignModal(storiesOf(world).open, { options, others, current }, agency, { now: START })];
  },
  renderRefusal: (world) => {
    const entry = {
      _id: 'refusal',
      wanted: 1,
      runId: 'R-1',
      reference: `invalid_blocks#runCard:${world.text}`,
    };
    return [renderRefusal(entry as OutboxEntry, agency).message];
  },
};

function listOf<Value>({ count }: World, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

interface Stories {
  waiting: WorkflowRun;
  open: WorkflowRun;
  rejected: WorkflowRun;
  cancelled: WorkflowRun;
  late: WorkflowRun;
  /** Each of its steps has missed its deadline. */
  breached: WorkflowRun;
  order: WorkOrder;
  blocked: WorkOrder;
  moved: WorkOrder;
}

let remembered: { world: World; stories: Stories } | null = null;

/** The same request in all its states. */
function storiesOf(world: World): Stories {
  if (remembered?.world === world) return remembered.stories;
  const stories = tellStories(world);
  remembered = { world, stories };
  return stories;
}

function tellStories(world: World): Stories {
  const { text, reason } = world;
  const facts = { reasons: Array.from({ length: 30 }, () => reason), summary: reason, note: text };
  const waiting = assess(reportPothole('R-1', text), facts);
  const { story: open, order } = giveToCrew(waiting);
  const decision = { task: 'humanApproval', verdict: 'rejected' as const, actor: 'U0LIND', reason };
  const rejected = tell(waiting, (run, now) => decideApproval(run, decision, now), later(5));
  const cancelled = tell(open, (run, now) => cancelRun(run, 'U0RIVERA', reason, now), later(30));
  const late = tell(waiting, (run) => run, later(48 * 60));
  const declined = [{ crewId: 'north', reason, at: later(14) }];
  const assignment = { ...order.assignment!, reason };
  return {
    ...{
      waiting: waiting.run,
      open: open.run,
      rejected: rejected.run,
      cancelled: cancelled.run,
      late: late.run,
    },
    breached: breach(late, world),
    order: { ...order, assignment },
    blocked: { ...order, state: 'blocked', blockedReason: reason, acceptedAt: START, startedAt: later(20) },
    moved: { ...order, declined, assignment: { ...assignment, crewId: 'south', crewName: text } },
  };
}

/** As a `forEach` whose steps all miss their deadline leaves it; each page was taken on by somebody else. */
function breach({ run }: Story, world: World): WorkflowRun {
  const [first] = Object.values(run.escalations);
  const escalations = listOf(world, (index): [string, Escalation] => {
    const key = `sla-${index}`;
    const acknowledgedBy = index % 3 === 0 ? `U0X${index}` : null;
    const state = acknowledgedBy === null ? 'open' : 'acknowledged';
    return [key, { ...first!, key, task: 'humanApproval', state, acknowledgedBy }];
  });
  return { ...run, escalations: Object.fromEntries(escalations), reason: world.reason };
}

function manyEvents(world: World): AuditEvent[] {
  const { text, reason } = world;
  const words = { reason, note: reason, message: reason, summary: text, crewName: text, text: reason };
  return listOf({ ...world, count: Math.min(world.count, 5) }, (round) =>
    TYPES.map((type, index) => {
      const data: Record<string, unknown> = { ...EXAMPLES[type] };
      for (const [name, value] of Object.entries(words))
        if (typeof data[name] === 'string') data[name] = value;
      return { ...exampleOf(type), data, seq: round * TYPES.length + index + 1 } as AuditEvent;
    }),
  ).flat();
}

function manyChanges(world: World, kind: JobChange['kind']): JobChange[] {
  return listOf(world, (index) => ({
    ...{ orderId: `R-${index}`, title: world.text, kind, cause: world.reason },
    from: { start: later(450), end: later(510) },
    to: kind === 'calledOff' ? null : { start: later(135), end: later(195), crewName: world.text },
  }));
}

function manyAffected(world: World): DisruptionBulletin {
  const jobs = listOf(world, (index) => ({
    ...{ orderId: `R-${index}`, title: world.text, crewId: 'north', start: later(60) },
  }));
  return {
    ...{
      _id: 'D-1',
      kind: 'absence',
      name: world.text,
      crewIds: ['north'],
      reason: world.reason,
      by: 'U0CHEN',
    },
    ...{ start: START, end: later(1_440), jobs, at: START, plannedAt: null, takenBackBy: null },
  };
}

function manyLate(world: World): LateJob[] {
  return listOf(world, (index) => ({
    ...{ orderId: `R-${index}`, title: world.text, crewName: world.text, end: later(300), dueAt: later(100) },
    ...{ weight: 5, fix: world.reason },
  }));
}

function manyMoves(world: World, state: 'open' | 'applied' | 'kept' | 'stale') {
  const [move] = makeProposal().moves;
  const moves = listOf(world, (index) => ({
    ...move!,
    ...{ orderId: `R-${index}`, title: world.text, reason: world.reason, cause: `${world.reason} ` },
    to: index % 2 === 0 ? move!.to : null,
  }));
  return makeProposal({ state, cause: world.reason, moves });
}

/** A form with each kind of field, and as many choices as there are things. */
function manyFields({ text, reason, count }: World): WorkflowDefinition {
  const choices = Array.from({ length: Math.min(Math.max(count, 1), 100) }, (_, index) =>
    `${index} ${text}`.slice(0, 140),
  );
  const types = ['text', 'longText', 'location', 'number', 'boolean', 'date', 'choice'] as const;
  const fields = types.map((type) => [
    type,
    { type, label: text, hint: reason, required: false, ...(type === 'choice' && { choices }) },
  ]);
  return { ...repair, title: text, description: reason, input: Object.fromEntries(fields) };
}

/** As the lists of commands have them. */
export function manyDisruptions(world: World, kind: ListedDisruption['kind']): ListedDisruption[] {
  return listOf(world, (index) => ({
    ...{ _id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, kind, name: world.text },
    ...{ reason: world.reason, by: 'U0CHEN', start: START, end: later(1_440) },
  })) as ListedDisruption[];
}

/** As the lists of commands have them. */
export function manyUnplaced(world: World) {
  return listOf(world, (index) => ({
    ...{
      _id: `R-${index}`,
      title: world.text,
      unplaced: reasonWithoutFix(world.reason),
      dueAt: null,
      weight: 5,
    },
  }));
}
