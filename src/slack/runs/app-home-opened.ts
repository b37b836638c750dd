import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { fitHome } from '../budget/view.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { section } from '../kit/parts.ts';
import { escapeText } from '../words/mrkdwn.ts';
import { buildHome } from './home.ts';

const MOST_SEARCHED = 100;
const MOST_SHOWN = 20;

/** Publishes the Home tab of whoever opened it. */
export async function publishHome(deps: HandlerDeps, userId: string): Promise<void> {
  const { management, client, agency } = deps;
  const [open, mine, jobs] = await Promise.all([
    management.runs.list({ status: 'running' }, MOST_SEARCHED),
    management.runs.list({ requesterId: userId }, MOST_SHOWN),
    management.work.listOf(userId),
  ]);
  const waiting: WorkflowRun[] = [];
  for (const run of open) {
    if (waiting.length < MOST_SHOWN && (await waitsFor(deps, run, userId))) waiting.push(run);
  }
  await client.apiCall('views.publish', {
    user_id: userId,
    view: buildHome({ waiting, mine, jobs }, agency),
  });
}

/** Says on their Home tab why somebody sees nothing there. */
export async function publishRefusal(
  { client }: Pick<HandlerDeps, 'client'>,
  userId: string,
  words: string,
): Promise<void> {
  await client.apiCall('views.publish', { user_id: userId, view: fitHome([section(escapeText(words))]) });
}

async function waitsFor({ roles }: HandlerDeps, run: WorkflowRun, userId: string): Promise<boolean> {
  if (run.requester.userId === userId) return false;
  for (const step of Object.values(run.steps)) {
    const pending = step.approval?.state === 'pending' ? step.approval.role : null;
    if (pending !== null && (await roles.seemsMember(pending, userId))) return true;
  }
  return false;
}
