import { type Settled, settle } from './settle.ts';
import { begin, isRefusal, type Refusal, type RunEvent } from './transition.ts';
import type { WorkflowRun } from './workflow-run.ts';

/** What became of one event of several: taken up, refused, or broken by an error of its own. */
export type Verdict =
  | { kind: 'applied' }
  | ({ kind: 'refused' } & Refusal)
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
  let settled: Settled | null = null;
  const verdicts = events.map((event): Verdict => {
    try {
      const outcome = event(settled?.transition ?? begin(run), now);
      if (isRefusal(outcome)) return { kind: 'refused', refused: outcome.refused };
      settled = settle(outcome, now);
      return { kind: 'applied' };
    } catch (error) {
      return { kind: 'broken', error };
    }
  });
  return { settled, verdicts };
}
