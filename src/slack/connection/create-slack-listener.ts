import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { HTTPModuleFunctions, HTTPReceiver, type ReceiverProcessEventErrorHandlerArgs } from '@slack/bolt';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { createBoltLogger } from './bolt-log.ts';
import { findRequestProblem } from './find-request-problem.ts';

/** The one address for commands, interactions and events. */
const ENDPOINT = '/slack/events';
/** Slack's requests are small; what is larger is not from Slack. */
const LARGEST_BODY_BYTES = 1_048_576;
/** Bolt refuses what is older; what claims to come from the future could be used again until then. */
const MOST_SECONDS_AHEAD = 5 * 60;

export interface SlackListenerDeps {
  signingSecret: string;
  clock: Clock;
  log: Log;
}

/**
 * Bolt's HTTP receiver, and the listener that stands in front of it: what is not signed is refused with 401, what is
 * signed and makes no sense with 400 and a reason. Bolt would take some of that for granted, and end the process' work
 * on it with an error that nobody waits for.
 */
export function createSlackListener(deps: SlackListenerDeps): {
  receiver: HTTPReceiver;
  requestListener: RequestListener;
} {
  const receiver = new HTTPReceiver({
    signingSecret: deps.signingSecret,
    endpoints: [ENDPOINT],
    logger: createBoltLogger(deps.log),
    bodyLimit: LARGEST_BODY_BYTES,
    processEventErrorHandler: answerUnreadable,
  });
  const requestListener: RequestListener = (request, response) => {
    if (request.method !== 'POST' || request.url?.split('?')[0] !== ENDPOINT) {
      response.writeHead(404).end();
      return;
    }
    void check(deps, request).then((checked) => {
      if ('refused' in checked) return refuse(deps, response, checked);
      receiver.requestListener(checked.request, response);
    });
  };
  return { receiver, requestListener };
}

type Refusal = { status: 400 | 401 | 413; refused: string };

/** Never rejects. The request comes back with its body read, as Bolt takes it too. */
async function check(
  { signingSecret, clock }: SlackListenerDeps,
  request: IncomingMessage,
): Promise<{ request: IncomingMessage } | Refusal> {
  let verified: Awaited<ReturnType<typeof HTTPModuleFunctions.parseAndVerifyHTTPRequest>>;
  try {
    const options = { signingSecret, bodyLimit: LARGEST_BODY_BYTES };
    verified = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(options, request);
  } catch (error) {
    const isTooLarge = HTTPModuleFunctions.isRawBodyError(error) && error.statusCode === 413;
    return { status: isTooLarge ? 413 : 401, refused: error instanceof Error ? error.message : '' };
  }
  const sentAt = Number(request.headers['x-slack-request-timestamp']);
  if (sentAt > clock.now().getTime() / 1_000 + MOST_SECONDS_AHEAD) {
    return { status: 401, refused: 'its time lies in the future' };
  }
  const problem = findBodyProblem(verified);
  return problem === null ? { request: verified } : { status: 400, refused: problem };
}

function findBodyProblem(
  request: Parameters<typeof HTTPModuleFunctions.parseHTTPRequestBody>[0],
): string | null {
  try {
    return findRequestProblem(HTTPModuleFunctions.parseHTTPRequestBody(request));
  } catch {
    return 'the body is no JSON';
  }
}

function refuse({ log }: SlackListenerDeps, response: ServerResponse, { status, refused }: Refusal): void {
  if (status === 400) log.warn('A signed request makes no sense and was refused', { reason: refused });
  else log.debug('A request that is not from Slack was refused', { status, reason: refused });
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  // Who cannot sign is not told why.
  response.end(status === 400 ? `This is not a request of Slack's that can be worked on: ${refused}.\n` : '');
}

/** What a listener throws comes with one of Bolt's codes; anything else is Bolt failing to read the request. */
async function answerUnreadable(args: ReceiverProcessEventErrorHandlerArgs): Promise<boolean> {
  if ('code' in args.error || args.response.headersSent) {
    return HTTPModuleFunctions.defaultProcessEventErrorHandler(args);
  }
  args.logger.warn(`A request could not be read: ${args.error.message}`);
  args.response.writeHead(400).end();
  return false;
}
