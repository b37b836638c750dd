import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongodb';
import { type Interval, overlaps } from '../../core/agency/crew-calendar.ts';
import type { Refusal } from '../../core/run/transition.ts';
import type { Absence, Closure, Entered, EnteredClosure } from '../../core/work/disruption.ts';
import { districtOf } from '../../core/work/district.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { inTransaction } from '../../store/mongo/in-transaction.ts';
import { type Disruption, tellDisruption } from '../news/tell-disruption.ts';
import { type ActOutcome, type PlanActDeps, refuseStranger } from '../plan-act.ts';
import { blocksWork } from '../problem/blocks-work.ts';
import { refuseOutsider } from './take-back.ts';

/** Somebody says that a crew does not work for a while. */
export interface AbsenceReport extends Interval {
  crewId: string;
  reason: string;
  /** Slack member id of whoever says so. */
  actor: string;
}

/** Somebody says that nobody works outdoors in a district for a while. */
export interface ClosureReport extends Interval {
  district: string;
  reason: string;
  /** Slack member id of whoever says so. */
  actor: string;
}

/** Enters an absence, has those concerned told and the crews planned again; nothing of it when it is entered already. */
export async function reportAbsence(
  deps: PlanActDeps,
  { crewId, actor, start, end, reason }: AbsenceReport,
): Promise<ActOutcome<Entered & { absence: Absence }>> {
  const crew = deps.agency.crews.find(({ id }) => id === crewId);
  if (!crew) return { refused: `There is no crew “${crewId}”.` };
  const refusal = refuseOutsider(deps, crew, actor) ?? refuseEmpty(start, end, deps.now());
  if (refusal) return refusal;
  const absence = { _id: randomUUID(), crewId, start, end, reason, by: actor, at: deps.now() };
  const open = await deps.stores.workOrders.listOpen();
  const orders = open.filter(
    ({ state, assignment }) =>
      state === 'announced' &&
      assignment?.crewId === crewId &&
      blocksWork(absence, assignment, crew, deps.agency.timeZone),
  );
  const { findAbsence: findKnown, addAbsence: add } = deps.stores.disruptions;
  const told: Disruption = { ...absence, kind: 'absence', name: crew.name, orders };
  const outcome = await enter(deps, { entry: absence, told, findKnown, add });
  return 'refused' in outcome ? outcome : { ...outcome, absence: outcome.standing };
}

/** Enters a closure, has those concerned told and the crews planned again; nothing of it when it is entered already. */
export async function closeDistrict(
  deps: PlanActDeps,
  { district: id, actor, start, end, reason }: ClosureReport,
): Promise<ActOutcome<EnteredClosure>> {
  const refusal = refuseStranger(deps, actor) ?? refuseEmpty(start, end, deps.now());
  if (refusal) return refusal;
  const { districts } = deps.agency;
  const district = districts.find((one) => one.id === id);
  if (!district) return { refused: `There is no district “${id}”.` };
  const closure = { _id: randomUUID(), district: id, start, end, reason, by: actor, at: deps.now() };
  const open = await deps.stores.workOrders.listOpen();
  const planned = open.filter((order) => isAnnouncedIn(order, closure));
  const orders = planned.filter(({ place }) => place && districtOf(place, districts)?.id === id);
  const { findClosure: findKnown, addClosure: add } = deps.stores.disruptions;
  const told: Disruption = { ...closure, kind: 'closure', name: district.name, crewId: null, orders };
  const outcome = await enter(deps, { entry: closure, told, findKnown, add });
  if ('refused' in outcome) return outcome;
  const placelessJobs = outcome.isKnown ? 0 : planned.filter(({ place }) => !place).length;
  return { ...outcome, closure: outcome.standing, placelessJobs };
}

interface Entering<Kind extends Absence | Closure> {
  entry: Kind;
  told: Disruption;
  findKnown(entry: Kind, session: ClientSession): Promise<Kind | null>;
  add(entry: Kind, session: ClientSession): Promise<boolean>;
}

/** Looks and enters in one transaction, so that of two people who say the same at the same moment one is told so. */
async function enter<Kind extends Absence | Closure>(
  deps: PlanActDeps,
  { entry, told, findKnown, add }: Entering<Kind>,
): Promise<ActOutcome<Entered & { standing: Kind }>> {
  const now = deps.now();
  // What is past needs nobody's entry any more, and "from now on" is said a moment later each time.
  const ahead = entry.start < now && now < entry.end ? { ...entry, start: now } : entry;
  const outcome = await inTransaction<{ known: Kind | null }>(deps.client, async (session) => {
    const known = await findKnown(ahead, session);
    if (known) return { value: { known }, afterCommit: [] };
    await add(entry, session);
    await tellDisruption(deps.stores, told, now, session);
    return { value: { known: null }, afterCommit: [deps.wakeDelivery] };
  });
  if ('refused' in outcome) return outcome;
  if (outcome.known) return { standing: outcome.known, isKnown: true, affectedJobs: 0 };
  await deps.requestPlanning();
  return { standing: entry, isKnown: false, affectedJobs: told.orders.length };
}

function refuseEmpty(start: Date, end: Date, now: Date): Refusal | null {
  if (end <= start) return { refused: 'It would end before it begins: say from when, then until when.' };
  return end > now ? null : { refused: 'It would be over already: say until when it still lasts.' };
}

function isAnnouncedIn({ state, assignment }: WorkOrder, time: Interval): boolean {
  return state === 'announced' && assignment !== null && overlaps(assignment, time);
}
