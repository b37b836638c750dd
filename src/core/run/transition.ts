import type { AuditEvent, Fact } from '../audit/audit-event.ts';
import { containerOf } from '../definition/step-tree.ts';
import type { Seen } from './decision.ts';
import type { StepState, WorkflowRun } from './workflow-run.ts';
import { emptyStep } from './workflow-run.ts';

/** A run on its way to its next version, with the facts that the way produced. A value: nothing is written yet. */
export interface Transition {
  run: WorkflowRun;
  audit: AuditEvent[];
  /** Set while several events are folded: then steps change in place. */
  draft?: Draft;
}

/**
 * The map of steps of a fold that is under way. Nobody outside has seen it, so it need not be copied, with its thousands
 * of steps, for each of their changes.
 */
export interface Draft {
  /** The map that is changed in place; null before the first change. */
  steps: WorkflowRun['steps'] | null;
  /** How the steps were before the changes of the event at hand, the oldest first. */
  undo: [string, StepState | undefined][];
  seen: Seen;
}

/** Why something is not done, in words for the person who asked for it. */
export interface Refusal {
  refused: string;
  /** Whom `refused` names, by the plain id: a door that names people in a way of its own puts that there. */
  actor?: string;
}

/** An event on a run: what it changes, or why it is refused. */
export type RunEvent = (transition: Transition, now: Date) => Transition | Refusal;

/** Whether the outcome of an event is a refusal. */
export function isRefusal(outcome: Transition | Refusal): outcome is Refusal {
  return 'refused' in outcome;
}

/** A transition that has not changed anything yet. */
export function begin(run: WorkflowRun, draft?: Draft): Transition {
  return draft ? { run, audit: [], draft } : { run, audit: [] };
}

/** A draft in which nothing is changed yet. */
export function openDraft(): Draft {
  return { steps: null, undo: [], seen: { over: new Map(), open: new Map() } };
}

/** Takes the changes of the event at hand back: it came to nothing. */
export function rollBack(draft: Draft): void {
  for (const [id, step] of draft.undo.splice(0).reverse()) {
    if (!draft.steps) continue;
    if (step) draft.steps[id] = step;
    else delete draft.steps[id];
  }
  draft.seen.over.clear();
  draft.seen.open.clear();
}

/** Changes fields of the run. */
export function change(transition: Transition, patch: Partial<WorkflowRun>): Transition {
  const { audit, draft } = transition;
  const run = { ...transition.run, ...patch };
  return draft ? { run, audit, draft } : { run, audit };
}

/** Changes fields of one step. */
export function changeStep(transition: Transition, task: string, patch: Partial<StepState>): Transition {
  const { steps } = transition.run;
  const changed = { ...(steps[task] ?? emptyStep()), ...patch };
  const { draft } = transition;
  if (!draft) return change(transition, { steps: { ...steps, [task]: changed } });
  if (draft.steps !== steps) draft.steps = { ...steps };
  draft.undo.push([task, steps[task]]);
  draft.steps[task] = changed;
  for (let id: string | null = task; id !== null; id = containerOf(transition.run.definition, id))
    draft.seen.open.delete(id);
  return change(transition, { steps: draft.steps });
}

/** Adds a fact to the audit trail. */
export function note(transition: Transition, now: Date, fact: Fact): Transition {
  const { run } = transition;
  const seq = run.lastSeq + 1;
  const event: AuditEvent = { seq, at: now, task: null, actor: 'system', data: {}, ...fact };
  const noted = { ...run, lastSeq: seq, history: [...run.history, event] };
  const audit = [...transition.audit, event];
  return transition.draft ? { run: noted, audit, draft: transition.draft } : { run: noted, audit };
}
