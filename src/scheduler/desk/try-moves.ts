import type { ClientSession } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { applyMoves, type Mover } from '../planning/apply-moves.ts';
import type { SeenCrewDays } from '../problem/load-plan-sources.ts';
import { createCrewDayFence } from '../reserving/crew-day-fence.ts';
import { ScheduleConflict } from '../reserving/reserve-assignment.ts';
import type { CrewDeskDeps } from './crew-desk-deps.ts';

const PLAN_HAS_CHANGED =
  'The day of one of these crews has changed at the same moment: nothing was moved. Look again, and try once more.';

/**
 * Makes the moves and what belongs to them, or nothing. Refused, in words for whoever tried it, when a crew's day is not
 * as it was `seen` any more, when a material has run short, when a job has changed or its run is over.
 */
export async function tryMoves(
  deps: CrewDeskDeps,
  moves: readonly PlannedMove[],
  who: Mover,
  seen: SeenCrewDays,
  also: (session: ClientSession) => Promise<void> = async () => {},
): Promise<{ isDone: true } | { refused: string }> {
  const { stores, agency, applyInTransaction } = deps;
  const fence = createCrewDayFence({ crewDays: stores.crewDays, agency }, seen);
  const days = fence.see(moves.flatMap(({ from, to }) => (to ? [from, to] : [from]))) ?? [];
  try {
    return await inTransaction<{ isDone: true }>(deps.client, async (session) => {
      if (!(await fence.enter(days, session))) throw new Abort(PLAN_HAS_CHANGED);
      const move = { stores, timeZone: agency.timeZone, applyInTransaction };
      const afterCommit = await applyMoves(move, moves, who, deps.now(), session);
      await also(session);
      return { value: { isDone: true }, afterCommit };
    });
  } catch (error) {
    const refused = error instanceof AppError ? describeRefusal(deps, error) : null;
    if (refused === null) throw error;
    return { refused };
  }
}

/** Why nothing was changed; null for what has nothing to do with the plan. */
export function describeRefusal({ agency }: Pick<CrewDeskDeps, 'agency'>, error: AppError): string | null {
  if (error instanceof ScheduleConflict) {
    if (!error.material) return PLAN_HAS_CHANGED;
    const { depotId, material, quantity } = error.material;
    const depot = agency.depots.find(({ id }) => id === depotId)?.name ?? depotId;
    const { name = material, unit = '' } = agency.materials.find(({ id }) => id === material) ?? {};
    return `${depot} has no ${[quantity, unit, name].join(' ').replace(/ +/g, ' ')} left to give: nothing was moved. Have the stock counted or filled up, or choose another crew.`;
  }
  if (error.code === 'run.refused') return `${error.userMessage} Nothing was moved.`;
  return null;
}
