import type { Agency } from '../../core/agency.ts';
import type { AffectedJob, CrewBulletin, DisruptionBulletin, JobChange } from '../../core/bulletin.ts';
import type { WorkOrder } from '../../core/resources.ts';
import { formatChange, formatPeriod, formatStart } from '../local-time.ts';
import { mention, userLine } from '../mrkdwn.ts';
import { describeReason } from './describe-run.ts';
import { type Block, context, type Message, message, paragraphs, section } from './parts.ts';

const MOST_JOBS = 10;

/** What changed for a crew, for the eyes of its lead: what, from when to when, and why. */
export function buildCrewBulletin(
  { crewId }: Pick<CrewBulletin, 'crewId'>,
  changes: readonly JobChange[],
  agency: Agency,
  now: Date,
): Message {
  const lead = mentionLead(crewId, agency);
  const lines = changes.slice(0, MOST_JOBS).map((change) => describeChange(change, agency, now));
  const [only] = changes;
  if (changes.length === 1 && only) {
    return message(`${TITLE[only.kind]}: ${lines.join('')}`, [section(`${lead}${lines.join('')}`)]);
  }
  const headline = `${changes.length} of your jobs have changed`;
  const blocks: Block[] = [section(`${lead}*${headline}*`), ...paragraphs(lines), ...more(changes.length)];
  return message(`${headline}. ${lines.join(' ')}`, blocks);
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
  const { kind, orderId, title, from, to, cause } = change;
  const job = `${SIGN[kind]} *${TITLE[kind]}* · ${userLine(title, 120)} · \`${userLine(orderId, 60)}\``;
  const why = cause === '' ? '' : `\nWhy: ${describeReason(cause, 300)}`;
  const was = formatStart(from.start, timeZone, now);
  switch (kind) {
    case 'retimed':
      return `${job}\n*${to ? formatChange(from.start, to.start, timeZone) : was}*: accept it anew on its card${why}`;
    case 'lost': {
      const where = to
        ? `now with ${userLine(to.crewName, 75)}, ${formatStart(to.start, timeZone, now)}`
        : 'it waits for a crew again';
      return `${job}\nWas ${was}; ${where}${why}`;
    }
    case 'gained':
      return `${job}\n*${to ? formatStart(to.start, timeZone, now) : was}*: see its card${why}`;
    case 'calledOff':
      return `${job}\nWas ${was}; nothing is left to do${why}`;
  }
}

/** An absence or a closure: who entered it, from when to when, and what becomes of the jobs. `orders` as they are now. */
export function buildDisruptionBulletin(
  bulletin: DisruptionBulletin,
  orders: ReadonlyMap<string, WorkOrder>,
  agency: Agency,
  audience: { crewId: string | null; now: Date },
): Message {
  const { kind, name, start, end, reason, by, jobs, takenBackBy } = bulletin;
  const when = formatPeriod(start, end, agency.timeZone, audience.now);
  const what = `${userLine(name, 75)} ${kind === 'absence' ? 'is absent' : 'is closed'}`;
  const back = takenBackBy ? ` · *taken back* by ${mention(takenBackBy)}` : '';
  const lead = audience.crewId === null ? '' : mentionLead(audience.crewId, agency);
  const shown = jobs
    .filter(({ crewId }) => audience.crewId === null || crewId === audience.crewId)
    .toSorted((one, other) => one.start.getTime() - other.start.getTime());
  const effect = countJobs(shown.length);
  const lines = takenBackBy
    ? []
    : shown.slice(0, MOST_JOBS).map((job) => describeJob(job, bulletin, orders, agency, audience.now));
  const blocks: Block[] = [
    section(`${lead}${kind === 'absence' ? '🚷' : '☔'} *${what}* · ${when}${back}`),
    section(`Why: ${userLine(reason, 300)} · entered by ${mention(by)}`),
    ...(takenBackBy ? [] : [section(`*${effect}*`), ...paragraphs(lines), ...more(shown.length)]),
  ];
  const ending = takenBackBy ? 'Taken back.' : `${effect}.`;
  return message(`${what} ${when} (${userLine(reason, 200)}), entered by ${mention(by)}. ${ending}`, blocks);
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
  const job = `• ${userLine(title, 100)} · \`${userLine(orderId, 60)}\` · ${formatStart(start, timeZone, now)}`;
  const order = orders.get(orderId);
  const place = order?.assignment;
  if (!order || order.state === 'cancelled') return `${job}: called off`;
  if (order.state === 'done') return `${job}: done`;
  if (!place) return `${job}: *has no crew yet*`;
  const isSame = place.crewId === crewId && place.start.getTime() === start.getTime();
  const to = `${userLine(place.crewName, 75)}, ${formatStart(place.start, timeZone, now)}`;
  if (!isSame) return `${job} → *${to}*`;
  if (order.state !== 'announced') return `${job}: under way`;
  if (order.warnedOf?.length) return `${job}: *is still planned there*`;
  return `${job}: ${plannedAt ? 'stays there until dispatch decides' : 'is being planned anew'}`;
}

function more(count: number): Block[] {
  return count > MOST_JOBS ? [context(`… and ${count - MOST_JOBS} more.`)] : [];
}

/** Ends in a blank; empty for a crew that is not known any more. */
function mentionLead(crewId: string, agency: Agency): string {
  const crew = agency.crews.find(({ id }) => id === crewId);
  return crew ? `${mention(crew.lead)} ` : '';
}
