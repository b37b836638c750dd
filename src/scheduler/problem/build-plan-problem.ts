import { levelOf, parseSkill } from '../../core/agency/skill.ts';
import type { Place } from '../../core/places/place.ts';
import { MINUTE_MS } from '../../core/values/duration.ts';
import { addUpRepeats } from '../../core/work/materials.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { mergeSpans } from '../../planner/problem/merge-spans.ts';
import type {
  PlanCrew,
  PlanPrices,
  PlanShift,
  PlanStock,
  PlanTask,
} from '../../planner/problem/plan-problem.ts';
import { buildPlanShifts, fitShifts } from './build-plan-shifts.ts';
import { listNeededSkills } from './needed-skills.ts';
import { closedFor, listHeld, type PinnedWork, pinOrders } from './pin-orders.ts';
import {
  type BuiltProblem,
  boundMinutes,
  createTimeScale,
  type PlanSources,
  type TimeScale,
} from './plan-sources.ts';
import { weighSeverity } from './weigh-severity.ts';

/** A crew without a rate costs something all the same, or its roads would be free. */
const USUAL_RATE_CENTS = 6_000;

/** Cents, by the order of what matters: a job left out, a minute late, an announcement changed, the road. */
const PRICES: PlanPrices = {
  unplaced: 50_000_000,
  lateMinute: 500,
  changeCrew: 15_000,
  changeDay: 15_000,
  changeTime: 1_000,
  waitHour: 200,
};

/** Says in numbers what is to be planned. A frozen problem moves nothing that was announced. */
export function buildPlanProblem(sources: PlanSources, isFrozen = false): BuiltProblem {
  const { agency } = sources;
  const scale = createTimeScale(sources.now);
  const pinned = pinOrders(sources, isFrozen);
  const orders = sources.orders.filter(({ state }) => state !== 'done' && state !== 'cancelled');
  const promised = [...sources.promised, ...listHeld(sources, pinned)];
  const shifts = buildPlanShifts({ ...sources, promised }, scale, groupByCrew(pinned));
  const skills = listSkills(orders);
  const materials = listMaterialIds(sources, orders);
  const middle = findMiddle(agency.depots, orders);
  const crews = agency.crews.map((crew): PlanCrew => {
    const depot = agency.depots.findIndex(({ id }) => id === crew.depot);
    const place = placeOf(agency.depots[depot]) ?? middle;
    return {
      id: crew.id,
      name: crew.name,
      depot,
      size: crew.size,
      ...place,
      hourlyRateCents: crew.hourlyRateCents || USUAL_RATE_CENTS,
      levels: skills.map((skill) => levelOf(crew.skills, skill)),
      truckCapacity: materials.map(
        (id) => crew.truck.find(({ material }) => material === id)?.quantity ?? null,
      ),
    };
  });
  const context = { sources, scale, pinned, shifts, skills, materials, middle, orders };
  const problem = {
    origin: scale.origin,
    skills,
    materials,
    crews,
    shifts,
    depots: agency.depots.map(({ id, name }) => ({ id, name })),
    tasks: orders.map((order) => buildTask(context, order)),
    stock: buildStock(context),
    travel: agency.travel,
    prices: PRICES,
  };
  // Last, since what is announced belongs to the shift as it is in the calendar.
  return { orders, problem: { ...problem, shifts: fitShifts(problem) } };
}

interface TaskContext {
  sources: PlanSources;
  scale: TimeScale;
  pinned: ReadonlyMap<string, PinnedWork>;
  shifts: readonly PlanShift[];
  skills: readonly string[];
  materials: readonly string[];
  middle: Place;
  orders: readonly WorkOrder[];
}

function buildTask(context: TaskContext, order: WorkOrder): PlanTask {
  const { sources, scale, pinned, skills, middle } = context;
  const { requirements, assignment, declined, givenTo } = order;
  const pin = pinned.get(order._id);
  const crews = sources.agency.crews.map(({ id }) => id);
  const indexesOf = (ids: readonly string[]) => crews.flatMap((id, crew) => (ids.includes(id) ? crew : []));
  const closed = closedFor(order, sources.agency.districts, sources.closures);
  const earliest = findEarliest(context, order);
  return {
    id: order._id,
    title: order.title,
    skills: listNeededSkills(order, sources.agency.crews)
      .map(parseSkill)
      .map(({ name, level }) => ({ skill: skills.indexOf(name), level })),
    crewSize: requirements.crewSize ?? 1,
    declinedBy: indexesOf(declined.map(({ crewId }) => crewId)),
    chosenCrews: givenTo ? indexesOf([givenTo]) : null,
    ...(pin
      ? measurePinned(pin, assignment, scale)
      : { durationMinutes: boundMinutes(requirements.durationMinutes) }),
    materials: isSupplied(context, order) ? [] : listMaterials(context, order),
    ...(order.place ?? middle),
    weight: weighSeverity(order.weight),
    earliest: pin ? Math.min(scale.toMinute(pin.start), earliest) : earliest,
    // What is late already is as late in every plan: only what comes on top can be helped.
    due: order.dueAt ? Math.max(scale.toMinute(order.dueAt), scale.now) : null,
    deadline: null,
    closed: pin ? [] : mergeSpans(closed.map(scale.toSpan)),
    after: findPredecessor(context, order),
    current: assignment && order.state !== 'waiting' ? findCurrent(context, assignment, pin) : null,
  };
}

/** How long pinned work lasts, without the breaks in the middle of it, and with them. */
function measurePinned(
  pin: PinnedWork,
  assignment: WorkOrder['assignment'],
  scale: TimeScale,
): Pick<PlanTask, 'durationMinutes' | 'pausedMinutes'> {
  const length = boundMinutes(scale.toMinute(pin.end) - scale.toMinute(pin.start));
  const paused = Math.min(countPaused(assignment), Math.max(0, length - 1));
  return paused > 0
    ? { durationMinutes: length - paused, pausedMinutes: paused }
    : { durationMinutes: length };
}

/** Minutes of the breaks in the middle of a job. */
export function countPaused(assignment: WorkOrder['assignment']): number {
  return (assignment?.breaks ?? []).reduce(
    (sum, { start, end }) => sum + Math.round((end.getTime() - start.getTime()) / MINUTE_MS),
    0,
  );
}

/**
 * Whether it asks nothing more of its crew's depot: it is under way, or it stays where it is and holds its materials at
 * the depot its crew had before. It keeps its place in the tour all the same, for the roads from and to it.
 */
function isSupplied({ sources, pinned }: TaskContext, { _id, state, assignment }: WorkOrder): boolean {
  if (state === 'started' || state === 'blocked') return true;
  const crew = sources.agency.crews.find(({ id }) => id === assignment?.crewId);
  return pinned.has(_id) && crew?.depot !== assignment?.depotId;
}

function listMaterials({ materials }: TaskContext, order: WorkOrder): PlanTask['materials'] {
  return addUpRepeats(order.requirements.materials).map(({ material, quantity }) => ({
    material: materials.indexOf(material),
    quantity,
  }));
}

function findEarliest({ sources, scale }: TaskContext, { earliestAt, after }: WorkOrder): number {
  const done =
    after &&
    (sources.orders.find(({ _id }) => _id === after.orderId)?.endedAt ?? sources.ends?.get(after.orderId));
  return Math.max(
    scale.now,
    earliestAt ? scale.toFirstMinute(earliestAt) : 0,
    done ? boundMinutes(scale.toFirstMinute(done) + after.minutes) : 0,
  );
}

/** Null when nobody has to be waited for any more: one that is done is part of `earliest`. */
function findPredecessor({ orders, pinned, scale }: TaskContext, { after }: WorkOrder): PlanTask['after'] {
  const task = after ? orders.findIndex(({ _id }) => _id === after.orderId) : -1;
  if (!after || task < 0) return null;
  // A pinned end is rounded, so that it fits between what is announced: the rest of its minute is waited for here.
  const end = pinned.get(after.orderId)?.end;
  const rest = end ? scale.toFirstMinute(end) - scale.toMinute(end) : 0;
  return { task, minutes: boundMinutes(after.minutes + rest) };
}

/** Where the order stands in the plan that was announced; null when that shift is no more. */
function findCurrent(
  { sources, scale, shifts }: TaskContext,
  assignment: NonNullable<WorkOrder['assignment']>,
  pin: PinnedWork | undefined,
): PlanTask['current'] {
  const crew = sources.agency.crews.findIndex(({ id }) => id === assignment.crewId);
  const start = scale.toMinute(pin?.start ?? assignment.start);
  const shift = shifts.findIndex(
    (candidate) => candidate.crew === crew && candidate.start <= start && start < candidate.end,
  );
  return shift < 0 ? null : { shift, start, pinned: pin !== undefined };
}

/** What is free, and what the orders of this plan hold themselves. */
function buildStock(context: TaskContext): PlanStock[] {
  const { sources, scale, orders, materials } = context;
  const { agency, stock } = sources;
  return stock.flatMap(({ depotId, material, quantity, incoming }) => {
    const depot = agency.depots.findIndex(({ id }) => id === depotId);
    const index = materials.indexOf(material);
    if (depot < 0 || index < 0) return [];
    const held = orders
      .filter(({ state, assignment }) => state === 'announced' && assignment?.depotId === depotId)
      .filter((order) => !isSupplied(context, order))
      .flatMap(({ assignment }) => assignment?.materials ?? [])
      .filter((item) => item.material === material)
      .reduce((sum, item) => sum + item.quantity, 0);
    const deliveries = incoming.map((one) => ({ at: scale.toFirstMinute(one.at), quantity: one.quantity }));
    return { depot, material: index, quantity: quantity + held, incoming: deliveries };
  });
}

function listSkills(orders: readonly WorkOrder[]): string[] {
  const names = orders.flatMap(({ requirements }) =>
    requirements.skills.map((skill) => parseSkill(skill).name),
  );
  return [...new Set(names)];
}

/** Those of the agency, and those only a job knows: nobody has any of them. */
function listMaterialIds({ agency }: PlanSources, orders: readonly WorkOrder[]): string[] {
  const needed = orders.flatMap(({ requirements }) => requirements.materials.map(({ material }) => material));
  return [...new Set([...agency.materials.map(({ id }) => id), ...needed])];
}

function groupByCrew(pinned: ReadonlyMap<string, PinnedWork>): Map<string, PinnedWork[]> {
  const byCrew = new Map<string, PinnedWork[]>();
  for (const work of pinned.values()) byCrew.set(work.crewId, [...(byCrew.get(work.crewId) ?? []), work]);
  return byCrew;
}

function placeOf(
  depot: { latitude?: number | undefined; longitude?: number | undefined } | undefined,
): Place | null {
  const { latitude, longitude } = depot ?? {};
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
}

/** Where things are taken to be that nobody placed: between the depots, or else between the jobs. */
function findMiddle(depots: PlanSources['agency']['depots'], orders: readonly WorkOrder[]): Place {
  const placed = depots.flatMap((depot) => placeOf(depot) ?? []);
  const places = placed.length > 0 ? placed : orders.flatMap(({ place }) => place ?? []);
  const mean = (values: number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return {
    latitude: mean(places.map(({ latitude }) => latitude)),
    longitude: mean(places.map(({ longitude }) => longitude)),
  };
}
