import type { Agency } from '../../core/agency/agency.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { findWorkTime, type WorkOrder } from '../../core/work/work-order.ts';
import type { Block, FittedHome } from '../budget/fitted.ts';
import { fitHome } from '../budget/view.ts';
import { context, section } from '../kit/parts.ts';
import { dropCoordinates } from '../words/job-words.ts';
import { formatInstant, formatInterval } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import {
  describePosition,
  describeStatus,
  describeSubject,
  describeWaiting,
  findPlannedStart,
} from './describe-run.ts';

const MOST_JOBS = 10;

/**
 * The Home tab of one person: what waits for them, what their crew has to do (`jobs`, null for none), what they asked for;
 * `more` is how many of each are not among these.
 */
export function buildHome(
  runs: {
    waiting: readonly WorkflowRun[];
    mine: readonly WorkflowRun[];
    jobs: readonly WorkOrder[] | null;
    more?: { waiting: number; mine: number };
  },
  agency: Agency,
): FittedHome {
  const { more = { waiting: 0, mine: 0 } } = runs;
  return fitHome(
    [
      { type: 'header', text: { type: 'plain_text', text: 'Waits for you' } },
      ...listing(runs.waiting, agency, 'Nothing waits for your decision.'),
      ...sayMore(more.waiting, 'their cards are in your role’s channel'),
      ...listJobs(runs.jobs, agency),
      { type: 'header', text: { type: 'plain_text', text: 'You asked for' } },
      ...listing(runs.mine, agency, 'You have asked for nothing yet.'),
      ...sayMore(more.mine, '`/crewline list mine` shows them'),
      section('Start something with a slash command; `/crewline help` lists them.'),
    ],
    '`/crewline list`',
  );
}

function sayMore(count: number, where: string): Block[] {
  return count > 0 ? [context(`… and ${count} more: ${where}.`)] : [];
}

/** The next ones, those under way first. */
function listJobs(jobs: readonly WorkOrder[] | null, { timeZone }: Agency): Block[] {
  if (jobs === null) return [];
  const isOpen = ({ state }: WorkOrder) => state === 'announced';
  const sorted = jobs.toSorted((one, other) => Number(isOpen(one)) - Number(isOpen(other)));
  const lines = sorted.slice(0, MOST_JOBS).flatMap((order) => {
    const time = findWorkTime(order);
    if (!time) return [];
    const when = formatInterval(time.start, time.end, timeZone);
    const title = userLine(dropCoordinates(order.title), 300);
    const place = `${when} · ${userLine(order.assignment?.crewName ?? '', 75)} · ${order._id}`;
    return section(`${describeState(order)} · ${title}\n${place}`);
  });
  const more = jobs.length - lines.length;
  return [
    { type: 'header', text: { type: 'plain_text', text: 'Your crew does next' } },
    ...(lines.length > 0 ? lines : [section('Your crew has no job yet.')]),
    ...(more > 0 ? [context(`… and ${more} more: \`/crewline plan\` shows them.`)] : []),
  ];
}

function describeState({ state, acceptedAt }: WorkOrder): string {
  if (state === 'started') return '🔵 *Under way*';
  if (state === 'blocked') return '🟠 *Blocked*';
  return acceptedAt ? '🟢 *Accepted*' : '🟡 *Accept it on its card*';
}

function listing(runs: readonly WorkflowRun[], agency: Agency, none: string): Block[] {
  if (runs.length === 0) return [section(none)];
  return runs.map((run) => {
    const { sign, word } = describeStatus(run);
    const waiting = describeWaiting(run, agency);
    const start = run.endedAt ? null : findPlannedStart(run);
    const planned = start && `planned from ${formatInstant(start, agency.timeZone)}`;
    const state = [describePosition(run), waiting && `waits for ${waiting}`, planned, run._id].filter(
      Boolean,
    );
    return section(`${sign} *${word}* · ${userLine(describeSubject(run), 300)}\n${state.join(' · ')}`);
  });
}
