import type { RunStatus } from './workflow-run.ts';

/** A handler to be called for an attempt of a step. */
export interface Effect {
  step: string;
  attempt: number;
}

/** A change of the run that follows from its state and the time. */
export type Change =
  | { kind: 'warn'; clock: string }
  | { kind: 'breach'; clock: string }
  | { kind: 'climb'; escalation: string }
  | { kind: 'skip'; step: string }
  | { kind: 'start'; step: string }
  | { kind: 'resume'; step: string }
  | { kind: 'timeOut'; step: string; total: boolean }
  | { kind: 'join'; step: string }
  | { kind: 'breakOff'; step: string }
  | { kind: 'nextClosing' }
  | { kind: 'end'; status: RunStatus; reason: string };

/** What is to be done with a run: one more change, or, when nothing follows any more, effects and a rest. */
export type Decision =
  | { kind: 'change'; change: Change }
  | { kind: 'settled'; effects: Effect[]; until: Date | null };
