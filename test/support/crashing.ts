import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { RunCommit } from '../../src/store/runs/run-update.ts';
import type { createEngine } from './engine.ts';

export type TestEngine = Awaited<ReturnType<typeof createEngine>>;

/** Whether a commit is the one to die at. */
export type Moment = (after: WorkflowRun, before: WorkflowRun) => boolean;

/** The commit in which a step gets into that state. */
export function becomes(step: string, status: string): Moment {
  return (after, before) => after.steps[step]?.status === status && before.steps[step]?.status !== status;
}

/**
 * Lets an engine die at a commit: just before it reaches the database, or just after, before anybody is told. What it
 * was about to do is never done, and it writes nothing more. Resolves with the run's id when it has died.
 */
export function crashAt(engine: TestEngine, when: 'before' | 'after', moment: Moment): Promise<string> {
  const { runs } = engine.stores;
  const { commit, insert, renewLeases } = runs;
  const never = () => new Promise<never>(() => {});
  let isDead = false;
  return new Promise((resolve) => {
    runs.commit = async (prepared: RunCommit) => {
      if (isDead) return never();
      if (!moment(prepared.after, prepared.before)) return commit(prepared);
      // A commit that is not taken, say since the lease was renewed meanwhile, is made again: that one is to die at.
      if (when === 'after' && !(await commit(prepared))) return false;
      isDead = true;
      resolve(prepared.after._id);
      return never();
    };
    runs.insert = (run) => (isDead ? never() : insert(run));
    runs.renewLeases = (ids, owner, until) => (isDead ? never() : renewLeases(ids, owner, until));
  });
}

/** Advances what is due, as the pump of a process does, until `done`; does not wait for a commit that never returns. */
export async function pump(engine: TestEngine, done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) {
    const tick = new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.race([engine.orchestrator.advanceDue(100), tick]);
    await tick;
  }
}
