import { AppError } from '../../errors.ts';
import type { CrewDayView } from '../../scheduler/crew-desk.ts';
import { describeJobs } from '../blocks/crew-load.ts';
import { paragraphs, section } from '../blocks/parts.ts';
import { findByName } from '../find-by-name.ts';
import type { Reply } from '../guard.ts';
import type { CommandCall, HandlerDeps } from '../handler-deps.ts';
import { formatDay } from '../local-time.ts';
import { cut, LONGEST, userLine } from '../mrkdwn.ts';
import { WHEN_EXAMPLES } from '../parse-when.ts';
import { paintPlan } from '../pictures/paint-plan.ts';
import { uploadPicture } from '../upload-picture.ts';
import { readDay } from './read-day.ts';

const DAYS_OF_A_CREW = 7;
/** More rows than a phone can show at a readable size. */
const MOST_ROWS = 40;

interface PlanView {
  title: string;
  days: CrewDayView[];
  byDay: boolean;
  /** How many crews are left out. */
  hidden: number;
}

/** `/crewline plan [crew] [day]`: a picture of the plan in the channel; the text alone where Slack takes no picture. */
export async function showPlan(deps: HandlerDeps, call: CommandCall, rest: string): Promise<Reply | null> {
  const plan = await readPlan(deps, rest);
  if ('problem' in plan) return { text: plan.problem };
  const { timeZone } = deps.agency;
  const summary = summarise(plan);
  const table = plan.days.map((view) => describeJobs(view, timeZone, plan.byDay ? 'day' : 'crew'));
  const text = (why: string): Reply => ({
    text: cut([`*${plan.title}*`, why, summary, ...table].filter(Boolean).join('\n'), LONGEST.text),
    blocks: [
      section(`*${plan.title}*\n${summary}`),
      ...paragraphs(splitLines(table)).slice(0, 40),
      ...(why ? [section(why)] : []),
    ],
  });
  if (plan.days.length === 0) return text('');
  const png = await paint(deps, plan);
  if (!png) return text('The picture could not be drawn; this is the plan in words.');
  const place = await uploadPicture(
    deps,
    { channel: call.channel, userId: call.userId },
    {
      png,
      fileName: `plan-${plan.days[0]?.day}.png`,
      title: plan.title,
      alternativeText: cut(`${plan.title}. ${summary} ${plain(table.join(' '))}`, 1_000),
      comment: `*${plan.title}*\n${summary}`,
    },
  );
  if (place === null) return text('Slack did not take the picture; this is the plan in words.');
  return place === 'direct'
    ? { text: 'The picture of the plan is in your direct messages: the bot cannot post it in this channel.' }
    : null;
}

async function readPlan(deps: HandlerDeps, rest: string): Promise<PlanView | { problem: string }> {
  const ofAll = readDay(deps, rest);
  if (ofAll !== null) {
    const views = await deps.crewDesk.viewDay(ofAll);
    const days = pickRows(views);
    return { title: `Plan for ${formatDay(ofAll)}`, days, byDay: false, hidden: views.length - days.length };
  }
  const found = findByName(rest, deps.agency.crews, 'crews');
  if ('problem' in found) {
    const what = `“${userLine(rest, 80)}” is neither a crew nor a day.`;
    return {
      problem: `${what} ${found.problem}\nWrite \`/crewline plan\`, \`plan tomorrow\`, \`plan north\` or \`plan north 2026-11-24\`.`,
    };
  }
  const day = readDay(deps, found.rest);
  if (day === null)
    return {
      problem: `“${userLine(found.rest, 80)}” is no day: write one of ${WHEN_EXAMPLES}, without a time.`,
    };
  const days = await deps.crewDesk.viewCrew(found.item.id, day, DAYS_OF_A_CREW);
  return { title: `${userLine(found.item.name, 75)} from ${formatDay(day)}`, days, byDay: true, hidden: 0 };
}

/** Those that matter most when not all fit: late ones, then the busiest; in the agency's order. */
function pickRows(views: readonly CrewDayView[]): CrewDayView[] {
  if (views.length <= MOST_ROWS) return [...views];
  const late = ({ jobs }: CrewDayView) => jobs.reduce((sum, { lateMinutes }) => sum + lateMinutes, 0);
  const kept = new Set(
    views
      .toSorted((one, other) => late(other) - late(one) || other.plannedMinutes - one.plannedMinutes)
      .slice(0, MOST_ROWS),
  );
  return views.filter((view) => kept.has(view));
}

async function paint(deps: HandlerDeps, plan: PlanView): Promise<Uint8Array | null> {
  const { title, byDay } = plan;
  const options = { title: plain(title), byDay, now: deps.clock.now(), timeZone: deps.agency.timeZone };
  try {
    return await paintPlan(plan.days, options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.error('The picture of a plan could not be drawn', { error });
    return null;
  }
}

function summarise({ days, byDay, hidden }: PlanView): string {
  const jobs = days.flatMap((view) => view.jobs);
  const late = jobs.filter(({ lateMinutes }) => lateMinutes > 0).length;
  const absent = days.filter(({ absences }) => absences.length > 0).length;
  const rows = byDay ? `${days.length} days` : `${days.length} ${days.length === 1 ? 'crew' : 'crews'}`;
  const parts = [
    `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}, ${rows}`,
    late > 0 ? `*${late} late*` : 'none late',
    ...(absent > 0
      ? [
          `${absent} ${byDay ? (absent === 1 ? 'day' : 'days') : absent === 1 ? 'crew' : 'crews'} with an absence`,
        ]
      : []),
    ...(hidden > 0 ? [`${hidden} less busy crews are not shown: \`/crewline plan CREW\` shows one`] : []),
  ];
  return `${parts.join(' · ')}.`;
}

function splitLines(table: readonly string[]): string[] {
  return table.flatMap((row) => row.split('\n'));
}

/** Without the marks of mrkdwn, for what Slack shows as it is. */
function plain(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replace(/[*`]/g, '').replace(/\s+/g, ' ');
}
