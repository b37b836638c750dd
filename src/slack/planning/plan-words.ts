import type { CrewDayView, PlannedJob } from '../../core/work/crew-day-view.ts';
import type { UnplacedJob } from '../../management/planning.ts';
import { countJobs, describeMinutes, describeObstruction, dropCoordinates } from '../words/job-words.ts';
import { formatDay, formatTimeOn, formatTimesOn } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import { putFixFirst } from '../words/put-fix-first.ts';

/** A plan to be told in words: the crews of a day, or the days of a crew. */
export interface PlanToTell {
  days: readonly CrewDayView[];
  byDay: boolean;
  timeZone: string;
  unplaced: readonly UnplacedJob[];
}

const MOST_JOBS = 8;
const MOST_UNPLACED = 5;
const MOST_NAMES = 12;
const LONGEST_TITLE = 50;
const LONGEST_REASON = 160;
const isShort = (line: string) => line.length <= LONGEST_REASON;
const LONGEST_ABSENCE = 60;
const MOST_ABSENCES = 4;

/** The plan's figures in a line of mrkdwn, what needs somebody first in bold. */
export function summarisePlan({ days, byDay, timeZone, unplaced }: PlanToTell): string {
  // What is under way since yesterday stands in yesterday's row and in today's.
  const jobs = [...new Map(days.flatMap((view) => view.jobs).map((job) => [job.orderId, job])).values()];
  const late = jobs.filter(({ lateMinutes }) => lateMinutes > 0).length;
  const absent = days.filter(({ absences }) => absences.length > 0).length;
  const rows = (number: number) => count(number, byDay ? 'day' : 'crew');
  const parts = [
    `${countJobs(days, timeZone)}, ${rows(days.length)}`,
    late > 0 ? `*${late} late*` : 'none late',
    ...(absent > 0 ? [`${rows(absent)} with an absence`] : []),
    ...(unplaced.length > 0 ? [`*${count(unplaced.length, 'job')} without a crew*`] : []),
  ];
  return `${parts.join(' · ')}.`;
}

/**
 * The plan in mrkdwn for whoever does not see the picture, a line for each crew (or day) with jobs, then one for those
 * without; what has no crew comes first.
 */
export function tellPlan(plan: PlanToTell): string[] {
  return [...tellUnplaced(plan), ...plan.days.flatMap((view) => tellRow(view, plan)), ...tellIdle(plan)];
}

function tellUnplaced({ unplaced }: PlanToTell): string[] {
  if (unplaced.length === 0) return [];
  const more = unplaced.length - MOST_UNPLACED;
  return [
    '*Without a crew*',
    ...unplaced.slice(0, MOST_UNPLACED).map(({ _id, title, unplaced: reason }) => {
      const why = userLine(reason ? putFixFirst(reason, isShort) : 'not planned yet', LONGEST_REASON);
      return `• \`${_id}\` ${userLine(dropCoordinates(title), LONGEST_TITLE)}: ${why}`;
    }),
    ...(more > 0 ? [`• and ${more} more`] : []),
  ];
}

function tellRow(view: CrewDayView, { byDay, timeZone }: PlanToTell): string[] {
  if (view.jobs.length === 0) return [];
  // Said once of all, instead of behind each.
  const isNoneAccepted = view.jobs.length > 1 && view.jobs.every(isUnanswered);
  const jobs = view.jobs.slice(0, MOST_JOBS).map((job) => tellJob(job, view.day, timeZone, isNoneAccepted));
  const more = view.jobs.length > MOST_JOBS ? [`${view.jobs.length - MOST_JOBS} more`] : [];
  const note = isNoneAccepted ? ' (none accepted yet)' : '';
  return [
    `*${nameOf(view, byDay)}*${note}: ${[...tellAbsences(view, timeZone), ...jobs, ...more].join('; ')}`,
  ];
}

function isUnanswered({ state, acceptedAt }: PlannedJob): boolean {
  return state === 'announced' && !acceptedAt;
}

/** `absent 09:00–12:00 (training)`; without the times of one that leaves nothing of the day's shifts. */
function tellAbsences({ absences, shifts, day }: CrewDayView, timeZone: string): string[] {
  const told = absences.slice(0, MOST_ABSENCES).map(({ start, end, reason }) => {
    const isWhole = shifts.length > 0 && shifts.every((one) => start <= one.start && end >= one.end);
    const times = isWhole ? '' : ` ${formatTimesOn(day, { start, end }, timeZone)}`;
    return `absent${times}${reason === '' ? '' : ` (${userLine(reason, LONGEST_ABSENCE)})`}`;
  });
  const more = absences.length - told.length;
  return more > 0 ? [...told, `${count(more, 'more absence')}`] : told;
}

function tellJob(job: PlannedJob, day: string, timeZone: string, isTold: boolean): string {
  const states: Partial<Record<PlannedJob['state'], string>> = {
    started: 'under way',
    blocked: 'blocked',
    done: 'done',
  };
  const obstruction = describeObstruction(job);
  const notes = [
    states[job.state] ?? (isUnanswered(job) && !isTold ? 'not accepted yet' : ''),
    obstruction === '' ? '' : `*${obstruction}*`,
    job.lateMinutes > 0 ? `*late by ${describeMinutes(job.lateMinutes)}*` : '',
  ].filter(Boolean);
  const title = userLine(dropCoordinates(job.title) || job.orderId, LONGEST_TITLE);
  return `${formatTimeOn(day, job.start, timeZone)} ${title}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** Those without jobs by why they have none, in a line each. */
function tellIdle({ days, byDay }: PlanToTell): string[] {
  const groups = new Map<string, string[]>();
  for (const view of days.filter(({ jobs }) => jobs.length === 0)) {
    const why = whyIdle(view);
    groups.set(why, [...(groups.get(why) ?? []), nameOf(view, byDay)]);
  }
  return [...groups].map(([why, names]) => {
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    return `${why}: ${names.slice(0, MOST_NAMES).join(', ')}${more}`;
  });
}

function whyIdle(view: CrewDayView): string {
  const { absences, shifts, left } = view;
  const isFree = (left ?? view).availableMinutes > 0;
  if (absences.length > 0) {
    const absent = isFree ? 'Partly absent' : 'Absent';
    const reasons = nameReasons(view);
    return reasons === '' ? absent : `${absent} (${reasons})`;
  }
  if (isFree) return 'Free';
  return shifts.length === 0 ? 'No shift' : 'No time';
}

/** Why the crew is absent, each reason of the day once; empty when nobody said. */
function nameReasons({ absences }: CrewDayView): string {
  const reasons = absences.flatMap(({ reason }) =>
    reason === '' ? [] : [userLine(reason, LONGEST_ABSENCE)],
  );
  return [...new Set(reasons)].slice(0, MOST_ABSENCES).join(', ');
}

function nameOf(view: CrewDayView, byDay: boolean): string {
  return byDay ? formatDay(view.day) : userLine(view.crewName, 75);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
