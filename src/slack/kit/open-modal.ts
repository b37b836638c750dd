import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { FittedModal } from '../budget/fitted.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import { explainFailure, isCredentialProblem, type SlackFailure } from '../connection/slack-failure.ts';
import type { Reply } from './guard.ts';
import { type ButtonOptions, buttons, section } from './parts.ts';

const Opened = z.looseObject({ view: z.looseObject({ id: z.string() }) });

/** The code of a form that Slack did not open or fill. */
const NOT_OPENED = 'slack.modal';
/** A trigger lives three seconds and opens one form. */
const TRIGGER = /trigger/;
const SECOND_MS = 1_000;

/**
 * Opens a modal for whoever caused `triggerId`; the id is what Slack calls it, null when it does not say. Throws
 * `slack.modal`, with what Slack said in words, when Slack does not let us.
 */
export async function openModal(
  client: SlackClient,
  triggerId: string,
  view: FittedModal,
): Promise<string | null> {
  const answer = await callView(client, 'views.open', { trigger_id: triggerId, view });
  return Opened.safeParse(answer).data?.view.id ?? null;
}

/** Fills a modal that is open. Throws `slack.modal` as above. */
export async function fillModal(client: SlackClient, viewId: string, view: FittedModal): Promise<void> {
  await callView(client, 'views.update', { view_id: viewId, view });
}

/**
 * What `open` answers. Where Slack did not open its form, whoever asked hears why, and gets a button that opens it again:
 * the one of `again`, whose press takes up what had been asked for.
 */
export async function offerAgain<Outcome>(
  log: Pick<Log, 'info'>,
  again: Pick<ButtonOptions, 'actionId' | 'value'>,
  open: () => Promise<Outcome>,
): Promise<Outcome | Reply> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== NOT_OPENED) throw error;
    log.info('A form could not be opened', { what: again.actionId, error });
    const text = error.userMessage;
    return { text, blocks: [section(text), ...buttons([{ ...again, label: 'Open again' }])] };
  }
}

async function callView(
  client: SlackClient,
  method: 'views.open' | 'views.update',
  options: { view: FittedModal } & Record<string, unknown>,
): Promise<object> {
  try {
    return await client.apiCall(method, options);
  } catch (error) {
    const failure = explainFailure(error);
    throw new AppError(`${method} failed: ${failure.reason}`, {
      code: NOT_OPENED,
      retryable: true,
      userMessage: `${explainRefusal(failure)} Nothing was changed.`,
      cause: error,
    });
  }
}

/** Why there is no form, for whoever wanted it. */
function explainRefusal(failure: SlackFailure): string {
  const { reason } = failure;
  if (failure.kind === 'limited') {
    const seconds = Math.ceil(failure.waitMs / SECOND_MS);
    return `Slack limits how many forms may be opened and did not open this one: wait ${seconds} s, then open it again.`;
  }
  if (TRIGGER.test(reason))
    return 'Slack lets a form be opened within three seconds, and this took longer: open it again.';
  if (isCredentialProblem(failure))
    return `Slack does not let Crewline open forms just now (${reason}): tell your administrator.`;
  if (failure.kind !== 'uncertain')
    return `Slack did not take this form (${reason}): open it again, and if it fails again, tell your administrator.`;
  return 'Slack did not say whether it opened the form: if you do not see it, open it again.';
}
