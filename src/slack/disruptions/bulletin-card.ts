import { max } from 'date-fns/max';
import type { Agency } from '../../core/agency/agency.ts';
import { hasShiftIn } from '../../core/agency/crew-calendar.ts';
import {
  type AffectedJob,
  type CrewBulletin,
  type DisruptionBulletin,
  isWhereItWas,
  type JobChange,
} from '../../core/work/bulletin.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { splitBlocks, splitMessage } from '../budget/split.ts';
import { context, paragraphs, section } from '../kit/parts.ts';
import { describeReason } from '../runs/describe-run.ts';
import { formatChange, formatPeriod, formatStart, formatStarts } from '../words/local-time.ts';
import { mention, mentionLead, userLine } from '../words/mrkdwn.ts';
import { type DisruptionAudience, describeReturn, type Effect } from './describe-return.ts';

const MOST_JOBS = 10;
/** So many messages are a list; more are a flood. */
const MOST_PARTS = 5;

/**
 * What changed for a crew, for the eyes of its lead: what, from when to when, and why. A lead has to know each of them: what
 * one message has no room for is told in a second, and so on; where all would be too much, without the reasons.
 */
export function buildCrewBulletins(
  { crewId }: Pick<CrewBulletin, 'crewId'>,
  changes: readonly JobChange[],
  agency: Agency,
  now: Date,
): Message[] {
  const lead = mentionLead(crewId, agency);
  const lines = changes.map((change) => describeChange(change, agency, now));
  const [only] = changes;
  if (changes.length === 1 && only) {
    return [message(`${TITLE[only.kind]}: ${lines.join('')}`, [section(`${lead}${lines.join('')}`)])];
  }
  const headline = `${changes.length} of your jobs have changed`;
  const head = section(`${lead}*${headline}*`);
  const full = [head, ...paragraphs(lines)];
  const isTooLong = splitBlocks(full).length > MOST_PARTS;
  const blocks = isTooLong
    ? [head, ...paragraphs(changes.map((change) => nameChange(change, agency, now)))]
    : full;
  const rest = `\`/crewline plan ${crewId}\` shows what is yours now`;
  return splitMessage(`${headline}. ${lines.join(' ')}`, blocks, MOST_PARTS, rest);
}

/** What becomes of a second message when the first one has room for everything after all. */
export function buildEmptyPart(): Message {
  const text = 'Nothing more: the message before says it all.';
  return message(text, [context(text)]);
}

/** A change without its reason, on one line. */
function nameChange({ kind, orderId, title, from }: JobChange, { timeZone }: Agency, now: Date): string {
  const was = formatStart(from.start, timeZone, now);
  return `${SIGN[kind]} *${TITLE[kind]}* · ${userLine(title, 120)} · \`${userLine(orderId, 60)}\` · was ${was}`;
}

const TITLE: Readonly<Record<JobChange['kind'], string>> = {
  retimed: 'New time',
  lost: 'Not yours any more',
  gained: 'Yours again',
  calledOff: 'Called off',
};
const SIGN: Readonly<Record<JobChange['kind'], string>> = {
  retimed: '🕘',
  lost: '🔀',
  gained: '🟡',
  calledOff: '🚫',
};

function describeChange(change: JobChange, { timeZone }: Agency, now: Date): string {
  const { kind, orderId, title, from, to, cause, staysAccepted } = change;
  const job = `${SIGN[kind]} *${TITLE[kind]}* · ${userLine(title, 120)} · \`${userLine(orderId, 60)}\``;
  const reason = describeReason({ ...change, reason: cause }, 300);
  const why = reason === '' ? '' : `\nWhy: ${reason}`;
  const was = formatStart(from.start, timeZone, now);
  switch (kind) {
    case 'retimed': {
      const answer = staysAccepted ? 'stays accepted' : 'accept it on its card';
      return `${job}\n*${to ? formatChange(from.start, to.start, timeZone) : was}*: ${answer}${why}`;
    }
    case 'lost': {
      if (!to) return `${job}\nWas ${was}; it waits for a crew again${why}`;
      const [before, then] = formatStarts(from.start, to.start, timeZone, now);
      return `${job}\nWas ${before}; now with ${userLine(to.crewName, 75)}, ${then}${why}`;
    }
    case 'gained':
      return `${job}\n*${to ? formatStart(to.start, timeZone, now) : was}*: see its card${why}`;
    case 'calledOff':
      return `${job}\nWas ${was}; nothing is left to do${why}`;
  }
}

/**
 * An absence or a closure: who entered it, from when to when, and what becomes of the jobs. `orders` as they are now.
 * What a crew loses, or has at another time, is told in a message of its own, for all of a planning: it is counted here.
 */
export function buildDisruptionBulletin(
  bulletin: DisruptionBulletin,
  orders: ReadonlyMap<string, WorkOrder>,
  agency: Agency,
  audience: DisruptionAudience,
): Message {
  const { kind, name, start, end, reason, by, takenBackBy } = bulletin;
  const when = formatPeriod(start, end, agency.timeZone, audience.now);
  const what = describeWhat(kind, name);
  const back = takenBackBy ? ` · *taken back* by ${mention(takenBackBy)}` : '';
  const lead = isConcerned(bulletin, agency, audience.crewId) ? mentionLead(audience.crewId, agency) : '';
  const entered = kind === 'roster' ? 'edited' : 'entered';
  const { effect, lines } = takenBackBy
    ? describeReturn(bulletin, orders, agency, audience)
    : describeEffect(bulletin, orders, agency, audience);
  const why = reason === '' ? '' : `Why: ${userLine(reason, 300)} · `;
  const blocks: Block[] = [
    section(`${lead}${SIGN_OF[kind]} *${what}* · ${when}${back}`),
    section(`${why}${entered} by ${mention(by)}`),
    ...(effect === '' ? [] : [section(`*${effect}*`)]),
    ...paragraphs(lines.slice(0, MOST_JOBS)),
    ...more(lines.length, MOST_JOBS),
  ];
  const because = reason === '' ? '' : ` (${userLine(reason, 200)})`;
  const ending = [takenBackBy ? 'Taken back.' : '', effect === '' ? '' : `${effect}.`].filter(Boolean);
  return message(`${what} ${when}${because}, ${entered} by ${mention(by)}. ${ending.join(' ')}`, blocks);
}

const SIGN_OF: Readonly<Record<DisruptionBulletin['kind'], string>> = {
  absence: '🚷',
  closure: '☔',
  roster: '🗓️',
};

function describeWhat(kind: DisruptionBulletin['kind'], name: string): string {
  if (kind === 'roster') return `Planned work is outside the working time of ${userLine(name, 200)}`;
  return `${userLine(name, 75)} ${kind === 'absence' ? 'is absent' : 'is closed'}`;
}

function describeEffect(
  bulletin: DisruptionBulletin,
  orders: ReadonlyMap<string, WorkOrder>,
  agency: Agency,
  { crewId, now }: DisruptionAudience,
): Effect {
  const affected = bulletin.jobs
    .filter((job) => crewId === null || job.crewId === crewId)
    .toSorted((one, other) => one.start.getTime() - other.start.getTime());
  const here = affected.filter((job) => crewId === null || isWhereItWas(job, orders.get(job.orderId)));
  const changed = affected.length - here.length;
  const told = changed === 0 ? [] : [`• ${changed} changed: a message of its own says how`];
  return {
    effect: hasNoShift(bulletin, agency) ? countFree(affected.length) : countJobs(affected.length),
    lines: [...told, ...here.map((job) => describeJob(job, bulletin, orders, agency, now))],
  };
}

/** Whether the crew of this audience has something to hear: work of its own, or a shift that it does not come to. */
function isConcerned(bulletin: DisruptionBulletin, agency: Agency, crewId: string | null): crewId is string {
  if (crewId === null) return false;
  return bulletin.jobs.some((job) => job.crewId === crewId) || !hasNoShift(bulletin, agency);
}

/** Whether nobody would have worked in it anyway since it was entered: of the absent crew, or of all when a district is closed. */
function hasNoShift({ kind, crewIds, start, end, at }: DisruptionBulletin, agency: Agency): boolean {
  if (kind === 'roster') return false;
  const crews = agency.crews.filter(({ id }) => kind === 'closure' || id === crewIds[0]);
  const ahead = { start: max([start, at]), end };
  return !crews.some((crew) => hasShiftIn(crew, agency.timeZone, ahead));
}

function countFree(count: number): string {
  return count === 0 ? 'No shift falls in it, and no planned job is affected' : countJobs(count);
}

function countJobs(count: number): string {
  if (count === 0) return 'No planned job is affected';
  return count === 1 ? '1 planned job is affected' : `${count} planned jobs are affected`;
}

function describeJob(
  { orderId, title, crewId, start }: AffectedJob,
  { plannedAt }: DisruptionBulletin,
  orders: ReadonlyMap<string, WorkOrder>,
  { timeZone }: Agency,
  now: Date,
): string {
  const order = orders.get(orderId);
  const place = order?.assignment;
  const [before, then] = formatStarts(start, place?.start ?? start, timeZone, now);
  const job = `• ${userLine(title, 100)} · \`${userLine(orderId, 60)}\` · ${before}`;
  if (!order || order.state === 'cancelled') return `${job}: called off`;
  if (order.state === 'done') return `${job}: done`;
  if (!place) return `${job}: *has no crew yet*`;
  if (!isWhereItWas({ orderId, title, crewId, start }, order))
    return `${job} → *${userLine(place.crewName, 75)}, ${then}*`;
  if (order.state !== 'announced') return `${job}: under way`;
  if (order.warnedOf.length > 0) return `${job}: *is still planned there*`;
  return `${job}: ${plannedAt ? 'stays there until dispatch decides' : 'is being planned anew'}`;
}

function more(count: number, most: number): Block[] {
  return count > most ? [context(`… and ${count - most} more.`)] : [];
}
