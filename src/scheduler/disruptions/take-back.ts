import type { ClientSession } from 'mongodb';
import { type Crew, isOfCrew } from '../../core/agency/agency.ts';
import { localDayInterval, overlaps } from '../../core/agency/crew-calendar.ts';
import type { Refusal } from '../../core/run/transition.ts';
import { localDay } from '../../core/values/wall-time.ts';
import { listMovedJobs, type MovedJob } from '../../core/work/bulletin.ts';
import type { Absence, Closure, ListedDisruption, OfferedDisruption } from '../../core/work/disruption.ts';
import { districtOf } from '../../core/work/district.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { tellTakenBack } from '../news/tell-disruption.ts';
import { type ActOutcome, type PlanActDeps, refuseStranger } from '../plan-act.ts';

/** More jobs without a crew than a message could name. */
const MOST_WAITING = 50;
const MOST_PLACED = 50;

/** Null for dispatch and for the crew itself, otherwise why not. */
export function refuseOutsider(
  deps: Pick<PlanActDeps, 'agency'>,
  crew: Pick<Crew, 'lead' | 'members'> | undefined,
  actor: string,
): Refusal | null {
  const isTheirs = crew !== undefined && isOfCrew(crew, actor);
  return isTheirs || refuseStranger(deps, actor) === null
    ? null
    : { refused: 'Only dispatch and the crew itself can do this.' };
}

/** What is in force or to come, what begins first first; absences that stand in the roster among them. */
export async function listDisruptions(
  deps: Pick<PlanActDeps, 'agency' | 'stores' | 'now'>,
  kind: ListedDisruption['kind'],
  actor: string,
): Promise<OfferedDisruption[]> {
  const now = deps.now();
  const { absences, closures } = await deps.stores.disruptions.listFrom(now);
  const offer = (one: Absence | Closure): OfferedDisruption => ({
    ...toListed(deps, one),
    mayTakeBack: refuseTakeBack(deps, one, actor) === null,
  });
  if (kind === 'closure') return closures.map(offer);
  const rostered = listRosterAbsences(deps, now).map((one) => ({ ...one, mayTakeBack: false }));
  return [...absences.map(offer), ...rostered].sort(
    (one, other) => one.start.getTime() - other.start.getTime(),
  );
}

/** Null for dispatch, and of an absence for the crew itself; otherwise why not. */
function refuseTakeBack(
  deps: Pick<PlanActDeps, 'agency'>,
  one: Absence | Closure,
  actor: string,
): Refusal | null {
  if (!('crewId' in one)) return refuseStranger(deps, actor);
  const crew = deps.agency.crews.find(({ id }) => id === one.crewId);
  return refuseOutsider(deps, crew, actor);
}

type TakenBack = ActOutcome<{ disruption: ListedDisruption; standing: ListedDisruption[] }>;

/** Takes back what was entered, once, and has the crews planned again. Safe to repeat. */
export async function takeBack(deps: PlanActDeps, id: string, actor: string): Promise<TakenBack> {
  const { stores } = deps;
  const found = await stores.disruptions.find(id);
  if (!found) return { refused: 'This is not known any more. Nothing was changed.' };
  const refusal = refuseTakeBack(deps, found, actor);
  if (refusal) return refusal;
  if (found.end <= deps.now()) return { refused: 'This is over by now. Nothing was changed.' };
  const waitingIds = await listMovable(deps, found);
  const movedJobs = await findMovedJobs(deps, id);
  const outcome: TakenBack = await inTransaction(deps.client, async (session) => {
    const now = deps.now();
    if (!(await stores.disruptions.takeBack(id, { by: actor, at: now }, session)))
      throw new Abort('This has been taken back already.');
    const standing = await listStanding(deps, found, now, session);
    const goesOn = standing.map(({ start, end, reason }) => ({ start, end, reason }));
    await tellTakenBack(stores, id, { actor, waitingIds, movedJobs, standing: goesOn }, now, session);
    return { value: { disruption: toListed(deps, found), standing }, afterCommit: [deps.wakeDelivery] };
  });
  if (!('refused' in outcome)) await deps.requestPlanning();
  return outcome;
}

/** What keeps the same crew away, or the same district closed, in what is left of `gone`. */
async function listStanding(
  deps: PlanActDeps,
  gone: Absence | Closure,
  now: Date,
  session: ClientSession,
): Promise<ListedDisruption[]> {
  const { absences, closures } = await deps.stores.disruptions.listFrom(now, session);
  const others =
    'crewId' in gone
      ? [
          ...absences.filter(({ crewId }) => crewId === gone.crewId).map((one) => toListed(deps, one)),
          ...listRosterAbsences(deps, now, gone.crewId),
        ]
      : closures.filter(({ district }) => district === gone.district).map((one) => toListed(deps, one));
  return others.filter((one) => overlaps(one, gone) && one.end > now);
}

/** The jobs without a crew, and those that got their place while it stood: the next plan may give them another. */
async function listMovable({ stores, agency }: PlanActDeps, gone: Absence | Closure): Promise<string[]> {
  const waiting = await stores.workOrders.listWaiting(MOST_WAITING);
  const placed = (await stores.workOrders.listOpen()).filter(
    ({ state, place, assignedAt }) =>
      state === 'announced' &&
      assignedAt !== null &&
      assignedAt >= gone.at &&
      ('crewId' in gone || (place && districtOf(place, agency.districts)?.id === gone.district)),
  );
  return [...waiting, ...placed.slice(0, MOST_PLACED)].map(({ _id }) => _id);
}

/** What its planning moved, as it stands now: once it is taken back nothing else tells. */
async function findMovedJobs({ stores }: PlanActDeps, id: string): Promise<MovedJob[]> {
  const bulletin = await stores.bulletins.find(id);
  if (bulletin?.kind !== 'absence' && bulletin?.kind !== 'closure') return [];
  const orders = await stores.workOrders.findByIds(bulletin.jobs.map(({ orderId }) => orderId));
  return listMovedJobs(bulletin.jobs, orders);
}

function toListed({ agency }: Pick<PlanActDeps, 'agency'>, one: Absence | Closure): ListedDisruption {
  const { _id, start, end, reason, by } = one;
  const known = { _id, start, end, reason, by };
  if ('crewId' in one) {
    const name = agency.crews.find(({ id }) => id === one.crewId)?.name ?? one.crewId;
    return { ...known, kind: 'absence', name };
  }
  const name = agency.districts.find(({ id }) => id === one.district)?.name ?? one.district;
  return { ...known, kind: 'closure', name };
}

function listRosterAbsences(
  { agency }: Pick<PlanActDeps, 'agency'>,
  now: Date,
  crewId?: string,
): ListedDisruption[] {
  const { timeZone } = agency;
  const today = localDay(now, timeZone);
  const crews = agency.crews.filter(({ id }) => crewId === undefined || id === crewId);
  return crews.flatMap(({ name, absences }) =>
    absences
      .filter(({ to }) => to >= today)
      .map(({ from, to, reason }) => ({
        _id: null,
        kind: 'absence' as const,
        name,
        reason,
        by: null,
        start: localDayInterval(from, timeZone).start,
        end: localDayInterval(to, timeZone).end,
      })),
  );
}
