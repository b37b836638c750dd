import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { Work } from '../../management/work.ts';
import type { FittedModal } from '../budget/fitted.ts';
import { parseTarget, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import type { ClickHandler, HandlerDeps } from '../kit/handler-deps.ts';
import { messageModal } from '../kit/modal-parts.ts';
import { fillModal, openModal } from '../kit/open-modal.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { buildReassignModal, describeOthers } from './crew-modals.ts';

/** A trigger lives three seconds, and comparing crews may have to wait for a plan that is being made. */
const OPEN_WITHIN_MS = 1_200;
const TITLE = 'Reassign';

/** The job, and where the button was pressed; empty for a place that is no channel. */
interface About {
  run: WorkflowRun;
  channel: string;
}

type Found = Awaited<ReturnType<Work['listReassignments']>>;

/** Reassign: offers operators the crews that could take the job instead, each with what that would change. */
export function createReassignAction(deps: HandlerDeps): ClickHandler {
  const { management, client, agency } = deps;
  return async ({ value, userId, triggerId, channel = '' }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    if (!agency.operators.includes(userId))
      return { text: 'Only the agency’s operators can give a job to another crew.' };
    const run = await management.runs.find(target.runId);
    if (!run) return { text: UNREADABLE_BUTTON };
    const listing = management.work.listReassignments(target.runId);
    const found = await inTime(listing);
    if (found === null) return openAndFill(deps, triggerId, { run, channel }, listing);
    const built = build(deps, { run, channel }, found);
    if ('refused' in built) return { text: sayRefusal(built) };
    await openModal(client, triggerId, built.view);
    return null;
  };
}

/** Null when it takes too long to open the menu with it. */
async function inTime(listing: Promise<Found>): Promise<Found | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), OPEN_WITHIN_MS);
  });
  return Promise.race([listing, late]).finally(() => clearTimeout(timer));
}

/** The menu is opened empty, and filled when the crews have been compared. */
async function openAndFill(
  deps: HandlerDeps,
  triggerId: string,
  about: About,
  listing: Promise<Found>,
): ReturnType<ClickHandler> {
  // Should the menu not open, nobody waits for the list any more.
  listing.catch(() => {});
  const waiting = messageModal(TITLE, '⏳ The crews are being compared. The menu comes in a moment.');
  const viewId = await openModal(deps.client, triggerId, waiting);
  const built = build(deps, about, await listing);
  if (viewId === null) return { text: 'The crews are compared by now: please press the button again.' };
  const view = 'refused' in built ? messageModal(TITLE, sayRefusal(built)) : built.view;
  await fillModal(deps.client, viewId, view);
  return null;
}

function build(
  { agency, clock }: HandlerDeps,
  { run, channel }: About,
  found: Found,
): { view: FittedModal } | { refused: string } {
  if ('refused' in found) return found;
  if (found.options.length > 0)
    return { view: buildReassignModal(run, found, agency, { now: clock.now(), channel }) };
  const others = describeOthers(found.others);
  return { refused: `No other crew can take this job within the days that are planned.${others}` };
}
