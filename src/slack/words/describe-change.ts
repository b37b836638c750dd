import { describeSpan } from '../../core/values/duration.ts';
import { describeCents } from '../../core/values/money.ts';

/** A difference in cents with its sign: `+$46.00`, `−$12.00`, `same cost`. */
export function describeCostChange(cents: number, currency: string): string {
  const whole = Math.round(cents);
  if (whole === 0) return 'same cost';
  return `${whole > 0 ? '+' : '−'}${describeCents(Math.abs(whole), currency)}`;
}

/** A number of minutes for people, however small: `0 min`, `45 min`, `2 h 5 min`. */
export function describeMinutes(minutes: number): string {
  const whole = Math.round(minutes);
  return whole < 2 ? `${whole} min` : describeSpan(whole * 60_000);
}
