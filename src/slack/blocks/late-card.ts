import type { Agency } from '../../core/agency.ts';
import type { LateJob } from '../../core/bulletin.ts';
import { describeSpan } from '../../core/duration.ts';
import { NO_FIX } from '../../core/work-events.ts';
import { formatInstant } from '../local-time.ts';
import { userLine } from '../mrkdwn.ts';
import { describeReason } from './describe-run.ts';
import { type Block, context, type Message, message, paragraphs, section } from './parts.ts';

const MOST_JOBS = 10;
const NO_OTHER = 'Where none is named, no single change would get the job done in time.';
const NO_OTHER_FOUND = 'Where none is named, none was found in the time there was.';

/** For dispatch: what ends after its deadline as a planning has it, the latest first, and what would help each job. */
export function buildLateCard(lateJobs: readonly LateJob[], agency: Agency): Message {
  const jobs = lateJobs.toSorted((one, other) => lateBy(other) - lateBy(one));
  const [only] = jobs;
  if (jobs.length === 1 && only) return buildOne(only, agency);
  const headline = `${jobs.length} jobs end after their deadline, as planned`;
  const shown = jobs.slice(0, MOST_JOBS);
  const blocks: Block[] = [
    section(`⚠️ *${headline}*`),
    ...paragraphs(shown.map((job) => describeJob(job, agency))),
    ...footnote(jobs, shown),
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
  if (hasFix(job)) return [`Would help: ${describeReason(job.fix, 300)}`];
  return job.fix === NO_FIX ? ['No single change would get it done in time'] : [];
}

function describeJob(job: LateJob, agency: Agency): string {
  const help = hasFix(job) ? `\n      Would help: ${describeReason(job.fix, 300)}` : '';
  return `• *${describeSpan(lateBy(job))} late*: ${describeTitle(job)}\n      ${describePlace(job, agency)}${help}`;
}

function footnote(jobs: readonly LateJob[], shown: readonly LateJob[]): Block[] {
  const fixes = shown.filter(hasFix).length;
  const isSure = shown.every(({ fix }) => fix !== null);
  const notes = [
    jobs.length > shown.length ? `… and ${jobs.length - shown.length} more, less late.` : '',
    fixes > 1 ? 'Each change helps its own job; together they may not all be possible.' : '',
    fixes < shown.length ? (isSure ? NO_OTHER : NO_OTHER_FOUND) : '',
  ].filter(Boolean);
  return notes.length > 0 ? [context(notes.join(' '))] : [];
}

function describeTitle({ title, orderId }: LateJob): string {
  return `${userLine(title, 120)} · \`${userLine(orderId, 60)}\``;
}

function describePlace({ crewName, end }: LateJob, { timeZone }: Agency): string {
  return `${userLine(crewName, 75)}, done ${formatInstant(end, timeZone)}`;
}

function hasFix(job: LateJob): job is LateJob & { fix: string } {
  return job.fix !== null && job.fix !== NO_FIX;
}

/** In milliseconds. */
function lateBy({ end, dueAt }: LateJob): number {
  return end.getTime() - dueAt.getTime();
}
