import { answerWork } from '../../core/events/work-events.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder, type WorkOrderAction } from '../../core/work/work-order-transition.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { type ActOutcome, CHANGED, type PlanActDeps } from '../plan-act.ts';
import { releaseAssignment } from '../reserving/reserve-assignment.ts';
import { refuseReporter } from './report-work.ts';

const ACCEPTED = 'This job is accepted already, thank you. Press Start when the work begins.';

/** Who answers, and on whose card; without a crew the card is from the time before it named one. */
export interface Answer {
  orderId: string;
  actor: string;
  crewId: string | undefined;
}

type AnswerDeps = Pick<PlanActDeps, 'client' | 'agency' | 'stores' | 'now' | 'applyInTransaction'>;

/** A crew says that it comes: once is enough, however often the button is pressed. From then on no plan moves the job. */
export async function acceptAssignment(
  deps: AnswerDeps,
  by: Answer,
): Promise<ActOutcome<{ order: WorkOrder }>> {
  return answer(deps, by, ({ state, acceptedAt }) => {
    if (state === 'announced' && acceptedAt) throw new Abort(ACCEPTED);
    return { action: { kind: 'accept' }, event: answerWork({ type: 'work.accepted', actor: by.actor }) };
  });
}

/** A crew gives a job back: it waits again, and is not offered to this crew any more. */
export async function declineAssignment(
  deps: AnswerDeps & Pick<PlanActDeps, 'requestPlanning'>,
  by: Answer,
  reason: string,
): Promise<ActOutcome<{ order: WorkOrder }>> {
  const outcome = await answer(deps, by, ({ assignment, acceptedAt }) => {
    const { crewId = '', crewName = '' } = assignment ?? {};
    const data = { reason, fromCrewId: crewId, crewName, gaveBack: Boolean(acceptedAt) };
    return {
      action: { kind: 'return', declined: { crewId, reason } },
      event: answerWork({ type: 'work.declined', actor: by.actor, data }),
    };
  });
  if (!('refused' in outcome)) await deps.requestPlanning();
  return outcome;
}

/** What an answer does to the order and tells the run. Throws `Abort`. */
type Decide = (order: WorkOrder) => { action: WorkOrderAction; event: RunEvent };

/** A crew's answer to its assignment: the order and the run move together. */
async function answer(
  deps: AnswerDeps,
  { orderId, actor, crewId }: Answer,
  decide: Decide,
): Promise<ActOutcome<{ order: WorkOrder }>> {
  return inTransaction<{ order: WorkOrder }>(deps.client, async (session) => {
    const order = await deps.stores.workOrders.find(orderId, session);
    // Within the transaction: the job may go to another crew while somebody writes their reason.
    const refusal = refuseReporter(deps.agency, order, actor, crewId);
    if (!order || refusal) throw new Abort(refusal ?? 'This job does not exist any more.');
    const { action, event } = decide(order);
    const moved = transitionWorkOrder(order, action, deps.now());
    if (!moved.ok) throw new Abort(moved.userMessage);
    if (action.kind === 'return') {
      await releaseAssignment({ ...deps.stores, timeZone: deps.agency.timeZone }, session, order);
    }
    const saved = await deps.stores.workOrders.save(moved.order, session);
    if (!saved) throw new Abort(CHANGED);
    const { afterCommit } = await deps.applyInTransaction(orderId, event, session);
    return { value: { order: saved }, afterCommit: [afterCommit] };
  });
}
