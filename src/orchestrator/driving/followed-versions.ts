import type { WorkflowRun } from '../../core/run/workflow-run.ts';

/** Entries beyond this are dropped, the longest unmoved first, unless effects of theirs are under way. */
const MOST_REMEMBERED = 20_000;
/** More runs than are remembered may have effects under way; they are not all looked at to drop one. */
const MOST_LOOKED_AT = 100;

/**
 * The newest version of each run that this process has followed. A look at a run takes time, in which the run may move
 * on: what was read before that must not be followed after it, also when no effect is under way any more.
 */
export class FollowedVersions {
  /** The longest unmoved first. */
  readonly #versions = new Map<string, number>();
  readonly #isUnderWay: (runId: string) => boolean;

  constructor(isUnderWay: (runId: string) => boolean) {
    this.#isUnderWay = isUnderWay;
  }

  /** Whether somebody has moved the run since it was followed last. */
  isBehind({ _id, version }: Pick<WorkflowRun, '_id' | 'version'>): boolean {
    return (this.#versions.get(_id) ?? -1) < version;
  }

  /** Notes the version of a run that is to be followed; false when a newer one was followed already. */
  advance({ _id, version }: Pick<WorkflowRun, '_id' | 'version'>): boolean {
    if ((this.#versions.get(_id) ?? -1) > version) return false;
    this.#versions.delete(_id);
    this.#versions.set(_id, version);
    if (this.#versions.size > MOST_REMEMBERED) this.#dropOldest();
    return true;
  }

  #dropOldest(): void {
    let looked = 0;
    for (const [runId, version] of this.#versions) {
      this.#versions.delete(runId);
      if (!this.#isUnderWay(runId) || ++looked >= MOST_LOOKED_AT) return;
      this.#versions.set(runId, version);
    }
  }
}
