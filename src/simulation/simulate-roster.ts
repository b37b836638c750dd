import { type Interval, localDay, localDayInterval } from '../core/crew-calendar.ts';
import { AppError } from '../errors.ts';
import { advanceDay } from './advance-day.ts';
import { sizePlan } from './choose-candidates.ts';
import type { SimulatedRoster } from './create-roster.ts';
import { listWorkDays } from './list-work-days.ts';
import type { RepairRequest } from './read-requests.ts';
import type { SimulationOptions } from './simulation-options.ts';
import type { DayFigures, DoneJob, OpenJob, SimulatedWorld, SimulationState } from './simulation-state.ts';

export interface SimulationResult {
  range: Interval;
  timeZone: string;
  done: DoneJob[];
  /** Came in and were not done by the end of the range. */
  open: OpenJob[];
  days: DayFigures[];
}

/** Whole local days, from `from` to `to` or from the first request to the last. */
export function chooseRange(
  requests: readonly RepairRequest[],
  { from, to }: Pick<SimulationOptions, 'from' | 'to'>,
  timeZone: SimulatedRoster['timeZone'],
): Interval {
  const dayOf = (request: RepairRequest | undefined) => localDay(request?.createdAt ?? new Date(0), timeZone);
  const start = localDayInterval(from ?? dayOf(requests[0]), timeZone).start;
  const end = localDayInterval(to ?? dayOf(requests.at(-1)), timeZone).end;
  if (requests.some(({ createdAt }) => createdAt >= start && createdAt < end)) return { start, end };
  const userMessage = `No request came in from ${localDay(start, timeZone)} to ${to ?? 'the last day'}. Choose --from and --to within ${dayOf(requests[0])} to ${dayOf(requests.at(-1))}.`;
  throw new AppError('no requests to simulate', { code: 'simulation.range', userMessage });
}

/**
 * Does the jobs that come in during `range` with the roster, day by day, beginning with none open. The same world gives
 * the same result. Throws `simulation.invalidPlan` when the planner breaks a rule.
 */
export function simulateRoster(
  world: Omit<SimulatedWorld, 'planSize'>,
  range: Interval,
  onDay: (day: Date, open: number) => void = () => {},
): SimulationResult {
  const { roster, options } = world;
  const jobs = world.jobs.filter(({ createdAt }) => createdAt >= range.start && createdAt < range.end);
  const arrivals = jobs.map(({ createdAt }) => createdAt);
  const planSize = sizePlan(world.roster, jobs);
  let state: SimulationState = { arrived: 0, open: [], days: 0 };
  const done: DoneJob[] = [];
  const days: DayFigures[] = [];
  for (const day of listWorkDays(roster, range, arrivals, options.planAt)) {
    const outcome = advanceDay(state, day, { ...world, jobs, planSize });
    state = outcome.state;
    done.push(...outcome.done);
    days.push(outcome.figures);
    onDay(day.start, state.open.length);
  }
  const late = jobs.slice(state.arrived).map((job) => ({ job, assignment: null, isUnderWay: false }));
  return { range, timeZone: roster.timeZone, done, open: [...state.open, ...late], days };
}
