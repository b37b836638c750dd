import { fitHome } from '../budget/view.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { section } from '../kit/parts.ts';
import { escapeText } from '../words/mrkdwn.ts';
import { buildHome } from './home.ts';

const MOST_SHOWN = 20;
const MOST_COUNTED = 10_000;

/** Publishes the Home tab of whoever opened it. */
export async function publishHome(deps: HandlerDeps, userId: string): Promise<void> {
  const { management, client, agency } = deps;
  const filter = { requesterId: userId };
  const [waiting, mine, count, jobs] = await Promise.all([
    findRoles(deps, userId).then((roles) => management.runs.listAsking(roles, userId, MOST_SHOWN)),
    management.runs.list(filter, MOST_SHOWN),
    management.runs.count(filter, MOST_COUNTED),
    management.work.listOf(userId),
  ]);
  const more = { waiting: waiting.count - waiting.runs.length, mine: count - mine.length };
  await client.apiCall('views.publish', {
    user_id: userId,
    view: buildHome({ waiting: waiting.runs, mine, jobs, more }, agency),
  });
}

/** What somebody is, as far as it is known: the list is a hint, who may decide is asked at the click. */
async function findRoles({ roles, agency }: HandlerDeps, userId: string): Promise<string[]> {
  const names = [...new Set(agency.roles.map(({ name }) => name))];
  const held = await Promise.all(names.map((name) => roles.seemsMember(name, userId)));
  return names.filter((_, index) => held[index]);
}

/** Says on their Home tab why somebody sees nothing there. */
export async function publishRefusal(
  { client }: Pick<HandlerDeps, 'client'>,
  userId: string,
  words: string,
): Promise<void> {
  await client.apiCall('views.publish', { user_id: userId, view: fitHome([section(escapeText(words))]) });
}
