import { listPauses } from '../../planner/problem/list-pauses.ts';
import type { Plan, PlanProblem } from '../../planner/problem/plan-problem.ts';
import { buildPlanProblem } from '../../scheduler/problem/build-plan-problem.ts';
import { createTimeScale } from '../../scheduler/problem/plan-sources.ts';
import { buildSources, pinsUntil } from './build-sources.ts';
import { chooseCandidates } from './choose-candidates.ts';
import { makePlan } from './make-plan.ts';
import type { OpenJob, SimulatedWorld, SimulationState } from './simulation-state.ts';

export interface PlannedMoment {
  problem: PlanProblem;
  plan: Plan;
  /** Everything open, where the plan puts it. */
  open: OpenJob[];
}

/** Plans what is open at `moment` of the day that began at `dayStart`. */
export function planMoment(
  { open, days }: SimulationState,
  dayStart: Date,
  moment: Date,
  world: SimulatedWorld,
): PlannedMoment {
  const { candidates, others } = chooseCandidates(
    open,
    world.planSize,
    pinsUntil(world.roster, dayStart, moment),
  );
  const { problem, orders } = buildPlanProblem(buildSources(candidates, dayStart, moment, world));
  const budget = { seed: world.options.seed + days, iterations: world.options.iterations };
  const plan = makePlan(problem, budget, world.planner);
  const scale = createTimeScale(dayStart);
  const byId = new Map(
    candidates.map((one) => [one.job.id, { ...one, assignment: null as OpenJob['assignment'] }]),
  );
  for (const tour of plan.tours) {
    const { shift, stops } = tour;
    const crew = world.roster.crews[problem.shifts[shift]?.crew ?? -1];
    for (const { task, start, end, travelMinutes } of stops) {
      const one = byId.get(orders[task]?._id ?? '');
      if (!one || !crew) continue;
      const breaks = listPauses(problem, tour, { start, end }).map((pause) => ({
        start: scale.toInstant(pause.start),
        end: scale.toInstant(pause.end),
      }));
      one.assignment = {
        crewId: crew.id,
        crewName: crew.name,
        depotId: crew.depot,
        reason: 'planned',
        travelMinutes,
        start: scale.toInstant(start),
        end: scale.toInstant(end),
        ...(breaks.length > 0 && { breaks }),
        materials: one.job.requirements.materials,
      };
    }
  }
  return { problem, plan, open: [...byId.values(), ...others] };
}
