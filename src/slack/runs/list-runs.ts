import type { RunFilter } from '../../core/run/workflow-run.ts';
import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import { readWholeNumber } from '../../core/values/number.ts';
import { readInstant } from '../../core/values/wall-time.ts';
import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { dropCoordinates } from '../words/job-words.ts';
import { formatInstant } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import {
  describePosition,
  describeStatus,
  describeSubject,
  findCrewName,
  findPlannedStart,
} from './describe-run.ts';

const RUNS_A_PAGE = 15;
const MOST_PAGES = 100;

/** Runs, newest first, for one person: `open` (also for no word), `mine` or `all`, and which page of them. */
export async function listRuns(deps: HandlerDeps, userId: string, which: string): Promise<Reply> {
  const filters: Record<string, RunFilter> = {
    open: { status: 'running' },
    mine: { requesterId: userId },
    all: {},
  };
  const { word, page } = readWords(which);
  const filter = Object.hasOwn(filters, word) ? filters[word] : undefined;
  if (!filter || page === null)
    return {
      text: `Use \`/crewline list open\`, \`mine\` or \`all\`, and the number of the page; “${userLine(which, 80)}” is none of them.`,
    };
  const found = await deps.management.runs.list(filter, RUNS_A_PAGE + 1, (page - 1) * RUNS_A_PAGE);
  if (found.length === 0) return { text: sayNone(word, page) };
  const runs = found.slice(0, RUNS_A_PAGE);
  const more =
    found.length > runs.length && page < MOST_PAGES
      ? `\nOlder ones: \`/crewline list ${word} ${page + 1}\``
      : '';
  return { text: `${runs.map((run) => lineOf(run, deps)).join('\n')}${more}` };
}

/** `mine 2`, `mine`, `2` (of those that are open) or nothing; no page for what is none. */
function readWords(text: string): { word: string; page: number | null } {
  const [first = '', second, ...rest] = text.toLowerCase().split(/\s+/).filter(Boolean);
  const isNumber = /^\d+$/.test(first);
  const number = isNumber ? first : second;
  const tooMany = isNumber ? second !== undefined : rest.length > 0;
  const page = number === undefined ? 1 : readWholeNumber(number, 1, MOST_PAGES);
  return {
    word: isNumber ? 'open' : first || 'open',
    page: tooMany ? null : page,
  };
}

function sayNone(word: string, page: number): string {
  if (page > 1) return `There is no page ${page}: see \`/crewline list ${word}\`.`;
  return word === 'open' ? 'No request is open.' : 'There is no such request yet.';
}

/** Whether its job ends after that, as planned. */
function isLate(run: WorkflowRun, dueAt: Date): boolean {
  const end = findPlannedStart(run) && findOutput(run, 'end');
  const instant = typeof end === 'string' ? readInstant(end, 'UTC') : null;
  return instant !== null && instant > dueAt;
}

/** The crew, and until it begins its planned start; empty for none. */
function describeCrew(run: WorkflowRun, timeZone: string): string {
  const crew = run.endedAt ? null : findCrewName(run);
  if (crew === null) return '';
  const start = findPlannedStart(run);
  return ` · ${userLine(crew, 75)}${start ? `, from ${formatInstant(start, timeZone)}` : ''}`;
}

function lineOf(run: WorkflowRun, deps: HandlerDeps): string {
  const { sign, word } = describeStatus(run);
  const due = run.clocks.run;
  const where = describePosition(run);
  const deadline =
    due && !run.endedAt
      ? ` · ${isLate(run, due.dueAt) ? '⚠️ ends after ' : ''}due ${formatInstant(due.dueAt, deps.agency.timeZone)}`
      : '';
  return `${sign} \`${run._id}\` ${word}${where ? `: ${where}` : ''} · ${userLine(dropCoordinates(describeSubject(run)), 120)}${describeCrew(run, deps.agency.timeZone)}${deadline}`;
}
