import type { EscalationPolicy } from '../agency/agency.ts';
import type { Escalation } from '../run/run-parts.ts';
import { change, note, type Refusal, type Transition } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { after, toMilliseconds } from '../values/duration.ts';

/** What an escalation is about. */
export type EscalationCause = Pick<Escalation, 'key' | 'kind' | 'task' | 'dueAt'>;

/** Opens an escalation and pages the policy's first level. The same cause is opened once. */
export function openEscalation(transition: Transition, cause: EscalationCause, now: Date): Transition {
  if (transition.run.escalations[cause.key]) return transition;
  const escalation: Escalation = {
    ...cause,
    openedAt: now,
    state: 'open',
    pages: [],
    nextAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
  };
  return page(transition, escalation, 0, now);
}

/** The open escalation whose next level is due at `now`, or null. */
export function findDueEscalation(run: WorkflowRun, now: Date): string | null {
  for (const escalation of Object.values(run.escalations)) {
    if (escalation.state === 'open' && escalation.nextAt && escalation.nextAt <= now) return escalation.key;
  }
  return null;
}

/** Pages the next level; after the last one repeats it as often as the policy says, then gives up and says so. */
export function climb(transition: Transition, key: string, now: Date): Transition {
  const { run } = transition;
  const escalation = ownEscalation(run, key);
  if (escalation?.state !== 'open') return transition;
  const { levels, repeat } = run.policy;
  if (escalation.pages.length >= levels.length + repeat) {
    const exhausted = put(transition, { ...escalation, state: 'exhausted', nextAt: null });
    return note(exhausted, now, { type: 'escalation.exhausted', task: escalation.task, data: { key } });
  }
  return page(transition, escalation, Math.min(escalation.pages.length, levels.length - 1), now);
}

/** Somebody takes responsibility: the climb ends. A second acknowledgement is refused with the first one's name. */
export function acknowledge(
  transition: Transition,
  key: string,
  actor: string,
  now: Date,
): Transition | Refusal {
  const escalation = ownEscalation(transition.run, key);
  if (!escalation) return { refused: 'This page belongs to no open escalation any more.' };
  if (escalation.state === 'acknowledged') {
    const first = escalation.acknowledgedBy ?? 'somebody';
    return { refused: `${first} has already acknowledged this.`, actor: first };
  }
  if (escalation.state === 'resolved')
    return { refused: 'This is resolved already: nothing is left to acknowledge.' };
  const acknowledged = put(transition, {
    ...escalation,
    state: 'acknowledged',
    nextAt: null,
    acknowledgedBy: actor,
    acknowledgedAt: now,
  });
  return note(acknowledged, now, {
    type: 'escalation.acknowledged',
    task: escalation.task,
    actor,
    data: { key },
  });
}

/** A page can never arrive (archived channel, disabled user): says so and climbs at once. */
export function reportUndeliverable(
  transition: Transition,
  key: string,
  number: number,
  reason: string,
  now: Date,
): Transition {
  const escalation = ownEscalation(transition.run, key);
  const known = escalation?.pages.find((candidate) => candidate.number === number);
  if (!escalation || !known || known.undeliverable) return transition;
  const pages = escalation.pages.map((item) =>
    item.number === number ? { ...item, undeliverable: reason } : item,
  );
  const isNewest = number === pages.length;
  const marked = put(transition, {
    ...escalation,
    pages,
    nextAt: isNewest && escalation.state === 'open' ? now : escalation.nextAt,
  });
  return note(marked, now, {
    type: 'escalation.undeliverable',
    task: escalation.task,
    data: { key, number, reason },
  });
}

/** Closes the escalations of deadlines and hazards of a run whose work is done or was called off. */
export function resolveDeadlines(transition: Transition, now: Date): Transition {
  return Object.values(transition.run.escalations)
    .filter(
      (escalation) =>
        (escalation.kind === 'sla' || escalation.kind === 'hazard') &&
        (escalation.state === 'open' || escalation.state === 'exhausted'),
    )
    .reduce((current, escalation) => {
      const resolved = put(current, { ...escalation, state: 'resolved', nextAt: null });
      return note(resolved, now, {
        type: 'escalation.resolved',
        task: escalation.task,
        data: { key: escalation.key },
      });
    }, transition);
}

function page(transition: Transition, escalation: Escalation, level: number, now: Date): Transition {
  const step = transition.run.policy.levels[level];
  if (!step) return transition;
  const number = escalation.pages.length + 1;
  const next: Escalation = {
    ...escalation,
    pages: [...escalation.pages, { number, level, target: step.notify, at: now, undeliverable: null }],
    nextAt: after(now, toMilliseconds(step.wait)),
  };
  return note(put(transition, next), now, {
    type: 'escalation.paged',
    task: escalation.task,
    data: { key: escalation.key, kind: escalation.kind, level: level + 1, number, target: step.notify },
  });
}

/** Keys come from buttons too, and `constructor` is none of ours. */
function ownEscalation(run: WorkflowRun, key: string): Escalation | undefined {
  return Object.hasOwn(run.escalations, key) ? run.escalations[key] : undefined;
}

function put(transition: Transition, escalation: Escalation): Transition {
  return change(transition, { escalations: { ...transition.run.escalations, [escalation.key]: escalation } });
}

/** The policy as a run freezes it. */
export function freezePolicy(policy: EscalationPolicy): EscalationPolicy {
  return structuredClone(policy);
}
