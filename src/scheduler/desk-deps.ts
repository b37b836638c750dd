import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../core/agency/agency.ts';
import type { ApplyInTransaction } from '../core/run/apply-event.ts';
import type { Stores } from '../store/stores.ts';

/** What every act on the plan needs, whoever does it. */
export interface DeskDeps {
  client: MongoClient;
  agency: Agency;
  stores: Stores;
  now(): Date;
  applyInTransaction: ApplyInTransaction<ClientSession>;
  requestPlanning(): Promise<void>;
  /** Slack may wait with its card for the next sweep otherwise. */
  wakeDelivery(): void;
}

export const CHANGED = 'Somebody else changed this job at the same moment. Look again.';

/** Null for dispatch, otherwise why not. */
export function refuseStranger(
  { agency }: Pick<DeskDeps, 'agency'>,
  actor: string,
): { refused: string } | null {
  return agency.operators.includes(actor) ? null : { refused: 'Only dispatch can do this.' };
}
