import type { Agency } from '../../core/agency/agency.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';

/**
 * Whether what was pressed on the card of crew `crewId` still speaks for the job: null, or why not. Without a crew
 * (`''`, on cards from the time before they named theirs) it speaks for whoever has the job.
 */
export function refuseOldCard(
  { crews }: Pick<Agency, 'crews'>,
  { assignment }: Pick<WorkOrder, 'assignment'>,
  crewId: string,
): string | null {
  if (crewId === '' || crewId === assignment?.crewId) return null;
  const nameOf = (id: string) => crews.find((crew) => crew.id === id)?.name;
  if (assignment) {
    const owner = nameOf(assignment.crewId) ?? assignment.crewName;
    return `This job now belongs to ${owner}. Nothing was changed: answer on the card in that crew’s channel.`;
  }
  return `${nameOf(crewId) ?? 'This crew'} does not have this job any more; it waits for another crew. Nothing was changed.`;
}
