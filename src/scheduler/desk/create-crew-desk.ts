import { isOfCrew } from '../../core/agency/agency.ts';
import { answerWork } from '../../core/events/work-events.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import type { Reassignments } from '../../core/work/reassignment.ts';
import { countLateMinutes, type WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder, type WorkOrderAction } from '../../core/work/work-order-transition.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import type { CrewDesk, DeskOutcome } from '../crew-desk.ts';
import { CHANGED } from '../desk-deps.ts';
import { closeDistrict, reportAbsence } from '../disruptions/enter-disruption.ts';
import { listDisruptions, takeBack } from '../disruptions/take-back.ts';
import { loadPlanSources } from '../problem/load-plan-sources.ts';
import { releaseAssignment } from '../reserving/reserve-assignment.ts';
import { refuseReporter } from '../work/report-work.ts';
import type { CrewDeskDeps } from './crew-desk-deps.ts';
import { decide, findOptions, reassign } from './move-by-hand.ts';
import { chooseCrews, viewCrewDays, viewCrewWeek } from './view-crew-days.ts';

/** The desk over the stores; every change is one transaction, and a new plan is asked for after it. */
export function createCrewDesk(deps: CrewDeskDeps): CrewDesk {
  const { agency, stores } = deps;
  const sources = () => loadPlanSources(stores, agency, deps.now());
  const viewDay: CrewDesk['viewDay'] = async (day, crewId) =>
    viewCrewDays(await sources(), chooseCrews(agency, crewId), day);
  return {
    viewDay,
    viewCrew: async (crewId, day, days) => {
      const known = await sources();
      return chooseCrews(agency, crewId).flatMap((crew) => viewCrewWeek(known, crew, day, days));
    },
    listJobsOf: async (userId) => {
      const own = agency.crews.filter((crew) => isOfCrew(crew, userId));
      return own.length === 0 ? null : stores.workOrders.listPromisedBy(own.map(({ id }) => id));
    },
    listUnplaced: async () => {
      const waiting = await stores.workOrders.listWaiting(50);
      return waiting.map(({ _id, title, unplaced, dueAt, weight }) => ({
        _id,
        title,
        unplaced,
        dueAt,
        weight,
      }));
    },
    reportAbsence: (request) => reportAbsence(deps, request),
    closeDistrict: (request) => closeDistrict(deps, request),
    listDisruptions: (kind, actor) => listDisruptions(deps, kind, actor),
    takeBack: (id, actor) => takeBack(deps, id, actor),
    accept: (orderId, actor, crewId) => answer(deps, { orderId, actor, crewId }, acceptOnce(actor)),
    decline: (orderId, actor, reason, crewId) => decline(deps, { orderId, actor, crewId }, reason),
    listReassignments: async (orderId) => {
      const found = await findOptions(deps, orderId);
      if ('refused' in found) return found;
      const { options, others, order } = found;
      return { options, others, ...describeCurrent(order) };
    },
    reassign: (orderId, crewId, actor) => reassign(deps, orderId, crewId, actor),
    findProposal: (id) => stores.planProposals.find(id),
    findBulletin: (id) => stores.bulletins.find(id),
    decideProposal: (id, verdict, actor) => decide(deps, id, verdict, actor),
  };
}

/** Who answers, and on whose card; without a crew the card is from the time before it named one. */
interface Answer {
  orderId: string;
  actor: string;
  crewId: string | undefined;
}

/** What an answer does to the order and tells the run. Throws `Abort`. */
type Decide = (order: WorkOrder) => { action: WorkOrderAction; event: RunEvent };

/** A crew's answer to its assignment: the order and the run move together. */
async function answer(
  deps: CrewDeskDeps,
  { orderId, actor, crewId }: Answer,
  decide: Decide,
): Promise<DeskOutcome<{ order: WorkOrder }>> {
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

function describeCurrent({ assignment, dueAt }: WorkOrder): Pick<Reassignments, 'current'> {
  if (!assignment) return {};
  const { crewName, start, end } = assignment;
  return { current: { crewName, start, lateMinutes: countLateMinutes(end, dueAt) } };
}

/** The requester reads that the crew comes: once is enough, however often the button is pressed. */
function acceptOnce(actor: string): Decide {
  return ({ state, acceptedAt }) => {
    if (state === 'announced' && acceptedAt) throw new Abort(ACCEPTED);
    return { action: { kind: 'accept' }, event: answerWork({ type: 'work.accepted', actor }) };
  };
}

const ACCEPTED = 'This job is accepted already, thank you. Press Start when the work begins.';

async function decline(
  deps: CrewDeskDeps,
  by: Answer,
  reason: string,
): Promise<DeskOutcome<{ order: WorkOrder }>> {
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
