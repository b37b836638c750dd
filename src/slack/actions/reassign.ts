import { buildReassignModal } from '../blocks/crew-modals.ts';
import { parseTarget, UNREADABLE_BUTTON } from '../button-payload.ts';
import type { ClickHandler, HandlerDeps } from '../handler-deps.ts';
import { openModal } from '../open-modal.ts';

/** Reassign: offers operators the crews that could take the job instead, each with what that would change. */
export function createReassignAction(deps: HandlerDeps): ClickHandler {
  const { managementLayer, crewDesk, client, agency, clock } = deps;
  return async ({ value, userId, triggerId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    if (!agency.operators.includes(userId))
      return { text: 'Only the agency’s operators can give a job to another crew.' };
    const [run, found] = await Promise.all([
      managementLayer.find(target.runId),
      crewDesk.listReassignments(target.runId),
    ]);
    if (!run) return { text: UNREADABLE_BUTTON };
    if ('refused' in found) return { text: found.refused };
    if (found.options.length === 0)
      return { text: 'No other crew can take this job within the days that are planned.' };
    await openModal(client, triggerId, buildReassignModal(run, found.options, agency, clock.now()));
    return null;
  };
}
