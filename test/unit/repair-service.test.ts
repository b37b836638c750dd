import { expect, it } from 'vitest';
import { NO_CREW } from '../../src/core/checks/check-crew.ts';
import { createRepairService } from '../../src/services/repair-service.ts';
import { buildStepContext } from '../support/step-context.ts';

it('tracks no work that no crew was asked for, in the words in which its definition is refused', async () => {
  const service = createRepairService({ workOrders: { find: async () => null } });
  await expect(service.execute({}, buildStepContext())).rejects.toMatchObject({
    code: 'repair.noCrew',
    retryable: false,
    userMessage: `No crew was asked for: ${NO_CREW.right}.`,
  });
});
