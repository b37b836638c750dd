import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { NO_CREW } from '../core/checks/check-crew.ts';
import { BUILT_IN } from '../core/definition/built-in.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkOrderStore } from '../store/work/work-orders.ts';

const Output = z.object({
  actualCostCents: z.int().nonnegative(),
  note: z.string(),
  finishedBy: z.string(),
  finishedAt: z.string(),
});

/** Built-in service: tracks the work in the field. The step waits until the crew lead reports that it is done. */
export function createRepairService(deps: {
  workOrders: Pick<WorkOrderStore, 'find'>;
}): StepHandler<Record<string, unknown>, z.infer<typeof Output>> {
  return {
    kind: 'service',
    name: BUILT_IN.repair,
    description: 'Tracks the work: the crew lead presses Start, Done or Blocked',
    input: z.record(z.string(), z.unknown()),
    output: Output,
    execute: async (_input, context) => {
      const order = await deps.workOrders.find(context.runId);
      // Its crew may just have given the job back: it has one again once it is planned anew.
      if (order) return { kind: 'deferred' };
      throw new AppError(NO_CREW.wrong, {
        code: 'repair.noCrew',
        userMessage: `No crew was asked for: ${NO_CREW.right}.`,
      });
    },
  };
}
