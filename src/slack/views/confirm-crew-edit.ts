import type { Crew } from '../../core/agency.ts';
import { describeCents } from '../../core/describe.ts';
import type { Log } from '../../log.ts';
import { formatShifts, formatSkills, formatTruck } from '../crew-text.ts';
import { userLine } from '../mrkdwn.ts';
import type { SlackClient } from '../slack-client.ts';

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

/**
 * Tells whoever edited a crew what is saved: where the form was opened, else in a direct message. The edit is saved
 * already, so a Slack that cannot be reached is only logged.
 */
export async function confirmCrewEdit(
  { client, log }: { client: SlackClient; log: Log },
  { userId, channel }: { userId: string; channel: string | undefined },
  text: string,
): Promise<void> {
  try {
    if (channel !== undefined) {
      const isTold = await client.apiCall('chat.postEphemeral', { channel, user: userId, text }).then(
        () => true,
        // The bot need not be a member of the channel where its command was typed.
        () => false,
      );
      if (isTold) return;
    }
    await client.apiCall('chat.postMessage', { channel: userId, text });
  } catch (error) {
    log.warn('Nobody could be told that a crew was edited', { userId, error });
  }
}
