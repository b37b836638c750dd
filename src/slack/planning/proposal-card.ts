import type { Agency } from '../../core/agency/agency.ts';
import {
  findDecisionTime,
  isNotable,
  type PlannedMove,
  type PlanProposal,
} from '../../core/work/plan-proposal.ts';
import type { Assignment } from '../../core/work/work-order.ts';
import type { Block, FittedModal, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { fitModal } from '../budget/view.ts';
import { ACTION } from '../kit/action-ids.ts';
import { plain } from '../kit/modal-parts.ts';
import { type ButtonOptions, buttons, context, paragraphs, section } from '../kit/parts.ts';
import { describeCostChange, describeMinutes } from '../words/job-words.ts';
import { formatInstant, formatInterval, formatStart } from '../words/local-time.ts';
import { mention, userLine, userText } from '../words/mrkdwn.ts';

/** A question is read on a phone: the rest is behind a button. */
const MOST_MOVES = 5;
const MOST_IN_MODAL = 150;

/**
 * What dispatch is asked about a new plan: the moves that matter most with what each does, totals, until when it makes
 * sense to decide, seen at `now`, and the buttons.
 */
export function buildProposalCard(proposal: PlanProposal, agency: Agency, now: Date): Message {
  const { cause, state } = proposal;
  const moves = sortMoves(proposal.moves.filter(isNotable));
  const deadline = describeDeadline(proposal, agency, now);
  const small = countSmall(proposal.moves.length - moves.length);
  const headline = `A new plan would move ${countJobs(moves.length)}${small}`;
  const more = moves.length - MOST_MOVES;
  const blocks: Block[] = [
    section(`🔀 *${headline}*\nWhy: ${userText(cause, 600)}`),
    ...moves.slice(0, MOST_MOVES).map((move) => section(describeMove(move, proposal, agency))),
    ...(more > 0 ? [context(`… and ${more} more ${more === 1 ? 'move' : 'moves'}.`)] : []),
    section(describeTotals(proposal, agency)),
    section(describeState(proposal, deadline, agency)),
    ...buttons([...(state === 'open' ? decisions(proposal) : []), showAll(proposal)]),
    context(proposal._id),
  ];
  const asked = `${STATE_WORD[state]}${deadline && ` ${deadline}`}`;
  return message(`${asked}: ${headline}. ${userLine(cause, 300)}`, blocks);
}

/** All moves of a proposal, with their reasons in full. */
export function buildMovesModal(proposal: PlanProposal, agency: Agency): FittedModal {
  const moves = sortMoves(proposal.moves);
  const lines = moves
    .slice(0, MOST_IN_MODAL)
    .map((move) => `${describeMove(move, proposal, agency)}\nWhy so: ${userLine(move.reason, 160)}\n`);
  const more = moves.length - MOST_IN_MODAL;
  return fitModal({
    type: 'modal',
    title: plain('All moves', 24),
    close: plain('Close', 24),
    blocks: [
      section(`*${countMoves(moves)}* · ${userText(proposal.cause, 600)}`),
      ...paragraphs(lines),
      ...(more > 0 ? [context(`… and ${more} more.`)] : []),
    ],
  });
}

function countJobs(count: number): string {
  return `${count} announced ${count === 1 ? 'job' : 'jobs'}`;
}

/** `3 announced jobs move, and 1 more by less than 10 min`: as many as the list has. */
function countMoves(moves: readonly PlannedMove[]): string {
  const notable = moves.filter(isNotable).length;
  const small = countSmall(moves.length - notable);
  return `${countJobs(notable)} ${notable === 1 ? 'moves' : 'move'}${small}`;
}

function countSmall(count: number): string {
  return count === 0 ? '' : `, and ${count} more by less than 10 min`;
}

function decisions({ _id: value }: PlanProposal): ButtonOptions[] {
  return [
    { actionId: ACTION.applyPlan, label: 'Apply', value, style: 'primary' },
    { actionId: ACTION.keepPlan, label: 'Keep', value },
  ];
}

function showAll({ _id: value, moves }: PlanProposal): ButtonOptions {
  const isLonger = moves.length > moves.filter(isNotable).slice(0, MOST_MOVES).length;
  return { actionId: ACTION.showMoves, label: isLonger ? `Show all ${moves.length}` : 'Details', value };
}

/** What concerns a promise comes first: a job without a crew, one that becomes late, one that does no more; then by severity. */
function sortMoves(moves: readonly PlannedMove[]): PlannedMove[] {
  const judged = moves.map((move) => ({ move, ...judge(move) }));
  judged.sort(
    (one, other) =>
      one.rank - other.rank || other.change - one.change || (other.move.weight ?? 0) - (one.move.weight ?? 0),
  );
  return judged.map(({ move }) => move);
}

/** What a move does to the promise, lower first, and by how much, in milliseconds. */
function judge({ from, to, dueAt }: PlannedMove): { rank: number; change: number } {
  if (!to) return { rank: 0, change: 0 };
  const change = dueAt ? latenessOf(to, dueAt) - latenessOf(from, dueAt) : 0;
  return { rank: change > 0 ? 1 : change < 0 ? 2 : 3, change: Math.abs(change) };
}

function describeTotals({ before, after, moves }: PlanProposal, agency: Agency): string {
  // What has no crew any more is neither in time nor late: its lateness has not gone.
  const lost = moves.filter(({ to }) => to === null).length;
  const others = lost > 0 ? ' of the others' : '';
  const isLate = before.lateMinutes + after.lateMinutes > 0;
  return [
    `*All in all:* ${lost > 0 ? `*${lost} ${lost === 1 ? 'job' : 'jobs'} without a crew* · ` : ''}travel and work${others} ${describeCostChange(after.cents - before.cents, agency.currency)}`,
    isLate
      ? `lateness${others} ${describeMinutes(before.lateMinutes)} → ${describeMinutes(after.lateMinutes)}`
      : `${lost > 0 ? 'none' : 'nothing'}${others} is late`,
  ].join(' · ');
}

const STATE_WORD: Readonly<Record<PlanProposal['state'], string>> = {
  open: 'Please decide',
  applied: 'Applied',
  kept: 'Kept',
  stale: 'Out of date',
};

/** `before 14:30`; nothing once it is decided, or when no start lies ahead. */
function describeDeadline({ state, moves }: PlanProposal, { timeZone }: Agency, now: Date): string {
  const until = state === 'open' ? findDecisionTime(moves, now) : null;
  return until ? `before ${formatStart(until, timeZone, now)}` : '';
}

function describeState(
  { state, decidedBy, decidedAt }: PlanProposal,
  deadline: string,
  agency: Agency,
): string {
  const by = decidedBy ? ` by ${mention(decidedBy)}` : '';
  const when = decidedAt ? ` · ${formatInstant(decidedAt, agency.timeZone)}` : '';
  switch (state) {
    case 'open':
      return `*Apply* moves all of them, *Keep* leaves everything where it is.${deadline && ` Please decide *${deadline}*.`}`;
    case 'applied':
      return `✅ *Applied*${by}${when}. The crews have been told.`;
    case 'kept':
      return `✋ *Kept*${by}${when}. Nothing was moved.`;
    case 'stale':
      return `⌛ *Out of date*${when}: the work changed before anybody decided. Nothing was moved.`;
  }
}

/** What moves where, with its severity and what that does to its deadline; why, where that is not the headline's reason. */
function describeMove({ cause, ...move }: PlannedMove, proposal: PlanProposal, agency: Agency): string {
  const { from, to, weight, title, orderId, isAccepted } = move;
  const severity = weight === undefined ? '' : ` · severity ${Math.round(weight * 10) / 10}`;
  const target = to ? `*${describePlace(to, agency)}*` : '*nobody*: it would wait for a crew again';
  const own = cause === proposal.cause ? '' : ` · ${cause ? userLine(cause, 160) : 'makes room'}`;
  return [
    `*${userLine(title, 120)}*${severity}${isAccepted ? ' · accepted' : ''} · \`${userLine(orderId, 60)}\``,
    `${describePlace(from, agency)} → ${target}`,
    `${describeDeadlineEffect(move)}${own}`,
  ].join('\n');
}

function describePlace({ crewName, start, end }: Assignment, { timeZone }: Agency): string {
  return `${userLine(crewName, 40)}, ${formatInterval(start, end, timeZone)}`;
}

/** What a move does to the promise: `still in time`, `late by 25 min instead of in time`. */
function describeDeadlineEffect({ from, to, dueAt }: Pick<PlannedMove, 'from' | 'to' | 'dueAt'>): string {
  if (!dueAt) return 'No deadline';
  const earlier = latenessOf(from, dueAt);
  if (!to)
    return earlier > 0
      ? `⚠️ It was late by ${describeDelay(earlier)} as it stood`
      : '⚠️ Without a crew it may miss its deadline';
  const later = latenessOf(to, dueAt);
  if (later === 0)
    return earlier === 0 ? 'Still in time' : `In time instead of late by ${describeDelay(earlier)}`;
  const was =
    earlier === later
      ? 'as before'
      : earlier === 0
        ? 'instead of in time'
        : `instead of ${describeDelay(earlier)}`;
  return `⚠️ Late by ${describeDelay(later)} ${was}`;
}

function describeDelay(milliseconds: number): string {
  return describeMinutes(Math.max(1, milliseconds / 60_000));
}

function latenessOf({ end }: Assignment, dueAt: Date): number {
  return Math.max(0, end.getTime() - dueAt.getTime());
}
