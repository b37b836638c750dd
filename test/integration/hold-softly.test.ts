import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { RunEvent } from '../../src/core/run/transition.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { failStep, succeedStep } from '../../src/core/steps/step-attempt.ts';
import type { MaterialQuantity } from '../../src/core/work/materials.ts';
import { holdWhileApproving } from '../../src/scheduler/work/hold-softly.ts';
import { useDepots } from '../support/depots.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { applyForTest, at, SEED, startForTest } from '../support/runs.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';

const { process, depotStock, findStock } = useDepots();
const agency = makeAgency([makeCrew('north')], { north: 1_000, south: 1_000 });

const REPAIR = {
  steps: [
    { task: 'assess', agent: 'SeverityAgent' },
    { task: 'approve', role: 'Supervisor', timeout: '4h' },
    { task: 'assign', service: 'CrewScheduler', with: { materials: '$assess.materials' } },
  ],
};
const kilos = (quantity: number): MaterialQuantity => ({ material: 'hotMix', quantity });
const assess =
  (materials: unknown, task = 'assess'): RunEvent =>
  (transition, now) =>
    succeedStep(transition, task, { materials }, now);
const decide =
  (verdict: 'approved' | 'rejected', task = 'approve'): RunEvent =>
  (transition, now) =>
    decideApproval(transition, { task, verdict, actor: 'U0LIND', reason: null }, now);

/** A run whose commits are followed as the engine follows them; `stored` is what the database has by then. */
function createFollowed(source: unknown) {
  const log = createMemoryLog();
  let run = startForTest(source);
  let stored: WorkflowRun | null = null;
  const follow = async (before: WorkflowRun, after: WorkflowRun, now: Date) => {
    const findRun = async () => stored ?? run;
    await holdWhileApproving({ agency, depotStock, findRun, log }, after, before, now);
  };
  const apply = async (event: RunEvent, minutes: number): Promise<void> => {
    const before = run;
    run = applyForTest(run, event, at(minutes));
    await follow(before, run, at(minutes));
  };
  return { apply, follow, log, run: () => run, store: (newest: WorkflowRun) => (stored = newest) };
}

async function listSoft(depotId = 'north'): Promise<{ quantity: number; until: Date }[]> {
  return (await findStock(depotId)).softHolds.map(({ quantity, until }) => ({ quantity, until }));
}

describe('while an approval is pending', () => {
  it('what the job would need is held until the approval times out', async () => {
    const { apply } = createFollowed(REPAIR);
    await apply(assess([kilos(300), kilos(100)]), 5);
    expect(await listSoft()).toEqual([{ quantity: 400, until: at(5 + 240) }]);
  });

  it('it is held for a day when the approval has no timeout, as in the seed’s workflow', async () => {
    const { apply } = createFollowed(SEED);
    await apply(assess([kilos(300)], 'assessSeverity'), 5);
    expect(await listSoft()).toEqual([{ quantity: 300, until: at(5 + 24 * 60) }]);
  });

  it('what the definition requires comes before what was estimated', async () => {
    const [, approve, assign] = REPAIR.steps;
    const requires = { materials: [kilos(50)] };
    const { apply } = createFollowed({ steps: [REPAIR.steps[0], approve, { ...assign, requires }] });
    await apply(assess([kilos(300), { material: 'unknown', quantity: 'much' }]), 5);
    expect(await listSoft()).toMatchObject([{ quantity: 50 }]);
  });

  it('what is required, or estimated, in several entries adds up', async () => {
    const [, approve, assign] = REPAIR.steps;
    const requires = { materials: [kilos(50), kilos(70)] };
    const { apply } = createFollowed({ steps: [REPAIR.steps[0], approve, { ...assign, requires }] });
    await apply(assess([kilos(300)]), 5);
    expect(await listSoft()).toMatchObject([{ quantity: 120 }]);
  });

  it('it is held at the first depot that has all of it, and nothing of it elsewhere', async () => {
    await depotStock.ensureDepotStock(agency);
    for (const id of ['north', 'south'])
      await depotStock.countStock(id, 'sand', id === 'south' ? 9 : 1, at(0));
    const { apply } = createFollowed(REPAIR);
    await apply(assess([kilos(300), { material: 'sand', quantity: 5 }]), 5);
    expect(await listSoft('north')).toEqual([]);
    expect(await listSoft('south')).toMatchObject([{ quantity: 300 }]);
  });

  it('nothing is held when no depot has it, when nothing is needed, and when no crew is asked for later', async () => {
    const short = createFollowed(REPAIR);
    await short.apply(assess([kilos(1_001)]), 5);
    expect(short.log.entries).toMatchObject([{ level: 'info', fields: { runId: 'R-TEST' } }]);
    await createFollowed(REPAIR).apply(assess([]), 5);
    await createFollowed({ steps: REPAIR.steps.slice(0, 2) }).apply(assess([kilos(5)]), 5);
    expect(await listSoft()).toEqual([]);
  });

  it('following a commit twice holds once', async () => {
    const { apply, follow, run } = createFollowed(REPAIR);
    const before = run();
    await apply(assess([kilos(300)]), 5);
    await follow(before, run(), at(5));
    expect(await listSoft()).toHaveLength(1);
  });
});

describe('once an approval is decided', () => {
  it('what was approved stays held for the little while that planning takes, and no longer', async () => {
    const { apply } = createFollowed(REPAIR);
    await apply(assess([kilos(300)]), 5);
    await apply(decide('approved'), 10);
    expect(await listSoft()).toEqual([{ quantity: 300, until: at(12) }]);
  });

  it('a reservation takes the place of the hold, and nothing later brings it back', async () => {
    const { apply } = createFollowed(REPAIR);
    await apply(assess([kilos(300)]), 5);
    await process.transact((session) =>
      depotStock.hold('north', kilos(300), 'R-TEST', at(60), at(10), session),
    );
    await apply(decide('approved'), 10);
    expect(await findStock()).toMatchObject({ reserved: 300, softHolds: [] });
  });

  it.each<[string, RunEvent]>([
    ['is rejected', decide('rejected')],
    ['is called off', (transition, now) => cancelRun(transition, 'U0LIND', '', now)],
    [
      'times out',
      (transition, now) =>
        failStep(transition, 'approve', { code: 'late', message: 'late', retryable: false }, now),
    ],
  ])('a run that %s gives back what it held', async (_how, event) => {
    const { apply, run } = createFollowed(REPAIR);
    await apply(assess([kilos(300)]), 5);
    await apply(event, 10);
    expect(run().endedAt).toEqual(at(10));
    expect(await listSoft()).toEqual([]);
  });

  it('a run that is called off before its crew is planned gives back what was approved', async () => {
    const { apply } = createFollowed(REPAIR);
    await apply(assess([kilos(300)]), 5);
    await apply(decide('approved'), 10);
    await apply((transition, now) => cancelRun(transition, 'U0LIND', '', now), 11);
    expect(await listSoft()).toEqual([]);
  });

  it.each(['rejected', 'approved'] as const)(
    'a hold that comes after the decision (%s) does not stay',
    async (verdict) => {
      const { follow, store, run } = createFollowed(REPAIR);
      const asked = applyForTest(run(), assess([kilos(300)]), at(5));
      store(applyForTest(asked, decide(verdict), at(6)));
      await follow(run(), asked, at(7));
      expect(await listSoft()).toEqual(verdict === 'approved' ? [{ quantity: 300, until: at(9) }] : []);
    },
  );
});

describe('a failure', () => {
  it('is logged and goes no further', async () => {
    const log = createMemoryLog();
    const failing = async () => {
      throw new Error('no primary');
    };
    const before = startForTest(REPAIR);
    const run = applyForTest(before, assess([kilos(300)]), at(5));
    const stock = { holdSoftly: failing, releaseSoft: failing, shortenSoft: failing };
    const deps = { agency, depotStock: stock, findRun: async () => run, log };
    await holdWhileApproving(deps, run, before, at(5));
    expect(log.entries).toMatchObject([{ level: 'warn', fields: { runId: 'R-TEST' } }]);
  });
});
