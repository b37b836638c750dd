import { SEVERITY_CONTRACT } from '../agents/severity-agent.ts';
import type { KnownHandler } from '../core/checks/known-names.ts';
import { createCrewScheduler } from '../services/crew-scheduler.ts';
import { createNoticeService } from '../services/notice-service.ts';
import { createRepairService } from '../services/repair-service.ts';

/** The contracts of the built-in agents and services, for checking definitions where nothing runs. */
export function listBuiltInHandlers(): KnownHandler[] {
  const nothing = () => {
    throw new Error('a contract is not to be executed');
  };
  const workOrders = { insert: nothing, find: nothing };
  return [
    SEVERITY_CONTRACT as KnownHandler,
    createCrewScheduler({
      agency: { timeZone: 'UTC' },
      workOrders,
      runs: { find: nothing },
      requestPlanning: nothing,
    }) as KnownHandler,
    createRepairService({ workOrders }) as KnownHandler,
    createNoticeService() as KnownHandler,
  ];
}
