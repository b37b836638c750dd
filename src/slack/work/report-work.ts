import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { FittedModal } from '../budget/fitted.ts';
import { parseTarget, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import { type ClickHandler, type HandlerDeps, replyTo } from '../kit/handler-deps.ts';
import { openModal } from '../kit/open-modal.ts';
import { buildBlockedModal, buildDoneModal } from './report-modals.ts';

/** Start and Resume: reported at once. */
export function createProgressAction({ management }: HandlerDeps, kind: 'start' | 'resume'): ClickHandler {
  return async ({ value, userId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const report = { kind, actor: userId, crewId: target.reference };
    return replyTo(await management.work.report(target.runId, report));
  };
}

/** Done: asks for cost and note. */
export function createDoneAction(deps: HandlerDeps): ClickHandler {
  return createFormAction(deps, (run, crewId) => buildDoneModal(run, deps.agency, crewId));
}

/** Blocked: asks for the reason. */
export function createBlockedAction(deps: HandlerDeps): ClickHandler {
  return createFormAction(deps, buildBlockedModal);
}

function createFormAction(
  { management, client }: HandlerDeps,
  build: (run: WorkflowRun, crewId: string) => FittedModal,
): ClickHandler {
  return async ({ value, userId, triggerId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const refused = await management.work.refuseReport(target.runId, userId, target.reference);
    if (refused !== null) return { text: refused };
    const run = await management.runs.find(target.runId);
    if (!run) return { text: UNREADABLE_BUTTON };
    await openModal(client, triggerId, build(run, target.reference));
    return null;
  };
}
