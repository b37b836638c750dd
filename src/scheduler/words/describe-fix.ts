import type { PlanFix } from '../../planner/explain/explanation.ts';
import {
  crewName,
  type DescribeContext,
  describeMinutes,
  describePastDue,
  instantOf,
  localTime,
  nameMaterial,
  nameSkill,
  shiftName,
} from './plan-words.ts';

/** A single change, as an advice to dispatch. */
export function describeFix(context: DescribeContext, fix: PlanFix): string {
  const { problem } = context;
  switch (fix.kind) {
    case 'moveTask': {
      const { title, due = null } = problem.tasks[fix.task] ?? {};
      const late = describePastDue(context, fix.to.end, due === null ? null : instantOf(context, due));
      return `move ${title} to ${crewName(context, fix.to.crew)}, ${localTime(context, fix.to.start)}${late}`;
    }
    case 'extendShift':
      return `${shiftName(context, fix.shift)} works ${describeMinutes(fix.minutes)} longer`;
    case 'addMaterial':
      return `${fix.quantity} more of ${nameMaterial(context, fix.material)} at ${problem.depots[fix.depot]?.name}`;
    case 'extendDeadline':
      return `${describeMinutes(fix.minutes)} more time`;
    case 'openClosed':
      return 'open the district for this job';
    case 'endAbsence':
      return `${shiftName(context, fix.shift)} works after all`;
    case 'askCrew':
      return `${crewName(context, fix.crew)} takes it after all`;
    case 'addSkill':
      return `${crewName(context, fix.crew)} with the skill ${nameSkill(context, fix.skill, fix.level)}`;
    case 'addWorkers':
      return `${crewName(context, fix.crew)} with ${fix.workers} more`;
  }
}
