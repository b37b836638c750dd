import type { ClientSession } from 'mongodb';
import type { Roster } from '../../core/roster/roster.ts';
import { listRetimedCrews, listStrandedJobs, type StrandedJobs } from '../../core/roster/stranded-jobs.ts';
import type { DisruptionBulletin } from '../../core/work/bulletin.ts';
import type { Stores } from '../../store/stores.ts';
import { listDisruptionMessages } from '../news/tell-crews.ts';

/** The announced work of crews with other shifts or absences than before that nobody can do then any more. */
export async function findStranded(
  { workOrders }: Pick<Stores, 'workOrders'>,
  timeZone: string,
  before: Roster,
  after: Roster,
): Promise<StrandedJobs> {
  const crewIds = listRetimedCrews(before.crews, after.crews);
  const promised = crewIds.length > 0 ? await workOrders.listPromisedBy(crewIds) : [];
  return listStrandedJobs(promised, before.crews, after.crews, timeZone);
}

/**
 * Tells dispatch which announced jobs an edit of the roster leaves where nobody works, inside the transaction that saves
 * it. The message says what becomes of them. Safe to repeat.
 */
export async function tellStranded(
  stores: Pick<Stores, 'bulletins' | 'outbox'>,
  { jobs }: StrandedJobs,
  edit: { version: number; by: string; at: Date },
  session: ClientSession,
): Promise<void> {
  const [first] = jobs;
  if (!first) return;
  const { version, by, at } = edit;
  const bulletin: DisruptionBulletin = {
    _id: `roster:${version}`,
    kind: 'roster',
    name: [...new Set(jobs.map(({ crewName }) => crewName))].join(', '),
    crewIds: [],
    reason: '',
    by,
    at,
    start: first.start,
    end: new Date(Math.max(...jobs.map(({ end }) => end.getTime()))),
    jobs: jobs.map(({ orderId, title, crewId, start }) => ({ orderId, title, crewId, start })),
    plannedAt: null,
    takenBackBy: null,
  };
  await stores.bulletins.insert(bulletin, session);
  await stores.outbox.request(listDisruptionMessages(bulletin, at), at, session);
}
