import type { types } from '@slack/bolt';
import type { Agency } from '../../core/agency.ts';
import type { WorkflowRun } from '../../core/workflow-run.ts';
import { formatInstant } from '../local-time.ts';
import { userLine } from '../mrkdwn.ts';
import {
  describePosition,
  describeSubject,
  describeWaiting,
  findPlannedStart,
  STATUS,
} from './describe-run.ts';
import { type Block, section } from './parts.ts';

/** The Home tab of one person: what waits for them, and what they asked for. */
export function buildHome(
  runs: { waiting: readonly WorkflowRun[]; mine: readonly WorkflowRun[] },
  agency: Agency,
): types.HomeView {
  return {
    type: 'home',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'Waits for you' } },
      ...listing(runs.waiting, agency, 'Nothing waits for your decision.'),
      { type: 'header', text: { type: 'plain_text', text: 'You asked for' } },
      ...listing(runs.mine, agency, 'You have asked for nothing yet.'),
      section('Start something with a slash command; `/crewline help` lists them.'),
    ],
  };
}

function listing(runs: readonly WorkflowRun[], agency: Agency, none: string): Block[] {
  if (runs.length === 0) return [section(none)];
  return runs.map((run) => {
    const { sign, word } = STATUS[run.status];
    const waiting = describeWaiting(run, agency);
    const start = run.endedAt ? null : findPlannedStart(run);
    const planned = start && `planned from ${formatInstant(start, agency.timeZone)}`;
    const state = [describePosition(run), waiting && `waits for ${waiting}`, planned, run._id].filter(
      Boolean,
    );
    return section(`${sign} *${word}* · ${userLine(describeSubject(run), 300)}\n${state.join(' · ')}`);
  });
}
