import { openEscalation } from '../escalator/escalation.ts';
import type { BudgetState } from '../run/run-parts.ts';
import { change, note, type Transition } from '../run/transition.ts';

/**
 * Counts reported cost against the run's budget: warns once at the warning share, breaches once above the limit and
 * then pages the run's escalation policy. Without a budget nothing happens.
 */
export function spend(transition: Transition, costCents: number, task: string | null, now: Date): Transition {
  const { budget } = transition.run;
  if (!budget || costCents <= 0) return transition;
  const spentCents = budget.spentCents + costCents;
  const data = { spentCents, limitCents: budget.limitCents };
  const breach = spentCents > budget.limitCents && !budget.breachedAt;
  const warn = !breach && spentCents >= budget.warnCents && !budget.warnedAt;
  const next: BudgetState = {
    ...budget,
    spentCents,
    warnedAt: warn || breach ? (budget.warnedAt ?? now) : budget.warnedAt,
    breachedAt: breach ? now : budget.breachedAt,
  };
  const spent = change(transition, { budget: next });
  if (breach) {
    const noted = note(spent, now, { type: 'budget.breached', task, data });
    return openEscalation(noted, { key: 'budget', kind: 'budget', task, dueAt: null }, now);
  }
  return warn ? note(spent, now, { type: 'budget.warned', task, data }) : spent;
}
