import type { Agency } from '../core/agency/agency.ts';
import type { Interval } from '../core/agency/crew-calendar.ts';
import { regionOf } from '../core/agency/region-of-agency.ts';
import { after } from '../core/values/duration.ts';
import { localDay } from '../core/values/wall-time.ts';
import { type Planner, REAL_PLANNER } from './replay/make-plan.ts';
import { chooseRange, simulateRoster } from './replay/simulate-roster.ts';
import {
  describeComparison,
  describeSummaries,
  describeTerms,
  type SimulatedSide,
} from './report/report-words.ts';
import { summarise } from './report/summarise.ts';
import { createJobs } from './requests/create-jobs.ts';
import { countLeftOut, type LeftOut } from './requests/left-out.ts';
import { type RepairRequest, readRequests } from './requests/read-requests.ts';
import { createRoster, listAbleCrews } from './roster/create-roster.ts';
import {
  describeDifference,
  nameCrews,
  parseComparison,
  parseOptions,
  type SimulationOptions,
} from './roster/simulation-options.ts';

/** The file of requests, and what the command line says about it. */
export interface SimulationInput {
  text: string;
  file: string;
  /** Which columns are meant, such as `created_at=open_dt`. */
  mapping?: readonly string[] | undefined;
  /** Options by their names, as written. */
  written: object;
  compare?: string | undefined;
  loadAgency: (file: string) => Promise<Agency>;
  /** Told as each day's work begins: its local date, and how many jobs are reported and not done by then. */
  onDay?: (label: string, day: string, open: number) => void;
  planner?: Planner;
}

export interface SimulationReport {
  title: string;
  sides: SimulatedSide[];
  /** Rows of the file, below its header: those that came in, and those that were left out. */
  rows: number;
  /** Lines that stand inside quotes, so that all lines of the file are told of. */
  innerLines: number;
  /** Rows that could not be used, by reason. */
  leftOut: LeftOut[];
  /** What people read. */
  text: string;
}

const NOTHING_DONE =
  'Nothing could be done: are the depots too far away (--depots 4 places them among the requests), the shifts too short?';

/** Replays the requests with one roster, or with two side by side. Throws `AppError`s that name the remedy. */
export async function runSimulation(input: SimulationInput): Promise<SimulationReport> {
  const base = parseOptions(input.written);
  const variants = [base, ...(input.compare === undefined ? [] : [parseComparison(base, input.compare)])];
  const agencies = await Promise.all(
    variants.map(({ agency }) => (agency === undefined ? null : input.loadAgency(agency))),
  );
  const timeZone = agencies[0]?.timeZone ?? base.timeZone;
  const [agency] = agencies;
  const { requests, rows, innerLines, leftOut } = readRequests(input.text, input.file, timeZone, {
    mapping: input.mapping ?? [],
    region: agency && base.depots === undefined ? regionOf(agency) : null,
  });
  const range = chooseRange(requests, base, timeZone);
  const within = requests.filter(({ createdAt }) => createdAt >= range.start && createdAt < range.end);
  const sides: SimulatedSide[] = [];
  const notes: string[] = [];
  for (const [index, options] of variants.entries()) {
    const roster = createRoster({ ...options, timeZone }, agencies[index] ?? null, within);
    const crews = roster.crews.length;
    const label = index === 0 ? nameCrews(crews) : describeDifference(base, options);
    const world = {
      roster: { ...roster, timeZone },
      options,
      planner: input.planner ?? REAL_PLANNER,
      jobs: createJobs(within, options),
    };
    const result = simulateRoster(world, range, (day, open) =>
      input.onDay?.(label, localDay(day, timeZone), open),
    );
    sides.push({ label, crews, currency: roster.currency, summary: summarise(result) });
    notes.push(...noteCrews(agencies[index] ?? null, options, crews), describeTerms(roster, options));
  }
  const title = describeRequests(within, range, timeZone);
  const outside = requests.length - within.length;
  const left = describeRows(rows, countLeftOut(leftOut), outside);
  return {
    title,
    sides,
    rows,
    innerLines,
    leftOut,
    text: describeReport(`${title}${left}`, [...new Set(notes)], sides),
  };
}

/** Which of an agency's crews take part: not those without the skill, whom the label might be thought to count. */
function noteCrews(
  agency: Agency | null,
  { agency: file, skill }: SimulationOptions,
  crews: number,
): string[] {
  if (!agency) return [];
  const able = listAbleCrews(agency, skill).length;
  if (able === agency.crews.length && crews === able) return [];
  const repeated = crews > able ? ', taken again in turn' : '';
  const which = crews < able ? `the first ${crews} of the ${able}` : `the ${able}`;
  return [
    `${nameCrews(crews)}: ${which} with the skill "${skill}"${repeated}, of the ${agency.crews.length} in ${file}.`,
  ];
}

function describeRequests(requests: readonly RepairRequest[], range: Interval, timeZone: string): string {
  const last = localDay(after(range.end, -1), timeZone);
  return `${requests.length.toLocaleString('en-US')} requests, ${localDay(range.start, timeZone)} to ${last}`;
}

/** What became of the file's rows, so that they add up: `, 12 of 1,012 rows left out`. */
function describeRows(rows: number, leftOut: number, outside: number): string {
  const say = (count: number) => count.toLocaleString('en-US');
  const left = leftOut > 0 ? `, ${say(leftOut)} of ${say(rows)} rows left out` : '';
  return outside > 0 ? `${left}, ${say(outside)} before or after these days` : left;
}

function describeReport(title: string, notes: readonly string[], sides: readonly SimulatedSide[]): string {
  const [base, other] = sides;
  const comparison = base && other ? ['', describeComparison(base, other)] : [];
  const hint = sides.some(({ summary }) => summary.done === 0) ? ['', NOTHING_DONE] : [];
  return [title, ...notes, '', describeSummaries(sides), ...comparison, ...hint].join('\n');
}
