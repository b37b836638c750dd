import { describeDisruption } from '../blocks/disruption-list.ts';
import { findByName } from '../find-by-name.ts';
import type { Reply } from '../guard.ts';
import type { HandlerDeps } from '../handler-deps.ts';
import { channelLink } from '../mrkdwn.ts';
import { parsePeriod, parseUntil } from '../parse-period.ts';
import { listDisruptions } from './list-disruptions.ts';
import { whenContext } from './read-day.ts';

const ABSENT_USAGE =
  'Write `/crewline absent CREW FROM [TO] [reason]`, such as `/crewline absent north tomorrow fri training`.';
const RAIN_USAGE =
  'Write `/crewline rain DISTRICT UNTIL [reason]`, such as `/crewline rain riverside 18:00 thunderstorm`.';

/** `/crewline absent CREW FROM [TO] [reason]`: nothing is planned for the crew in that time. Alone it lists absences. */
export async function reportAbsence(deps: HandlerDeps, userId: string, rest: string): Promise<Reply> {
  if (isList(rest)) return listDisruptions(deps, 'absence', ABSENT_USAGE);
  const found = findByName(rest, deps.agency.crews, 'crews');
  if ('problem' in found) return { text: `${found.problem}\n${ABSENT_USAGE}` };
  const period = parsePeriod(found.rest, whenContext(deps));
  if ('problem' in period) return { text: `${period.problem}\n${ABSENT_USAGE}` };
  const reason = cleanReason(period.reason, '');
  const outcome = await deps.crewDesk.reportAbsence({
    ...period,
    crewId: found.item.id,
    reason,
    actor: userId,
  });
  if ('refused' in outcome) return { text: outcome.refused };
  const { absence, affectedJobs } = outcome;
  return describeOutcome(deps, { ...absence, kind: 'absence', name: found.item.name }, affectedJobs);
}

/** `/crewline rain DISTRICT UNTIL [reason]`: nobody works outdoors there until then. Alone it lists closures. */
export async function closeDistrict(deps: HandlerDeps, userId: string, rest: string): Promise<Reply> {
  const { districts } = deps.agency;
  if (districts.length === 0)
    return {
      text: 'The agency has no districts yet: add `districts` with their outlines to the agency file.',
    };
  if (isList(rest)) return listDisruptions(deps, 'closure', RAIN_USAGE);
  const found = findByName(rest, districts, 'districts');
  if ('problem' in found) return { text: `${found.problem}\n${RAIN_USAGE}` };
  const period = parseUntil(found.rest, whenContext(deps));
  if ('problem' in period) return { text: `${period.problem}\n${RAIN_USAGE}` };
  const reason = cleanReason(period.reason, 'rain');
  const request = { ...period, district: found.item.id, reason, actor: userId };
  const outcome = await deps.crewDesk.closeDistrict(request);
  if ('refused' in outcome) return { text: outcome.refused };
  const { closure, affectedJobs } = outcome;
  return describeOutcome(deps, { ...closure, kind: 'closure', name: found.item.name }, affectedJobs);
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

function describeOutcome(
  deps: HandlerDeps,
  disruption: Parameters<typeof describeDisruption>[0],
  affectedJobs: number,
): Reply {
  const what = describeDisruption(disruption, deps.agency.timeZone, deps.clock.now());
  const undo = `\`/crewline ${disruption.kind === 'absence' ? 'absent' : 'rain'}\` takes it back.`;
  return { text: `${what}. ${describeEffect(deps, affectedJobs)} ${undo}` };
}

function describeEffect({ agency }: HandlerDeps, count: number): string {
  if (count === 0) return 'No planned job is affected.';
  const jobs = count === 1 ? '1 planned job is affected' : `${count} planned jobs are affected`;
  return `${jobs}: a new plan is being made, and what it would move is shown in ${channelLink(agency.channels.dispatch)}.`;
}
