import type { UnplacedJob } from '../../management/planning.ts';
import { fitHome } from '../budget/view.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { section } from '../kit/parts.ts';
import { escapeText } from '../words/mrkdwn.ts';
import { describeHazard } from './describe-hazard.ts';
import { buildHome, chooseJobs } from './home.ts';

const MOST_SHOWN = 20;
const MOST_COUNTED = 10_000;

/** Publishes the Home tab of whoever opened it. */
export async function publishHome(deps: HandlerDeps, userId: string): Promise<void> {
  const { management, client, agency } = deps;
  const filter = { requesterId: userId };
  const [waiting, mine, count, jobs, unplaced] = await Promise.all([
    findRoles(deps, userId).then((roles) => management.runs.listAsking(roles, userId, MOST_SHOWN)),
    management.runs.list(filter, MOST_SHOWN),
    management.runs.count(filter, MOST_COUNTED),
    management.work.listOf(userId),
    agency.operators.includes(userId) ? listChoices(deps) : [],
  ]);
  const more = { waiting: waiting.count - waiting.runs.length, mine: count - mine.length };
  const dangers = await findDangers(deps, [...chooseJobs(jobs ?? []), ...chooseJobs(unplaced)]);
  await client.apiCall('views.publish', {
    user_id: userId,
    view: buildHome({ waiting: waiting.runs, mine, jobs, unplaced, dangers, more }, agency),
  });
}

/** Jobs without a crew that were looked at, first those of which a person has to say who does them. */
async function listChoices({ management }: HandlerDeps): Promise<UnplacedJob[]> {
  const jobs = await management.planning.listUnplaced();
  const isDoubted = ({ unplaced }: UnplacedJob) => unplaced?.doubt !== undefined;
  return jobs
    .filter(({ unplaced }) => unplaced !== null)
    .toSorted((one, other) => Number(isDoubted(other)) - Number(isDoubted(one)));
}

/** What the requests behind these jobs name that may kill somebody, by the job's id. */
async function findDangers(
  { management }: HandlerDeps,
  jobs: readonly { _id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const runs = await Promise.all(jobs.map(({ _id }) => management.runs.find(_id)));
  return new Map(
    runs.flatMap((run) => {
      const hazard = run && describeHazard(run);
      return hazard ? [[run._id, hazard] as const] : [];
    }),
  );
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
