import { spend } from './budget.ts';
import { resolveDeadlines } from './escalation.ts';
import type { Assignment } from './resources.ts';
import { succeedStep } from './step-attempt.ts';
import { stepDefinition } from './step-lookup.ts';
import { note, type Refusal, type RunEvent, type Transition } from './transition.ts';
import type { WorkflowRun } from './workflow-run.ts';

/** The built-in service that tracks the work in the field. */
const TRACKER = 'RepairService';

/** What a crew lead reports at the end of a job. */
export interface WorkReport {
  actor: string;
  actualCostCents: number;
  note: string;
}

/** A crew and a start are reserved: the step that asked for them succeeds. Refused when nothing waits for it any more. */
export function announceWork(task: string, assignment: Assignment): RunEvent {
  return (transition, now) => {
    if (!awaitsCrew(transition, task)) return { refused: 'The run no longer waits for a crew.' };
    const output = {
      crewId: assignment.crewId,
      crewName: assignment.crewName,
      start: assignment.start.toISOString(),
      end: assignment.end.toISOString(),
      reason: assignment.reason,
    };
    const data = { ...output, start: assignment.start, end: assignment.end };
    return succeedStep(note(transition, now, 'work.announced', { task, data }), task, output, now);
  };
}

/** No crew can take the job as things stand: dispatch is told why. */
export function reportUnplaced(task: string, reason: string): RunEvent {
  return (transition, now) => {
    if (!awaitsCrew(transition, task)) return { refused: 'The run no longer waits for a crew.' };
    return note(transition, now, 'work.unplaced', { task, data: { reason } });
  };
}

/** The crew began, was held up, or went on. */
export function reportProgress(
  type: 'work.started' | 'work.blocked' | 'work.resumed',
  actor: string,
  data: Record<string, unknown> = {},
): RunEvent {
  return (transition, now) => {
    const refusal = refuseWork(transition.run) ?? refuseStart(transition.run, type);
    return refusal ?? note(transition, now, type, { task: findWorkTask(transition.run), actor, data });
  };
}

/**
 * The job is done. A run that still waits for it goes on; one that ended meanwhile keeps its outcome, the report and the
 * cost, and its open deadline pages are resolved.
 */
export function finishWork(report: WorkReport): RunEvent {
  return (transition, now) => {
    const refusal = refuseWork(transition.run);
    if (refusal) return refusal;
    const { actor, ...facts } = report;
    const task = findWorkTask(transition.run);
    const noted = note(transition, now, 'work.done', { task, actor, data: facts });
    if (task === null) return finishLate(noted, report, now);
    const output = { ...facts, finishedBy: actor, finishedAt: now.toISOString() };
    return succeedStep(noted, task, output, now);
  };
}

function finishLate(transition: Transition, report: WorkReport, now: Date): Transition {
  return resolveDeadlines(spend(transition, report.actualCostCents, null, now), now);
}

/** Nobody begins a job that was called off; an escalated one is still to be done. */
function refuseStart(run: WorkflowRun, type: string): Refusal | null {
  if (type !== 'work.started' || !run.endedAt || run.status === 'escalated') return null;
  return { refused: `Do not start: ${run._id} has ended (${run.status}).` };
}

/** A run that has ended still takes reports: what happened in the street is a fact, whatever became of the run. */
function refuseWork(run: WorkflowRun): Refusal | null {
  if (run.endedAt || findWorkTask(run) !== null) return null;
  return { refused: 'The job is not ready for this yet: try again in a moment.' };
}

/**
 * The step that waits for people in the field, at whatever depth: a service that was handed out, the one that tracks the
 * work before any other. Timers, events and sub-workflows wait for something else. The crew may also be faster than the
 * commit that says so, by much when a process died in between.
 */
function findWorkTask(run: WorkflowRun): string | null {
  const open = Object.entries(run.steps).flatMap(([id, { status }]) => {
    const definition = stepDefinition(run, id);
    const isTracked = definition?.handler === TRACKER;
    if (definition?.kind !== 'service') return [];
    return status === 'waiting' || (status === 'running' && isTracked) ? { id, isTracked } : [];
  });
  return (open.find(({ isTracked }) => isTracked) ?? open[0])?.id ?? null;
}

/** Running counts too: the planner may be faster than the commit that says the step was handed out. */
function awaitsCrew(transition: Transition, task: string): boolean {
  const status = transition.run.steps[task]?.status;
  return status === 'waiting' || status === 'running';
}
