import type { RunEnd } from '../audit/audit-data.ts';
import type { Finding } from '../definition/condition.ts';

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
  | { kind: 'skip'; step: string; because: readonly Finding[] }
  /** `unclear`: why nobody can tell whether the step is needed. */
  | { kind: 'start'; step: string; unclear?: readonly Finding[] }
  | { kind: 'resume'; step: string }
  | { kind: 'timeOut'; step: string; total: boolean }
  | { kind: 'raise'; step: string }
  | { kind: 'join'; step: string }
  | { kind: 'breakOff'; step: string }
  | { kind: 'nextClosing' }
  | { kind: 'end'; end: RunEnd };

/** How a list of steps stands: a change is due, it is under way, or it is over, one way or the other. */
export type Outlook =
  | { state: 'change'; change: Change }
  | { state: 'open'; effects: Effect[]; until: Date | null }
  | { state: 'done' }
  | { state: 'failed' };

/**
 * What earlier decisions saw of a run that is decided on again and again at one instant, while it only goes forward: so
 * that a change of one step among thousands is no reason to look at all others.
 */
export interface Seen {
  /** Of the first `count` branches of a container, which are over for good, how many ended which way. */
  over: Map<string, { count: number; done: number; failed: number }>;
  /** How a container stands that is under way, until something changes in it. */
  open: Map<string, Extract<Outlook, { state: 'open' }>>;
}

/** What is to be done with a run: one more change, or, when nothing follows any more, effects and a rest. */
export type Decision =
  | { kind: 'change'; change: Change }
  | { kind: 'settled'; effects: Effect[]; until: Date | null };
