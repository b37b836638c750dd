import { sayUnreadWhen, takeWhen } from '../words/parse-when.ts';
import { today, type WhenContext } from '../words/take-day.ts';
import type { HandlerDeps } from './handler-deps.ts';

/** A local date, or in words why it is none that anybody can mean. */
export type DayRead = { day: string } | { problem: string };

/** A local date as it was typed, today for nothing; null when it is no day, or more follows. */
export function readDay(deps: Pick<HandlerDeps, 'agency' | 'clock'>, text: string): DayRead | null {
  const context = whenContext(deps);
  if (text.trim() === '') return { day: today(context) };
  const read = takeWhen(text, context);
  if (read === null) return null;
  if (!('when' in read)) {
    const problem = sayUnreadWhen(read);
    return problem === null ? null : { problem };
  }
  const { when, rest } = read;
  return rest !== '' || when.minutes !== null || when.span ? null : { day: when.day };
}

/** The agency's clock. */
export function whenContext({ agency, clock }: Pick<HandlerDeps, 'agency' | 'clock'>): WhenContext {
  return { now: clock.now(), timeZone: agency.timeZone };
}
