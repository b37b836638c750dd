import type { Agency } from '../agency/agency.ts';
import { after, MINUTE_MS } from '../values/duration.ts';
import type { Nudge, WorkOrder } from './work-order.ts';

/** Whoever has just been given a job is not asked at once why it is not accepted. */
const FIRST_LOOK_MS = 10 * MINUTE_MS;

/**
 * Which reminder an announced order is due for at `now`; null for none. Each is sent once for a start: to accept it some
 * time before (a job that came later than that is not asked about), to start it, and then dispatch is told, at the latest
 * just before its planned end, when it would be planned anew. What dispatch knows need not be said to the crew any more.
 */
export function decideNudge(
  order: Pick<WorkOrder, 'state' | 'assignment' | 'assignedAt' | 'acceptedAt' | 'nudges'>,
  reminders: Agency['reminders'],
  now: Date,
): Nudge | null {
  const { assignment } = order;
  if (order.state !== 'announced' || !assignment) return null;
  const { start, end } = assignment;
  const { acceptMinutes, startMinutes, dispatchMinutes } = reminders;
  const sent = listSent(order, start);
  const assignedAt = order.assignedAt ?? start;
  const expected = new Date(Math.max(assignedAt.getTime(), start.getTime()));
  const isDue = (nudge: Nudge, minutes: number, at: Date) =>
    minutes > 0 && !sent.includes(nudge) && !sent.includes('dispatch') && at <= now;
  const latest = after(end, -MINUTE_MS);
  const toDispatch = after(expected, dispatchMinutes * MINUTE_MS);
  if (isDue('dispatch', dispatchMinutes, latest > expected && latest < toDispatch ? latest : toDispatch))
    return 'dispatch';
  if (isDue('start', startMinutes, after(expected, startMinutes * MINUTE_MS))) return 'start';
  if (order.acceptedAt || start <= now || sent.includes('start')) return null;
  const firstLook = Math.max(
    start.getTime() - acceptMinutes * MINUTE_MS,
    assignedAt.getTime() + FIRST_LOOK_MS,
  );
  return isDue('accept', acceptMinutes, new Date(firstLook)) ? 'accept' : null;
}

/** The reminders that were sent for this start: another one begins anew. */
export function listSent({ nudges }: Pick<WorkOrder, 'nudges'>, start: Date): Nudge[] {
  return nudges && nudges.start.getTime() === start.getTime() ? nudges.sent : [];
}
