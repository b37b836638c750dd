import { type LocalSlackClient, readableText, type SlackMessage } from './local-slack.ts';

/** The people of the demo agency, by Slack member id. */
export const REQUESTER = 'U0RIVERA';
export const SUPERVISOR = 'U0OKAFOR';
export const OTHER_SUPERVISOR = 'U0LIND';
export const DISPATCHER = 'U0CHEN';
export const OPERATIONS_MANAGER = 'U0BRANDT';

/** The crews of the demo agency that fix roads: channel → lead. */
const ROAD_CREWS = { C0NORTH: 'U0SANTOS', C0SOUTH: 'U0KELLY', C0NIGHT: 'U0HADDAD' };

/** Whether a message reads as saying `words`, in text or blocks, whatever the case. */
export function says(words: string): (message: SlackMessage) => boolean {
  return (message) => readableText(message).toLowerCase().includes(words.toLowerCase());
}

/** Waits for the assignment card of a job, whichever crew gets it; with the crew's lead. */
export async function findAssignment(
  client: LocalSlackClient,
  words: string,
): Promise<{ message: SlackMessage; lead: string }> {
  const searches = Object.entries(ROAD_CREWS).map(async ([channel, lead]) => ({
    message: await client.waitForMessage(channel, says(words)),
    lead,
  }));
  return Promise.any(searches);
}
