import { isLittleShift } from './plan-proposal.ts';
import type { Assignment, WorkOrder, WorkOrderState } from './work-order.ts';

/*
 *        announce, return    (move, accept) start      finish
 *   waiting ◀────────────▶ announced ────▶ started ─────────────▶ done
 *      │                    │  │            │   ▲                  ▲
 *      │ cancel      cancel │  │ block      │   │ resume           │ finish
 *      ▼                    │  │      block ▼   │                  │
 *   cancelled ◀─────────────┘  └─────────▶ blocked ────────────────┘
 *
 * Started and blocked work is not cancelled: people stand in the street, and their lead ends it with Done.
 */

/** What happens to a work order. */
export type WorkOrderAction =
  /** To a crew a plan chose, or dispatch by hand. */
  | { kind: 'announce'; assignment: Assignment; byHand?: string }
  /** To another crew or time; `byHand` names the crew that dispatch insists on. */
  | { kind: 'move'; assignment: Assignment; byHand: string | null }
  | { kind: 'accept' }
  /** Back to those that wait; a crew that declined is not asked again. */
  | { kind: 'return'; declined: { crewId: string; reason: string } | null }
  | { kind: 'start' }
  | { kind: 'block'; reason: string }
  | { kind: 'resume' }
  | { kind: 'finish' }
  | { kind: 'cancel' };

/** The work order after the action, not yet written; or why the action does not apply, for the person who tried it. */
export type WorkOrderOutcome = { ok: true; order: WorkOrder } | { ok: false; userMessage: string };

const ALLOWED_FROM: Readonly<Record<WorkOrderAction['kind'], readonly WorkOrderState[]>> = {
  announce: ['waiting'],
  move: ['announced'],
  accept: ['announced'],
  return: ['announced'],
  start: ['announced'],
  block: ['announced', 'started'],
  resume: ['blocked'],
  finish: ['started', 'blocked'],
  cancel: ['waiting', 'announced'],
};

/** Decides what `action` makes of `order` at `now`. Pure; the version stays, because the store counts it up. */
export function transitionWorkOrder(order: WorkOrder, action: WorkOrderAction, now: Date): WorkOrderOutcome {
  if (!ALLOWED_FROM[action.kind].includes(order.state)) {
    return { ok: false, userMessage: refuse(order.state, action.kind) };
  }
  return { ok: true, order: { ...order, ...changesOf(order, action, now) } };
}

function changesOf(order: WorkOrder, action: WorkOrderAction, now: Date): Partial<WorkOrder> {
  switch (action.kind) {
    case 'announce':
      return {
        state: 'announced',
        assignment: action.assignment,
        assignedAt: now,
        unplaced: null,
        ...chosenByHand(order, action.byHand ?? null),
      };
    case 'move':
      return {
        assignment: action.assignment,
        assignedAt: now,
        acceptedAt: isLittleShift(order.assignment, action.assignment) ? order.acceptedAt : null,
        ...chosenByHand(order, action.byHand),
      };
    case 'accept':
      return { acceptedAt: order.acceptedAt ?? now };
    case 'return':
      return {
        state: 'waiting',
        assignment: null,
        acceptedAt: null,
        givenTo: null,
        ...(action.declined
          ? {
              declined: [
                ...order.declined,
                { ...action.declined, at: now, gaveBack: Boolean(order.acceptedAt) },
              ],
            }
          : {}),
      };
    case 'start':
      return { state: 'started', startedAt: now };
    case 'block':
      return { state: 'blocked', blockedReason: action.reason };
    case 'resume':
      return { state: 'started', blockedReason: null, startedAt: order.startedAt ?? now };
    case 'finish':
      return { state: 'done', blockedReason: null, endedAt: now };
    case 'cancel':
      return { state: 'cancelled', unplaced: null, endedAt: now };
  }
}

/** Dispatch's word is the last one: that the crew declined the job before counts no more. */
function chosenByHand({ declined }: WorkOrder, crewId: string | null): Partial<WorkOrder> {
  if (crewId === null) return {};
  return { givenTo: crewId, declined: declined.filter((one) => one.crewId !== crewId) };
}

function refuse(state: WorkOrderState, action: WorkOrderAction['kind']): string {
  switch (state) {
    case 'waiting':
      return 'No crew is assigned to this job yet. Wait for the assignment card.';
    case 'announced':
      return action === 'announce'
        ? 'A crew is already assigned to this job.'
        : 'This job has not been started yet. Press Start first.';
    case 'started':
      return action === 'cancel'
        ? 'A crew is at work on this job, so it can no longer be cancelled. Ask the crew lead to press Done.'
        : 'This job is already under way.';
    case 'blocked':
      return action === 'cancel'
        ? 'A crew has begun this job, so it can no longer be cancelled. Ask the crew lead to press Done.'
        : 'This job is blocked. Press Resume to go on, or Done to end it.';
    case 'done':
      return 'This job is already done; nothing more is to be reported.';
    case 'cancelled':
      return 'This job was cancelled; nothing more is to be done.';
  }
}
