import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { Agency } from '../../core/agency/agency.ts';
import { formatPath, suggestName } from '../../core/faults/problem.ts';
import { isPlannableYear, OUTSIDE_YEARS } from '../../core/values/duration.ts';
import { readNumber } from '../../core/values/number.ts';

/** Options are texts on the command line; what is no number stays one, and is refused. */
const readWritten = (written: unknown) => {
  const read = readNumber(written);
  return read.ok ? read.number : written;
};
const number = (least: number, most: number) => {
  const error = `write a number from ${least} to ${most}`;
  return z.preprocess(readWritten, z.number({ error }).min(least, error).max(most, error));
};
const whole = (least: number, most: number) => {
  const error = `write a whole number from ${least} to ${most}`;
  return z.preprocess(readWritten, z.int({ error }).min(least, error).max(most, error));
};
const count = (most: number) => whole(1, most);
const date = z.iso.date('write a date such as 2018-01-31').refine(isPlannableYear, OUTSIDE_YEARS);

/** What is simulated, as written on the command line; each field is an option of the same name. */
export const SimulationOptions = z.strictObject({
  crews: count(500).optional(),
  agency: z.string().min(1).optional(),
  depots: count(100).optional(),
  timeZone: Agency.shape.timeZone.default('America/Chicago'),
  from: date.optional(),
  to: date.optional(),
  minutes: count(480).default(90),
  durationSpread: number(0, 90).default(0),
  skill: z.string().min(1).default('asphalt'),
  /** Currency units an hour, of a made-up crew: what the crews of a demo agency cost. */
  rate: number(0, 10_000).default(180),
  materials: whole(0, 100_000).default(0),
  truck: count(1_000_000).optional(),
  planAt: z.enum(['shift', 'arrival']).default('shift'),
  horizonDays: count(14).default(2),
  iterations: whole(0, 1_000_000).default(1_000),
  seed: whole(0, 2 ** 31).default(1),
});
export type SimulationOptions = z.infer<typeof SimulationOptions>;

/** Fields that say which requests there are: both sides of a comparison share them. */
const SHARED = ['from', 'to', 'timeZone'];

/** Checks what was written. Throws `simulation.options` with the option, and what it takes. */
export function parseOptions(written: object): SimulationOptions {
  const parsed = SimulationOptions.safeParse(written);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(`--${toKebab(formatPath(issue?.path ?? []))}: ${issue?.message ?? 'cannot be read'}`);
}

/**
 * The other side of a comparison: `9` means nine crews, `minutes=60,depots=3` changes these options. Throws
 * `simulation.options`.
 */
export function parseComparison(base: SimulationOptions, text: string): SimulationOptions {
  const changes = (/^\d+$/.test(text) ? `crews=${text}` : text).split(',').map((pair): [string, string] => {
    const [key = '', ...value] = pair.split('=');
    const name = toCamel(key.trim().replace(/^--/, ''));
    const known = Object.keys(SimulationOptions.shape).filter((option) => !SHARED.includes(option));
    if (!known.includes(name) || value.length === 0) {
      throw refuse(
        `--compare ${pair}: ${suggestName(toKebab(name), known.map(toKebab), 'options')}; key=value`,
      );
    }
    return [name, value.join('=').trim()];
  });
  return parseOptions({ ...base, ...Object.fromEntries(changes) });
}

/** What differs from `base`, as written: `minutes=60`; a different number of crews alone: `9 crews`. */
export function describeDifference(base: SimulationOptions, other: SimulationOptions): string {
  const names = (Object.keys(SimulationOptions.shape) as (keyof SimulationOptions)[]).filter(
    (name) => base[name] !== other[name],
  );
  if (names.length === 1 && names[0] === 'crews' && other.crews !== undefined) return nameCrews(other.crews);
  return names.map((name) => `${toKebab(name)}=${other[name]}`).join(', ') || 'the same again';
}

/** "1 crew", "8 crews". */
export function nameCrews(crews: number): string {
  return `${crews} ${crews === 1 ? 'crew' : 'crews'}`;
}

function toCamel(name: string): string {
  return name.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
}

function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function refuse(userMessage: string): AppError {
  return new AppError('simulation options cannot be used', { code: 'simulation.options', userMessage });
}
