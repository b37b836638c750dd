import { note, type RunEvent } from '../run/transition.ts';
import type { Assignment, Nudge, WorkOrder } from '../work/work-order.ts';

/** Announced work stays with a crew that is away, or in a closed district: dispatch has to know. `keys` name the causes. */
export function warnOfStranded(
  { task, state }: WorkOrder,
  { crewName, start }: Assignment,
  reasons: readonly string[],
  keys: readonly string[] = [],
): RunEvent {
  const data = { crewName, start, reason: reasons.join(' · '), isUnderWay: state !== 'announced' };
  return noteOpen('work.stranded', task, { ...data, keys: [...keys] });
}

/** Causes of such a warning have gone, all of them or some: the job stays where it is. */
export function clearStranded(
  { task }: WorkOrder,
  { crewName, start }: Assignment,
  gone: readonly { key: string; text: string }[],
  isAllClear: boolean,
): RunEvent {
  const reason = [...new Set(gone.map(({ text }) => text))].join(' · ');
  const keys = gone.map(({ key }) => key);
  return noteOpen('work.cleared', task, { crewName, start, reason, keys, isAllClear });
}

/** The start comes near or has passed, and nobody has said anything: the crew hears of it, or dispatch. */
export function remindOf(nudge: Nudge, { task }: WorkOrder, assignment: Assignment): RunEvent {
  const { crewId, crewName, start } = assignment;
  if (nudge === 'dispatch') return noteOpen('work.overdue', task, { crewName, start });
  return noteOpen('work.nudged', task, { kind: nudge, toCrewId: crewId, crewName, start });
}

/** Refused once the run has ended, unless the job is still wanted. */
function noteOpen(
  type: 'work.stranded' | 'work.cleared' | 'work.nudged' | 'work.overdue',
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
