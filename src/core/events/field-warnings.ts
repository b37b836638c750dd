import type { Fact } from '../audit/audit-event.ts';
import { note, type RunEvent } from '../run/transition.ts';
import type { Assignment, Nudge, WorkOrder } from '../work/work-order.ts';

/** Announced work stays with a crew that is away, or in a closed district: dispatch has to know. `keys` name the causes. */
export function warnOfStranded(
  { task, state }: WorkOrder,
  { crewName, start }: Assignment,
  reasons: readonly string[],
  keys: readonly string[] = [],
): RunEvent {
  const data = {
    crewName,
    start,
    reason: reasons.join(' · '),
    isUnderWay: state !== 'announced',
    keys: [...keys],
  };
  return noteOpen({ type: 'work.stranded', task, data });
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
  return noteOpen({ type: 'work.cleared', task, data: { crewName, start, reason, keys, isAllClear } });
}

/** The start comes near or has passed, and nobody has said anything: the crew hears of it, or dispatch. */
export function remindOf(nudge: Nudge, { task }: WorkOrder, assignment: Assignment): RunEvent {
  const { crewId, crewName, start } = assignment;
  if (nudge === 'dispatch') return noteOpen({ type: 'work.overdue', task, data: { crewName, start } });
  return noteOpen({ type: 'work.nudged', task, data: { kind: nudge, toCrewId: crewId, crewName, start } });
}

/** Refused once the run has ended, unless the job is still wanted. */
function noteOpen(fact: Fact): RunEvent {
  return (transition, now) => {
    const { run } = transition;
    if (run.endedAt && run.status !== 'escalated')
      return { refused: `${run._id} has ended (${run.status}).` };
    return note(transition, now, fact);
  };
}
