import type { PlanProblem } from '../../planner/problem/plan-problem.ts';
import { buildTravelMatrix } from '../../planner/problem/travel-matrix.ts';
import { createTimeScale } from '../../scheduler/problem/plan-sources.ts';
import type { WorkDay } from '../roster/list-work-days.ts';
import { type PlannedMoment, planMoment } from './plan-moment.ts';
import type { DayFigures, DoneJob, OpenJob, SimulatedWorld, SimulationState } from './simulation-state.ts';

export interface DayOutcome {
  /** At the end of the day. */
  state: SimulationState;
  done: DoneJob[];
  figures: DayFigures;
}

/** Lets a day go by: plans at its start and at its later moments, does what begins on it, keeps the rest open. */
export function advanceDay(before: SimulationState, day: WorkDay, world: SimulatedWorld): DayOutcome {
  const plan = (state: SimulationState, moment: Date) =>
    planMoment(admit(state, moment, world), day.start, moment, world);
  let state = admit(before, day.start, world);
  let planned = plan(state, day.start);
  for (const moment of day.replans) {
    state = admit({ ...state, open: planned.open }, moment, world);
    planned = plan(state, moment);
  }
  const { open, done } = carryOut(planned.open, day.end);
  const figures = { ...measureDay(planned, day), plans: day.replans.length + 1 };
  return { state: { ...state, open, days: before.days + 1 }, done, figures };
}

/** Opens the jobs that have come in by `moment`. */
function admit(state: SimulationState, moment: Date, { jobs }: SimulatedWorld): SimulationState {
  let { arrived } = state;
  const added: OpenJob[] = [];
  for (let job = jobs[arrived]; job && job.createdAt <= moment; job = jobs[arrived]) {
    added.push({ job, assignment: null, isUnderWay: false });
    arrived += 1;
  }
  return { ...state, arrived, open: [...state.open, ...added] };
}

/** What began before `end` is done, or under way; all else stays as planned. */
function carryOut(planned: readonly OpenJob[], end: Date): { open: OpenJob[]; done: DoneJob[] } {
  const open: OpenJob[] = [];
  const done: DoneJob[] = [];
  for (const one of planned) {
    const { job, assignment } = one;
    if (!assignment || assignment.start >= end) open.push(one);
    else if (assignment.end > end) open.push({ ...one, isUnderWay: true });
    else done.push({ job, crewId: assignment.crewId, start: assignment.start, end: assignment.end });
  }
  return { open, done };
}

function measureDay({ problem, plan }: PlannedMoment, day: WorkDay): Omit<DayFigures, 'plans'> {
  const scale = createTimeScale(day.start);
  const [from, to] = [scale.toMinute(day.start), scale.toMinute(day.end)];
  const figures = { start: day.start, shiftMinutes: 0, workMinutes: 0, travelMinutes: 0, costCents: 0 };
  for (const { crew, start, end, closed, breaks = [], absent } of problem.shifts) {
    if (absent !== null) continue;
    const within = (one: { start: number; end: number }) =>
      Math.max(0, Math.min(one.end, end, to) - Math.max(one.start, start, from));
    const rest = breaks.reduce(
      (sum, { from: opens, minutes: length }) => sum + within({ start: opens, end: opens + length }),
      0,
    );
    const minutes = within({ start, end }) - closed.reduce((sum, span) => sum + within(span), 0) - rest;
    figures.shiftMinutes += minutes;
    figures.costCents += (minutes * (problem.crews[crew]?.hourlyRateCents ?? 0)) / 60;
  }
  const last: { crew: number; task: number }[] = [];
  for (const { shift, stops } of plan.tours) {
    // What was begun earlier was counted then.
    const today = stops.filter(({ start }) => start >= from && start < to);
    for (const { task, travelMinutes } of today) {
      figures.workMinutes += problem.tasks[task]?.durationMinutes ?? 0;
      figures.travelMinutes += travelMinutes;
    }
    const stop = today.at(-1);
    if (stop) last.push({ crew: problem.shifts[shift]?.crew ?? 0, task: stop.task });
  }
  figures.travelMinutes += measureReturns(problem, last);
  return figures;
}

/** Minutes from last stops back to the depots. */
function measureReturns(problem: PlanProblem, last: readonly { crew: number; task: number }[]): number {
  const tasks = last.flatMap(({ task }) => problem.tasks[task] ?? []);
  const { points, minutes } = buildTravelMatrix({ ...problem, tasks });
  const first = problem.crews.length;
  return last.reduce((sum, { crew }, index) => sum + (minutes[(first + index) * points + crew] ?? 0), 0);
}
