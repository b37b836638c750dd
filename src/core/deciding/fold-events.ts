import { begin, isRefusal, openDraft, type Refusal, type RunEvent, rollBack } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { type Settled, settle } from './settle.ts';

/** What became of one event of several: taken up, refused, or broken by an error of its own. */
export type Verdict =
  | { kind: 'applied' }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'broken'; error: unknown };

/** Several events applied to a run: where they lead together, and what became of each. */
export interface Folded {
  /** Null when every event was refused or broken: the run is as it was. */
  settled: Settled | null;
  verdicts: Verdict[];
}

/**
 * Applies events one after the other, each to what the earlier ones led to, so that many of them need one commit. Each
 * has a verdict of its own: one that is refused or throws leaves the others alone.
 */
export function foldEvents(run: WorkflowRun, events: readonly RunEvent[], now: Date): Folded {
  const draft = openDraft();
  let settled: Settled | null = null;
  const verdicts = events.map((event): Verdict => {
    const verdict = attempt(() => {
      const outcome = event(settled?.transition ?? begin(run, draft), now);
      if (isRefusal(outcome)) return { kind: 'refused', refusal: outcome };
      settled = settle(outcome, now);
      return { kind: 'applied' };
    });
    if (verdict.kind === 'applied') draft.undo.length = 0;
    else rollBack(draft);
    return verdict;
  });
  return { settled: settled && close(settled), verdicts };
}

function attempt(work: () => Verdict): Verdict {
  try {
    return work();
  } catch (error) {
    return { kind: 'broken', error };
  }
}

/** From here on the run is a value like any other: whoever changes it has to copy. */
function close({ transition: { run, audit }, effects }: Settled): Settled {
  return { transition: { run, audit }, effects };
}
