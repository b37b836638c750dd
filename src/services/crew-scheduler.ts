import { z } from 'zod';
import type { MaterialQuantity, WorkOrder } from '../core/resources.ts';
import type { StepContext, StepHandler } from '../core/step-handler.ts';
import type { WorkOrderStore } from '../store/work-orders.ts';

const Input = z.object({
  severity: z.number().min(0).max(10).default(5),
  skills: z.array(z.string()).default([]),
  materials: z.array(z.object({ material: z.string(), quantity: z.int().positive() })).default([]),
  durationMinutes: z
    .int()
    .positive()
    .max(7 * 24 * 60)
    .default(120),
});
const Output = z.object({
  crewId: z.string(),
  crewName: z.string(),
  start: z.string(),
  end: z.string(),
  reason: z.string(),
});

/**
 * Built-in service: puts the run's job before the planner and waits for the crew. The work order carries the run's id,
 * so that asking twice is asking once.
 */
export function createCrewScheduler(deps: {
  workOrders: Pick<WorkOrderStore, 'insert'>;
  requestPlanning(): Promise<void>;
}): StepHandler<z.infer<typeof Input>, z.infer<typeof Output>> {
  return {
    kind: 'service',
    name: 'CrewScheduler',
    description: 'Gives the job to a crew by skill, capacity and materials',
    input: Input,
    output: Output,
    execute: async (input, context) => {
      await deps.workOrders.insert(toWorkOrder(input, context));
      await deps.requestPlanning();
      return { kind: 'deferred' };
    },
  };
}

/** What the definition requires comes first; the assessment fills what it leaves open. */
function toWorkOrder(input: z.infer<typeof Input>, context: StepContext): WorkOrder {
  const { requires } = context;
  return {
    _id: context.runId,
    state: 'waiting',
    requirements: {
      skills: [...new Set([...requires.skills, ...input.skills])],
      materials: mergeMaterials(requires.materials, input.materials),
      durationMinutes: requires.durationMinutes ?? input.durationMinutes,
    },
    weight: input.severity,
    dueAt: context.dueAt,
    createdAt: context.now,
    task: context.task,
    assignment: null,
    unplacedReason: null,
    startedAt: null,
    blockedReason: null,
    endedAt: null,
    version: 0,
  };
}

function mergeMaterials(required: MaterialQuantity[], estimated: MaterialQuantity[]): MaterialQuantity[] {
  const named = new Set(required.map((item) => item.material));
  return [...required, ...estimated.filter((item) => !named.has(item.material))];
}
