import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { RunCommit } from '../../src/store/runs/run-update.ts';
import { buildRunUpdate } from '../../src/store/runs/run-update.ts';

type Fields = Record<string, unknown>;

/** One run as MongoDB keeps it: the product's own updates are applied to it, under their own filter. */
export interface ModelStore {
  read(): WorkflowRun;
  /** Whether the filter matched; `fenced` false plays a store that forgot to look at the version. */
  commit(commit: RunCommit): boolean;
  /** As `renewLeases`: extends the lease of `owner` without a new version. */
  renew(owner: string, until: Date): boolean;
}

/** A store that holds `run`. What is read from it is a value of its own, as after a trip over the wire. */
export function createModelStore(run: WorkflowRun, fenced: boolean): ModelStore {
  let stored = structuredClone(run) as WorkflowRun;
  let commits = 0;
  return {
    read: () => stored,
    commit: (commit) => {
      const { filter, update } = buildRunUpdate(commit, `commit-${++commits}`);
      if (fenced && filter.version !== stored.version) return false;
      stored = applyUpdate(stored, update as { $set: Fields; $push?: Record<string, { $each: unknown[] }> });
      return true;
    },
    renew: (owner, until) => {
      const { lease, nextAt } = stored;
      if (lease?.owner !== owner) return false;
      const wakeAt = nextAt && nextAt < until ? nextAt : until;
      stored = { ...stored, lease: { ...lease, until }, wakeAt };
      return true;
    },
  };
}

function applyUpdate(
  run: WorkflowRun,
  update: { $set: Fields; $push?: Record<string, { $each: unknown[] }> },
): WorkflowRun {
  const next: Fields = { ...run };
  for (const [path, value] of Object.entries(update.$set)) {
    const dot = path.indexOf('.');
    if (dot < 0) next[path] = value;
    else {
      const map = path.slice(0, dot);
      next[map] = { ...(next[map] as Fields), [path.slice(dot + 1)]: value };
    }
  }
  for (const [path, { $each }] of Object.entries(update.$push ?? {})) {
    next[path] = [...(next[path] as unknown[]), ...$each];
  }
  return next as unknown as WorkflowRun;
}
