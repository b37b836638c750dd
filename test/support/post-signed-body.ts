import { createHmac } from 'node:crypto';
import type { TestCrewline } from './crewline.ts';

/** Posts a body to the bot's Slack address exactly as given, rightly signed; JSON unless told. */
export function postSignedBody(
  { url, slack }: TestCrewline,
  body: string,
  contentType = 'application/json',
): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const digest = createHmac('sha256', slack.app.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex');
  return fetch(`${url}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    },
    body,
  });
}
