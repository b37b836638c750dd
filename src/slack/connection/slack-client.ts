import { webApi } from '@slack/bolt';
import type { Log } from '../../base/log.ts';
import type { FittedBlocks, FittedHome, FittedModal, FittedText } from '../budget/fitted.ts';
import { createBoltLogger } from './bolt-log.ts';

/** What a call carries. Whatever people will see of it has been through the budget: nothing else has these types. */
export interface SlackArguments {
  [name: string]: unknown;
  text?: FittedText;
  blocks?: FittedBlocks;
  view?: FittedModal | FittedHome;
  initial_comment?: FittedText;
  alt_text?: FittedText;
}

/** What is needed of Slack's Web API: one call by method name. Rejects with the errors `slack-failure.ts` explains. */
export interface SlackClient {
  apiCall(method: string, options?: SlackArguments): Promise<object>;
}

export interface SlackClientOptions {
  token: string;
  /** Base of the Web API, such as `https://slack.com/api/`. */
  apiUrl: string;
  log: Log;
  timeoutMs?: number;
}

/**
 * A Web API client that never retries by itself: whether, when and how something is sent again is the outbox's
 * decision, because only the outbox knows what is already in Slack.
 */
export function createSlackClient({ token, apiUrl, log, timeoutMs }: SlackClientOptions): SlackClient {
  return new DescribingClient(token, clientOptions(apiUrl, log, timeoutMs));
}

/** The library calls the description of a picture `alt_text`; Slack knows it as `alt_txt`, and ignores the other. */
class DescribingClient extends webApi.WebClient {
  override apiCall(method: string, options: Record<string, unknown> = {}): Promise<webApi.WebAPICallResult> {
    if (method !== 'files.getUploadURLExternal') return super.apiCall(method, options);
    const { alt_text: alternative, ...others } = options;
    return super.apiCall(method, { ...others, ...(alternative !== undefined && { alt_txt: alternative }) });
  }
}

/** The same options for clients that Bolt makes itself. */
export function clientOptions(apiUrl: string, log: Log, timeoutMs = 10_000): webApi.WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: createBoltLogger(log),
  };
}
