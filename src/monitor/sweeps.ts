import type { Clock } from '../base/clock.ts';
import type { ArchiveConfig } from '../base/config.ts';
import { after, DAY_MS } from '../core/values/duration.ts';
import type { Family } from '../orchestrator/family.ts';
import type { Orchestrator } from '../orchestrator/orchestrator.ts';
import type { CrewPlanning } from '../scheduler/planning/crew-planning.ts';
import type { Relay } from '../store/outbox/relay.ts';
import type { Stores } from '../store/stores.ts';
import type { JobWork } from './jobs.ts';

/** Facts that are not copied out after this long were left behind by a process that died. */
const LEFT_BEHIND_AFTER_MS = 5_000;
const DUE_BATCH = 500;
/** What became of a message is of use for the looks for strays, and to operators. */
const SETTLED_KEPT_MS = 7 * DAY_MS;
/** Sweeps look back a little further than the last one, for ends that were being written at that moment. */
const SWEEP_OVERLAP_MS = 60_000;

/** What the jobs do: planning, and the sweeps that find what a dead process left undone. */
export function createJobWork(deps: {
  clock: Clock;
  orchestrator: Orchestrator;
  planning: CrewPlanning;
  nudgeCrews(now: Date): Promise<unknown>;
  relay: Relay;
  stores: Pick<
    Stores,
    'externalEvents' | 'archive' | 'forgetting' | 'stepOutputs' | 'depotStock' | 'settledMessages'
  >;
  family: Family;
  policy: ArchiveConfig;
}): JobWork {
  const { externalEvents, archive, forgetting, stepOutputs, depotStock, settledMessages } = deps.stores;
  let sweptFrom = after(deps.clock.now(), -DAY_MS);
  return {
    planCrews: () => deps.planning.planCrews(),
    nudgeCrews: async () => {
      await deps.nudgeCrews(deps.clock.now());
    },
    checkSlas: async () => {
      while ((await deps.orchestrator.advanceDue(DUE_BATCH)) === DUE_BATCH);
    },
    archive: async () => {
      const { afterDays, keepDays } = deps.policy;
      const now = deps.clock.now();
      if (afterDays > 0) await archive.moveEnded(after(now, -afterDays * DAY_MS));
      if (keepDays > 0) await forgetting.forgetEnded(after(now, -keepDays * DAY_MS));
      await stepOutputs.dropOrphans(after(now, -DAY_MS));
      await settledMessages.markOld(now);
      await settledMessages.drop(after(now, -SETTLED_KEPT_MS), now);
    },
    receiveStock: async () => {
      const now = deps.clock.now();
      await depotStock.receiveDeliveries(now);
      await depotStock.dropExpired(now);
    },
    recover: async () => {
      const before = after(deps.clock.now(), -LEFT_BEHIND_AFTER_MS);
      await deps.relay.sweep(before);
      const started = deps.clock.now();
      await deps.family.sweep(sweptFrom);
      sweptFrom = after(started, -SWEEP_OVERLAP_MS);
      for (const event of await externalEvents.findUnoffered(before, DUE_BATCH)) {
        await deps.orchestrator.offerEvent(event);
        await externalEvents.markOffered(event._id);
      }
      await deps.planning.sweepEnded();
    },
  };
}
