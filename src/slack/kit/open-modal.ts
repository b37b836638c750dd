import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { FittedModal } from '../budget/fitted.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import { explainFailure } from '../connection/slack-failure.ts';

const Opened = z.looseObject({ view: z.looseObject({ id: z.string() }) });

/**
 * Opens a modal for whoever caused `triggerId`; the id is what Slack calls it, null when it does not say. Throws
 * `slack.modal` when Slack does not let us any more.
 */
export async function openModal(
  client: SlackClient,
  triggerId: string,
  view: FittedModal,
): Promise<string | null> {
  try {
    const answer = await client.apiCall('views.open', { trigger_id: triggerId, view });
    return Opened.safeParse(answer).data?.view.id ?? null;
  } catch (error) {
    const { reason } = explainFailure(error);
    throw new AppError(`views.open failed: ${reason}`, {
      code: 'slack.modal',
      retryable: true,
      userMessage: 'Slack did not open the form in time. Nothing was changed: please try again.',
      cause: error,
    });
  }
}
