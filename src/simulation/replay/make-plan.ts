import { AppError } from '../../base/errors.ts';
import { improvePlan } from '../../planner/improve-plan.ts';
import type { Plan, PlanBudget, PlanProblem } from '../../planner/problem/plan-problem.ts';
import { validatePlan } from '../../planner/problem/validate-plan.ts';
import { repairPlan } from '../../planner/repair-plan.ts';

/** The parts of the planner that a simulation calls. */
export interface Planner {
  repairPlan: typeof repairPlan;
  improvePlan: typeof improvePlan;
  validatePlan: typeof validatePlan;
}

/** The planner that plans the real work. */
export const REAL_PLANNER: Planner = { repairPlan, improvePlan, validatePlan };

/** A checked plan; the same every time. Throws `simulation.invalidPlan` for one that breaks a rule. */
export function makePlan(
  problem: PlanProblem,
  { seed, iterations }: Pick<PlanBudget, 'seed' | 'iterations'>,
  planner: Planner,
): Plan {
  const repaired = planner.repairPlan(problem, null);
  const budget = { seed, iterations, milliseconds: Number.POSITIVE_INFINITY };
  // No clock: wall time would make plans differ from run to run.
  const plan = iterations > 0 ? planner.improvePlan(problem, repaired, budget, () => 0) : repaired;
  const faults = planner.validatePlan(problem, plan);
  if (faults.length === 0) return plan;
  const userMessage = `The planner made a plan that cannot be carried out: ${faults.slice(0, 3).join('; ')}.`;
  throw new AppError('invalid plan in a simulation', { code: 'simulation.invalidPlan', userMessage });
}
