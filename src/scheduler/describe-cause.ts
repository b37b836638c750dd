import { describeLocalTime, type Interval } from '../core/crew-calendar.ts';
import type { PlannedMove } from '../core/plan-proposal.ts';
import type { Assignment, WorkOrder } from '../core/resources.ts';
import { listCrewAbsences } from './build-plan-shifts.ts';
import { closedFor } from './pin-orders.ts';
import type { PlanSources } from './plan-sources.ts';

/** Why work moves that could be done as it was announced. */
const MAKES_ROOM = 'other jobs would be late or without a crew';
const MOST_CAUSES = 4;

/** What stands in the way of a job at the time it was announced for. */
export interface Obstruction extends Interval {
  /** The same as long as it is the same absence or closure. */
  key: string;
  /** Such as "Crew North is absent until Tue 2 Jun 07:00 (truck broken)". */
  text: string;
}

/** The absences and closures that an order lies in. Time promised to other work is none. */
export function listObstructions(sources: PlanSources, order: WorkOrder): Obstruction[] {
  const { assignment } = order;
  if (!assignment) return [];
  const { agency, now } = sources;
  const crew = agency.crews.find(({ id }) => id === assignment.crewId);
  const until = (end: Date) => describeLocalTime(end, agency.timeZone, now);
  const reported = { ...sources, absences: sources.absences.filter(({ by }) => by !== 'system') };
  const away = crew ? listCrewAbsences(reported, crew, assignment.start, assignment.end) : [];
  const districts = new Map(agency.districts.map(({ id, name }) => [id, name]));
  return [
    ...away.map(({ start, end, reason }) => ({
      ...{ start, end, key: `absence:${assignment.crewId}:${start.toISOString()}:${end.toISOString()}` },
      text: `${crew?.name ?? assignment.crewName} is absent until ${until(end)} (${reason})`,
    })),
    ...closedFor(order, agency.districts, sources.closures).map(({ _id, start, end, district, reason }) => ({
      ...{ start, end, key: `closure:${_id}` },
      text: `${districts.get(district) ?? district} is closed until ${until(end)} (${reason})`,
    })),
  ].filter(({ start, end }) => start < assignment.end && end > assignment.start);
}

/** What keeps an order from being done as announced, in a few words. It has to be one that cannot. */
function describeObstacle(sources: PlanSources, order: WorkOrder, assignment: Assignment): string {
  const [obstruction] = listObstructions(sources, order);
  if (obstruction) return obstruction.text;
  if (!sources.agency.crews.some(({ id }) => id === assignment.crewId))
    return `${assignment.crewName} is not on the roster any more`;
  if (assignment.end <= sources.now) return `${assignment.crewName} did not begin in its time`;
  return `the work of ${assignment.crewName} before it takes longer`;
}

/** The moves, each with what keeps its job from being done as announced; what only makes room gets no cause. */
export function explainMoves(
  sources: PlanSources,
  displaced: readonly WorkOrder[],
  moves: readonly PlannedMove[],
): PlannedMove[] {
  const byId = new Map(displaced.map((order) => [order._id, order]));
  return moves.map((move) => {
    const order = byId.get(move.orderId);
    return order ? { ...move, cause: describeObstacle(sources, order, move.from) } : move;
  });
}

/** Why announced work has to move, in a line: what these moves have as causes now, and nothing else. */
export function describeCause(moves: readonly PlannedMove[]): string {
  const causes = [...new Set(moves.flatMap(({ cause }) => cause ?? []))];
  if (causes.length === 0) return MAKES_ROOM;
  const more = causes.length > MOST_CAUSES ? ` · and ${causes.length - MOST_CAUSES} more` : '';
  return `${causes.slice(0, MOST_CAUSES).join(' · ')}${more}`;
}
