import { incidentKey, NO_HANDLER, startStep } from './step-attempt.ts';
import { change, note, type Refusal, type Transition } from './transition.ts';

/**
 * Tries a step again that became an incident because this build had no handler for it; its page is resolved. `id` null
 * means every incident of the run. Refused when there is none.
 */
export function retryIncident(
  transition: Transition,
  id: string | null,
  actor: string,
  now: Date,
): Transition | Refusal {
  const ids = Object.entries(transition.run.steps)
    .filter(([key, step]) => step.status === 'incident' && (id === null || key === id))
    .map(([key]) => key);
  if (ids.length === 0) return { refused: `${transition.run._id} has no step that waits for a retry.` };
  return ids.reduce((current, key) => retryStep(current, key, actor, now), transition);
}

function retryStep(transition: Transition, id: string, actor: string, now: Date): Transition {
  const key = incidentKey(id);
  const { escalations } = transition.run;
  const escalation = escalations[key];
  const resolved = escalation
    ? change(transition, {
        escalations: { ...escalations, [key]: { ...escalation, state: 'resolved', nextAt: null } },
      })
    : transition;
  const noted = note(resolved, now, 'escalation.resolved', {
    task: id,
    actor,
    data: { key, code: NO_HANDLER },
  });
  const wasFallback = noted.run.steps[id]?.attempts.at(-1)?.fallback ?? false;
  return startStep(noted, id, now, wasFallback);
}
