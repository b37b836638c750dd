import type { RunEvent } from '../run/transition.ts';
import { isFinished, type StepState, type WorkflowRun } from '../run/workflow-run.ts';
import { succeedStep } from '../steps/step-attempt.ts';

/** An event from outside arrives: every step of the run that waits for it has its output; each event is taken once. */
export function receiveEvent(event: {
  _id: string;
  name: string;
  key: string;
  payload: Record<string, unknown>;
}): RunEvent {
  return (transition, now) => {
    const entries = Object.entries(transition.run.steps);
    if (takenEvents(transition.run).includes(event._id)) return { refused: 'taken already' };
    const waiting = entries.filter(([, step]) => awaitedEvent(step) === `${event.name}|${event.key}`);
    if (waiting.length === 0) return { refused: 'nothing waits for it' };
    const output = { ...event.payload, eventId: event._id };
    return waiting.reduce((current, [id]) => succeedStep(current, id, output, now), transition);
  };
}

/** Ids of the events that steps of the run took. Other steps may have a field of that name too: it says nothing. */
export function takenEvents(run: WorkflowRun): string[] {
  return Object.values(run.steps).flatMap(({ event, attempts, output }) => {
    const isTaker = event !== undefined && !attempts.at(-1)?.fallback;
    const id = isTaker ? output?.eventId : undefined;
    return typeof id === 'string' ? id : [];
  });
}

/** The event an open step waits for, as `name|key`; null when it waits for none, or when its fallback has taken over. */
export function awaitedEvent(step: StepState): string | null {
  const isOver = isFinished(step) || step.attempts.at(-1)?.fallback;
  return isOver ? null : (step.event ?? null);
}
