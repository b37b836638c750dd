import { type Offer, resumeMissing } from '../core/events/resume-missing.ts';
import type { ApplyEvent } from '../core/run/apply-event.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { callKey } from '../core/steps/missing-call.ts';
import type { RunStore } from '../store/runs/runs.ts';

/** Processes that differ in what they can do, as in a rolling deployment, leave to each other what they cannot. */
export interface Adoption {
  /** Takes up what a run waits for, when this process can. */
  adopt(run: WorkflowRun): Promise<void>;
  /** Takes up every run that waits for this process, a batch at a time; whoever was not told is found so. */
  sweep(): Promise<void>;
  /** After a commit: tells a process that can, when steps have begun to wait for one. */
  seek(run: WorkflowRun, before: WorkflowRun): Promise<void>;
}

export interface AdoptionDeps {
  runs: Pick<RunStore, 'findMissing'>;
  apply: ApplyEvent;
  /** Names this process in leases. */
  owner: string;
  waitMs: number;
  /** What this process can do, as `kind name`. */
  calls(): readonly string[];
  /** Other processes that say they can do this, as they are named in leases. */
  findAble(call: string): Promise<string[]>;
  tell(owner: string, runId: string): void;
}

const BATCH = 200;

/** Adoption among the processes that share the database; each transition is fenced, so one of them goes on. */
export function createAdoption(deps: AdoptionDeps): Adoption {
  const { apply, runs, owner, waitMs } = deps;
  const offer = (): Offer => {
    const calls = new Set(deps.calls());
    return { owner, waitMs, can: (called) => calls.has(callKey(called)) };
  };
  return {
    adopt: async (run) => {
      const calls = deps.calls();
      if (run.missing?.some((call) => calls.includes(call))) await apply(run._id, resumeMissing(offer()));
    },
    sweep: async () => {
      const waiting = await runs.findMissing(deps.calls(), BATCH);
      if (waiting.length === 0) return;
      const event = resumeMissing(offer());
      await Promise.all(waiting.map((runId) => apply(runId, event)));
    },
    seek: async (run, before) => {
      const known = new Set(before.missing);
      const added = (run.missing ?? []).filter((call) => !known.has(call));
      for (const call of added) {
        const able = (await deps.findAble(call)).filter((other) => other !== owner);
        const chosen = able[Math.floor(Math.random() * able.length)];
        if (chosen !== undefined) deps.tell(chosen, run._id);
      }
    },
  };
}
