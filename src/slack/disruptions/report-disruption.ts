import { max } from 'date-fns/max';
import type { Crew } from '../../core/agency/agency.ts';
import { hasShiftIn, type Interval, localDayInterval } from '../../core/agency/crew-calendar.ts';
import { localDay } from '../../core/values/wall-time.ts';
import type { ListedDisruption } from '../../core/work/disruption.ts';
import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { whenContext } from '../kit/read-day.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { findByName } from '../words/find-by-name.ts';
import { channelLink, mention, userLine } from '../words/mrkdwn.ts';
import { parsePeriod, parseUntil } from '../words/parse-period.ts';
import { rightsOf } from '../words/rights-of.ts';
import { describeDisruption } from './disruption-list.ts';
import { listDisruptions } from './list-disruptions.ts';

const ABSENT_USAGE =
  'Write `/crewline absent CREW FROM [TO] [reason]`, such as `/crewline absent north tomorrow fri training`.';
const RAIN_USAGE =
  'Write `/crewline rain DISTRICT UNTIL [reason]`, such as `/crewline rain riverside 18:00 thunderstorm`.';

/** `/crewline absent CREW FROM [TO] [reason]`: nothing is planned for the crew in that time. Alone it lists absences. */
export async function reportAbsence(deps: HandlerDeps, userId: string, rest: string): Promise<Reply> {
  const { isOperator, isCrew } = rightsOf(deps.agency, userId);
  if (isList(rest)) return listDisruptions(deps, 'absence', userId, isOperator || isCrew ? ABSENT_USAGE : '');
  const found = findByName(rest, deps.agency.crews, 'crews');
  if ('problem' in found) return { text: `${found.problem}\n${ABSENT_USAGE}` };
  const read = parsePeriod(found.rest, whenContext(deps));
  if ('problem' in read) return { text: `${read.problem}\n${ABSENT_USAGE}` };
  const period = beginNow(deps, read);
  const reason = cleanReason(read.reason, '');
  const request = { ...period, crewId: found.item.id, reason, actor: userId };
  const outcome = await deps.management.disruptions.reportAbsence(request);
  if ('refused' in outcome) return { text: sayRefusal(outcome) };
  const { absence, affectedJobs } = outcome;
  const told = { ...absence, kind: 'absence' as const, name: found.item.name };
  if (outcome.isKnown) return describeKnown(deps, told);
  const isLate = period.start > read.start;
  const { longDays } = read;
  return describeOutcome(deps, told, { affectedJobs, crews: [found.item], isLate, longDays });
}

/** `/crewline rain DISTRICT UNTIL [reason]`: nobody works outdoors there until then. Alone it lists closures. */
export async function closeDistrict(deps: HandlerDeps, userId: string, rest: string): Promise<Reply> {
  const { districts } = deps.agency;
  if (districts.length === 0)
    return {
      text: 'The agency has no districts yet: add `districts` with their outlines to the agency file.',
    };
  const { isOperator } = rightsOf(deps.agency, userId);
  if (isList(rest)) return listDisruptions(deps, 'closure', userId, isOperator ? RAIN_USAGE : '');
  const found = findByName(rest, districts, 'districts');
  if ('problem' in found) return { text: `${found.problem}\n${RAIN_USAGE}` };
  const period = parseUntil(found.rest, whenContext(deps));
  if ('problem' in period) return { text: `${period.problem}\n${RAIN_USAGE}` };
  const reason = cleanReason(period.reason, 'rain');
  const request = { ...period, district: found.item.id, reason, actor: userId };
  const outcome = await deps.management.disruptions.closeDistrict(request);
  if ('refused' in outcome) return { text: sayRefusal(outcome) };
  const { closure, affectedJobs } = outcome;
  const told = { ...closure, kind: 'closure' as const, name: found.item.name };
  if (outcome.isKnown) return describeKnown(deps, told);
  const { longDays } = period;
  return describeOutcome(deps, told, { affectedJobs, crews: deps.agency.crews, isLate: false, longDays });
}

const LONGEST_REASON = 200;

function cleanReason(written: string, otherwise: string): string {
  const reason = written
    .replace(/\s+/g, ' ')
    .replace(/^[(:,–-]+\s*|\)$/g, '')
    .trim();
  return reason === '' ? otherwise : [...reason].slice(0, LONGEST_REASON).join('');
}

/** Nothing, or the word for it. */
function isList(rest: string): boolean {
  return rest === '' || rest.toLowerCase() === 'list';
}

/** A time of day that has passed is meant from now on; whole days are left whole. */
function beginNow({ agency, clock }: HandlerDeps, { start, end }: Interval): Interval {
  const now = clock.now();
  const isMidnight = (instant: Date) => {
    const day = localDayInterval(localDay(instant, agency.timeZone), agency.timeZone);
    return day.start.getTime() === instant.getTime();
  };
  const isWhole = isMidnight(start) && isMidnight(end);
  return { start: start < now && !isWhole ? now : start, end };
}

/** Whose word stands already, and until when. */
function describeKnown({ agency, clock }: HandlerDeps, disruption: Told): Reply {
  const what = describeDisruption(disruption, agency.timeZone, clock.now());
  return {
    text: `Already entered by ${mention(disruption.by)}: ${what}. Nothing was changed. ${tellUndo(disruption)}`,
  };
}

type Told = Parameters<typeof describeDisruption>[0] & Pick<ListedDisruption, 'by'>;

interface Effect {
  affectedJobs: number;
  /** Those it keeps from their work. */
  crews: readonly Crew[];
  /** It was said to begin before it was entered. */
  isLate: boolean;
  /** Its length when weekdays may have meant less. */
  longDays: number | undefined;
}

function describeOutcome(
  deps: HandlerDeps,
  disruption: Told,
  { affectedJobs, crews, isLate, longDays }: Effect,
): Reply {
  const { agency } = deps;
  const { start, end } = disruption;
  const now = deps.clock.now();
  const what = describeDisruption(disruption, agency.timeZone, now);
  const ahead = { start: max([start, now]), end };
  const late = isLate ? ' That time has passed, so it counts from now on.' : '';
  const isFree = affectedJobs === 0 && !crews.some((crew) => hasShiftIn(crew, agency.timeZone, ahead));
  const effect = isFree ? describeFree(disruption) : describeEffect(deps, affectedJobs);
  const length = longDays === undefined ? '' : ` That is ${longDays} days.`;
  return { text: `${what}.${length}${late} ${effect} ${tellUndo(disruption)}` };
}

function tellUndo({ kind }: Pick<Told, 'kind'>): string {
  return `\`/crewline ${kind === 'absence' ? 'absent' : 'rain'}\` takes it back.`;
}

function describeFree({ kind, name }: Told): string {
  const who = kind === 'absence' ? userLine(name, 75) : 'No crew';
  return `${who} has ${kind === 'absence' ? 'no shift' : 'a shift'} then: it is noted, and nobody is mentioned.`;
}

function describeEffect({ agency }: HandlerDeps, count: number): string {
  if (count === 0) return 'No planned job is affected.';
  const jobs = count === 1 ? '1 planned job is affected' : `${count} planned jobs are affected`;
  return `${jobs}: a new plan is being made, and what it would move is shown in ${channelLink(agency.channels.dispatch)}.`;
}
