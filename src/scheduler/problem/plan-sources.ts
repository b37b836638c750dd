import type { Agency } from '../../core/agency/agency.ts';
import type { Interval } from '../../core/agency/crew-calendar.ts';
import { MINUTE_MS } from '../../core/values/duration.ts';
import type { Absence, Closure } from '../../core/work/disruption.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import type { PlanProblem, Span } from '../../planner/problem/plan-problem.ts';

/** What a depot can give out, beside what work orders hold: `incoming` comes on top from its instant on. */
export interface StockView {
  depotId: string;
  material: string;
  quantity: number;
  incoming: { at: Date; quantity: number }[];
}

/** Time of a crew that is promised to work outside the plan, such as an order that is being closed: no plan may use it. */
export interface PromisedTime extends Interval {
  orderId: string;
  crewId: string;
}

/** Everything a plan is made from, as it stood at `now`. The same sources make the same problem. */
export interface PlanSources {
  now: Date;
  agency: Pick<
    Agency,
    'timeZone' | 'currency' | 'crews' | 'depots' | 'materials' | 'districts' | 'travel' | 'planning'
  >;
  /** Waiting orders, and all that hold a crew's time: announced, started, blocked. */
  orders: readonly WorkOrder[];
  absences: readonly Absence[];
  promised: readonly PromisedTime[];
  closures: readonly Closure[];
  /** When work ends that is no part of the plan, by order id: others may have to wait for it. */
  ends?: ReadonlyMap<string, Date>;
  /** What is free, without what these orders hold: that is theirs to use. */
  stock: readonly StockView[];
}

/** A problem in numbers, and what its indexes stand for. */
export interface BuiltProblem {
  problem: PlanProblem;
  /** By task index. */
  orders: WorkOrder[];
}

/** An agency may be a live one, whose parts are getters: this copy stays as it is, also through a spread. */
function copyAgency(agency: PlanSources['agency']): PlanSources['agency'] {
  const { timeZone, currency, crews, depots, materials, districts, travel, planning } = agency;
  return { timeZone, currency, crews, depots, materials, districts, travel, planning };
}

/** The sources alone, without what else whoever loaded them keeps beside: they can be sent to a thread. */
export function copySources(sources: PlanSources): PlanSources {
  const { now, agency, orders, absences, promised, closures, ends, stock } = sources;
  return {
    now,
    orders,
    absences,
    promised,
    closures,
    stock,
    ...(ends && { ends }),
    agency: copyAgency(agency),
  };
}

const DAY_MINUTES = 24 * 60;

/**
 * Some nineteen years: longer than anybody plans, and so short that the planner, which counts in 32 bits, can add a few
 * of them up. One date of the year 9999 would otherwise wrap around, and no plan of anybody's would be valid.
 */
const FAR_MINUTES = 10_000_000;

/** A minute or a length in minutes as the planner can hold it. */
export function boundMinutes(minutes: number): number {
  return Math.max(-FAR_MINUTES, Math.min(FAR_MINUTES, minutes));
}

/**
 * Minutes since the origin: a day before `now`, so that what began this morning has a time too. What is far away is at
 * `FAR_MINUTES`.
 */
export function createTimeScale(now: Date) {
  const origin = (Math.floor(now.getTime() / MINUTE_MS) - DAY_MINUTES) * MINUTE_MS;
  const measure = (instant: Date) => (instant.getTime() - origin) / MINUTE_MS;
  return {
    origin,
    /** The first whole minute that is not past. */
    now: Math.ceil(measure(now)),
    toMinute: (instant: Date) => boundMinutes(Math.round(measure(instant))),
    /** The first whole minute that is not before it: for when something may begin. */
    toFirstMinute: (instant: Date) => boundMinutes(Math.ceil(measure(instant))),
    /** The whole minutes that a period touches. */
    toSpan: ({ start, end }: Interval): Span => ({
      start: boundMinutes(Math.floor(measure(start))),
      end: boundMinutes(Math.ceil(measure(end))),
    }),
    toInstant: (minute: number) => new Date(origin + minute * MINUTE_MS),
  };
}
export type TimeScale = ReturnType<typeof createTimeScale>;
