import type { Standing } from '../../core/work/bulletin.ts';
import type { ListedDisruption, OfferedDisruption } from '../../core/work/disruption.ts';
import type { Block } from '../budget/fitted.ts';
import { ACTION } from '../kit/action-ids.ts';
import { section } from '../kit/parts.ts';
import { formatPeriod } from '../words/local-time.ts';
import { cut, mention, userLine } from '../words/mrkdwn.ts';

/** So many on a page. */
export const MOST_LISTED = 20;

/** Absences or closures, each with a button for those who may take it back; those of the roster say where they are ended. */
export function buildDisruptionList(
  listed: readonly OfferedDisruption[],
  { timeZone, now }: { timeZone: string; now: Date },
): Block[] {
  return listed.map((one): Block => {
    const text = `${describeDisruption(one, timeZone, now)}\n${describeOrigin(one)}`;
    if (one._id === null || !one.mayTakeBack) return section(text);
    return {
      ...section(text),
      accessory: {
        type: 'button',
        action_id: ACTION.takeBack,
        text: { type: 'plain_text', text: 'Take back' },
        value: one._id,
        accessibility_label: cut(`Take back: ${one.name}`, 75),
      },
    };
  });
}

/** `Crew North is absent Tue 2 Jun, the whole day (flu)`, for mrkdwn. */
export function describeDisruption(
  { kind, name, reason, start, end }: Pick<ListedDisruption, 'kind' | 'name' | 'reason' | 'start' | 'end'>,
  timeZone: string,
  now: Date,
): string {
  const what =
    kind === 'absence' ? `${userLine(name, 75)} is absent` : `Nobody works in ${userLine(name, 75)}`;
  return `${what} ${formatPeriod(start, end, timeZone, now)}${reason === '' ? '' : ` (${userLine(reason, 200)})`}`;
}

const MOST_STANDING = 3;

/** `Crew North stays absent Tue 2 Jun, the whole day (flu)`: what goes on of the same, for mrkdwn; empty for nothing. */
export function describeStanding(
  { kind, name }: Pick<ListedDisruption, 'kind' | 'name'>,
  standing: readonly Standing[],
  timeZone: string,
  now: Date,
): string {
  if (standing.length === 0) return '';
  const periods = standing.slice(0, MOST_STANDING).map(({ start, end, reason }) => {
    const because = reason === '' ? '' : ` (${userLine(reason, 200)})`;
    return `${formatPeriod(start, end, timeZone, now)}${because}`;
  });
  const more = standing.length > MOST_STANDING ? ` and ${standing.length - MOST_STANDING} more` : '';
  const what = `${userLine(name, 75)} stays ${kind === 'absence' ? 'absent' : 'closed'}`;
  return `${what} ${periods.join(', and ')}${more}`;
}

function describeOrigin({ _id, by }: ListedDisruption): string {
  return _id === null ? 'From the roster: it is ended there.' : `Entered by ${mention(by)}`;
}
