import {
  describeLocalPeriod,
  type Interval,
  isOutsideShift,
  overlaps,
} from '../../core/agency/crew-calendar.ts';
import type { ObstructionKind } from '../../core/work/crew-day-view.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import { type Assignment, setOutFor, type WorkOrder } from '../../core/work/work-order.ts';
import { blocksWork } from '../problem/blocks-work.ts';
import { listCrewAbsences } from '../problem/build-plan-shifts.ts';
import { closedFor } from '../problem/pin-orders.ts';
import type { PlanSources } from '../problem/plan-sources.ts';

/** Why work moves that could be done as it was announced. */
const MAKES_ROOM = 'other jobs would be late or without a crew';
const MOST_CAUSES = 4;

/**
 * What marks an obstruction as told: the same as long as the same thing stands in the way. It is stored with work orders,
 * so its form must not change.
 */
export const OBSTRUCTION_KEY = {
  absence: (crewId: string, { start, end }: Interval) =>
    `absence:${crewId}:${start.toISOString()}:${end.toISOString()}`,
  closure: (id: string) => `closure:${id}`,
  crew: (crewId: string) => `roster:${crewId}`,
  shift: ({ crewId, start, end }: Assignment) =>
    `shift:${crewId}:${start.toISOString()}:${end.toISOString()}`,
};

/** An instant as a key has it: 2026-06-01T12:00:00.000Z. */
const INSTANT_LENGTH = 24;

export function isAbsenceKey(key: string): boolean {
  return key.startsWith('absence:');
}

/** The time of an absence of this crew; null when the key is of something else. */
export function readAbsenceKey(key: string, crewId: string): Interval | null {
  const beginning = `absence:${crewId}:`;
  const period = key.slice(beginning.length);
  if (!key.startsWith(beginning) || period.length !== 2 * INSTANT_LENGTH + 1) return null;
  return {
    start: new Date(period.slice(0, INSTANT_LENGTH)),
    end: new Date(period.slice(INSTANT_LENGTH + 1)),
  };
}

/** The id of the closure; null when the key is of something else. */
export function readClosureKey(key: string): string | null {
  const beginning = OBSTRUCTION_KEY.closure('');
  return key.startsWith(beginning) ? key.slice(beginning.length) : null;
}

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
  const known = crew ? listCrewAbsences(sources, crew, setOutFor(assignment), assignment.end) : [];
  const away = known.filter((one) => crew && blocksWork(one, assignment, crew, agency.timeZone));
  const bare = describeMissingShift(sources, assignment);
  const closed = closedFor(order, agency.districts, sources.closures).filter((one) =>
    overlaps(one, assignment),
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

/** Why a job moves that nothing keeps from being done as announced, when others of these do have a cause. */
export function describeRoom(moves: readonly PlannedMove[]): string {
  return moves.some(({ cause }) => cause !== undefined)
    ? `to make room, as ${describeCause(moves)}`
    : MAKES_ROOM;
}

/** Empty when nobody said why. */
function because(reason: string): string {
  return reason === '' ? '' : ` (${reason})`;
}
