import type { Log } from '../../base/log.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import { fitReply } from './answer.ts';
import type { Reply } from './guard.ts';

/**
 * Tells one person alone: where they were when they asked, else in a direct message. What is told is done already, so a
 * Slack that cannot be reached is only logged.
 */
export async function tellAlone(
  { client, log }: { client: SlackClient; log: Log },
  { userId, channel }: { userId: string; channel: string | undefined },
  reply: Reply,
): Promise<void> {
  for (const said of fitReply(reply)) {
    try {
      if (channel !== undefined) {
        const isTold = await client.apiCall('chat.postEphemeral', { channel, user: userId, ...said }).then(
          () => true,
          // The bot need not be a member of the channel where its command was typed.
          () => false,
        );
        if (isTold) continue;
      }
      await client.apiCall('chat.postMessage', { channel: userId, ...said });
    } catch (error) {
      log.warn('Somebody could not be told what became of their request', { userId, error });
    }
  }
}
