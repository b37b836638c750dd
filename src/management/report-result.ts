import { AppError } from '../base/errors.ts';
import {
  judgeReport,
  type Reports,
  type ResultReport,
  receiveResult,
} from '../core/events/reported-result.ts';
import { refuseCosts } from '../core/monitor/budget.ts';
import type { ApplyEvent, EventOutcome } from '../core/run/apply-event.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { stepDefinition } from '../core/steps/step-lookup.ts';
import { refuseJson } from '../core/values/refuse-json.ts';
import { keepOutput } from '../orchestrator/driving/large-outputs.ts';
import type { StepOutputStore } from '../store/runs/step-outputs.ts';

export interface ReportResultDeps {
  /** Archived runs too: a report that is repeated after weeks is still a repetition. */
  findRun(runId: string): Promise<WorkflowRun | null>;
  applyEvent: ApplyEvent;
  stepOutputs: StepOutputStore;
  /** What does its work elsewhere, and may report later what came of it. */
  isRemote: Reports;
}

/**
 * Takes the result of a step whose service answered that it would report later. Throws `run.unknown` and `step.unknown`;
 * whatever else does not fit is refused with words for the service's maintainers.
 */
export async function reportResult(
  deps: ReportResultDeps,
  runId: string,
  report: ResultReport,
): Promise<EventOutcome> {
  const { step } = report;
  const run = await deps.findRun(runId);
  if (!run) throw unknown('run.unknown', `There is no request ${runId}.`);
  if (!stepDefinition(run, step)) throw unknown('step.unknown', `${runId} has no step “${step}”.`);
  const { result: reported } = report;
  const reason = refuseJson(reported) ?? ('output' in reported ? refuseCosts(reported.output) : null);
  if (reason !== null) return { refused: `The result has ${reason}: mend that, and report it again.` };
  const standing = judgeReport(run, report, deps.isRemote);
  if ('refused' in standing) return standing;
  if ('repeated' in standing) return { run };
  // Stored before it is committed, and only what will likely be: the fence has the last word.
  const result = await keepResult(deps.stepOutputs, run, report);
  return deps.applyEvent(runId, receiveResult({ ...report, result }, deps.isRemote));
}

async function keepResult(
  store: StepOutputStore,
  run: WorkflowRun,
  { step, result }: ResultReport,
): Promise<ResultReport['result']> {
  return 'error' in result ? result : keepOutput(store, run, step, result.output);
}

function unknown(code: string, userMessage: string): AppError {
  return new AppError(userMessage, { code, userMessage });
}
