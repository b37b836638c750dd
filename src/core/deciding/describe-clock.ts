import { currentTask, type WorkflowRun } from '../run/workflow-run.ts';
import { stepDefinition } from '../steps/step-lookup.ts';
import { describeSpan } from '../values/duration.ts';

/** Why a run that missed its deadline ends, in a sentence. */
export function describeClock(run: WorkflowRun): string {
  const task = currentTask(run);
  const title = task === null ? 'work' : (stepDefinition(run, task)?.title ?? task);
  const sla = run.definition.sla;
  return `Missed the ${sla ? `${describeSpan(sla.withinMs)} ` : ''}deadline at “${title}”`;
}
