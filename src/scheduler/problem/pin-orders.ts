import { type Interval, overlaps } from '../../core/agency/crew-calendar.ts';
import { after, HOUR_MS, MINUTE_MS } from '../../core/values/duration.ts';
import type { Closure } from '../../core/work/disruption.ts';
import { districtOf } from '../../core/work/district.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { assumeEnd } from './assume-end.ts';
import { blocksWork } from './blocks-work.ts';
import { isReady } from './is-ready.ts';
import type { PlanSources, PromisedTime } from './plan-sources.ts';

/** Work that holds its crew and its time, whatever the plan. */
export interface PinnedWork extends Interval {
  orderId: string;
  crewId: string;
}

type Placed = { order: WorkOrder; assignment: Assignment };

/**
 * Which of the orders no plan may move: those under way, those that were accepted, those that begin soon, and what these
 * wait for; but not those that cannot be done as announced any more. A frozen plan pins all that was announced, also what
 * stands in an absence or a closure: it only adds work. By order id.
 */
export function pinOrders(sources: PlanSources, isFrozen: boolean): Map<string, PinnedWork> {
  const kept = keepOrders(sources, isFrozen);
  if (isFrozen) return kept;
  const byId = new Map(sources.orders.map((order) => [order._id, order]));
  const pinned = new Map<string, PinnedWork>();
  for (const { order, assignment } of listPlaced(sources.orders)) {
    if (!isHeld(sources, order, assignment)) continue;
    // A plan that moved what a pinned job waits for would have that one begin too early.
    for (let one: WorkOrder | undefined = order; one && !pinned.has(one._id); ) {
      const work = kept.get(one._id);
      if (!work) break;
      pinned.set(one._id, work);
      one = byId.get(one.after?.orderId ?? '');
    }
  }
  return pinned;
}

/**
 * The work that can stay where it is announced, and with a frozen plan all whose time can still be kept free. Not what
 * lies in an absence or a closure, what the work before it runs into, nor what is to start after a job that has no crew,
 * or ends too late. Work under way stays, and ends as planned, or later when it is late. By order id.
 */
export function keepOrders(sources: PlanSources, isFrozen = false): Map<string, PinnedWork> {
  const kept = new Map<string, PinnedWork>();
  const busyUntil = new Map<string, Date>();
  const placed = listPlaced(sources.orders);
  for (const { order, assignment } of placed) {
    const { crewId } = assignment;
    if (isUnderWay(order)) {
      const { work, roadTo } = followWork(sources.now, { order, assignment }, placed);
      kept.set(order._id, work);
      const busy = busyUntil.get(crewId);
      if (!busy || busy < roadTo) busyUntil.set(crewId, roadTo);
      continue;
    }
    const isPossible = canKeep(sources, assignment, busyUntil.get(crewId));
    if (!isPossible || (!isFrozen && !canStay(sources, order, assignment, kept))) continue;
    const { start, end } = assignment;
    kept.set(order._id, { orderId: order._id, crewId, start, end });
    busyUntil.set(crewId, end);
  }
  return kept;
}

/**
 * Time that work still has reserved although it should be over by then, because it was begun early: it is given back when
 * its crew reports it done, and not before.
 */
export function listHeld(
  { orders }: Pick<PlanSources, 'orders'>,
  pinned: ReadonlyMap<string, PinnedWork>,
): PromisedTime[] {
  return orders.flatMap(({ _id: orderId, assignment }) => {
    const pin = pinned.get(orderId);
    if (!pin || !assignment || pin.end >= assignment.end) return [];
    const { crewId, start, end } = assignment;
    return [{ orderId, crewId, start, end }];
  });
}

/** What is under way first, then by its start: a later one gives way to what runs over. */
function listPlaced(orders: readonly WorkOrder[]): Placed[] {
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

function isUnderWay({ state }: WorkOrder): boolean {
  return state === 'started' || state === 'blocked';
}

/** Whether a plan that may move work leaves this where it is, if it can stay there. */
function isHeld({ now, agency }: PlanSources, order: WorkOrder, { start }: Assignment): boolean {
  const isSoon = start < after(now, agency.planning.pinnedHours * HOUR_MS);
  return isUnderWay(order) || isSoon || Boolean(order.acceptedAt);
}

/** Where work under way stands, and until when it keeps its crew from the next job, with the road when it runs over. */
function followWork(
  now: Date,
  { order, assignment }: Placed,
  placed: readonly Placed[],
): { work: PinnedWork; roadTo: Date } {
  const { crewId } = assignment;
  const ahead = placed.filter((next) => !isUnderWay(next.order) && next.assignment.end > now);
  const next = ahead.find((one) => one.assignment.crewId === crewId)?.assignment;
  const road = (next?.travelMinutes ?? 0) * MINUTE_MS;
  const setOut = next ? [after(next.start, -road)] : [];
  const followers = ahead.flatMap(({ order: { after: wait }, assignment: { start } }) =>
    wait?.orderId === order._id ? after(start, -wait.minutes * MINUTE_MS) : [],
  );
  const planned = endOf(order, assignment);
  const end = assumeEnd(planned, [...setOut, ...followers], now);
  const start = order.startedAt && order.startedAt < assignment.start ? order.startedAt : assignment.start;
  const runsOver = end > planned && setOut.some((one) => end > one);
  return { work: { orderId: order._id, crewId, start, end }, roadTo: runsOver ? after(end, road) : end };
}

/** Work that began early is over early. */
function endOf({ startedAt }: WorkOrder, { start, end }: Assignment): Date {
  return startedAt && startedAt < start ? after(startedAt, end.getTime() - start.getTime()) : end;
}

function canKeep(
  { now, agency }: PlanSources,
  { start, end, crewId }: Assignment,
  busyUntil: Date | undefined,
): boolean {
  if (end <= now || (busyUntil && busyUntil > start)) return false;
  return agency.crews.some(({ id }) => id === crewId);
}

function canStay(
  sources: PlanSources,
  order: WorkOrder,
  assignment: Assignment,
  kept: ReadonlyMap<string, PinnedWork>,
): boolean {
  const { agency, absences, promised, closures } = sources;
  const crew = agency.crews.find(({ id }) => id === assignment.crewId);
  const isAway = [...absences, ...promised].some(
    (time) => time.crewId === crew?.id && blocksWork(time, assignment, crew, agency.timeZone),
  );
  const closed = closedFor(order, agency.districts, closures);
  return (
    !isAway && !closed.some((one) => overlaps(one, assignment)) && isReady(sources, order, assignment, kept)
  );
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
