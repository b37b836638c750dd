import type { Interval } from '../core/crew-calendar.ts';
import type { Absence, Closure } from '../core/disruption.ts';
import { districtOf } from '../core/district.ts';
import { after } from '../core/duration.ts';
import type { Assignment, WorkOrder } from '../core/resources.ts';
import type { PlanSources } from './plan-sources.ts';

/** Work that holds its crew and its time, whatever the plan. */
export interface PinnedWork extends Interval {
  orderId: string;
  crewId: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What still has to be done on a job that should have been over by now, as far as anybody knows. */
const OVERRUN_MS = 15 * MINUTE_MS;

/**
 * Which of the orders no plan may move: those under way, those that were accepted, and those that begin soon; but not
 * those that cannot be done as announced any more, because the crew is absent, the district is closed, or work before
 * them takes longer. Work under way ends when it was planned to, or shortly when it is late. A frozen plan pins all that was announced, also what cannot be done: it only
 * adds work. By order id.
 */
export function pinOrders(sources: PlanSources, isFrozen: boolean): Map<string, PinnedWork> {
  const pinned = new Map<string, PinnedWork>();
  const busyUntil = new Map<string, Date>();
  for (const { order, assignment } of listPlaced(sources.orders)) {
    const { crewId } = assignment;
    const isUnderWay = order.state === 'started' || order.state === 'blocked';
    if (!isUnderWay && !isPinnable(sources, order, assignment, busyUntil.get(crewId), isFrozen)) continue;
    const least = after(sources.now, OVERRUN_MS);
    const planned = isUnderWay ? endOf(order, assignment) : assignment.end;
    const end = isUnderWay && planned < least ? least : planned;
    const start =
      isUnderWay && order.startedAt && order.startedAt < assignment.start
        ? order.startedAt
        : assignment.start;
    pinned.set(order._id, { orderId: order._id, crewId, start, end });
    busyUntil.set(crewId, end);
  }
  return pinned;
}

/**
 * Time that work still has reserved although it should be over by then, because it was begun early: it is given back when
 * its crew reports it done, and not before.
 */
export function listHeld(
  { orders, now }: Pick<PlanSources, 'orders' | 'now'>,
  pinned: ReadonlyMap<string, PinnedWork>,
): Absence[] {
  return orders.flatMap(({ _id, assignment }) => {
    const pin = pinned.get(_id);
    if (!pin || !assignment || pin.end >= assignment.end) return [];
    const { crewId, start, end } = assignment;
    return [{ _id, crewId, start, end, reason: 'promised', by: 'system', at: now }];
  });
}

/** What is under way first, then by its start: a later one gives way to what runs over. */
function listPlaced(orders: readonly WorkOrder[]): { order: WorkOrder; assignment: Assignment }[] {
  const rank = ({ state }: WorkOrder) => (state === 'announced' ? 1 : 0);
  return orders
    .flatMap((order) => {
      const isPlaced = order.state === 'announced' || order.state === 'started' || order.state === 'blocked';
      return order.assignment && isPlaced ? { order, assignment: order.assignment } : [];
    })
    .sort(
      (one, other) =>
        rank(one.order) - rank(other.order) ||
        one.assignment.start.getTime() - other.assignment.start.getTime(),
    );
}

/** Work that began early is over early. */
function endOf({ startedAt }: WorkOrder, { start, end }: Assignment): Date {
  return startedAt && startedAt < start ? after(startedAt, end.getTime() - start.getTime()) : end;
}

function isPinnable(
  { now, agency, absences, closures }: PlanSources,
  order: WorkOrder,
  assignment: Assignment,
  busyUntil: Date | undefined,
  isFrozen: boolean,
): boolean {
  const { start, end, crewId } = assignment;
  const isSoon = start < after(now, agency.planning.pinnedHours * HOUR_MS);
  if (end <= now || (busyUntil && busyUntil > start)) return false;
  if (!agency.crews.some(({ id }) => id === crewId)) return false;
  if (isFrozen) return true;
  if (!isSoon && !order.acceptedAt) return false;
  const isAway = absences.some((absence) => absence.crewId === crewId && overlaps(absence, assignment));
  return !isAway && !closedFor(order, agency.districts, closures).some((one) => overlaps(one, assignment));
}

/** The closures of the district an order lies in. */
export function closedFor(
  { place }: WorkOrder,
  districts: PlanSources['agency']['districts'],
  closures: readonly Closure[],
): Closure[] {
  const district = place ? districtOf(place, districts) : null;
  return district ? closures.filter((closure) => closure.district === district.id) : [];
}

function overlaps(one: Interval | Absence, other: Interval): boolean {
  return one.start < other.end && one.end > other.start;
}
