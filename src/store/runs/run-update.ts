import type { Document } from 'mongodb';
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import type { OutboxMessage } from '../../core/run/run-parts.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';

/** One transition of a run, ready to be written: holds only if the run is still at `before.version`. */
export interface RunCommit {
  before: WorkflowRun;
  after: WorkflowRun;
  audit: AuditEvent[];
  messages: OutboxMessage[];
}

const MAPS = ['steps', 'clocks', 'escalations'] as const;
const WRITTEN_ELSEWHERE: ReadonlySet<string> = new Set([...MAPS, '_id', 'version', 'history', 'pending']);

/** Of so many last commits a run keeps the tokens. */
const TOKENS_KEPT = 8;

/** Where in a run, below `commits`, the token of the commit to a version is: each takes the place of an old one. */
export function tokenSlot(version: number): string {
  return String(version % TOKENS_KEPT);
}

/**
 * The fenced update of a transition: only what changed (runs are immutable values, so a changed part is another
 * object), the new facts and messages appended, and a token that identifies this commit afterwards, also when others
 * have followed.
 */
export function buildRunUpdate(commit: RunCommit, token: string): { filter: Document; update: Document } {
  const { before, after, audit, messages } = commit;
  const version = before.version + 1;
  const set: Document = {
    version,
    [`commits.${tokenSlot(version)}`]: token,
    ...changedFields(before, after),
  };
  if (messages.length > 0) set.relayAt = after.updatedAt;
  const push: Document = {};
  if (audit.length > 0) push.history = { $each: audit };
  if (messages.length > 0) push.pending = { $each: messages };
  return {
    filter: { _id: before._id, version: before.version },
    update: { $set: set, ...(Object.keys(push).length > 0 ? { $push: push } : {}) },
  };
}

function changedFields(before: WorkflowRun, after: WorkflowRun): Document {
  const set: Document = {};
  for (const [key, value] of Object.entries(after)) {
    if (!WRITTEN_ELSEWHERE.has(key) && before[key as keyof WorkflowRun] !== value) set[key] = value;
  }
  for (const map of MAPS) {
    for (const [key, value] of Object.entries(after[map])) {
      if (before[map][key] !== value) set[`${map}.${key}`] = value;
    }
  }
  return set;
}
