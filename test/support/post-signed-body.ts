import { createHmac } from 'node:crypto';
import type { TestCrewline } from './crewline.ts';

export interface SignatureOptions {
  /** What it is signed with; the app's own secret unless told. */
  secret?: string;
  /** Seconds since the epoch; now unless told. */
  timestamp?: number;
  /** Sent instead of the right signature. */
  signature?: string;
}

/** Posts a body to the bot's Slack address exactly as given, rightly signed unless told; JSON unless told. */
export function postSignedBody(
  { url, slack }: Pick<TestCrewline, 'url' | 'slack'>,
  body: string,
  contentType = 'application/json',
  options: SignatureOptions = {},
): Promise<Response> {
  const timestamp = String(options.timestamp ?? Math.floor(Date.now() / 1_000));
  const secret = options.secret ?? slack.app.signingSecret;
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return fetch(`${url}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': options.signature ?? `v0=${digest}`,
    },
    body,
  });
}
