import { change, note, type Transition } from '../run/transition.ts';

/** Code of the error that says this build has no handler of the name the definition gives. */
export const NO_HANDLER = 'step.noHandler';

/** Key of the escalation of an incident: a step whose handler is missing again, later, pages somebody again. */
export function incidentKey(transition: Transition, id: string): string {
  const attempt = transition.run.steps[id]?.attempts.length ?? 0;
  return attempt <= 1 ? `incident-${id}` : `incident-${id}-${attempt}`;
}

/** The step no longer waits for its handler, one way or the other: its page has nothing left to ask for. */
export function resolveIncident(transition: Transition, id: string, actor: string, now: Date): Transition {
  const { escalations, steps } = transition.run;
  const key = incidentKey(transition, id);
  const escalation = escalations[key];
  if (steps[id]?.status !== 'incident' || !escalation || escalation.state === 'resolved') return transition;
  const resolved = change(transition, {
    escalations: { ...escalations, [key]: { ...escalation, state: 'resolved', nextAt: null } },
  });
  return note(resolved, now, {
    type: 'escalation.resolved',
    task: id,
    actor,
    data: { key, code: NO_HANDLER },
  });
}
