import type { Agency } from '../../core/agency.ts';
import { localDay } from '../../core/crew-calendar.ts';
import { describeSpan } from '../../core/duration.ts';
import type { PlannedMove, PlanProposal } from '../../core/plan-proposal.ts';
import type { Assignment } from '../../core/resources.ts';
import { ACTION } from '../action-ids.ts';
import { describeCostChange, describeMinutes } from '../describe-change.ts';
import { formatInstant, formatInterval, formatTime } from '../local-time.ts';
import { mention, userLine, userText } from '../mrkdwn.ts';
import { type Block, buttons, context, type Message, message, paragraphs, section } from './parts.ts';

const MOST_MOVES = 15;

/** What dispatch is asked about a new plan: each move with why and what it does to the deadline, totals, and the buttons. */
export function buildProposalCard(proposal: PlanProposal, agency: Agency): Message {
  const { moves, cause, before, after, state } = proposal;
  const count = `${moves.length} announced ${moves.length === 1 ? 'job' : 'jobs'}`;
  const headline = `A new plan would move ${count}`;
  const more = moves.length - MOST_MOVES;
  const totals = [
    `*All in all:* ${describeCostChange(after.cents - before.cents, agency.currency)}`,
    `lateness ${describeMinutes(before.lateMinutes)} → ${describeMinutes(after.lateMinutes)}`,
  ].join(' · ');
  const blocks: Block[] = [
    section(`🔀 *${headline}*\n${userText(cause, 600)}`),
    ...paragraphs(moves.slice(0, MOST_MOVES).map((move) => describeMove(move, agency))),
    ...(more > 0 ? [context(`… and ${more} more ${more === 1 ? 'move' : 'moves'}.`)] : []),
    section(totals),
    section(describeState(proposal, agency)),
    ...buttons(
      state === 'open'
        ? [
            { actionId: ACTION.applyPlan, label: 'Apply', value: proposal._id, style: 'primary' },
            { actionId: ACTION.keepPlan, label: 'Keep', value: proposal._id },
          ]
        : [],
    ),
    context(proposal._id),
  ];
  return message(`${STATE_WORD[state]}: ${headline}. ${userLine(cause, 300)}`, blocks);
}

const STATE_WORD: Readonly<Record<PlanProposal['state'], string>> = {
  open: 'Please decide',
  applied: 'Applied',
  kept: 'Kept',
  stale: 'Out of date',
};

function describeState({ state, decidedBy, decidedAt }: PlanProposal, agency: Agency): string {
  const by = decidedBy ? ` by ${mention(decidedBy)}` : '';
  const when = decidedAt ? ` · ${formatInstant(decidedAt, agency.timeZone)}` : '';
  switch (state) {
    case 'open':
      return '*Apply* moves all of them, *Keep* leaves everything where it is.';
    case 'applied':
      return `✅ *Applied*${by}${when}. The crews have been told.`;
    case 'kept':
      return `✋ *Kept*${by}${when}. Nothing was moved.`;
    case 'stale':
      return `⌛ *Out of date*${when}: the work changed before anybody decided. Nothing was moved.`;
  }
}

function describeMove(move: PlannedMove, agency: Agency): string {
  const { from, to } = move;
  const target = to ? describePlace(to, agency, from) : '*nobody*: it would wait for a crew again';
  return [
    `*${userLine(move.title, 120)}* · \`${userLine(move.orderId, 60)}\``,
    `${describePlace(from, agency)} → ${target}`,
    `${describeDeadlineEffect(move)}. Why: ${userLine(move.reason, 400)}`,
    '',
  ].join('\n');
}

/** Who and when; the day is left out when it is that of `before`. */
function describePlace(place: Assignment, { timeZone }: Agency, before?: Assignment): string {
  const { crewName, start, end } = place;
  const days = new Set([start, end, before?.start].map((instant) => instant && localDay(instant, timeZone)));
  const when =
    before && days.size === 1
      ? `${formatTime(start, timeZone)}–${formatTime(end, timeZone)}`
      : formatInterval(start, end, timeZone);
  return `${userLine(crewName, 40)}, ${when}`;
}

/** What a move does to the promise: `still in time`, `late by 25 min instead of in time`. */
function describeDeadlineEffect({ from, to, dueAt }: PlannedMove): string {
  if (!dueAt) return 'No deadline';
  const lateness = (end: Date) => Math.max(0, end.getTime() - dueAt.getTime());
  const earlier = lateness(from.end);
  if (!to)
    return earlier > 0 ? `⚠️ It was late by ${describeSpan(earlier)} as it stood` : '⚠️ Its deadline is open';
  const later = lateness(to.end);
  if (later === 0)
    return earlier === 0 ? 'Still in time' : `In time instead of late by ${describeSpan(earlier)}`;
  const was =
    earlier === later
      ? 'as before'
      : earlier === 0
        ? 'instead of in time'
        : `instead of ${describeSpan(earlier)}`;
  return `⚠️ Late by ${describeSpan(later)} ${was}`;
}
