import { type Interval, localDayInterval } from '../../core/agency/crew-calendar.ts';
import { localDay } from '../../core/values/wall-time.ts';
import type { CrewDayView, PlannedJob } from '../../core/work/crew-day-view.ts';
import { countJobs, countObstructed, describeMinutes, describeObstruction } from '../words/job-words.ts';
import {
  formatDay,
  formatInstant,
  formatPeriod,
  formatTime,
  formatTimeOn,
  formatTimesOn,
  formatUntil,
} from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';

const BAR_CELLS = 10;

/**
 * A crew's day on one line: a bar of what is promised, minutes promised of those available (of a day under way, of what is
 * left of it), jobs, late ones in words, what is under way; or why nobody is at work. As seen at `now`.
 */
export function describeLoad(view: CrewDayView, timeZone: string, now: Date): string {
  const { jobs, shifts, left } = view;
  const { availableMinutes, plannedMinutes } = left ?? view;
  const late = jobs.filter(({ lateMinutes }) => lateMinutes > 0);
  const share = availableMinutes > 0 ? plannedMinutes / availableMinutes : 0;
  const parts = [
    ...(availableMinutes > 0
      ? [`${describeMinutes(plannedMinutes)} of ${describeMinutes(availableMinutes)}${left ? ' left' : ''}`]
      : describeNoTime(view)),
    countJobs([view], timeZone),
    ...(late.length > 0 ? [`*${late.length} late*`] : []),
    ...(shifts.length > 0 ? countObstructed(view).map((text) => `*${text}*`) : []),
    ...jobs.flatMap((job) => describeUnderWay(job, view.day, timeZone)),
    ...view.absences.map(
      (absence) => `absent ${describeTime(absence, view.day, timeZone, now)}${because(absence.reason)}`,
    ),
  ];
  return `\`${drawBar(share)}\` *${userLine(view.crewName, 75)}* · ${parts.join(' · ')}`;
}

/** Until when, of what has begun by now or lasts from the beginning of the day; else from when too. */
function describeTime({ start, end }: Interval, day: string, timeZone: string, now: Date): string {
  if (start <= now || start <= localDayInterval(day, timeZone).start)
    return `until ${formatUntil(end, timeZone)}`;
  return formatTimesOn(day, { start, end }, timeZone);
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${userLine(reason, 120)}`;
}

function describeUnderWay({ state, start, title }: PlannedJob, day: string, timeZone: string): string[] {
  if (state !== 'started' && state !== 'blocked') return [];
  const word = state === 'blocked' ? '🟠 blocked' : '🔵 under way';
  const since =
    localDay(start, timeZone) === day ? formatTime(start, timeZone) : formatInstant(start, timeZone);
  return [`${word} since ${since}: ${userLine(title, 60)}`];
}

/** A crew's day with its jobs, numbered as in the picture of the plan. */
export function describeJobs(view: CrewDayView, timeZone: string, title: 'crew' | 'day', now: Date): string {
  const heading = title === 'crew' ? userLine(view.crewName, 75) : formatDay(view.day);
  const lines = view.jobs.map((job, index) => describeJob(job, index + 1, view.day, timeZone));
  const absences = view.absences.map(
    ({ start, end, reason }) => `   absent ${formatPeriod(start, end, timeZone, now)}${because(reason)}`,
  );
  const nothing = lines.length + absences.length === 0;
  const empty =
    (view.left ?? view).availableMinutes > 0 ? '   nothing planned' : `   ${describeNoTime(view).join('')}`;
  return [`*${heading}*`, ...absences, ...lines, ...(nothing ? [empty] : [])].join('\n');
}

function describeJob(job: PlannedJob, number: number, day: string, timeZone: string): string {
  const { start, end, title, orderId, travelMinutes, lateMinutes } = job;
  const obstruction = describeObstruction(job);
  const notes = [
    ...(travelMinutes > 0 ? [`${travelMinutes} min travel`] : []),
    ...(lateMinutes > 0 ? [`*late by ${describeMinutes(lateMinutes)}*`] : []),
    ...(obstruction === '' ? [] : [`*${obstruction}*`]),
    ...(job.state === 'announced' ? [job.acceptedAt ? 'accepted' : 'not yet accepted'] : [job.state]),
  ];
  return `   ${number}. ${formatTimeOn(day, start, timeZone)}–${formatTime(end, timeZone)} ${userLine(title, 100)} · \`${orderId}\` · ${notes.join(', ')}`;
}

function describeNoTime({ shifts, absences }: CrewDayView): string[] {
  if (absences.length > 0) return [];
  return [shifts.length === 0 ? 'no shift' : 'no time'];
}

function drawBar(share: number): string {
  const filled = Math.min(BAR_CELLS, share > 0 ? Math.max(1, Math.round(share * BAR_CELLS)) : 0);
  return '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
}
