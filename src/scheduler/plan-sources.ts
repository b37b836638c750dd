import type { Agency } from '../core/agency.ts';
import type { Interval } from '../core/crew-calendar.ts';
import type { Absence, Closure } from '../core/disruption.ts';
import type { WorkOrder } from '../core/resources.ts';
import type { PlanProblem, Span } from '../planner/plan-problem.ts';

/** What a depot can give out, beside what work orders hold: `incoming` comes on top from its instant on. */
export interface StockView {
  depotId: string;
  material: string;
  quantity: number;
  incoming: { at: Date; quantity: number }[];
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
  const { now, agency, orders, absences, closures, ends, stock } = sources;
  return {
    ...{ now, orders, absences, closures, stock },
    ...(ends && { ends }),
    agency: copyAgency(agency),
  };
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Minutes since the origin: a day before `now`, so that what began this morning has a time too. */
export function createTimeScale(now: Date) {
  const origin = (Math.floor(now.getTime() / MINUTE_MS) - DAY_MINUTES) * MINUTE_MS;
  return {
    origin,
    /** The first whole minute that is not past. */
    now: Math.ceil((now.getTime() - origin) / MINUTE_MS),
    toMinute: (instant: Date) => Math.round((instant.getTime() - origin) / MINUTE_MS),
    /** The whole minutes that a period touches. */
    toSpan: ({ start, end }: Interval): Span => ({
      start: Math.floor((start.getTime() - origin) / MINUTE_MS),
      end: Math.ceil((end.getTime() - origin) / MINUTE_MS),
    }),
    toInstant: (minute: number) => new Date(origin + minute * MINUTE_MS),
  };
}
export type TimeScale = ReturnType<typeof createTimeScale>;
