import type { Escalation } from '../../core/run/run-parts.ts';
import type { RunStatus } from '../../core/run/workflow-run.ts';

/*
 * What people in Slack read. A _request_ is what somebody asked for, and has a number (`R-…`); the code calls it a run. A
 * _job_ is the work that a crew does for it; the code calls it a work order. Who answers for something is _called_, one
 * after the other, until somebody takes care of it. What the machine does by itself has no word of its own here.
 */

interface Shown {
  sign: string;
  word: string;
}

/** How a request stands: a sign and a word, so that neither colour nor the sign has to carry it alone. */
export const STATUS: Readonly<Record<RunStatus, Shown>> = {
  running: { sign: '🔵', word: 'In progress' },
  completed: { sign: '✅', word: 'Completed' },
  rejected: { sign: '⛔', word: 'Rejected' },
  escalated: { sign: '🚨', word: 'Late, handed over to people' },
  failed: { sign: '❌', word: 'Failed' },
  cancelled: { sign: '🚫', word: 'Cancelled' },
};

/** Why somebody is called. */
export const CAUSE: Readonly<Record<Escalation['kind'], string>> = {
  sla: 'Deadline missed',
  budget: 'Over budget',
  failure: 'A step failed',
  hazard: 'Danger to life reported',
};

/** The same once it is over: what was wrong, and that nothing is left to do about it. */
export const SETTLED: Readonly<Record<Escalation['kind'], string>> = {
  sla: 'settled, after the deadline was missed',
  budget: 'settled, after it went over budget',
  failure: 'settled, after a step had failed',
  hazard: 'settled, after danger to life was reported',
};
