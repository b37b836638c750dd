import type { AuditData } from '../audit/audit-data.ts';
import type { FactOf } from '../audit/audit-event.ts';
import { BUILT_IN } from '../definition/built-in.ts';
import { resolveDeadlines } from '../escalator/escalation.ts';
import { spend } from '../monitor/budget.ts';
import { changeStep, note, type Refusal, type RunEvent, type Transition } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { succeedStep } from '../steps/step-attempt.ts';
import { stepDefinition } from '../steps/step-lookup.ts';
import type { LateJob } from '../work/bulletin.ts';
import type { UnplacedReason } from '../work/unplaced-reason.ts';
import type { Assignment } from '../work/work-order.ts';

/** What a crew lead reports at the end of a job. */
export interface WorkReport {
  actor: string;
  actualCostCents: number;
  note: string;
}

/** A crew and a start are reserved: the step that asked for them succeeds. Refused when nothing waits for it any more. */
export function announceWork(task: string, assignment: Assignment, actor = 'system'): RunEvent {
  return (transition, now) => {
    const output = toOutput(assignment);
    const data = { ...output, ...factsOf(assignment) };
    if (hadCrew(transition, task)) {
      const again = changeStep(transition, task, { output });
      return note(again, now, { type: 'work.announced', task, actor, data });
    }
    if (!awaitsCrew(transition, task)) return { refused: 'This request waits for no crew any more.' };
    const announced = note(transition, now, { type: 'work.announced', task, actor, data });
    return succeedStep(announced, task, output, now);
  };
}

/**
 * The job goes to another crew or another time than was announced, by a new plan or by hand. The output of the step that
 * asked for a crew says from then on what is true.
 */
export function moveWork(task: string, from: Assignment, to: Assignment, actor: string): RunEvent {
  return (transition, now) => {
    const { run } = transition;
    if (run.endedAt && run.status !== 'escalated')
      return { refused: `${run._id} has ended (${run.status}).` };
    const output = toOutput(to);
    const data = { ...output, ...factsOf(to), fromCrewId: from.crewId, fromStart: from.start };
    const step = run.steps[task];
    const moved = step?.status === 'succeeded' ? changeStep(transition, task, { output }) : transition;
    return note(moved, now, { type: 'work.moved', task, actor, data });
  };
}

/** The crew said yes or no to the job. */
export function answerWork(answer: FactOf<'work.accepted' | 'work.declined'>): RunEvent {
  return (transition, now) => {
    const { run } = transition;
    if (run.endedAt && run.status !== 'escalated')
      return { refused: `${run._id} has ended (${run.status}).` };
    return note(transition, now, answer);
  };
}

type Lateness = Pick<LateJob, 'end' | 'dueAt' | 'fix' | 'isHopeless'>;

/** The plan has the job end after its deadline: dispatch learns of it now, with what would help most cheaply. */
export function foreseeLateness(task: string, { end, dueAt, fix, isHopeless }: Lateness): RunEvent {
  const data: AuditData['work.late'] = { end, dueAt };
  if (fix !== null) data.fix = fix;
  if (isHopeless) data.isHopeless = true;
  return (transition, now) => note(transition, now, { type: 'work.late', task, data });
}

/** No crew can take the job as things stand: dispatch is told why, and the crew that had it until now. */
export function reportUnplaced(
  task: string,
  { why, fix, doubt }: Pick<UnplacedReason, 'why' | 'fix' | 'doubt'>,
  fromCrewId?: string,
): RunEvent {
  return (transition, now) => {
    if (!awaitsCrew(transition, task) && !hadCrew(transition, task))
      return { refused: 'This request waits for no crew any more.' };
    const data = {
      reason: why,
      ...(fix === null ? {} : { fix }),
      ...(fromCrewId === undefined ? {} : { fromCrewId }),
      ...(doubt === undefined ? {} : { doubt }),
    };
    return note(transition, now, { type: 'work.unplaced', task, data });
  };
}

/** The job it was to start after will never be: it waits for nothing any more, which dispatch may want to know. */
export function freeWork(task: string, predecessor: string): RunEvent {
  return (transition, now) => {
    if (!awaitsCrew(transition, task) && !hadCrew(transition, task))
      return { refused: 'This request waits for no crew any more.' };
    return note(transition, now, { type: 'work.freed', task, data: { predecessor } });
  };
}

/** The crew began, was held up, or went on. */
export function reportProgress(progress: FactOf<'work.started' | 'work.blocked' | 'work.resumed'>): RunEvent {
  return (transition, now) => {
    const refusal = refuseWork(transition.run) ?? refuseStart(transition.run, progress.type);
    return refusal ?? note(transition, now, { ...progress, task: findWorkTask(transition.run) });
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
    const noted = note(transition, now, { type: 'work.done', task, actor, data: facts });
    if (task === null) return finishLate(noted, report, now);
    const output = { ...facts, finishedBy: actor, finishedAt: now.toISOString() };
    return succeedStep(noted, task, output, now);
  };
}

/** What the crew reported at the end; null before, and where the run had ended without it: then the trail alone has it. */
export function findReport(run: WorkflowRun): Pick<WorkReport, 'actualCostCents' | 'note'> | null {
  for (const { output } of Object.values(run.steps)) {
    const { finishedBy, actualCostCents, note } = output ?? {};
    if (typeof finishedBy !== 'string' || typeof actualCostCents !== 'number') continue;
    return { actualCostCents, note: typeof note === 'string' ? note : '' };
  }
  return null;
}

/** What the trail says of an assignment in other words than the output of its step. */
function factsOf({ start, end, byHand }: Assignment): Pick<Assignment, 'start' | 'end' | 'byHand'> {
  return byHand === undefined ? { start, end } : { start, end, byHand };
}

function toOutput({ crewId, crewName, start, end, reason }: Assignment) {
  return { crewId, crewName, start: start.toISOString(), end: end.toISOString(), reason };
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
    const isTracked = definition?.handler === BUILT_IN.repair;
    if (definition?.kind !== 'service') return [];
    return status === 'waiting' || (status === 'running' && isTracked) ? { id, isTracked } : [];
  });
  return (open.find(({ isTracked }) => isTracked) ?? open[0])?.id ?? null;
}

/** A crew had the job and gave it back: the step that asked for one has long succeeded, the work itself is still open. */
function hadCrew({ run }: Transition, task: string): boolean {
  const isOpen = !run.endedAt || run.status === 'escalated';
  return isOpen && run.steps[task]?.status === 'succeeded';
}

/** Running counts too: the planner may be faster than the commit that says the step was handed out. */
function awaitsCrew(transition: Transition, task: string): boolean {
  const status = transition.run.steps[task]?.status;
  return status === 'waiting' || status === 'running';
}
