import type { Interval } from '../../core/crew-calendar.ts';
import { findByName } from '../find-by-name.ts';
import type { Reply } from '../guard.ts';
import type { HandlerDeps } from '../handler-deps.ts';
import { formatInterval } from '../local-time.ts';
import { channelLink, userLine } from '../mrkdwn.ts';
import { parsePeriod, parseUntil } from '../parse-period.ts';
import { whenContext } from './read-day.ts';

const ABSENT_USAGE =
  'Write `/crewline absent CREW FROM [TO] [reason]`, such as `/crewline absent north tomorrow fri training`.';
const RAIN_USAGE =
  'Write `/crewline rain DISTRICT UNTIL [reason]`, such as `/crewline rain riverside 18:00 thunderstorm`.';

/** `/crewline absent CREW FROM [TO] [reason]`: nothing is planned for the crew in that time. */
export async function reportAbsence(deps: HandlerDeps, userId: string, rest: string): Promise<Reply> {
  if (rest === '') return { text: `Say who is absent, and when. ${ABSENT_USAGE}` };
  const found = findByName(rest, deps.agency.crews, 'crews');
  if ('problem' in found) return { text: `${found.problem}\n${ABSENT_USAGE}` };
  const period = parsePeriod(found.rest, whenContext(deps));
  if ('problem' in period) return { text: `${period.problem}\n${ABSENT_USAGE}` };
  const reason = cleanReason(period.reason, 'not available');
  const outcome = await deps.crewDesk.reportAbsence({
    ...period,
    crewId: found.item.id,
    reason,
    actor: userId,
  });
  if ('refused' in outcome) return { text: outcome.refused };
  const { absence, affectedJobs } = outcome;
  const what = `${userLine(found.item.name, 75)} is absent ${describe(deps, absence)} (${userLine(absence.reason, 200)}).`;
  return { text: `${what} ${describeEffect(deps, affectedJobs)}` };
}

/** `/crewline rain DISTRICT UNTIL [reason]`: nobody works outdoors there until then. */
export async function closeDistrict(deps: HandlerDeps, userId: string, rest: string): Promise<Reply> {
  const { districts } = deps.agency;
  if (districts.length === 0)
    return {
      text: 'The agency has no districts yet: add `districts` with their outlines to the agency file.',
    };
  if (rest === '') return { text: `Say where it rains, and until when. ${RAIN_USAGE}` };
  const found = findByName(rest, districts, 'districts');
  if ('problem' in found) return { text: `${found.problem}\n${RAIN_USAGE}` };
  const period = parseUntil(found.rest, whenContext(deps));
  if ('problem' in period) return { text: `${period.problem}\n${RAIN_USAGE}` };
  const reason = cleanReason(period.reason, 'rain');
  const request = { ...period, district: found.item.id, reason, actor: userId };
  const outcome = await deps.crewDesk.closeDistrict(request);
  if ('refused' in outcome) return { text: outcome.refused };
  const { closure, affectedJobs } = outcome;
  const what = `Nobody works in ${userLine(found.item.name, 75)} ${describe(deps, closure)} (${userLine(closure.reason, 200)}).`;
  return { text: `${what} ${describeEffect(deps, affectedJobs)}` };
}

const LONGEST_REASON = 200;

function cleanReason(written: string, otherwise: string): string {
  const reason = written
    .replace(/\s+/g, ' ')
    .replace(/^[(:,–-]+\s*|\)$/g, '')
    .trim();
  return reason === '' ? otherwise : [...reason].slice(0, LONGEST_REASON).join('');
}

function describe({ agency }: HandlerDeps, { start, end }: Interval): string {
  return formatInterval(start, end, agency.timeZone);
}

function describeEffect({ agency }: HandlerDeps, count: number): string {
  if (count === 0) return 'No planned job is affected.';
  const jobs = count === 1 ? '1 planned job is affected' : `${count} planned jobs are affected`;
  return `${jobs}: a new plan is being made, and what it would move is shown in ${channelLink(agency.channels.dispatch)}.`;
}
