import type { Agency } from '../../core/agency/agency.ts';
import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import { findWorkTime, type WorkOrder } from '../../core/work/work-order.ts';
import type { UnplacedJob } from '../../management/planning.ts';
import type { Block, FittedHome } from '../budget/fitted.ts';
import { fitHome } from '../budget/view.ts';
import { context, section } from '../kit/parts.ts';
import { dropCoordinates } from '../words/job-words.ts';
import { formatInstant, formatInterval } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import { describeHazard } from './describe-hazard.ts';
import {
  describePosition,
  describeSeverity,
  describeStatus,
  describeSubject,
  describeWaiting,
  findPlannedStart,
} from './describe-run.ts';

const MOST_JOBS = 10;

/** What a Home tab is made of. */
export interface HomeContent {
  /** Requests that this person may decide, the gravest first. */
  waiting: readonly WorkflowRun[];
  /** What they asked for. */
  mine: readonly WorkflowRun[];
  /** What their crew has to do; null for somebody of no crew. */
  jobs: readonly WorkOrder[] | null;
  /** Jobs without a crew, for operators: in the order in which they are to be looked at. */
  unplaced?: readonly UnplacedJob[];
  /** What jobs name that may kill somebody, by their ids. */
  dangers?: ReadonlyMap<string, string>;
  /** How many of each are not among these. */
  more?: { waiting: number; mine: number };
}

const NO_DANGERS: ReadonlyMap<string, string> = new Map();

/** The Home tab of one person: what waits for them, what their crew has to do, what they asked for. */
export function buildHome(content: HomeContent, agency: Agency): FittedHome {
  const { waiting, mine, jobs, unplaced = [], dangers = NO_DANGERS } = content;
  const { more = { waiting: 0, mine: 0 } } = content;
  // Whoever has to choose a crew is not told that nothing waits for them.
  const choices = listChoices(unplaced, dangers);
  const decisions = waiting.map((run) => describeAsked(run, agency));
  const none = choices.length > 0 ? [] : [section('Nothing waits for your decision.')];
  return fitHome(
    [
      { type: 'header', text: { type: 'plain_text', text: 'Waits for you' } },
      ...(decisions.length > 0 ? decisions : none),
      ...sayMore(more.waiting, 'their cards are in your role’s channel'),
      ...choices,
      ...listJobs(jobs, dangers, agency),
      { type: 'header', text: { type: 'plain_text', text: 'You asked for' } },
      ...listing(mine, agency, 'You have asked for nothing yet.'),
      ...sayMore(more.mine, '`/crewline list mine` shows them'),
      section('Start something with a slash command; `/crewline help` lists them.'),
    ],
    '`/crewline list`',
  );
}

/** Those of many jobs that are shown: what is under way first. */
export function chooseJobs<Job extends { _id: string; state?: WorkOrder['state'] }>(
  jobs: readonly Job[],
): Job[] {
  const isOpen = ({ state }: Job) => state === 'announced';
  return jobs.toSorted((one, other) => Number(isOpen(one)) - Number(isOpen(other))).slice(0, MOST_JOBS);
}

function warnOf(hazard: string | null | undefined): string {
  return hazard ? `⚠️ *Danger to life: ${hazard}* · ` : '';
}

/** Jobs that have no crew and were looked at: dispatch reads them and gives them to one. */
function listChoices(unplaced: readonly UnplacedJob[], dangers: ReadonlyMap<string, string>): Block[] {
  const isAsked = ({ unplaced: reason }: UnplacedJob) => reason?.doubt !== undefined;
  const lines = chooseJobs(unplaced).map((job) => {
    const what = isAsked(job) ? '❓ *Which crew should do it?*' : '⚠️ *No crew can take it yet*';
    const why = job.unplaced ? userLine(tellReason(job.unplaced), 300) : '';
    const title = userLine(dropCoordinates(job.title), 300);
    return section(`${warnOf(dangers.get(job._id))}${what} · ${title}\n${why} · ${job._id}`);
  });
  const more = unplaced.length - lines.length;
  return [
    ...lines,
    ...sayMore(more, '`/crewline plan` shows them'),
    ...(lines.length > 0 ? [context('Their cards are in the channel of dispatch.')] : []),
  ];
}

/** A request that somebody has to decide: the danger first, then how bad it is and by when. */
function describeAsked(run: WorkflowRun, agency: Agency): Block {
  const { sign, word } = describeStatus(run);
  const due = run.clocks.run && `due ${formatInstant(run.clocks.run.dueAt, agency.timeZone)}`;
  const severity = describeSeverity((key) => findOutput(run, key));
  const state = [severity, due, describePosition(run), run._id].filter(Boolean);
  const head = warnOf(describeHazard(run)) || `${sign} *${word}* · `;
  return section(`${head}${userLine(dropCoordinates(describeSubject(run)), 300)}\n${state.join(' · ')}`);
}

function sayMore(count: number, where: string): Block[] {
  return count > 0 ? [context(`… and ${count} more: ${where}.`)] : [];
}

/** The next ones, those under way first. */
function listJobs(
  jobs: readonly WorkOrder[] | null,
  dangers: ReadonlyMap<string, string>,
  { timeZone }: Agency,
): Block[] {
  if (jobs === null) return [];
  const lines = chooseJobs(jobs).flatMap((order) => {
    const time = findWorkTime(order);
    if (!time) return [];
    const when = formatInterval(time.start, time.end, timeZone);
    const title = userLine(dropCoordinates(order.title), 300);
    const place = `${when} · ${userLine(order.assignment?.crewName ?? '', 75)} · ${order._id}`;
    return section(`${warnOf(dangers.get(order._id))}${describeState(order)} · ${title}\n${place}`);
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
    return section(
      `${sign} *${word}* · ${userLine(dropCoordinates(describeSubject(run)), 300)}\n${state.join(' · ')}`,
    );
  });
}
