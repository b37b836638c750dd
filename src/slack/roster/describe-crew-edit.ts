import type { Crew } from '../../core/agency/agency.ts';
import { describeCents } from '../../core/values/money.ts';
import { userLine } from '../words/mrkdwn.ts';
import { formatShifts, formatSkills, formatTruck } from './crew-text.ts';

const MOST_TEXT = 400;

/** What an edit changed of a crew, old → new; the editor alone is told. Empty when nothing changed. */
export function describeCrewEdit(before: Crew, after: Crew, currency: string): string[] {
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
