import { randomBytes } from 'node:crypto';
import { AppError, isUnreachable } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Block } from '../budget/fitted.ts';

/** What one person alone is told. */
export interface Reply {
  text: string;
  blocks?: Block[];
  /** Where the rest is, should it be more than can be told at once: a command. */
  rest?: string;
}

/** What becomes of a submitted modal: closed (null), refused field by field, or replaced by a message. */
export type ViewReply = { errors: Record<string, string> } | { refused: string } | null;

/** Slack takes an acknowledgement within three seconds; the network needs some of them. */
const ACK_WITHIN_MS = 2_200;

/** A connection may be lost after the work was committed, so nobody knows. */
const AWAY =
  'The database does not answer at the moment, and it is not clear whether your request was carried out. Look before you try again in a minute.';

/** Does the work; what goes wrong becomes words for the person: an `AppError`'s own, or a number to look for in the log. */
export async function guard<Outcome>(
  log: Log,
  what: string,
  work: () => Promise<Outcome>,
): Promise<Outcome | Reply> {
  try {
    return await work();
  } catch (error) {
    if (isUnreachable(error)) {
      log.warn('A request from Slack came while the database was away', { what, error });
      return { text: AWAY };
    }
    if (error instanceof AppError) {
      log.info('A request from Slack was refused', { what, code: error.code, error });
      return { text: error.userMessage };
    }
    const errorId = randomBytes(4).toString('hex');
    log.error('A request from Slack failed', { what, errorId, error });
    return {
      text: `Something went wrong here, and it is not clear whether your request was carried out. Look before you try again; if it fails again, tell your administrator error ${errorId}.`,
    };
  }
}

/**
 * Acknowledges with the answer once the work is done and persisted. Work that takes longer is acknowledged empty, in
 * time, and its answer is given `late`. `work` must not reject.
 */
export async function answerInTime<Answer>(
  work: Promise<Answer>,
  ack: (answer: Answer | null) => Promise<void>,
  late: (answer: Answer) => Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ACK_WITHIN_MS);
  });
  const first = await Promise.race([work.then((answer) => ({ answer })), timeout]);
  clearTimeout(timer);
  if (first !== 'late') return ack(first.answer);
  await ack(null);
  await late(await work);
}
