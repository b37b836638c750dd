import { openEscalation } from '../escalator/escalation.ts';
import { describeValue } from '../faults/problem.ts';
import type { BudgetState } from '../run/run-parts.ts';
import { change, note, type Transition } from '../run/transition.ts';

const COSTS = ['actualCostCents', 'estimatedCostCents'] as const;

/**
 * What is wrong with the costs in an output, in words that go on after "has"; null when they can be counted. One that
 * came as a text would be left out of the budget, and nobody would know.
 */
export function refuseCosts(output: Readonly<Record<string, unknown>>): string | null {
  const wrong = COSTS.find((name) => {
    const cost = output[name] ?? 0;
    return typeof cost !== 'number' || !Number.isFinite(cost);
  });
  return wrong === undefined
    ? null
    : `“${wrong}” ${describeValue(output[wrong])}, which is no number of cents`;
}

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
