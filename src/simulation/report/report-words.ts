import { describeCents } from '../../core/values/money.ts';
import { alignColumns } from '../../core/values/text.ts';
import { formatDate } from '../../core/values/wall-time.ts';
import type { SimulatedRoster } from '../roster/create-roster.ts';
import { nameCrews, type SimulationOptions } from '../roster/simulation-options.ts';
import type { Summary } from './summarise.ts';

/** A roster and what became of the requests with it. */
export interface SimulatedSide {
  label: string;
  crews: number;
  /** ISO code, of the cost. */
  currency: string;
  summary: Summary;
}

const MOST_MONTHS = 12;

/** The figures as a table, with a column for each roster. */
export function describeSummaries(sides: readonly SimulatedSide[]): string {
  const row = (name: string, cell: (summary: Summary, currency: string) => string) => [
    name,
    ...sides.map(({ summary, currency }) => cell(summary, currency)),
  ];
  const rows = [
    ['', ...sides.map(({ label }) => label)],
    row('late, of those due by the end', ({ lateShare }) => percent(lateShare)),
    row('hours late, all jobs together', ({ lateHours }) => number(lateHours)),
    row('hours to done, median of those done', ({ medianHours }) => number(medianHours, 1)),
    row('hours to done, 95th percentile', ({ hours95 }) => number(hours95, 1)),
    row('done', ({ done, requests }) => `${number(done)} of ${number(requests)}`),
    row('utilisation (work and travel)', ({ utilisation }) => percent(utilisation)),
    row('travel, of work and travel', ({ travelShare }) => percent(travelShare)),
    row('cost of the shifts', ({ costCents }, currency) => money(costCents, currency)),
    row('plans made and checked', ({ plans }) => number(plans)),
    row('backlog at its longest', ({ mostOpen }) => number(mostOpen)),
    ...listBacklogs(sides),
  ];
  return alignColumns(rows, { gap: '   ', numbersFrom: 1 });
}

/** What the second roster changes, in a sentence: "One more crew: late 12.1 % → 6.0 %, …". */
export function describeComparison(base: SimulatedSide, other: SimulatedSide): string {
  const more = other.crews - base.crews;
  const isCrewsOnly = more !== 0 && other.label === nameCrews(other.crews);
  const subject = isCrewsOnly ? describeMore(more) : other.label;
  const [from, to] = [base.summary, other.summary];
  return [
    `${subject}: late ${percent(from.lateShare)} → ${percent(to.lateShare)}`,
    `median ${number(from.medianHours, 1)} h → ${number(to.medianHours, 1)} h`,
    `utilisation ${percent(from.utilisation)} → ${percent(to.utilisation)}.`,
  ].join(', ');
}

function describeMore(more: number): string {
  const count = Math.abs(more) === 1 ? 'One' : String(Math.abs(more));
  if (more > 0) return `${count} more ${more === 1 ? 'crew' : 'crews'}`;
  return `${count} ${more === -1 ? 'crew' : 'crews'} fewer`;
}

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

/** A row for the last day of each month; of a long range, for every so many months. */
function listBacklogs(sides: readonly SimulatedSide[]): string[][] {
  const days = sides[0]?.summary.backlog ?? [];
  const ends = days.flatMap(({ day }, index) => {
    const next = days[index + 1]?.day;
    return next?.slice(0, 7) === day.slice(0, 7) ? [] : [{ day, index }];
  });
  const step = Math.ceil(ends.length / MOST_MONTHS);
  return ends
    .filter((_end, index) => (ends.length - 1 - index) % step === 0)
    .map(({ day, index }) => [
      `backlog on ${formatDate(day, 'd MMM yyyy')}`,
      ...sides.map(({ summary }) => number(summary.backlog[index]?.open ?? null)),
    ]);
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

function money(cents: number, currency: string): string {
  return (cents / 100).toLocaleString('en-US', { style: 'currency', currency, maximumFractionDigits: 0 });
}

function number(value: number | null, digits = 0): string {
  if (value === null) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
