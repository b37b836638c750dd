import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Log } from '../../base/log.ts';
import type { Agency, Crew } from '../../core/agency/agency.ts';
import { describeProblem, type Problem } from '../../core/faults/problem.ts';
import type { StrandedJobs } from '../../core/roster/stranded-jobs.ts';
import { describeCents, readCents } from '../../core/values/money.ts';
import { readWholeNumber } from '../../core/values/number.ts';
import type { ManagementLayer } from '../../management/management-layer.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import { VALUE } from '../kit/action-ids.ts';
import type { ViewReply } from '../kit/guard.ts';
import type { SubmissionHandler } from '../kit/handler-deps.ts';
import { readMetadata, UNREADABLE_MODAL } from '../kit/read-metadata.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { tellAlone } from '../kit/tell-alone.ts';
import { formatInstant } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import {
  formatShifts,
  formatSkills,
  formatTruck,
  parseShifts,
  parseSkills,
  parseTruck,
  type Read,
} from './crew-text.ts';
import { CREW_FIELD, EditCrewMetadata, hashCrew } from './edit-crew.ts';

type CrewEdit = Partial<Pick<Crew, 'skills' | 'shifts' | 'size' | 'hourlyRateCents' | 'truck'>>;

const Elements = z.record(
  z.string(),
  z.looseObject({ [VALUE]: z.looseObject({ value: z.string().nullish() }) }),
);

const LARGEST_CREW = 500;
/** How often the roster may be saved by others, in other places, before the person is asked to try again. */
const MOST_TRIES = 5;
const NOT_YOURS = 'Only the agency’s operators may edit crews. Nothing was changed.';
const CHANGED =
  'Somebody else has changed this crew since the form was opened. Nothing was changed: open it anew.';
const GONE = 'This crew is not on the roster any more. Nothing was changed.';
const MOST_JOBS = 10;
const NEXT = 'Announced work stays until a new plan is applied; dispatch is asked about larger changes.';
const CROWDED = 'The roster is being changed by others right now. Nothing was changed: please try again.';
const MOST_TEXT = 400;

export interface EditCrewDeps {
  management: Pick<ManagementLayer, 'roster'>;
  agency: Agency;
  client: SlackClient;
  log: Log;
}

/** The form of a crew: saves it and tells the editor what changed, or says field by field what to mend. */
export function createEditCrewSubmission(deps: EditCrewDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(EditCrewMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    if (!deps.agency.operators.includes(userId)) return { refused: NOT_YOURS };
    const materials = deps.agency.materials.map(({ id }) => id);
    const read = readCrewEdit(values, readers(materials, deps.agency.currency));
    if (!read.ok) return { errors: read.errors };
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const reply = await trySave(deps, about, read.edit, userId);
      if (reply !== 'again') return reply;
    }
    return { refused: CROWDED };
  };
}

/**
 * The edit of a submitted form, or what to mend by block id. Every field is required, so that Slack never sends one
 * empty: it was filled when the form opened, by a client that tells only what was touched, and stays as it is.
 */
function readCrewEdit(
  values: unknown,
  fields: Readers,
): { ok: true; edit: CrewEdit } | { ok: false; errors: Record<string, string> } {
  const elements = Elements.safeParse(values);
  const edit: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const [field, parse] of Object.entries(fields)) {
    const text = elements.data?.[field]?.[VALUE]?.value;
    if (!text) continue;
    const read = parse(text.trim());
    if (read.ok) edit[field] = read.value;
    else errors[field] = read.wrong;
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, edit };
}

type Readers = Record<keyof CrewEdit, (text: string) => Read<unknown>>;

/** How each field of the form is read. They are called as in the crew. */
function readers(materials: readonly string[], currency: string): Readers {
  return {
    skills: parseSkills,
    shifts: parseShifts,
    size: readSize,
    hourlyRateCents: (text) => readRate(text, currency),
    truck: (text) => parseTruck(text, materials),
  };
}

function readSize(text: string): Read<number> {
  const size = readWholeNumber(text, 1, LARGEST_CREW);
  if (size !== null) return { ok: true, value: size };
  return { ok: false, wrong: `Write a whole number from 1 to ${LARGEST_CREW}.` };
}

function readRate(text: string, currency: string): Read<number> {
  const read = readCents(text, currency);
  return read.ok ? { ok: true, value: read.cents } : { ok: false, wrong: `This ${read.wrong}.` };
}

/** Only this crew is touched, so that an edit of another one is no conflict: `again`. */
async function trySave(
  deps: EditCrewDeps,
  about: EditCrewMetadata,
  edit: CrewEdit,
  by: string,
): Promise<ViewReply | 'again'> {
  const { roster, version } = await deps.management.roster.read();
  const index = roster.crews.findIndex(({ id }) => id === about.crewId);
  const crew = roster.crews[index];
  if (!crew) return { refused: GONE };
  const edited = { ...crew, ...edit };
  // Nothing to do; also when Slack delivers the same submission again.
  if (isDeepStrictEqual(edited, crew)) return null;
  if (hashCrew(crew) !== about.shown) return { refused: CHANGED };
  const outcome = await deps.management.roster.save({
    roster: { ...roster, crews: roster.crews.with(index, edited) },
    version,
    by,
  });
  if ('conflict' in outcome) return 'again';
  if ('problems' in outcome) return explainProblems(outcome.problems, index);
  if ('refused' in outcome) return { refused: sayRefusal(outcome) };
  const changes = describeCrewEdit(crew, edited, deps.agency.currency);
  // Only a file can undo what was edited.
  if ('reverts' in outcome) return { refused: CHANGED };
  const left = tellLeft(outcome.stranded, deps.agency.timeZone);
  // What is planned anew does not stay.
  const next = left.length === 0 ? [NEXT] : left;
  const text = [`*${userLine(crew.name, 80)}* is saved:`, ...changes, ...next].join('\n');
  await tellAlone(deps, { userId: by, channel: about.channel }, { text });
  return null;
}

/** The announced jobs that are outside the crew's working time now. */
function tellLeft({ count, jobs }: StrandedJobs, timeZone: string): string[] {
  if (count === 0) return [];
  const shown = jobs.slice(0, MOST_JOBS);
  const lines = shown.map(
    ({ title, orderId, start }) =>
      `• ${userLine(title, 100)} · \`${orderId}\` · ${formatInstant(start, timeZone)}`,
  );
  const more = count > shown.length ? [`… and ${count - shown.length} more`] : [];
  const which = count === 1 ? '1 announced job is' : `${count} announced jobs are`;
  return [
    `⚠️ *${which} now outside its working time*, and planned anew; dispatch is told:`,
    ...lines,
    ...more,
  ];
}

/** At their field where they have one here. */
function explainProblems(problems: readonly Problem[], index: number): ViewReply {
  const fields: string[] = Object.values(CREW_FIELD);
  const errors = problems.map(({ path, wrong, right }): [string, string] => {
    const [, number, field = ''] = /^crews\[(\d+)\]\.(\w+)/.exec(path) ?? [];
    return [Number(number) === index && fields.includes(field) ? field : '', `${wrong}: ${right}`];
  });
  if (errors.some(([field]) => field === '')) return { refused: problems.map(describeProblem).join('\n') };
  return { errors: Object.fromEntries(errors) };
}

/** What an edit changed of a crew, old → new; the editor alone is told. Empty when nothing changed. */
function describeCrewEdit(before: Crew, after: Crew, currency: string): string[] {
  const money = ({ hourlyRateCents }: Crew) => describeCents(hourlyRateCents, currency);
  const fields: [string, (crew: Crew) => string][] = [
    ['Skills', ({ skills }) => formatSkills(skills)],
    ['Shifts', ({ shifts }) => formatShifts(shifts).replaceAll('\n', '; ')],
    ['People', ({ size }) => String(size)],
    ['Rate per hour', money],
    ['The truck carries', ({ truck }) => formatTruck(truck)],
  ];
  return fields.flatMap(([label, show]) => {
    const [was, is] = [show(before), show(after)];
    return was === is ? [] : `• ${label}: ${userLine(was, MOST_TEXT)} → *${userLine(is, MOST_TEXT)}*`;
  });
}
