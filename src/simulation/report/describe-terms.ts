import { describeCents } from '../../core/values/money.ts';
import type { SimulatedRoster } from '../roster/create-roster.ts';
import type { SimulationOptions } from '../roster/simulation-options.ts';

/** What the figures rest on beside the requests, in a sentence: `Made-up crews at $180 an hour, 90 minutes a job.` */
export function describeTerms(
  { crews, currency }: Pick<SimulatedRoster, 'crews' | 'currency'>,
  { agency, minutes, durationSpread }: Pick<SimulationOptions, 'agency' | 'minutes' | 'durationSpread'>,
): string {
  const rates = crews.map(({ hourlyRateCents }) => hourlyRateCents);
  const [least, most] = [Math.min(...rates), Math.max(...rates)].map((cents) =>
    describeCents(cents, currency).replace(/\.00$/, ''),
  );
  const rate = least === most ? least : `${least} to ${most}`;
  const spread = durationSpread > 0 ? `, ${durationSpread} % more or less` : '';
  return `${agency ? 'Crews' : 'Made-up crews'} at ${rate} an hour, ${minutes} minutes a job${spread}.`;
}
