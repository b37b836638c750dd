import type { Agency } from '../../core/agency.ts';
import type { Assignment, WorkOrder } from '../../core/resources.ts';
import type { WorkflowRun } from '../../core/workflow-run.ts';
import { ACTION } from '../action-ids.ts';
import { encodeTarget } from '../button-payload.ts';
import { formatInstant, formatInterval } from '../local-time.ts';
import { userLine, userText } from '../mrkdwn.ts';
import { describeDeadline, describeSubject, STATUS } from './describe-run.ts';
import {
  type Block,
  type ButtonOptions,
  buttons,
  context,
  fields,
  type Message,
  message,
  section,
} from './parts.ts';

type Shown = 'announced' | 'started' | 'blocked' | 'done' | 'cancelled';

const HEADLINE: Readonly<Record<Shown, { sign: string; word: string }>> = {
  announced: { sign: '🟡', word: 'New job' },
  started: { sign: '🔵', word: 'Under way' },
  blocked: { sign: '🟠', word: 'Blocked' },
  done: { sign: '✅', word: 'Done' },
  cancelled: { sign: '🚫', word: 'Called off' },
};

/** The crew's card: what, where, when, with what, and the buttons its state allows. Null before a crew is assigned. */
export function buildAssignmentCard(
  run: WorkflowRun,
  order: WorkOrder,
  agency: Agency,
  now: Date,
): Message | null {
  const { assignment } = order;
  if (!assignment || order.state === 'waiting') return null;
  const isClosed = run.endedAt !== null && run.status !== 'escalated';
  const state: Shown = isClosed && order.state !== 'done' ? 'cancelled' : order.state;
  const { sign, word } = HEADLINE[state];
  const subject = describeSubject(run);
  const interval = formatInterval(assignment.start, assignment.end, agency.timeZone);
  const blocks: Block[] = [
    section(`${sign} *${word}* · ${userLine(run.definition.title, 75)}\n${userText(subject, 1_500)}`),
    ...fields([
      ['Crew', userLine(assignment.crewName, 75)],
      ['When', interval],
      ['Materials', describeMaterials(assignment, agency)],
      ['Deadline', describeDeadline(run, run.clocks.run, agency, now)],
    ]),
    ...stateLines(order, run, state, agency),
    ...buttons(isClosed ? [] : buttonsOf(order)),
    context(`${run._id} · ${userText(assignment.reason, 600)}`),
  ];
  return message(
    `${word} for ${userLine(assignment.crewName, 75)}: ${userLine(subject, 300)}. ${interval}. ${run._id}`,
    blocks,
  );
}

function stateLines(order: WorkOrder, run: WorkflowRun, state: Shown, agency: Agency): Block[] {
  const at = (instant: Date) => formatInstant(instant, agency.timeZone);
  const lines: string[] = [];
  if (order.startedAt) lines.push(`Started ${at(order.startedAt)}`);
  if (state === 'blocked' && order.blockedReason)
    lines.push(`🟠 Blocked: ${userText(order.blockedReason, 800)}`);
  if (state === 'done' && order.endedAt) lines.push(`✅ Done ${at(order.endedAt)}`);
  if (state === 'cancelled') {
    lines.push(
      run.endedAt
        ? `Nothing is left to do: the run has ended (${STATUS[run.status].word.toLowerCase()}).`
        : 'Nothing is left to do here.',
    );
  }
  if (run.status === 'escalated' && state !== 'done' && state !== 'cancelled') {
    lines.push(
      '🚨 The run has been escalated because it was late. The job is still wanted: please go on and report it.',
    );
  }
  return lines.length > 0 ? [section(lines.join('\n'))] : [];
}

function buttonsOf(order: WorkOrder): ButtonOptions[] {
  const value = encodeTarget(order._id);
  const start = { actionId: ACTION.startWork, label: 'Start', value, style: 'primary' as const };
  const done = { actionId: ACTION.finishWork, label: 'Done', value, style: 'primary' as const };
  const blocked = { actionId: ACTION.blockWork, label: 'Blocked', value };
  const resume = { actionId: ACTION.resumeWork, label: 'Resume', value };
  switch (order.state) {
    case 'announced':
      return [start];
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
