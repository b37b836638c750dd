import { AppError } from '../../base/errors.ts';
import { type Interval, localDayInterval } from '../../core/agency/crew-calendar.ts';
import { localDay } from '../../core/values/wall-time.ts';
import type { RepairRequest } from '../requests/read-requests.ts';
import type { SimulatedRoster } from '../roster/create-roster.ts';
import { listWorkDays } from '../roster/list-work-days.ts';
import type { SimulationOptions } from '../roster/simulation-options.ts';
import { advanceDay } from './advance-day.ts';
import { sizePlan } from './choose-candidates.ts';
import type { DayFigures, DoneJob, OpenJob, SimulatedWorld, SimulationState } from './simulation-state.ts';

export interface SimulationResult {
  range: Interval;
  timeZone: string;
  done: DoneJob[];
  /** Came in and were not done by the end of the range. */
  open: OpenJob[];
  days: DayFigures[];
}

/**
 * Whole local days, from `from` to `to` (included) or from the first request to the last. Throws `simulation.range` when
 * that is no period, or no request came in.
 */
export function chooseRange(
  requests: readonly RepairRequest[],
  { from, to }: Pick<SimulationOptions, 'from' | 'to'>,
  timeZone: SimulatedRoster['timeZone'],
): Interval {
  const dayOf = (request: RepairRequest | undefined) => localDay(request?.createdAt ?? new Date(0), timeZone);
  const start = localDayInterval(from ?? dayOf(requests[0]), timeZone).start;
  const end = localDayInterval(to ?? dayOf(requests.at(-1)), timeZone).end;
  const [first, last] = [dayOf(requests[0]), dayOf(requests.at(-1))];
  if (end <= start)
    throw refuse(`--from ${from ?? first} is after --to ${to ?? last}: name the earlier day first.`);
  if (requests.some(({ createdAt }) => createdAt >= start && createdAt < end)) return { start, end };
  throw refuse(
    `No request came in from ${from ?? first} to ${to ?? last}. Choose --from and --to within ${first} to ${last}.`,
  );
}

function refuse(userMessage: string): AppError {
  return new AppError('no period to simulate', { code: 'simulation.range', userMessage });
}

/**
 * Does the jobs that come in during `range` with the roster, day by day, beginning with none open. The same world gives
 * the same result. `onDay` is told, as each day's work begins, how many jobs are reported and not done. Throws
 * `simulation.range` when nobody works in the range, `simulation.invalidPlan` when the planner breaks a rule.
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
  const workDays = listWorkDays(roster, range, arrivals, options.planAt);
  if (workDays.length === 0)
    throw refuse('No crew has a shift between --from and --to: choose a longer period.');
  for (const day of workDays) {
    const reported = arrivals.filter((arrival) => arrival <= day.start).length;
    onDay(day.start, reported - done.length);
    const outcome = advanceDay(state, day, { ...world, jobs, planSize });
    state = outcome.state;
    done.push(...outcome.done);
    days.push(outcome.figures);
  }
  const late = jobs.slice(state.arrived).map((job) => ({ job, assignment: null, isUnderWay: false }));
  return { range, timeZone: roster.timeZone, done, open: [...state.open, ...late], days };
}
