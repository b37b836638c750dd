import { AppError } from '../../base/errors.ts';
import { moveDay } from '../../core/values/wall-time.ts';
import type { CrewDayView } from '../../core/work/crew-day-view.ts';
import type { Reply } from '../kit/guard.ts';
import type { CommandCall, HandlerDeps } from '../kit/handler-deps.ts';
import { paragraphs, section } from '../kit/parts.ts';
import { readDay } from '../kit/read-day.ts';
import { uploadPicture } from '../kit/upload-picture.ts';
import { findByName } from '../words/find-by-name.ts';
import { formatDay } from '../words/local-time.ts';
import { cut, userLine } from '../words/mrkdwn.ts';
import { WHEN_EXAMPLES } from '../words/parse-when.ts';
import { describeJobs } from './crew-load.ts';
import { paintPlan } from './picture/paint-plan.ts';
import { type PlanToTell, summarisePlan, tellPlan } from './plan-words.ts';

const DAYS_OF_A_CREW = 7;
/** More rows than a phone can show at a readable size. */
const MOST_ROWS = 12;
/** Slack's limit on an alternative text. */
const LONGEST_ALTERNATIVE = 1_000;
const LONGEST_COMMENT = 3_000;

interface PlanView extends Omit<PlanToTell, 'timeZone'> {
  title: string;
  /** The rows of the picture. */
  shown: readonly CrewDayView[];
}

/** `/crewline plan [crew] [day]`: a picture of the plan in the channel, and in words; the words alone without it. */
export async function showPlan(deps: HandlerDeps, call: CommandCall, rest: string): Promise<Reply | null> {
  const plan = await readPlan(deps, rest);
  if ('problem' in plan) return { text: plan.problem };
  const told = { ...plan, timeZone: deps.agency.timeZone };
  const head = [`*${plan.title}*`, summarisePlan(told), noteHidden(plan).join(' ')].filter(Boolean);
  if (plan.days.length === 0) return tellAll(deps, plan, '');
  const png = await paint(deps, plan);
  if (!png) return tellAll(deps, plan, 'The picture could not be drawn; this is the plan in words.');
  const words = tellPlan(told);
  const place = await uploadPicture(
    deps,
    { channel: call.channel, userId: call.userId },
    {
      png,
      fileName: `plan-${plan.days[0]?.day}.png`,
      title: plan.title,
      alternativeText: cutLines([...head, ...words].map(sentence), LONGEST_ALTERNATIVE, ' '),
      comment: cutLines([...head, ...words], LONGEST_COMMENT, '\n'),
    },
  );
  if (place === null)
    return tellAll(deps, plan, 'Slack did not take the picture; this is the plan in words.');
  return place === 'direct'
    ? { text: 'The picture of the plan is in your direct messages: the bot cannot post it in this channel.' }
    : null;
}

/** Every job of every crew, for want of a picture. */
function tellAll(deps: HandlerDeps, plan: PlanView, why: string): Reply {
  const { title, days, byDay } = plan;
  const { timeZone } = deps.agency;
  const told = { ...plan, timeZone };
  const now = deps.clock.now();
  const summary = summarisePlan(told);
  const table = [
    ...days.map((view) => describeJobs(view, timeZone, byDay ? 'day' : 'crew', now)),
    ...tellPlan({ ...told, days: [] }),
  ];
  return {
    text: [`*${title}*`, why, summary].filter(Boolean).join('\n'),
    blocks: [
      section(`*${title}*\n${summary}`),
      ...paragraphs(table.flatMap((row) => row.split('\n'))),
      ...(why ? [section(why)] : []),
    ],
  };
}

async function readPlan(deps: HandlerDeps, rest: string): Promise<PlanView | { problem: string }> {
  const ofAll = readDay(deps, rest);
  if (ofAll !== null) {
    if ('problem' in ofAll) return ofAll;
    const { day } = ofAll;
    const [days, unplaced] = await Promise.all([
      deps.management.planning.viewDay(day),
      deps.management.planning.listUnplaced(),
    ]);
    return { title: `Plan for ${formatDay(day)}`, days, shown: pickRows(days), byDay: false, unplaced };
  }
  const found = findByName(rest, deps.agency.crews, 'crews');
  if ('problem' in found) {
    const what = `“${userLine(rest, 80)}” is neither a crew nor a day.`;
    return {
      problem: `${what} ${found.problem}\nWrite \`/crewline plan\`, \`plan tomorrow\`, \`plan north\` or \`plan north 2026-11-24\`.`,
    };
  }
  const read = readDay(deps, found.rest);
  if (read === null)
    return {
      problem: `“${userLine(found.rest, 80)}” is no day: write one of ${WHEN_EXAMPLES}, without a time.`,
    };
  if ('problem' in read) return read;
  const { day } = read;
  const days = await deps.management.planning.viewCrew(found.item.id, day, DAYS_OF_A_CREW);
  const last = moveDay(day, DAYS_OF_A_CREW - 1);
  const title = `${userLine(found.item.name, 75)}, ${formatDay(day)} – ${formatDay(last)}`;
  return { title, days, shown: days, byDay: true, unplaced: [] };
}

/** Those that matter most when not all fit: late ones, then the busiest; in the agency's order. */
function pickRows(views: readonly CrewDayView[]): CrewDayView[] {
  if (views.length <= MOST_ROWS) return [...views];
  const late = ({ jobs }: CrewDayView) => jobs.reduce((sum, { lateMinutes }) => sum + lateMinutes, 0);
  const busy = (view: CrewDayView) => view.jobs.length * 1_440 + view.plannedMinutes;
  const kept = new Set(
    views.toSorted((one, other) => late(other) - late(one) || busy(other) - busy(one)).slice(0, MOST_ROWS),
  );
  return views.filter((view) => kept.has(view));
}

async function paint(deps: HandlerDeps, plan: PlanView): Promise<Uint8Array | null> {
  const { title, byDay, unplaced } = plan;
  const [note = ''] = noteHidden(plan);
  const { timeZone } = deps.agency;
  try {
    return await paintPlan(plan.shown, {
      title: plain(title),
      byDay,
      unplaced,
      note,
      timeZone,
      now: deps.clock.now(),
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.error('The picture of a plan could not be drawn', { error });
    return null;
  }
}

function noteHidden({ days, shown }: PlanView): string[] {
  const hidden = days.filter((view) => !shown.includes(view));
  if (hidden.length === 0) return [];
  const busy = hidden.filter(({ jobs }) => jobs.length > 0).length;
  const which = busy === 0 ? 'none of them with jobs' : `${busy} of them with jobs`;
  return [
    `Not in the picture: ${hidden.length} more ${hidden.length === 1 ? 'crew' : 'crews'}, ${which}.`,
    '`/crewline plan CREW` shows one.',
  ];
}

/** As many whole lines as go into `limit` characters, and that there is more. */
function cutLines(lines: readonly string[], limit: number, between: string): string {
  const all = lines.join(between);
  if (all.length <= limit) return all;
  const kept: string[] = [];
  for (const line of lines) {
    if ([...kept, line, '…'].join(between).length > limit) break;
    kept.push(line);
  }
  return kept.length === 0 ? cut(all, limit) : [...kept, '…'].join(between);
}

/** With one full stop at its end. */
function sentence(text: string): string {
  return `${plain(text).trim().replace(/\.+$/, '')}.`;
}

/** Without the marks of mrkdwn, for what Slack shows as it is. */
function plain(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replace(/[*`]/g, '').replace(/\s+/g, ' ');
}
