import { checkInput } from '../definition/check-input.ts';
import { isSameJson } from '../values/same-json.ts';
import type { RunRequest, WorkflowRun } from './workflow-run.ts';

/** Whether a run was started by such a request; its own definition tells what the input became then. */
export function isSameRequest(
  run: WorkflowRun,
  { workflow, requester, input }: Pick<RunRequest, 'workflow' | 'requester' | 'input'>,
): boolean {
  const isTheirs =
    requester.userId === null
      ? run.requester.userId === null && run.requester.name === requester.name
      : run.requester.userId === requester.userId;
  if (run.workflow !== workflow || !isTheirs) return false;
  const checked = checkInput(run.definition, input);
  return checked.ok && isSameJson(checked.input, run.input);
}
