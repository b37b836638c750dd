import type { Agency } from '../../core/agency/agency.ts';
import { findReport } from '../../core/events/work-events.ts';
import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import { describeCents } from '../../core/values/money.ts';
import { type Assignment, findWorkTime, type WorkOrder } from '../../core/work/work-order.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { ACTION } from '../kit/action-ids.ts';
import { encodeTarget } from '../kit/button-payload.ts';
import { type ButtonOptions, buttons, context, fields, section } from '../kit/parts.ts';
import { hazardLine, hazardWarning } from '../runs/describe-hazard.ts';
import { describeDeadline, describeSubject, isGuessed } from '../runs/describe-run.ts';
import { namesPlace } from '../runs/names-place.ts';
import { STATUS } from '../words/glossary.ts';
import { describeMinutes } from '../words/job-words.ts';
import { formatInstant, formatInterval, formatTime } from '../words/local-time.ts';
import { mention, mentionLead, userLine, userText } from '../words/mrkdwn.ts';

type Shown = 'announced' | 'accepted' | 'started' | 'blocked' | 'done' | 'cancelled';

const HEADLINE: Readonly<Record<Shown, { sign: string; word: string }>> = {
  announced: { sign: '🟡', word: 'New job' },
  accepted: { sign: '🟢', word: 'Accepted job' },
  started: { sign: '🔵', word: 'Under way' },
  blocked: { sign: '🟠', word: 'Blocked' },
  done: { sign: '✅', word: 'Done' },
  cancelled: { sign: '🚫', word: 'Called off' },
};

/** Whose card it is; who said yes to the job there (a Slack member id), and who had it before, where that is known. */
export interface CardOptions {
  crewId: string;
  acceptedBy?: string | null;
  /** Name of the crew that had the job last; null for none. */
  before?: string | null;
}

/**
 * The card of one crew: why this crew, what, when, with what, and the buttons its state allows. For a crew that had the
 * job before it says where it went. Null when the job has no crew, and had not this one. On cards from the time before
 * they were a crew's, `crewId` is empty: they show whoever has the job.
 */
export function buildAssignmentCard(
  run: WorkflowRun,
  order: WorkOrder,
  agency: Agency,
  now: Date,
  { crewId, acceptedBy = null, before = null }: CardOptions,
): Message | null {
  const { assignment } = order;
  if (crewId !== '' && crewId !== assignment?.crewId) return buildFormerCard(run, order, crewId);
  if (!assignment || order.state === 'waiting') return null;
  const isClosed = run.endedAt !== null && run.status !== 'escalated';
  const state = isClosed && order.state !== 'done' ? 'cancelled' : shownState(order, order.state);
  const { sign, word: usual } = HEADLINE[state];
  const isNews = state === 'announced';
  const word = isNews && before !== null ? `Yours now (before: ${userLine(before, 75)})` : usual;
  // The most urgent message there is: the lead's phone has to ring.
  const lead = isNews ? mentionLead(assignment.crewId, agency) : '';
  const subject = describeSubject(run);
  const { start, end } = findWorkTime(order) ?? assignment;
  const interval = formatInterval(start, end, agency.timeZone);
  const report = state === 'done' ? findReport(run) : null;
  const blocks: Block[] = [
    section(`${lead}${sign} *${word}* · ${userLine(run.definition.title, 75)}\n${userText(subject, 1_500)}`),
    ...hazardLine(run),
    section(`*Why you:* ${userText(assignment.reason, 600)}`),
    ...fields([
      ['When', interval],
      ['Break', describeBreaks(order, assignment, agency)],
      ['Travel', describeTravel(assignment, order)],
      ['Where', describeWhere(order) ?? (namesPlace(run, agency) ? null : 'not said')],
      ['Materials', describeMaterials(assignment, agency)],
      ['Deadline', describeDeadline(run, run.clocks.run, agency, now)],
      ...describeCosts(run, order, report, agency),
    ]),
    ...stateLines({ order, run, state, agency, acceptedBy, note: report?.note ?? '' }),
    ...buttons(isClosed ? [] : buttonsOf(order)),
    context(`${run._id} · ${userLine(assignment.crewName, 75)}`),
  ];
  return message(
    `${lead}${isClosed ? '' : hazardWarning(run)}${word} for ${userLine(assignment.crewName, 75)}: ${userLine(subject, 300)}. ${interval}. ${run._id}`,
    blocks,
  );
}

function shownState({ acceptedAt }: WorkOrder, state: Exclude<WorkOrder['state'], 'waiting'>): Shown {
  return state === 'announced' && acceptedAt ? 'accepted' : state;
}

interface CardState {
  order: WorkOrder;
  run: WorkflowRun;
  state: Shown;
  agency: Agency;
  acceptedBy: string | null;
  /** What the lead wrote at the end; empty for nothing. */
  note: string;
}

function stateLines({ order, run, state, agency, acceptedBy, note }: CardState): Block[] {
  const at = (instant: Date) => formatInstant(instant, agency.timeZone);
  const lines: string[] = [];
  if (order.acceptedAt)
    lines.push(`👍 Accepted${acceptedBy ? ` by ${mention(acceptedBy)}` : ''} at ${at(order.acceptedAt)}`);
  if (order.startedAt) lines.push(`Started ${at(order.startedAt)}`);
  if (state === 'blocked' && order.blockedReason)
    lines.push(`🟠 Blocked: ${userText(order.blockedReason, 800)}`);
  if (state === 'done' && order.endedAt)
    lines.push(`✅ Done ${at(order.endedAt)}${note === '' ? '' : `: ${userText(note, 800)}`}`);
  if (state === 'cancelled') {
    lines.push(
      run.endedAt
        ? `Nothing is left to do: the request is over (${STATUS[run.status].word.toLowerCase()}).`
        : 'Nothing is left to do here.',
    );
  }
  if (run.status === 'escalated' && state !== 'done' && state !== 'cancelled') {
    lines.push(
      '🚨 This is late, and people have been called. The job is still wanted: please go on and report it.',
    );
  }
  return lines.length > 0 ? [section(lines.join('\n'))] : [];
}

function buttonsOf(order: WorkOrder): ButtonOptions[] {
  // The crew's id, so that a press on a card that is out of date never answers for the crew that has the job by then.
  const value = encodeTarget(order._id, order.assignment?.crewId);
  const start = { actionId: ACTION.startWork, label: 'Start', value, style: 'primary' as const };
  const done = { actionId: ACTION.finishWork, label: 'Done', value, style: 'primary' as const };
  const blocked = { actionId: ACTION.blockWork, label: 'Blocked', value };
  const resume = { actionId: ACTION.resumeWork, label: 'Resume', value };
  switch (order.state) {
    case 'announced': {
      const { style, ...later } = start;
      if (order.acceptedAt) return [start, { actionId: ACTION.declineWork, label: 'Give back', value }];
      return [
        { actionId: ACTION.acceptWork, label: 'Accept', value, style },
        { actionId: ACTION.declineWork, label: 'Decline', value },
        later,
      ];
    }
    case 'started':
      return [done, blocked];
    case 'blocked':
      return [
        { ...resume, style: 'primary' },
        { actionId: done.actionId, label: done.label, value },
      ];
    default:
      return [];
  }
}

/** What the crew stops for in the middle of the job; of one that is over, nobody asks. */
function describeBreaks(
  { state }: WorkOrder,
  { breaks = [] }: Assignment,
  { timeZone }: Agency,
): string | null {
  if (breaks.length === 0 || state === 'done') return null;
  const times = breaks.map(({ start, end }) => `${formatTime(start, timeZone)}–${formatTime(end, timeZone)}`);
  return `${times.join(', ')}, then the job goes on`;
}

/**
 * To a place that nobody said, there is no distance anybody should trust; a plan says so in its reason, dispatch does
 * not. The road begins at the depot or at the job before, which only the reason knows.
 */
function describeTravel({ travelMinutes, byHand }: Assignment, { place }: WorkOrder): string | null {
  if (!place) return byHand ? 'place unknown: middle of town assumed' : null;
  if (travelMinutes === undefined) return null;
  return travelMinutes === 0 ? 'none' : `${describeMinutes(travelMinutes)} on the road before it`;
}

/** What was written and not taken is shown as it was: people may know what is meant. */
function describeWhere({ place, placeDoubt }: WorkOrder): string | null {
  if (!place && !placeDoubt) return null;
  if (!place) {
    const written = placeDoubt?.places.map(({ latitude, longitude }) => `${latitude}, ${longitude}`) ?? [];
    return placeDoubt?.kind === 'several'
      ? `more than one place is given: ${written.join(' or ')}`
      : `place not understood: ${written.join('; ')}`;
  }
  const { latitude, longitude } = place;
  return `<https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}|Map>`;
}

/** Of a job that is done, what it cost comes first. */
function describeCosts(
  run: WorkflowRun,
  order: WorkOrder,
  report: ReturnType<typeof findReport>,
  { currency }: Agency,
): (readonly [string, string | null])[] {
  const estimate = order.estimatedCostCents ?? findOutput(run, 'estimatedCostCents');
  const estimated = typeof estimate === 'number' ? describeCents(estimate, currency) : null;
  const isGuess = isGuessed((key) => findOutput(run, key));
  if (!report) return [[isGuess ? 'Guessed cost' : 'Estimated cost', estimated]];
  const actual = describeCents(report.actualCostCents, currency);
  return [
    ['Cost', estimated === null ? actual : `${actual} (${isGuess ? 'guessed' : 'estimated'} ${estimated})`],
  ];
}

/** What becomes of a card whose crew has the job no more: where it went, and nothing to press. */
function buildFormerCard(run: WorkflowRun, order: WorkOrder, crewId: string): Message {
  const { assignment } = order;
  const declined = order.declined.findLast((one) => one.crewId === crewId);
  const isOver = order.state === 'cancelled' || (run.endedAt !== null && run.status !== 'escalated');
  const moved = assignment && !isOver ? `Moved to ${userLine(assignment.crewName, 75)}` : null;
  const refused = declined?.gaveBack ? 'Given back' : 'Declined';
  const word = declined ? refused : (moved ?? 'Called off');
  const subject = describeSubject(run);
  const lines = [`${declined ? '👎' : moved ? '🔀' : '🚫'} *${word}* · ${userText(subject, 1_500)}`];
  if (declined) lines.push(`Why: ${userText(declined.reason, 600)}`);
  if (declined && moved) lines.push(moved);
  lines.push(assignment || isOver ? 'Nothing is left to do here.' : 'The job goes to another crew.');
  const text = `${word}: ${userLine(subject, 300)}. ${run._id}`;
  return message(text, [section(lines.join('\n')), context(run._id)]);
}

function describeMaterials({ materials, depotId }: Assignment, agency: Agency): string | null {
  if (materials.length === 0) return null;
  const known = new Map(agency.materials.map((material) => [material.id, material]));
  const depot = agency.depots.find(({ id }) => id === depotId)?.name ?? depotId;
  const list = materials.map(({ material, quantity }) => {
    const { name = material, unit = '' } = known.get(material) ?? {};
    return `${quantity.toLocaleString('en-US')} ${unit} ${name}`.replace(/\s+/g, ' ');
  });
  return `${userLine(list.join(', '), 600)} from ${userLine(depot, 75)}`;
}
