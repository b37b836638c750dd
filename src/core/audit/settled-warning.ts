import type { AuditEvent } from './audit-event.ts';

/** The job has left the place it was warned of: what stood in the way there does not matter any more. */
const LEFT: readonly string[] = ['work.moved', 'work.unplaced', 'work.declined'];

/**
 * The fact that settles a warning: of work without a crew, that it got one; of stranded work, that the job went elsewhere,
 * or that all the warning was about has gone. Null as long as it stands. `history` may hold earlier facts too.
 */
export function findSettling(
  warning: Pick<AuditEvent, 'type' | 'seq' | 'data'>,
  history: readonly AuditEvent[],
): AuditEvent | null {
  if (warning.type === 'work.unplaced')
    return history.find(({ seq, type }) => seq > warning.seq && type === 'work.announced') ?? null;
  if (warning.type !== 'work.stranded') return null;
  const named = readKeys(warning.data);
  const open = new Set(named);
  for (const fact of history) {
    if (fact.seq <= warning.seq) continue;
    if (LEFT.includes(fact.type)) return fact;
    if (fact.type !== 'work.cleared') continue;
    for (const key of readKeys(fact.data)) open.delete(key);
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
export function isAllClear({ type, data }: Pick<AuditEvent, 'type' | 'data'>): boolean {
  return type === 'work.cleared' && data.isAllClear === true;
}

function readKeys({ keys }: Record<string, unknown>): string[] {
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}
