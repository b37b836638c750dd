import type { WorkOrder } from '../../src/core/work/work-order.ts';
import type { Evidence, Expected, Finding } from './chaos-evidence.ts';

type Report = (rule: string, subject: string, detail: string) => void;
type Promised = Map<string, { start: number; end: number }>;

const HOLDING = ['announced', 'started', 'blocked'];

/** No minute of a crew and no kilo of a depot is promised or used twice, and none is lost. */
export function checkResources(evidence: Evidence, expected: Expected): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (rule, subject, detail) => {
    findings.push({ rule, subject, detail });
  };
  checkMinutes(evidence, report);
  checkKilos(evidence, expected, report);
  checkOrders(evidence, report);
  return findings;
}

/** `crewId|orderId` with the minutes that the work order says it has; what was done early gave the rest back. */
function promisedByOrders(orders: readonly WorkOrder[]): Promised {
  const promised: Promised = new Map();
  for (const { _id, state, assignment, endedAt } of orders) {
    if (!assignment || state === 'cancelled' || state === 'waiting') continue;
    const end = state === 'done' && endedAt && endedAt < assignment.end ? endedAt : assignment.end;
    if (assignment.start < end) {
      promised.set(`${assignment.crewId}|${_id}`, { start: assignment.start.getTime(), end: end.getTime() });
    }
  }
  return promised;
}

function checkMinutes({ crewDays, orders }: Evidence, report: Report): void {
  const promised = promisedByOrders(orders);
  const found = new Set<string>();
  for (const { _id, crewId, reserved } of crewDays) {
    const sorted = [...reserved].sort((one, other) => one.start.getTime() - other.start.getTime());
    sorted.forEach((slot, index) => {
      const next = sorted[index + 1];
      if (next && next.start < slot.end) report('minutes.twice', _id, `${slot.orderId} and ${next.orderId}`);
      const key = `${crewId}|${slot.orderId}`;
      const wanted = promised.get(key);
      found.add(key);
      if (!wanted) report('minutes.orphan', _id, `${slot.orderId} has no right to them`);
      else if (wanted.start !== slot.start.getTime() || wanted.end !== slot.end.getTime())
        report('minutes.differ', _id, slot.orderId);
    });
  }
  for (const key of promised.keys())
    if (!found.has(key)) report('minutes.missing', key, 'promised, not reserved');
}

function checkKilos({ stock, orders }: Evidence, { initialKilos }: Expected, report: Report): void {
  for (const { _id, depotId, material, onHand, reserved, consumed, holds } of stock) {
    const quantityOf = (order: WorkOrder): number =>
      order.assignment?.depotId === depotId
        ? order.assignment.materials
            .filter((item) => item.material === material)
            .reduce((sum, item) => sum + item.quantity, 0)
        : 0;
    const used = orders
      .filter((order) => order.state === 'done')
      .reduce((sum, order) => sum + quantityOf(order), 0);
    if (onHand + consumed !== initialKilos) report('kilos.sum', _id, `${onHand} + ${consumed}`);
    if (consumed !== used) report('kilos.consumed', _id, `${consumed}, but ${used} were used`);
    const held = holds.reduce((sum, hold) => sum + hold.quantity, 0);
    if (reserved !== held) report('kilos.reserved', _id, `${reserved}, but ${held} are held`);
    if (reserved < 0 || reserved > onHand) report('kilos.range', _id, `${reserved} of ${onHand}`);
    const wanted = new Map(
      orders
        .filter((order) => HOLDING.includes(order.state) && quantityOf(order) > 0)
        .map((order) => [order._id, quantityOf(order)] as const),
    );
    for (const hold of holds) {
      if (wanted.get(hold.orderId) !== hold.quantity) report('kilos.hold', _id, hold.orderId);
      wanted.delete(hold.orderId);
    }
    for (const orderId of wanted.keys()) report('kilos.missing', _id, `${orderId} holds nothing`);
  }
}

/** A work order and its run tell the same story. */
function checkOrders({ orders, runs }: Evidence, report: Report): void {
  const byId = new Map(runs.map((run) => [run._id, run]));
  for (const order of orders) {
    const run = byId.get(order._id);
    const told = (type: string): boolean => run?.history.some((event) => event.type === type) ?? false;
    if (!run) report('order.orphan', order._id, 'no run asked for it');
    const wasAnnounced = order.assignment !== null;
    if (wasAnnounced !== told('work.announced')) report('order.announced', order._id, order.state);
    if ((order.state === 'done') !== told('work.done')) report('order.done', order._id, order.state);
    if (order.state === 'waiting') report('order.waiting', order._id, 'its run has ended');
    if (order.state === 'started' || order.state === 'blocked') report('order.open', order._id, order.state);
    if (run?.status === 'completed' && order.state !== 'done') report('order.undone', order._id, order.state);
    const isFree = run?.status === 'rejected' || run?.status === 'cancelled' || run?.status === 'failed';
    if (isFree && order.state === 'announced') report('order.kept', order._id, `its run is ${run.status}`);
  }
}
