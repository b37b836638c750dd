import { resolveIncident } from '../escalator/incident.ts';
import type { Refusal, Transition } from '../run/transition.ts';
import { startStep } from '../steps/step-attempt.ts';

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
  const resolved = resolveIncident(transition, id, actor, now);
  const fallback = resolved.run.steps[id]?.attempts.at(-1)?.fallback ?? false;
  return startStep(resolved, id, now, { fallback });
}
