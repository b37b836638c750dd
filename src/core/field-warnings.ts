import type { Assignment, Nudge, WorkOrder } from './resources.ts';
import { note, type RunEvent } from './transition.ts';

/** Announced work stays with a crew that is away, or in a closed district: dispatch has to know. */
export function warnOfStranded(
  { task, state }: WorkOrder,
  { crewName, start }: Assignment,
  reasons: readonly string[],
): RunEvent {
  const data = { crewName, start, reason: reasons.join(' · '), isUnderWay: state !== 'announced' };
  return noteOpen('work.stranded', task, data);
}

/** The start comes near or has passed, and nobody has said anything: the crew hears of it, or dispatch. */
export function remindOf(nudge: Nudge, { task }: WorkOrder, assignment: Assignment): RunEvent {
  const { crewId, crewName, start } = assignment;
  if (nudge === 'dispatch') return noteOpen('work.overdue', task, { crewName, start });
  return noteOpen('work.nudged', task, { kind: nudge, toCrewId: crewId, crewName, start });
}

/** Refused once the run has ended, unless the job is still wanted. */
function noteOpen(
  type: 'work.stranded' | 'work.nudged' | 'work.overdue',
  task: string,
  data: Record<string, unknown>,
): RunEvent {
  return (transition, now) => {
    const { run } = transition;
    if (run.endedAt && run.status !== 'escalated')
      return { refused: `${run._id} has ended (${run.status}).` };
    return note(transition, now, type, { task, data });
  };
}
