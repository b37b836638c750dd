import { max } from 'date-fns/max';
import type { Crew, District } from '../../core/agency/agency.ts';
import { hasShiftIn, type Interval, localDayInterval } from '../../core/agency/crew-calendar.ts';
import { MINUTE_MS } from '../../core/values/duration.ts';
import { shortenText } from '../../core/values/text.ts';
import { localDay } from '../../core/values/wall-time.ts';
import type { ListedDisruption } from '../../core/work/disruption.ts';
import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { channelLink, mention, userLine } from '../words/mrkdwn.ts';
import { describeDisruption } from './disruption-list.ts';

/** What somebody said of a time: `reason` as typed, `longDays` as `parsePeriod` gives it. */
export interface Said extends Interval {
  reason: string;
  longDays?: number;
}

/** Enters an absence and says what was understood of it, and what it does. */
export async function enterAbsence(deps: HandlerDeps, actor: string, crew: Crew, said: Said): Promise<Reply> {
  const period = beginNow(deps, said);
  const reason = cleanReason(said.reason, '');
  const request = { ...period, crewId: crew.id, reason, actor };
  const outcome = await deps.management.disruptions.reportAbsence(request);
  if ('refused' in outcome) return { text: sayRefusal(outcome) };
  const { absence, affectedJobs } = outcome;
  const told = { ...absence, kind: 'absence' as const, name: crew.name };
  if (outcome.isKnown) return describeKnown(deps, told);
  const isLate = hasPassed(said, period);
  const { longDays } = said;
  return describeOutcome(deps, told, { affectedJobs, crews: [crew], isLate, longDays });
}

/** Enters a closure and says what was understood of it, and what it does. */
export async function enterClosure(
  deps: HandlerDeps,
  actor: string,
  district: District,
  said: Said,
): Promise<Reply> {
  const period = beginNow(deps, said);
  const reason = cleanReason(said.reason, 'rain');
  const request = { ...period, district: district.id, reason, actor };
  const outcome = await deps.management.disruptions.closeDistrict(request);
  if ('refused' in outcome) return { text: sayRefusal(outcome) };
  const { closure, affectedJobs, placelessJobs } = outcome;
  const told = { ...closure, kind: 'closure' as const, name: district.name };
  if (outcome.isKnown) return describeKnown(deps, told);
  const isLate = hasPassed(said, period);
  const { longDays } = said;
  const { crews } = deps.agency;
  return describeOutcome(deps, told, { affectedJobs, placelessJobs, crews, isLate, longDays });
}

const LONGEST_REASON = 200;
/** "Now" is read as the minute it is in, and entered in the next one at the latest. */
const A_MOMENT_MS = 2 * MINUTE_MS;

/** A reason on one line, without what sets it off from the time before it; `otherwise` for none. */
function cleanReason(written: string, otherwise: string): string {
  const reason = written
    .replace(/\s+/g, ' ')
    .replace(/^[(:,–-]+\s*|\)$/g, '')
    .trim();
  return reason === '' ? otherwise : shortenText(reason, LONGEST_REASON);
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

/** What was said without a beginning, or as "now", is read a moment before it is entered: that has not passed. */
function hasPassed(said: Interval, entered: Interval): boolean {
  return entered.start.getTime() - said.start.getTime() >= A_MOMENT_MS;
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
  /** Those that may lie in a closed district, as nobody knows their place. */
  placelessJobs?: number;
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
  { affectedJobs, placelessJobs = 0, crews, isLate, longDays }: Effect,
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
  return {
    text: `${what}.${length}${late} ${effect}${describePlaceless(placelessJobs)} ${tellUndo(disruption)}`,
  };
}

function tellUndo({ kind }: Pick<Told, 'kind'>): string {
  return `\`/crewline ${kind === 'absence' ? 'absent' : 'rain'}\` takes it back.`;
}

function describeFree({ kind, name }: Told): string {
  const who = kind === 'absence' ? userLine(name, 75) : 'No crew';
  return `${who} has ${kind === 'absence' ? 'no shift' : 'a shift'} then: it is noted, and nobody is mentioned.`;
}

function describePlaceless(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? ' 1 planned job whose place is unknown may lie there.'
    : ` ${count} planned jobs whose place is unknown may lie there.`;
}

function describeEffect({ agency }: HandlerDeps, count: number): string {
  if (count === 0) return 'No planned job is affected.';
  const jobs = count === 1 ? '1 planned job is affected' : `${count} planned jobs are affected`;
  return `${jobs}: a new plan is being made, and what it would move is shown in ${channelLink(agency.channels.dispatch)}.`;
}
