import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { userLine } from '../words/mrkdwn.ts';

/** Tries the steps of a run again whose agent or service was missing; for its requester and the agency's operators. */
export async function retryRun(deps: HandlerDeps, userId: string, id: string): Promise<Reply> {
  if (id === '') return { text: 'Say which request to retry: `/crewline retry R-…`.' };
  const run = await deps.management.runs.find(id.toUpperCase());
  if (!run)
    return { text: `There is no request ${userLine(id, 60)}. \`/crewline list all\` names the newest.` };
  if (run.requester.userId !== userId && !deps.agency.operators.includes(userId))
    return { text: 'Only the requester and the agency’s operators can retry a request.' };
  const outcome = await deps.management.runs.retry(run._id, userId);
  return { text: 'refused' in outcome ? sayRefusal(outcome) : `${run._id} is trying again.` };
}
