import type { HandlerDeps } from '../handler-deps.ts';
import { takeWhen, today, type WhenContext } from '../parse-when.ts';

/** A local date as it was typed, today for nothing; null when it is no day, or more follows. */
export function readDay(deps: Pick<HandlerDeps, 'agency' | 'clock'>, text: string): string | null {
  const context = whenContext(deps);
  if (text.trim() === '') return today(context);
  const read = takeWhen(text, context);
  if (read === null || 'unread' in read || read.rest !== '' || read.when.minutes !== null) return null;
  return read.when.day;
}

/** The agency's clock. */
export function whenContext({ agency, clock }: Pick<HandlerDeps, 'agency' | 'clock'>): WhenContext {
  return { now: clock.now(), timeZone: agency.timeZone };
}
