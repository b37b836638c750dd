import type { Agency } from '../../core/agency/agency.ts';
import { describeSpan, MINUTE_MS } from '../../core/values/duration.ts';
import type { LateJob } from '../../core/work/bulletin.ts';
import { MOST_OVERTIME_MINUTES } from '../../core/work/late-help.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { context, paragraphs, section } from '../kit/parts.ts';
import { dropCoordinates } from '../words/job-words.ts';
import { formatInstant } from '../words/local-time.ts';
import { userLine, userText } from '../words/mrkdwn.ts';

const MOST_JOBS = 10;
const OVERTIME = `nor ${describeSpan(MOST_OVERTIME_MINUTES * MINUTE_MS)} of overtime`;
const NO_OTHER = `Where none is named, no single change would get the job done in time, ${OVERTIME}.`;
const NO_OTHER_FOUND = 'Where none is named, none was found in the time there was.';

/**
 * For dispatch: what ends after its deadline as a planning has it, the most severe first, and what would help each job.
 * `settled` more were told that are late no longer.
 */
export function buildLateCard(lateJobs: readonly LateJob[], agency: Agency, settled = 0): Message {
  const jobs = lateJobs.toSorted((one, other) => other.weight - one.weight || lateBy(other) - lateBy(one));
  if (jobs.length === 0) return buildSettled(settled);
  const [only] = jobs;
  if (jobs.length === 1 && settled === 0 && only) return buildOne(only, agency);
  const count = jobs.length === 1 ? '1 job ends after its' : `${jobs.length} jobs end after their`;
  const headline = `${count} deadline, as planned`;
  const shown = jobs.slice(0, MOST_JOBS);
  const blocks: Block[] = [
    section(`⚠️ *${headline}*`),
    ...paragraphs(shown.map((job, index) => describeJob(job, shown.slice(0, index), agency))),
    ...footnote(jobs, shown, settled),
  ];
  const titles = shown.map(({ title }) => userLine(title, 60));
  return message(`${headline}: ${titles.join(', ')}`, blocks);
}

function buildOne(job: LateJob, agency: Agency): Message {
  const headline = `${describeSpan(lateBy(job))} after its deadline, as planned`;
  const helps = describeHelp(job);
  const about = section(`⚠️ *${headline}*: ${describeTitle(job)}\n${describePlace(job, agency)}`);
  const text = [`${userLine(job.title, 120)} ends ${headline}`, ...helps, job.orderId].join('. ');
  return message(text, [about, ...helps.map(section)]);
}

function describeHelp(job: LateJob): string[] {
  if (hasFix(job)) return [`Would help: ${userText(job.fix, 300)}`];
  return job.isHopeless ? [`No single change would get it done in time, ${OVERTIME}`] : [];
}

/** What would help a job `above` it too is said there. */
function describeJob(job: LateJob, above: readonly LateJob[], agency: Agency): string {
  const isSaid = above.some(({ fix }) => fix === job.fix);
  const words = hasFix(job) ? (isSaid ? 'the same, instead' : userText(job.fix, 300)) : '';
  const help = words === '' ? '' : `\n      Would help: ${words}`;
  return `• *${describeSpan(lateBy(job))} late*: ${describeTitle(job)}\n      ${describePlace(job, agency)}${help}`;
}

function footnote(jobs: readonly LateJob[], shown: readonly LateJob[], settled: number): Block[] {
  const fixes = shown.filter(hasFix).length;
  const isSure = shown.every((job) => job.isHopeless || hasFix(job));
  const notes = [
    settled > 0 ? `${countSettled(settled)}.` : '',
    jobs.length > shown.length ? `… and ${jobs.length - shown.length} more, none more severe.` : '',
    fixes > 1 ? 'Each change helps its own job; together they may not all be possible.' : '',
    fixes < shown.length ? (isSure ? NO_OTHER : NO_OTHER_FOUND) : '',
  ].filter(Boolean);
  return notes.length > 0 ? [context(notes.join(' '))] : [];
}

/** All are in time by now, begun, or over. */
function buildSettled(settled: number): Message {
  const text = `✅ ${countSettled(settled)}`;
  return message(text, [section(text)]);
}

function countSettled(count: number): string {
  return count === 1 ? '1 job told here is settled' : `${count} jobs told here are settled`;
}

function describeTitle({ title, orderId, weight }: LateJob): string {
  const severity = Math.round(weight * 10) / 10;
  return `${userLine(dropCoordinates(title), 120)} · severity ${severity} · \`${userLine(orderId, 60)}\``;
}

function describePlace({ crewName, end }: LateJob, { timeZone }: Agency): string {
  return `${userLine(crewName, 75)}, done ${formatInstant(end, timeZone)}`;
}

function hasFix(job: LateJob): job is LateJob & { fix: string } {
  return job.fix !== null;
}

/** In milliseconds. */
function lateBy({ end, dueAt }: LateJob): number {
  return end.getTime() - dueAt.getTime();
}
