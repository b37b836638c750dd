import type { DeskDeps } from '../desk-deps.ts';
import type { PlanEngine } from '../threads/plan-engine.ts';

export interface CrewDeskDeps extends DeskDeps {
  engine: Pick<PlanEngine, 'listReassignments'>;
}
