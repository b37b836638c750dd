import { describeLocalPeriod, type Interval, isOutsideShift } from '../../core/agency/crew-calendar.ts';
import type { ObstructionKind } from '../../core/work/crew-day-view.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import { type Assignment, setOutFor, type WorkOrder } from '../../core/work/work-order.ts';
import { blocksWork } from '../problem/blocks-work.ts';
import { listCrewAbsences } from '../problem/build-plan-shifts.ts';
import { closedFor } from '../problem/pin-orders.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import { OBSTRUCTION_KEY } from './obstruction-key.ts';

/** Why work moves that could be done as it was announced. */
const MAKES_ROOM = 'other jobs would be late or without a crew';
const MOST_CAUSES = 4;

/** What stands in the way of a job at the time it was announced for. */
export interface Obstruction extends Interval {
  /** The same as long as it is the same absence or closure. */
  key: string;
  kind: ObstructionKind;
  /** Such as "Crew North is absent until Tue 2 Jun 07:00 (truck broken)", or with both ends when it has not begun. */
  text: string;
}

/**
 * The absences and closures that keep an order from being done as announced, and a roster that has no shift or no crew
 * for it any more. Time promised to other work is none.
 */
export function listObstructions(sources: PlanSources, order: WorkOrder): Obstruction[] {
  const { assignment } = order;
  if (!assignment) return [];
  const { agency, now } = sources;
  const crew = agency.crews.find(({ id }) => id === assignment.crewId);
  const when = (period: Interval) => describeLocalPeriod(period, agency.timeZone, now);
  const reported = { ...sources, absences: sources.absences.filter(({ by }) => by !== 'system') };
  const known = crew ? listCrewAbsences(reported, crew, setOutFor(assignment), assignment.end) : [];
  const away = known.filter((one) => crew && blocksWork(one, assignment, crew, agency.timeZone));
  const bare = describeMissingShift(sources, assignment);
  const closed = closedFor(order, agency.districts, sources.closures).filter(
    ({ start, end }) => start < assignment.end && end > assignment.start,
  );
  const districts = new Map(agency.districts.map(({ id, name }) => [id, name]));
  return [
    ...(bare === null
      ? []
      : [{ kind: 'shift' as const, start: assignment.start, end: assignment.end, ...bare }]),
    ...away.map(({ start, end, reason }) => ({
      kind: 'absence' as const,
      start,
      end,
      key: OBSTRUCTION_KEY.absence(assignment.crewId, { start, end }),
      text: `${crew?.name ?? assignment.crewName} is absent ${when({ start, end })}${because(reason)}`,
    })),
    ...closed.map(({ _id, start, end, district, reason }) => ({
      kind: 'closure' as const,
      start,
      end,
      key: OBSTRUCTION_KEY.closure(_id),
      text: `${districts.get(district) ?? district} is closed ${when({ start, end })}${because(reason)}`,
    })),
  ];
}

/** Edited under the work, or the crew is gone; null when it is at work then. */
function describeMissingShift(
  { agency }: PlanSources,
  assignment: Assignment,
): Pick<Obstruction, 'key' | 'text'> | null {
  const { crewId } = assignment;
  const crew = agency.crews.find(({ id }) => id === crewId);
  if (!crew) {
    return {
      key: OBSTRUCTION_KEY.crew(crewId),
      text: `${assignment.crewName} is not on the roster any more`,
    };
  }
  if (!isOutsideShift(crew, agency.timeZone, assignment)) return null;
  return {
    key: OBSTRUCTION_KEY.shift(assignment),
    // In the same words for all jobs of the crew, so that a list of reasons has it once.
    text: `the roster was edited: ${crew.name} has no shift then`,
  };
}

/** Why announced work has to move, in a line: what these moves have as causes now, and nothing else. */
export function describeCause(moves: readonly PlannedMove[]): string {
  const causes = [...new Set(moves.flatMap(({ cause }) => cause ?? []))];
  if (causes.length === 0) return MAKES_ROOM;
  const more = causes.length > MOST_CAUSES ? ` · and ${causes.length - MOST_CAUSES} more` : '';
  return `${causes.slice(0, MOST_CAUSES).join(' · ')}${more}`;
}

/** Why a job moves that nothing keeps from being done as announced, when others of its plan move because of `cause`. */
export function describeRoom(cause: string): string {
  return cause === MAKES_ROOM ? cause : `to make room, as ${cause}`;
}

/** Empty when nobody said why. */
function because(reason: string): string {
  return reason === '' ? '' : ` (${reason})`;
}
