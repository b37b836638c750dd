import { isDeepStrictEqual } from 'node:util';
import { decideNext } from '../../src/core/deciding/decide-next.ts';
import type { StepStatus, WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { Sent } from './simulation-worker.ts';

/** Where a step may go within one commit, in which several changes may follow each other. */
const LEGAL: Record<StepStatus, readonly StepStatus[]> = {
  pending: ['running', 'waiting', 'skipped', 'abandoned', 'succeeded', 'failed', 'retrying', 'incident'],
  running: ['waiting', 'retrying', 'incident', 'succeeded', 'failed', 'abandoned', 'running'],
  waiting: ['running', 'retrying', 'incident', 'succeeded', 'failed', 'rejected', 'abandoned', 'waiting'],
  retrying: ['running', 'waiting', 'failed', 'abandoned', 'succeeded', 'retrying'],
  incident: ['running', 'abandoned'],
  succeeded: [],
  skipped: [],
  failed: [],
  rejected: [],
  abandoned: [],
};

/** What a commit that the store accepted has broken; empty when all is well. */
export function checkCommit(before: WorkflowRun, after: WorkflowRun, sent: Sent): string[] {
  return [
    ...checkStory(after),
    ...checkSteps(before, after),
    ...checkLease(before, sent),
    ...checkBelief(after, sent),
  ];
}

function checkStory(run: WorkflowRun): string[] {
  const broken: string[] = [];
  if (run.history.some((event, index) => event.seq !== index + 1) || run.history.length !== run.lastSeq)
    broken.push(`the trail has a gap or a double: ${run.history.map((event) => event.seq).join()}`);
  const once = new Set<string>();
  for (const { type, task, data } of run.history) {
    if (type !== 'step.succeeded' && type !== 'sla.breached' && type !== 'run.ended') continue;
    const key = `${type} ${task ?? ''} ${'clock' in data ? data.clock : ''}`;
    if (once.has(key)) broken.push(`recorded twice: ${key}`);
    once.add(key);
  }
  return broken;
}

function checkSteps(before: WorkflowRun, after: WorkflowRun): string[] {
  return Object.entries(after.steps).flatMap(([id, step]) => {
    const earlier = before.steps[id];
    const from = earlier?.status ?? 'pending';
    const broken: string[] = [];
    if (from !== step.status && !LEGAL[from].includes(step.status))
      broken.push(`${id}: ${from} -> ${step.status}`);
    if (step.attempts.length < (earlier?.attempts.length ?? 0)) broken.push(`${id} lost an attempt`);
    if (step.attempts.some((attempt, index) => attempt.number !== index + 1))
      broken.push(`${id} is misnumbered`);
    if (before.endedAt && earlier && !isDeepStrictEqual(earlier, step))
      broken.push(`${id} changed after the end`);
    return broken;
  });
}

/** A lease changes hands only once it has ended, and a result counts only under the lease it was begun with. */
function checkLease(before: WorkflowRun, { prepared, execution, owner, seen }: Sent): string[] {
  const broken: string[] = [];
  const { lease } = prepared.after;
  const earlier = seen.lease;
  const isTaken = lease !== null && earlier !== null && lease.token !== earlier.token;
  if (isTaken && earlier.owner !== lease.owner && earlier.until > seen.now)
    broken.push(`${lease.owner} took a lease that ${earlier.owner} held`);
  if (lease && before.lease && lease.token < before.lease.token) broken.push('a token went backwards');
  if (execution && (before.lease?.owner !== owner || before.lease.token !== execution.token))
    broken.push(`a result begun under token ${execution.token} was taken under ${before.lease?.token}`);
  return broken;
}

/** What the process will remember is what the store holds, but for the end of a lease, which may have been renewed. */
function checkBelief(after: WorkflowRun, { prepared }: Sent): string[] {
  const fields = ['version', 'status', 'steps', 'clocks', 'escalations', 'closing', 'endedAt'] as const;
  const broken = fields
    .filter((field) => !isDeepStrictEqual(after[field], prepared.after[field]))
    .map((field) => `${field} is not what its process believes it is`);
  const holder = (run: WorkflowRun) => run.lease && `${run.lease.owner} ${run.lease.token}`;
  if (holder(after) !== holder(prepared.after))
    broken.push('the lease is not what its process believes it is');
  return broken;
}

/** Nobody may sleep past what is due: the sweep finds the run no later than its next change or the end of its lease. */
export function checkWakeUp(run: WorkflowRun, now: Date): string[] {
  const decision = decideNext(run, now);
  const next = decision.kind === 'change' ? now : decision.until;
  const limits = [next, run.lease?.until ?? null].filter((limit) => limit !== null);
  const late = limits.filter((limit) => !run.wakeAt || run.wakeAt > limit);
  return late.map((limit) => `due at ${limit.toISOString()}, looked at ${run.wakeAt?.toISOString()}`);
}
