import type { Agency } from '../../core/agency/agency.ts';
import { holdsRight } from '../../core/agency/rights.ts';
import type { ListedDisruption } from '../../core/work/disruption.ts';
import type { Reply } from '../kit/guard.ts';
import type { CommandCall, HandlerDeps } from '../kit/handler-deps.ts';
import { whenContext } from '../kit/read-day.ts';
import { findByName } from '../words/find-by-name.ts';
import { parsePeriod, parseUntil } from '../words/parse-period.ts';
import { askAgain, NO_DISTRICTS, openDisruptionForm } from './disruption-form.ts';
import { enterAbsence, enterClosure } from './enter-disruption.ts';
import { listDisruptions } from './list-disruptions.ts';

type Kind = ListedDisruption['kind'];

const USAGE: Readonly<Record<Kind, string>> = {
  absence:
    'Write `/crewline absent CREW FROM [TO] [reason]`, such as `/crewline absent north tomorrow fri training`, or `/crewline absent` for a form.',
  closure:
    'Write `/crewline rain DISTRICT UNTIL [reason]`, such as `/crewline rain riverside 18:00 thunderstorm`, or `/crewline rain` for a form.',
};

/** `/crewline absent CREW FROM [TO] [reason]`: nothing is planned for the crew in that time. Alone it opens the form. */
export async function reportAbsence(deps: HandlerDeps, call: CommandCall, rest: string): Promise<Reply> {
  if (isList(rest)) return listOrOpen(deps, call, 'absence', rest);
  const found = findByName(rest, deps.agency.crews, 'crews');
  if ('problem' in found) return refuse('absence', found.problem, null);
  const read = parsePeriod(found.rest, whenContext(deps));
  if ('problem' in read) return refuse('absence', read.problem, found.item.id);
  return enterAbsence(deps, call.userId, found.item, read);
}

/** `/crewline rain DISTRICT UNTIL [reason]`: nobody works outdoors there until then. Alone it opens the form. */
export async function closeDistrict(deps: HandlerDeps, call: CommandCall, rest: string): Promise<Reply> {
  const { districts } = deps.agency;
  if (districts.length === 0) return { text: NO_DISTRICTS };
  if (isList(rest)) return listOrOpen(deps, call, 'closure', rest);
  const found = findByName(rest, districts, 'districts');
  if ('problem' in found) return refuse('closure', found.problem, null);
  const read = parseUntil(found.rest, whenContext(deps));
  if ('problem' in read) return refuse('closure', read.problem, found.item.id);
  return enterClosure(deps, call.userId, found.item, read);
}

/** What is in force is listed in any case; the form opens for those who may enter one, unless the list alone was asked for. */
async function listOrOpen(deps: HandlerDeps, call: CommandCall, kind: Kind, rest: string): Promise<Reply> {
  const mayEnter = mayEnterDisruption(deps.agency, kind, call.userId);
  const isAsked = rest === '' && mayEnter;
  const unopened = isAsked ? await openDisruptionForm(deps, call, { kind, about: null }) : null;
  if (unopened) return refuse(kind, unopened.text, null);
  const usage = mayEnter && !isAsked ? USAGE[kind] : '';
  const page = Number(LIST.exec(rest)?.groups?.page ?? 1);
  return listDisruptions(deps, kind, call.userId, { usage, mayEnter, page });
}

function refuse(kind: Kind, problem: string, about: string | null): Reply {
  return askAgain(`${problem}\n${USAGE[kind]}`, { kind, about });
}

/** Dispatch may enter both; a crew its own absence. */
function mayEnterDisruption(agency: Agency, kind: Kind, userId: string): boolean {
  return holdsRight(agency, userId, kind === 'absence' ? 'work' : 'dispatch');
}

/** The word for it, and the number of a page. */
const LIST = /^list(?:\s+(?<page>[1-9]\d{0,2}))?$/i;

/** Nothing, or the word for it. */
function isList(rest: string): boolean {
  return rest === '' || LIST.test(rest);
}
