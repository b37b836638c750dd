import { expect, test, vi } from 'vitest';
import {
  announceWork,
  answerWork,
  moveWork,
  reportProgress,
  reportUnplaced,
} from '../../src/core/events/work-events.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { reasonWithoutFix } from '../../src/core/work/unplaced-reason.ts';
import type { HandlerDeps } from '../../src/slack/kit/handler-deps.ts';
import { publishHome } from '../../src/slack/runs/app-home-opened.ts';
import { buildHome } from '../../src/slack/runs/home.ts';
import { EXAMPLES } from '../support/audit-examples.ts';
import { createFakeManagement } from '../support/management.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { checkView } from '../support/slack-limits.ts';
import {
  assess,
  awaitApproval,
  demoAgency,
  giveToCrew,
  later,
  reportPothole,
  START,
  type Story,
  tell,
} from '../support/slack-runs.ts';

const { story, order } = giveToCrew(awaitApproval('R-1'));
const show = ({ run }: Story) =>
  JSON.stringify(buildHome({ waiting: [], mine: [run], jobs: null }, demoAgency).blocks);

test('the Home tab says which crew has a job, and from when; after a move, the new time', () => {
  expect(show(awaitApproval('R-1'))).not.toContain('planned from');
  expect(show(story)).toContain('Crew North to do the job · planned from Mon 1 Jun 08:00 CDT · R-1');
  const assignment = order.assignment!;
  const south = { ...assignment, crewId: 'south', crewName: 'Crew South', start: later(220) };
  const moved = tell(story, moveWork('assignCrew', assignment, south, 'system'), later(20));
  expect(show(moved)).toContain('Crew South to do the job · planned from Mon 1 Jun 10:40 CDT');
});

test('the Home tab names no crew and no time for a job that was given back, or that nobody can take any more', () => {
  const declined = tell(
    story,
    answerWork({ type: 'work.declined', actor: 'U0SANTOS', data: EXAMPLES['work.declined'] }),
    later(20),
  );
  const unplaced = tell(story, reportUnplaced('assignCrew', reasonWithoutFix('rain'), 'north'), later(20));
  for (const lost of [declined, unplaced]) {
    expect(show(lost)).toContain('waits for a crew to be assigned · R-1');
    expect(show(tell(lost, announceWork('assignCrew', order.assignment!), later(21)))).toContain(
      'Crew North to do the job · planned from Mon 1 Jun 08:00 CDT',
    );
  }
});

test('the Home tab says nothing of the plan once the crew has begun', () => {
  const begun = tell(story, reportProgress({ type: 'work.started', actor: 'U0SANTOS' }), later(61));
  expect(show(begun)).toContain('waits for Crew North to do the job · R-1');
});

test('the Home tab plans nothing for what has ended', () => {
  const ended = tell(story, (t, now) => cancelRun(t, 'U0RIVERA', '', now), later(21));
  expect(show(ended)).not.toContain('planned from');
});

test('the Home tab of a crew says what it does next, and what it has to accept', () => {
  const jobs = [
    { ...order, _id: 'R-2', state: 'started' as const, startedAt: later(3), title: 'Kerb <!here>' },
    { ...order, acceptedAt: START },
    ...Array.from({ length: 12 }, (_, index) => ({ ...order, _id: `R-${index + 10}` })),
  ];
  const view = buildHome({ waiting: [], mine: [], jobs }, demoAgency);
  expect(checkView(view)).toEqual([]);
  const text = JSON.stringify(view.blocks);
  expect(text).toContain('🔵 *Under way* · Kerb &lt;!here&gt;\\nMon 1 Jun 07:03–');
  expect(text).toContain('🟢 *Accepted*');
  expect(text).toContain('🟡 *Accept it on its card*');
  expect(text).toContain('… and 4 more');
  const idle = JSON.stringify(buildHome({ waiting: [], mine: [], jobs: [] }, demoAgency).blocks);
  expect(idle).toContain('Your crew has no job yet.');
  expect(show(story)).not.toContain('Your crew');
});

test('the Home tab of an operator lists the jobs without a crew, danger to life first, and never says that nothing waits', () => {
  const job = { title: 'gas smell <!here> at 39.8512, -89.5410', dueAt: null, weight: 9 };
  const reason = { why: 'names no kind of work', fix: null, kind: 'doubt', doubt: 'kind-unknown' as const };
  const unplaced = [
    { ...job, _id: 'R-2', unplaced: reason },
    { ...job, _id: 'R-3', unplaced: reasonWithoutFix('all are away') },
  ];
  const dangers = new Map([['R-2', 'gas']]);
  const view = buildHome({ waiting: [], mine: [], jobs: [order], unplaced, dangers }, demoAgency);
  expect(checkView(view)).toEqual([]);
  const text = JSON.stringify(view.blocks);
  expect(text).not.toContain('Nothing waits');
  expect(text).toContain(
    '⚠️ *Danger to life: gas* · ❓ *Which crew should do it?* · gas smell &lt;!here&gt;\\n',
  );
  expect(text).toContain('names no kind of work · R-2');
  expect(text).toContain('⚠️ *No crew can take it yet*');
});

test('the Home tab says of a decision what may kill, how bad it is and by when; of a crew’s job, too', () => {
  const { run } = assess(reportPothole('R-1', 'open manhole at 5th & Main'), { grave: ['open-manhole'] });
  const dangers = new Map([[order._id, 'open manhole']]);
  const view = buildHome({ waiting: [run], mine: [], jobs: [order], dangers }, demoAgency);
  const text = JSON.stringify(view.blocks);
  expect(text).toContain('⚠️ *Danger to life: open manhole* · open manhole at 5th & Main');
  expect(text).toContain(
    '7.5 of 10, high · due Wed 3 Jun 07:00 CDT · Approve the repair (step 2 of 4) · R-1',
  );
  expect(text).toContain('⚠️ *Danger to life: open manhole* · 🟡 *Accept it on its card*');
});

test('the Home tab of somebody for whom a thousand decisions wait shows the newest, and says how many more there are', async () => {
  const { run } = awaitApproval('R-1');
  const asked: unknown[][] = [];
  const rained = { _id: 'R-1', title: 'gas', unplaced: reasonWithoutFix('rain'), dueAt: null, weight: 9 };
  const doubted = { why: 'unknown', fix: null, kind: 'doubt', doubt: 'kind-unknown' as const };
  const unplaced = [
    { ...rained, _id: 'R-4', unplaced: null },
    rained,
    { ...rained, _id: 'R-5', unplaced: doubted },
  ];
  const grave = assess(reportPothole('R-1', 'gas at 5th & Main'), { grave: ['gas'] });
  const { management } = createFakeManagement(
    { unplaced },
    {
      runs: {
        listAsking: async (...args) => {
          asked.push(args);
          return { runs: Array.from({ length: 20 }, () => run), count: 1_000 };
        },
        list: async () => [run],
        count: async () => 982,
        find: async () => grave.run,
      },
    },
  );
  const apiCall = vi.fn(async (_method: string, _options?: Record<string, unknown>): Promise<object> => ({}));
  const deps: HandlerDeps = {
    ...{
      management,
      client: { apiCall },
      agency: demoAgency,
      log: createMemoryLog(),
      clock: { now: () => START },
    },
    roles: {
      ...{ askMember: async () => 'yes', askActive: async () => 'yes', askMembership: async () => 'member' },
      seemsMember: async (role) => role === 'Supervisor',
    },
  };
  await publishHome(deps, 'U0OKAFOR');
  expect(asked).toEqual([[['Supervisor'], 'U0OKAFOR', 20]]);
  const view = apiCall.mock.calls[0]?.[1]?.view;
  expect(checkView(view)).toEqual([]);
  expect(JSON.stringify(view)).toContain('… and 980 more: their cards are in your role’s channel.');
  expect(JSON.stringify(view)).toContain('… and 981 more: `/crewline list mine` shows them.');
  expect(JSON.stringify(view)).not.toContain('No crew can take it yet');

  await publishHome(deps, 'U0CHEN');
  const shown = JSON.stringify(apiCall.mock.calls[1]?.[1]?.view);
  expect(shown).toContain('⚠️ *Danger to life: gas* · ⚠️ *No crew can take it yet* · gas');
  expect(shown).toMatch(/unknown · R-5.*rain · R-1/);
  expect(shown).not.toContain('R-4');
});
