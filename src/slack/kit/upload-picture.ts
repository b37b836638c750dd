import { z } from 'zod';
import type { Log } from '../../base/log.ts';
import { LIMIT } from '../budget/limits.ts';
import { fitText } from '../budget/message.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import { explainFailure } from '../connection/slack-failure.ts';

export interface Picture {
  png: Uint8Array;
  fileName: string;
  title: string;
  /** For people who hear and do not see it. */
  alternativeText: string;
  /** The message above it, mrkdwn. */
  comment: string;
}

const Opened = z.looseObject({ channel: z.looseObject({ id: z.string() }) });

/**
 * Uploads a picture to the channel, and where the bot may not post it, to the person. Says where it went; null when
 * Slack takes it nowhere, such as without the scope `files:write`.
 */
export async function uploadPicture(
  { client, log }: { client: SlackClient; log: Log },
  place: { channel: string; userId: string },
  picture: Picture,
): Promise<'channel' | 'direct' | null> {
  const upload = (channel: string) =>
    client.apiCall('files.uploadV2', {
      channel_id: channel,
      file: Buffer.from(picture.png),
      filename: picture.fileName,
      title: picture.title,
      alt_text: fitText(picture.alternativeText, LIMIT.alternativeText),
      initial_comment: fitText(picture.comment, LIMIT.section),
    });
  try {
    await upload(place.channel);
    return 'channel';
  } catch (error) {
    const { kind, reason } = explainFailure(error);
    log.info('A picture could not be uploaded to the channel', { channel: place.channel, reason });
    // It may be there all the same, or Slack has no time: a second upload would not help.
    if (kind === 'uncertain' || kind === 'limited') return null;
  }
  try {
    const opened = Opened.parse(await client.apiCall('conversations.open', { users: place.userId }));
    await upload(opened.channel.id);
    return 'direct';
  } catch (error) {
    log.warn('A picture could not be uploaded', { reason: explainFailure(error).reason });
    return null;
  }
}
