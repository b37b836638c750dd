import type { types } from '@slack/bolt';
import { AppError } from '../errors.ts';
import type { SlackClient } from './slack-client.ts';
import { explainFailure } from './slack-failure.ts';

/** Opens a modal for whoever caused `triggerId`. Throws `slack.modal` when Slack does not let us any more. */
export async function openModal(
  client: SlackClient,
  triggerId: string,
  view: types.ModalView,
): Promise<void> {
  try {
    await client.apiCall('views.open', { trigger_id: triggerId, view });
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
