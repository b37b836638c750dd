import type { Log } from '../../base/log.ts';
import type { SlackClient } from '../connection/slack-client.ts';

/**
 * Tells one person alone what was done for them: where they were when they asked, else in a direct message. It is done
 * already, so a Slack that cannot be reached is only logged.
 */
export async function confirmAlone(
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
    log.warn('Somebody could not be told that their change was made', { userId, error });
  }
}
