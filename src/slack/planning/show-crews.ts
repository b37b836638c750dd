import type { Crew } from '../../core/agency/agency.ts';
import type { UnplacedJob } from '../../management/planning.ts';
import { ACTION } from '../kit/action-ids.ts';
import { parseCrewId, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import type { Reply } from '../kit/guard.ts';
import type { Click, ClickHandler, CommandCall, HandlerDeps } from '../kit/handler-deps.ts';
import { offerAgain, openModal } from '../kit/open-modal.ts';
import { paragraphs, section } from '../kit/parts.ts';
import { readDay } from '../kit/read-day.ts';
import { buildEditCrewModal } from '../roster/edit-crew.ts';
import { findByName } from '../words/find-by-name.ts';
import { formatDay } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import { putFixFirst } from '../words/put-fix-first.ts';
import { describeLoad } from './crew-load.ts';

const MOST_UNPLACED = 5;
const LONGEST_REASON = 300;
const isShort = (line: string) => line.length <= LONGEST_REASON;
/** A message has 50 blocks; 120 lines are far below, and more than anybody reads. */
const MOST_CREWS = 120;

/** `/crewline crews [day]`: the load of each crew. */
export async function showCrews(deps: HandlerDeps, _call: CommandCall, rest: string): Promise<Reply | null> {
  const read = readDay(deps, rest);
  if (read === null)
    return {
      text: `“${userLine(rest, 80)}” is no day. Write \`/crewline crews\`, \`crews tomorrow\`, \`crews 2026-11-24\`, or \`crews edit NAME\`.`,
    };
  if ('problem' in read) return { text: read.problem };
  const { day } = read;
  const [views, unplaced] = await Promise.all([
    deps.management.planning.viewDay(day),
    deps.management.planning.listUnplaced(),
  ]);
  const heading = `Crews on ${formatDay(day)}`;
  const now = deps.clock.now();
  const lines = views.slice(0, MOST_CREWS).map((view) => describeLoad(view, deps.agency.timeZone, now));
  if (views.length > MOST_CREWS) lines.push(`… and ${views.length - MOST_CREWS} more crews.`);
  const waiting = describeUnplaced(unplaced);
  return {
    text: [`*${heading}*`, ...lines, ...waiting].join('\n'),
    blocks: [section(`*${heading}*`), ...paragraphs(lines), ...paragraphs(waiting)],
  };
}

function describeUnplaced(orders: readonly UnplacedJob[]): string[] {
  if (orders.length === 0) return [];
  const count = `${orders.length} ${orders.length === 1 ? 'job waits' : 'jobs wait'}`;
  return [
    `⚠️ *${count} for a crew*`,
    ...orders.slice(0, MOST_UNPLACED).map(({ _id, title, unplaced: reason }) => {
      const why = userLine(reason ? putFixFirst(reason, isShort) : 'not planned yet', LONGEST_REASON);
      return `• \`${_id}\` ${userLine(title, 80)}: ${why}`;
    }),
    ...(orders.length > MOST_UNPLACED ? [`… and ${orders.length - MOST_UNPLACED} more.`] : []),
  ];
}

/** `/crewline crews edit NAME`: the form of a crew, for operators. */
export async function editCrew(deps: HandlerDeps, call: CommandCall, name: string): Promise<Reply | null> {
  if (!deps.agency.operators.includes(call.userId))
    return { text: 'Only the agency’s operators can edit crews.' };
  if (name === '') return { text: 'Say which crew to edit: `/crewline crews edit NAME`.' };
  const found = findByName(name, deps.agency.crews, 'crews');
  if ('problem' in found) return { text: found.problem };
  const crew = found.item;
  return offerAgain(deps.log, { actionId: ACTION.openCrewForm, value: crew.id }, () =>
    openCrew(deps, call, crew),
  );
}

/** Open again, where Slack had not opened the form of a crew. */
export function createOpenCrewAction(deps: HandlerDeps): ClickHandler {
  return async (click) => {
    const id = parseCrewId(click.value);
    const crew = deps.agency.crews.find((one) => one.id === id);
    return crew ? openCrew(deps, click, crew) : { text: UNREADABLE_BUTTON };
  };
}

async function openCrew(
  { client, agency }: HandlerDeps,
  { triggerId, channel }: Pick<Click, 'triggerId' | 'channel'>,
  crew: Crew,
): Promise<null> {
  await openModal(client, triggerId, buildEditCrewModal(crew, agency, channel));
  return null;
}
