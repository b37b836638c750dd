import { listWorkingPeriods } from '../../core/agency/crew-calendar.ts';
import { after, MINUTE_MS } from '../../core/values/duration.ts';
import type { SimulatedJob } from '../requests/create-jobs.ts';
import type { SimulatedRoster } from '../roster/create-roster.ts';
import type { OpenJob } from './simulation-state.ts';

const WEEK_MS = 7 * 86_400_000;

/**
 * How large a plan should be at most: twice what the crews could do within the horizon if there were no roads.
 * With a longer backlog the last ones due would not get a turn anyway, and planning them would only take time.
 */
export function sizePlan(roster: SimulatedRoster, jobs: readonly SimulatedJob[]): number {
  const from = jobs[0]?.createdAt ?? new Date(0);
  const weekly = roster.crews
    .flatMap(({ shifts }) => listWorkingPeriods(shifts, roster.timeZone, from, after(from, WEEK_MS)))
    .reduce((sum, { start, end }) => sum + (end.getTime() - start.getTime()) / MINUTE_MS, 0);
  const minutes = jobs.reduce((sum, { requirements }) => sum + requirements.durationMinutes, 0);
  const days = Math.min(7, roster.planning.horizonDays + 1);
  return Math.ceil((2 * (weekly / 7) * days) / Math.max(1, minutes / Math.max(1, jobs.length)));
}

/** Those the plan cannot move, and of the others those due first. The rest lose their place in the plan. */
export function chooseCandidates(
  open: readonly OpenJob[],
  most: number,
  pins: Date,
): { candidates: OpenJob[]; others: OpenJob[] } {
  const isPinned = ({ assignment }: OpenJob) => assignment !== null && assignment.start < pins;
  const due = ({ job }: OpenJob) => (job.dueAt ?? job.createdAt).getTime();
  const movable = open.filter((one) => !isPinned(one)).sort((one, other) => due(one) - due(other));
  const others = movable.slice(most).map((one) => ({ ...one, assignment: null }));
  return { candidates: [...open.filter(isPinned), ...movable.slice(0, most)], others };
}
