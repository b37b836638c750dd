import type { PageTarget } from '../agency/agency.ts';
import { COMPARISONS, type Finding, OUTCOMES } from '../definition/condition.ts';
import { WORK_DOUBTS } from '../work/assessment.ts';
import { WRITTEN_NO_FIX } from '../work/late-help.ts';
import { APPROVAL_ENDS, type AuditData } from './audit-data.ts';
import type { AuditEvent, AuditEventOf } from './audit-event.ts';
import {
  type Field,
  type Fields,
  flag,
  instant,
  number,
  numberOrNull,
  oneOf,
  optional,
  since,
  text,
  textOrNull,
  texts,
} from './field.ts';

const STEP_BEGIN: Fields<AuditData['step.started']> = {
  attempt: number,
  kind: oneOf('agent', 'service', 'role', 'parallel', 'forEach', 'switch', 'wait', 'workflow', 'continueAs'),
  handler: text,
};
const FAILURE: Fields<AuditData['step.failed']> = {
  code: text,
  message: text,
  retryable: flag,
  retryAfterMs: optional(number),
};
const PLACEMENT: Fields<AuditData['work.announced']> = {
  crewId: text,
  crewName: text,
  start: instant,
  end: instant,
  reason: text,
  byHand: optional(flag),
};
const CLOCK: Fields<AuditData['sla.warned']> = { clock: text, dueAt: instant };
const SPENDING: Fields<AuditData['budget.warned']> = { spentCents: number, limitCents: number };
const START: Fields<AuditData['work.overdue']> = { crewName: text, start: instant };
/** Not what earlier versions wrote when there was none. */
const FIX: Field<string> = { fits: (value): value is string => text.fits(value) && value !== WRITTEN_NO_FIX };
const VERDICT: Fields<AuditData['approval.approved']> = { reason: textOrNull };
const TARGET: Field<PageTarget> = {
  fits: (value): value is PageTarget =>
    isObject(value) && [value.channel, value.user, value.role].filter(text.fits).length === 1,
};

const FINDINGS: Field<readonly Finding[]> = {
  fits: (value): value is readonly Finding[] => Array.isArray(value) && value.every(isFinding),
};
const COMPARISON = oneOf(...COMPARISONS);
const OUTCOME = oneOf(...OUTCOMES);

function isFinding(value: unknown): value is Finding {
  return (
    isObject(value) &&
    text.fits(value.reference) &&
    textOrNull.fits(value.is) &&
    COMPARISON.fits(value.comparison) &&
    text.fits(value.wanted) &&
    OUTCOME.fits(value.outcome)
  );
}

/** What is read of each kind of fact. */
const FIELDS: { readonly [Type in keyof AuditData]: Fields<AuditData[Type]> } = {
  'run.started': { workflow: text, version: number },
  'run.ended': {
    status: oneOf('completed', 'rejected', 'escalated', 'failed', 'cancelled'),
    reason: text,
    cancelledBy: optional(text),
  },
  'step.started': STEP_BEGIN,
  'step.succeeded': {
    severity: optional(number),
    priority: optional(text),
    summary: optional(text),
    decision: optional(text),
    crewName: optional(text),
    start: optional(text),
    actualCostCents: optional(number),
    note: optional(text),
  },
  'step.attemptFailed': { ...FAILURE, attempt: number },
  'step.failed': FAILURE,
  'step.skipped': { because: optional(FINDINGS) },
  'step.branched': { branch: numberOrNull, because: FINDINGS },
  'step.fallbackStarted': STEP_BEGIN,
  'step.abandoned': { reason: text },
  'approval.opened': { role: text },
  'approval.doubted': { role: text, because: FINDINGS },
  'approval.approved': VERDICT,
  'approval.rejected': VERDICT,
  'approval.expired': { why: optional(oneOf(...APPROVAL_ENDS)) },
  'approval.reminded': CLOCK,
  'work.announced': PLACEMENT,
  'work.unplaced': {
    reason: text,
    fix: optional(text),
    fromCrewId: optional(text),
    doubt: optional(oneOf(...WORK_DOUBTS)),
  },
  'work.late': { end: instant, dueAt: instant, fix: optional(FIX), isHopeless: optional(flag) },
  'work.freed': { predecessor: text },
  'work.moved': { ...PLACEMENT, fromCrewId: text, fromStart: instant },
  'work.accepted': {},
  'work.declined': {
    reason: text,
    fromCrewId: text,
    crewName: since(text, ''),
    gaveBack: since(flag, false),
  },
  'work.stranded': { ...START, reason: text, isUnderWay: since(flag, false), keys: since(texts, []) },
  'work.cleared': { ...START, reason: text, isAllClear: since(flag, false), keys: since(texts, []) },
  'work.nudged': { ...START, kind: oneOf('accept', 'start'), toCrewId: text },
  'work.overdue': START,
  'work.started': {},
  'work.blocked': { reason: text },
  'work.resumed': {},
  'work.done': { actualCostCents: number, note: text },
  'sla.warned': CLOCK,
  'sla.breached': CLOCK,
  'budget.warned': SPENDING,
  'budget.breached': SPENDING,
  'escalation.paged': {
    key: text,
    kind: oneOf('sla', 'budget', 'failure', 'hazard'),
    level: number,
    number,
    target: TARGET,
  },
  'escalation.undeliverable': { key: text, number, reason: text },
  'escalation.acknowledged': { key: text },
  'escalation.exhausted': { key: text },
  'escalation.resolved': { key: text, code: optional(text) },
  'notice.posted': { channel: textOrNull, text },
};

type Stored = Record<string, unknown>;

const READERS = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, Object.entries<Field<unknown>>(fields)]),
);

/**
 * Facts as they are stored, by this version or another: what this version writes is taken as it is, what an earlier one
 * left out is filled in, and whatever else cannot be read is kept as an `unknown` fact. Never throws, leaves nothing out.
 */
export function readEvents(stored: unknown): AuditEvent[] {
  if (!Array.isArray(stored)) return [];
  if (stored.every(isWhole)) return stored;
  const events: AuditEvent[] = [];
  for (const item of stored) events.push(isWhole(item) ? item : mend(item, events.at(-1)));
  return events;
}

/** A fact as it is to be stored: what this version cannot read as it was. */
export function toStoredEvent(event: AuditEvent): object {
  return event.type === 'unknown' ? { ...event, ...event.data } : event;
}

/** Looks only at what the type promises: this is done for every fact of every run that is read. */
function isWhole(event: unknown): event is AuditEvent {
  if (!isObject(event) || !isObject(event.data) || !hasOccurrence(event)) return false;
  const fields = text.fits(event.type) ? READERS.get(event.type) : undefined;
  if (!fields) return false;
  for (const [name, field] of fields) {
    const value = event.data[name];
    if (!field.fits(value) && !(value === undefined && field.isOptional)) return false;
  }
  return true;
}

function hasOccurrence({ seq, at, task, actor }: Stored): boolean {
  return number.fits(seq) && instant.fits(at) && textOrNull.fits(task) && text.fits(actor);
}

function mend(item: unknown, last: AuditEvent | undefined): AuditEvent {
  const event = isObject(item) ? item : { data: item };
  const occurrence = {
    seq: number.fits(event.seq) ? event.seq : (last?.seq ?? 0) + 1,
    at: instant.fits(event.at) ? event.at : (last?.at ?? new Date(0)),
    task: text.fits(event.task) ? event.task : null,
    actor: text.fits(event.actor) ? event.actor : 'system',
  };
  const type = text.fits(event.type) ? event.type : '';
  const mended = { ...event, ...occurrence, type, data: mendData(type, event.data) };
  if (isWhole(mended)) return mended;
  const unknown: AuditEventOf<'unknown'> = {
    ...event,
    ...occurrence,
    type: 'unknown',
    data: { type, data: event.data },
  };
  return unknown;
}

/** Without what does not fit and need not be there, and with what earlier versions did not write. */
function mendData(type: string, stored: unknown): unknown {
  if (!isObject(stored ?? {})) return stored;
  const data: Stored = { ...(stored ?? {}) };
  if (type === 'work.late' && data.fix === WRITTEN_NO_FIX) data.isHopeless = true;
  for (const [name, field] of READERS.get(type) ?? []) {
    if (field.fits(data[name])) continue;
    if ('lacking' in field) data[name] = field.lacking;
    else if (field.isOptional) delete data[name];
  }
  return data;
}

function isObject(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
