import { type AuditEvent, typeOf } from './audit-event.ts';

/** The job has left the place it was warned of: what stood in the way there does not matter any more. */
const LEFT: readonly string[] = ['work.moved', 'work.unplaced', 'work.declined'];

/**
 * The fact that settles a warning: of work without a crew, that it got one; of stranded work, that the job went elsewhere,
 * or that all the warning was about has gone. Null as long as it stands. `history` may hold earlier facts too.
 */
export function findSettling(warning: AuditEvent, history: readonly AuditEvent[]): AuditEvent | null {
  if (warning.type === 'work.unplaced')
    return history.find(({ seq, type }) => seq > warning.seq && type === 'work.announced') ?? null;
  if (warning.type !== 'work.stranded') return null;
  const named = warning.data.keys;
  const open = new Set(named);
  for (const fact of history) {
    if (fact.seq <= warning.seq) continue;
    if (LEFT.includes(typeOf(fact))) return fact;
    if (fact.type !== 'work.cleared') continue;
    for (const key of fact.data.keys) open.delete(key);
    if (isAllClear(fact) || (named.length > 0 && open.size === 0)) return fact;
  }
  return null;
}

/** The warnings that `event`, itself in `history`, settles. */
export function listSettledBy(event: AuditEvent, history: readonly AuditEvent[]): AuditEvent[] {
  if (!['work.cleared', 'work.announced', ...LEFT].includes(event.type)) return [];
  return history.filter((warning) => findSettling(warning, history)?.seq === event.seq);
}

/** Whether nothing stands in the job's way any more, after some of it went. */
export function isAllClear(event: AuditEvent): boolean {
  return event.type === 'work.cleared' && event.data.isAllClear;
}
