import type { AuditData } from '../../src/core/audit/audit-data.ts';
import type { AuditEvent, AuditEventOf, AuditEventType } from '../../src/core/audit/audit-event.ts';

const start = new Date('2026-06-01T13:00:00Z');
const end = new Date('2026-06-01T15:30:00Z');
const placement = { crewId: 'north', crewName: 'Crew North', start, end, reason: 'the nearest' };
const stepBegin = { attempt: 1, kind: 'agent', handler: 'RepairAgent' } as const;
const failure = { code: 'service.timeout', message: 'no answer', retryable: true };
const clock = { clock: 'run', dueAt: end };
const spending = { spentCents: 200_000, limitCents: 250_000 };

const finding = {
  reference: '$input.level',
  is: '3',
  comparison: 'atLeast',
  wanted: '5',
  outcome: 'no',
} as const;

/** One of each kind, as this version writes it. */
export const EXAMPLES: AuditData = {
  'run.started': { workflow: 'repairWorkflow', version: 1 },
  'run.ended': { status: 'cancelled', reason: '', cancelledBy: 'U0RIVERA' },
  'step.started': stepBegin,
  'step.succeeded': { severity: 7, priority: 'high', summary: 'a deep hole', actualCostCents: 100, note: '' },
  'step.attemptFailed': { ...failure, attempt: 1, retryAfterMs: 2_000 },
  'step.failed': failure,
  'step.skipped': { because: [finding] },
  'step.branched': { branch: null, because: [finding] },
  'step.fallbackStarted': stepBegin,
  'step.abandoned': { reason: 'timed out' },
  'approval.opened': { role: 'Supervisor' },
  'approval.doubted': { role: 'Supervisor', because: [finding] },
  'approval.approved': { reason: null },
  'approval.rejected': { reason: 'too dear' },
  'approval.expired': {},
  'approval.reminded': clock,
  'work.announced': placement,
  'work.unplaced': { reason: 'no crew has tree', fromCrewId: 'south' },
  'work.late': { end, dueAt: start, fix: 'overtime' },
  'work.freed': { predecessor: 'R-9' },
  'work.moved': { ...placement, fromCrewId: 'south', fromStart: end },
  'work.accepted': {},
  'work.declined': { reason: 'truck broken', fromCrewId: 'north', crewName: 'Crew North', gaveBack: true },
  'work.stranded': { crewName: 'Crew North', start, reason: 'flu', isUnderWay: false, keys: ['absence:1'] },
  'work.cleared': { crewName: 'Crew North', start, reason: 'back', isAllClear: true, keys: ['absence:1'] },
  'work.nudged': { crewName: 'Crew North', start, kind: 'accept', toCrewId: 'north' },
  'work.overdue': { crewName: 'Crew North', start },
  'work.started': {},
  'work.blocked': { reason: 'gas leak' },
  'work.resumed': {},
  'work.done': { actualCostCents: 12_300, note: 'patched' },
  'sla.warned': clock,
  'sla.breached': clock,
  'budget.warned': spending,
  'budget.breached': spending,
  'escalation.paged': { key: 'sla-run', kind: 'sla', level: 1, number: 1, target: { user: 'U0CHEN' } },
  'escalation.undeliverable': { key: 'sla-run', number: 1, reason: 'is_archived' },
  'escalation.acknowledged': { key: 'sla-run' },
  'escalation.exhausted': { key: 'sla-run' },
  'escalation.resolved': { key: 'incident-one', code: 'step.noHandler' },
  'notice.posted': { channel: '#field', text: 'Take over' },
};

/** The types of all 39 kinds. */
export const TYPES = Object.keys(EXAMPLES) as AuditEventType[];

/** A fact of that kind. */
export function exampleOf<Type extends AuditEventType>(
  type: Type,
  changes: Partial<AuditEventOf<Type>['data']> = {},
  seq = 9,
): AuditEventOf<Type> {
  const data = { ...EXAMPLES[type], ...changes };
  return { seq, at: start, task: null, actor: 'system', type, data } as AuditEventOf<Type>;
}

/** The newest fact of the trail, which has to be of one of these kinds. */
export function lastFact<Type extends AuditEventType>(
  audit: readonly AuditEvent[],
  ...types: Type[]
): AuditEventOf<Type> {
  const last = audit.at(-1);
  if (!last || !types.some((type) => type === last.type)) throw new Error(`the last fact is ${last?.type}`);
  return last as AuditEventOf<Type>;
}
