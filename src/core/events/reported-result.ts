import type { Refusal, RunEvent } from '../run/transition.ts';
import type { StepAttempt, StepError, StepState, WorkflowRun } from '../run/workflow-run.ts';
import { failStep, succeedStep } from '../steps/step-attempt.ts';
import { handlerOf, type StepCall } from '../steps/step-call.ts';
import { stepDefinition } from '../steps/step-lookup.ts';

/** What a service that answered "later" reports in the end. */
export interface ResultReport {
  step: string;
  /** The attempt it was called for; null means the one that is open. */
  attempt: number | null;
  result:
    | {
        output: Record<string, unknown> /** Where the whole of it is, when it is large. */;
        storedOutput?: string;
      }
    | { error: StepError };
}

/** Whether a handler is one that reports its results; those that Crewline carries out itself are not reported. */
export type Reports = (call: StepCall) => boolean;

type Standing = { attempt: number } | { repeated: true } | Refusal;

/**
 * A service reports the result of a step that was handed out. The report may come before the commit that says so, so a
 * running step takes it too. All attempts by one handler are the same piece of work: an output counts for whichever of
 * them is open, an error only for the attempt that was named. Reported again, it changes nothing.
 */
export function receiveResult(report: ResultReport, reports: Reports): RunEvent {
  return (transition, now) => {
    const standing = judgeReport(transition.run, report, reports);
    if ('refused' in standing) return standing;
    if ('repeated' in standing) return transition;
    const { step, result } = report;
    return 'output' in result
      ? succeedStep(transition, step, result.output, now, result.storedOutput)
      : failStep(transition, step, result.error, now);
  };
}

/** What a report means for the run as it stands: the open attempt it is for, a repetition, or why it is refused. */
export function judgeReport(run: WorkflowRun, report: ResultReport, reports: Reports): Standing {
  const { step, result } = report;
  const refusal = refuseStep(run, step, reports);
  if (refusal) return refusal;
  const state = run.steps[step];
  const last = state?.attempts.at(-1);
  if (!state || !last) return { refused: `“${step}” has not begun.` };
  const meant = report.attempt === null ? last : state.attempts[report.attempt - 1];
  if (!meant) return { refused: `“${step}” has no attempt ${report.attempt}; the newest is ${last.number}.` };
  if (report.attempt === null && last.fallback)
    return { refused: `Something else does “${step}” by now: say which attempt is meant (?attempt=…).` };
  if (isRepeated(state, meant, last, result)) return { repeated: true };
  return (
    refuseState(run, step, state) ?? refuseAttempt(step, meant, last, result) ?? { attempt: last.number }
  );
}

/** Only called handlers that do their work elsewhere report; everything else has a way of its own. */
function refuseStep(run: WorkflowRun, step: string, reports: Reports): Refusal | null {
  const call = handlerOf(run, step);
  if (call && reports(call)) return null;
  if (call)
    return {
      refused: `“${step}” is done by ${call.name}, which is part of Crewline: its result is not reported here.`,
    };
  const isDecided = stepDefinition(run, step)?.kind === 'role';
  return {
    refused: isDecided
      ? `“${step}” waits for people: it is decided in Slack.`
      : `“${step}” calls no service: there is no result to report (for an event use POST /api/events).`,
  };
}

function isRepeated(
  state: StepState,
  meant: StepAttempt,
  last: StepAttempt,
  result: ResultReport['result'],
): boolean {
  if ('output' in result) return state.status === 'succeeded' && meant.fallback === last.fallback;
  const { code, message } = result.error;
  return meant.endedAt !== null && meant.error?.code === code && meant.error.message === message;
}

function refuseState(run: WorkflowRun, step: string, { status }: StepState): Refusal | null {
  if (run.endedAt) return { refused: `${run._id} has ended (${run.status}); “${step}” is ${status}.` };
  switch (status) {
    case 'running':
    case 'waiting':
      return null;
    case 'retrying':
      return {
        refused: `“${step}” is between two attempts: it is called again with the same Idempotency-Key, answer that call with the result.`,
      };
    case 'incident':
      return { refused: `“${step}” stands still until somebody retries it: report again after that.` };
    default:
      return { refused: `“${step}” is not waiting: it is ${status}.` };
  }
}

/** A result of the step's own handler is none of its fallback's; an old error says nothing about the work under way. */
function refuseAttempt(
  step: string,
  meant: StepAttempt,
  last: StepAttempt,
  result: ResultReport['result'],
): Refusal | null {
  const isOther = 'output' in result ? meant.fallback !== last.fallback : meant !== last;
  if (!isOther) return null;
  const now = last.fallback ? 'the fallback has taken over' : `attempt ${last.number} is under way`;
  return { refused: `Attempt ${meant.number} of “${step}” is over: ${now}.` };
}
