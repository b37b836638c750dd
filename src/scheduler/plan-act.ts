import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../core/agency/agency.ts';
import type { ApplyInTransaction } from '../core/run/apply-event.ts';
import type { Refusal } from '../core/run/transition.ts';
import type { Stores } from '../store/stores.ts';

/** What every act of a person on the plan needs; each is one transaction, and a new plan is asked for after it. */
export interface PlanActDeps {
  client: MongoClient;
  agency: Agency;
  stores: Stores;
  now(): Date;
  applyInTransaction: ApplyInTransaction<ClientSession>;
  requestPlanning(): Promise<void>;
  /** Slack may wait with its card for the next sweep otherwise. */
  wakeDelivery(): void;
}

/** What came of an act, or why it was refused, in words for the person. */
export type ActOutcome<Value extends object> = Value | Refusal;

export const CHANGED = 'Somebody else changed this job at the same moment. Look again.';

/** Null for dispatch, otherwise why not. */
export function refuseStranger({ agency }: Pick<PlanActDeps, 'agency'>, actor: string): Refusal | null {
  return agency.operators.includes(actor) ? null : { refused: 'Only dispatch can do this.' };
}
