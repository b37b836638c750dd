import type { types } from '@slack/bolt';
import type { Agency } from '../../core/agency/agency.ts';
import { describeLack } from '../../core/agency/skill.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { ReassignmentOption, Reassignments } from '../../core/work/reassignment.ts';
import type { FittedModal } from '../budget/fitted.ts';
import { FIELD, VIEW } from '../kit/action-ids.ts';
import { input, modal, textInput } from '../kit/modal-parts.ts';
import { context, section } from '../kit/parts.ts';
import { selectInput } from '../kit/select-input.ts';
import { hazardLine } from '../runs/describe-hazard.ts';
import { describeSubject } from '../runs/describe-run.ts';
import type { RunMetadata } from '../runs/reason-modal.ts';
import { describeCostChange, describeMinutes } from '../words/job-words.ts';
import { formatStart, formatStarts } from '../words/local-time.ts';
import { cut, userLine, userText } from '../words/mrkdwn.ts';

/** How long a reason for declining may be, in characters. */
export const DECLINE_REASON = { least: 3, most: 300 } as const;

/**
 * Asks a crew why it declines a job, or gives one back that it had accepted; opened on the card of crew `crewId`, where
 * that is known.
 */
export function buildDeclineModal(
  run: WorkflowRun,
  { isAccepted = false, crewId = '' }: { isAccepted?: boolean; crewId?: string } = {},
): FittedModal {
  const element = { ...textInput({ multiline: true }), ...lengths() };
  return modal({
    callbackId: VIEW.declineWork,
    title: isAccepted ? 'Give the job back' : 'Decline the job',
    submit: isAccepted ? 'Give back' : 'Decline',
    metadata: { runId: run._id, reference: crewId } satisfies RunMetadata,
    blocks: [
      about(run),
      ...hazardLine(run),
      input({
        blockId: FIELD.reason,
        label: 'Why can your crew not do it?',
        hint: 'Only dispatch and your crew will read it. The job is given to another crew.',
        element,
      }),
    ],
  });
}

/**
 * Lets dispatch choose the crew for a job, with what each would change, and why others cannot. At least one option. The
 * answer will be given in `channel`; empty for a direct message.
 */
export function buildReassignModal(
  run: WorkflowRun,
  { options, others, current }: Reassignments,
  agency: Agency,
  { now, channel = '' }: { now: Date; channel?: string },
): FittedModal {
  const choices = options.map((option) => ({
    ...describeOption(option, current?.start, agency, now),
    value: option.crewId,
  }));
  return modal({
    callbackId: VIEW.reassignWork,
    title: current ? 'Reassign' : 'Give to a crew',
    submit: 'Give the job',
    metadata: { runId: run._id, reference: channel } satisfies RunMetadata,
    blocks: [
      about(run),
      ...hazardLine(run),
      ...(current
        ? [
            section(
              [
                `Now: *${userLine(current.crewName, 75)}*, ${formatStart(current.start, agency.timeZone, now)}`,
                ...describeLate(current.lateMinutes),
              ].join(' · '),
            ),
          ]
        : []),
      input({
        blockId: FIELD.crew,
        label: 'Give the job to…',
        hint: 'The best for all deadlines first. Money is travel and work. No later plan takes the job from the crew you choose.',
        element: selectInput(choices),
      }),
      ...(others.length > 0 ? [context(describeOthers(others).trim())] : []),
    ],
  });
}

/**
 * `Crew South · 10:40 · +$46.00 · 40 min late`, short enough for a phone, and below it `has no sewer · starts 2 h later`: money is travel
 * and work alone. A start on another date than the present one has its date.
 */
function describeOption(
  { crewName, start, deltaMinutes, deltaCents, lateMinutes, hasDeclined, lacks = [] }: ReassignmentOption,
  present: Date | undefined,
  { timeZone, currency }: Agency,
  now: Date,
): { text: string; description?: string } {
  const [, then] = formatStarts(present ?? start, start, timeZone, now);
  const facts = [
    then,
    describeCostChange(deltaCents, currency),
    ...describeLate(lateMinutes),
    ...(hasDeclined ? ['declined it'] : []),
  ].join(' · ');
  const text = `${cut(crewName, Math.max(8, 72 - facts.length))} · ${facts}`;
  const lack = describeLack(lacks);
  const shift = `starts ${describeMinutes(Math.abs(deltaMinutes))} ${deltaMinutes > 0 ? 'later' : 'earlier'}`;
  const below = [...(lack === null ? [] : [`⚠️ ${lack}`]), ...(deltaMinutes === 0 ? [] : [shift])];
  return below.length === 0 ? { text } : { text, description: cut(below.join(' · '), 75) };
}

/** ` Cannot take it: Crew East is absent, Crew West has no time left.`; nothing for nobody. */
export function describeOthers(others: Reassignments['others']): string {
  if (others.length === 0) return '';
  const named = others.map(({ crewName, why }) => `${userLine(crewName, 40)} ${why}`);
  return ` Cannot take it: ${named.join(', ')}.`;
}

function describeLate(minutes: number): string[] {
  return minutes > 0 ? [`${describeMinutes(minutes)} late`] : [];
}

function lengths(): { min_length: number; max_length: number } {
  return { min_length: DECLINE_REASON.least, max_length: DECLINE_REASON.most };
}

function about(run: WorkflowRun): types.ContextBlock {
  return context(`${run._id} · ${userText(describeSubject(run), 500)}`);
}
