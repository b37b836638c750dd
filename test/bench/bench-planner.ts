import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { AppError } from '../../src/base/errors.ts';
import { improvePlan } from '../../src/planner/improve-plan.ts';
import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { createTravelMemory } from '../../src/planner/problem/travel-memory.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { createSearchPartner } from '../../src/scheduler/threads/search-partner.ts';
import { createPlan } from '../support/create-plan.ts';
import { describeReason } from './bench-run.ts';
import { timeAnswers } from './planner-answers.ts';
import { describeBreaks } from './planner-breaks.ts';
import { planGreedily } from './planner-greedy.ts';
import { CITY_SIZES, type CitySize, cityProblem } from './planner-problems.ts';
import { describeRows, type PlanRow } from './planner-rows.ts';
import { measureSolomon, parseSolomon, type SolomonInstance, toPlanProblem } from './planner-solomon.ts';

interface Options {
  quick?: boolean;
  seeds?: number;
  only?: string;
  breaks?: boolean;
  solomon?: string[];
  json?: string;
}

/** The longest that a partner goes on after it was left. */
const REST_MS = 500;

const write = (text: string): void => void process.stdout.write(`${text}\n`);
/** As people wait for it, with a partner on the second core: nothing else should run on the machine. */
const now = (): number => performance.now();
/** As in the planning thread; `npm run bench:planner` compiles it. */
const PARTNER = fileURLToPath(new URL('../../dist/scheduler/threads/partner-worker.js', import.meta.url));
const invite = createSearchPartner(PARTNER, (warning) => {
  throw new Error(warning);
});
const memory = createTravelMemory();

/** Cities of each size, and seconds of the plan that the others are compared with. */
const USUAL = { small: 20, large: 3, reference: 60 };
const QUICK = { small: 5, large: 1, reference: 10 };

async function main(options: Options): Promise<void> {
  if (options.solomon) {
    for (const file of options.solomon) await runSolomon(file);
    return;
  }
  if (options.breaks) {
    for (const line of describeBreaks()) write(line);
    return;
  }
  const { small, large, reference } = options.quick ? QUICK : USUAL;
  const rows: PlanRow[] = [];
  for (const size of CITY_SIZES.filter(({ name }) => name.includes(options.only ?? ''))) {
    const seeds = options.seeds ?? (isLarge(size) ? large : small);
    const own: PlanRow[] = [];
    for (let seed = 1; seed <= seeds; seed++) own.push(...(await runCity(size, seed, reference)));
    write(`\n${size.name}: medians of ${seeds} seeds`);
    for (const line of describeRows(own)) write(line);
    measureAnswers(size);
    rows.push(...own);
  }
  if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
}

function isLarge({ tasks }: CitySize): boolean {
  return tasks > 200;
}

/** Small cities are planned in one and in ten seconds, large ones in ten; then as long as the reference. */
async function runCity(size: CitySize, seed: number, reference: number): Promise<PlanRow[]> {
  const problem = cityProblem(size, seed);
  const budgets = isLarge(size) ? [10, reference] : [1, 10, reference];
  const row = (planner: string, plan: Plan, milliseconds: number): PlanRow => {
    const faults = validatePlan(problem, plan);
    if (faults.length > 0) throw new Error(`A plan is not valid: ${faults.join(' ')}`);
    const { total, lateMinutes, travelMinutes } = plan.cost;
    const unplaced = plan.unplaced.length;
    return {
      size: size.name,
      seed,
      planner,
      seconds: milliseconds / 1_000,
      total,
      unplaced,
      lateMinutes,
      travelMinutes,
    };
  };
  const begin = now();
  const greedy = planGreedily(problem);
  const rows = [row('greedy', greedy, now() - begin)];
  for (const seconds of [...new Set(budgets)].sort((a, b) => a - b)) {
    const before = now();
    const plan = planWithin(problem, seed, seconds * 1_000);
    rows.push(row(`${seconds} s`, plan, now() - before));
    // What the partner of this plan is still doing must not take time from the next one.
    await pause(REST_MS);
  }
  return rows;
}

/** Repairs and improves, as for a request to plan. */
function planWithin(problem: PlanProblem, seed: number, milliseconds: number): Plan {
  const begin = now();
  const repaired = repairPlan(problem, null, memory);
  const left = milliseconds - (now() - begin);
  const budget = { seed, iterations: Number.MAX_SAFE_INTEGER, milliseconds: left };
  return improvePlan(problem, repaired, budget, now, memory, invite);
}

/** Re-plans after random events, and explanations, one call at a time. */
function measureAnswers(size: CitySize): void {
  const problem = cityProblem(size, 1);
  const plan = createPlan(problem, { seed: 1, iterations: 20_000, milliseconds: 5_000 }, now);
  for (const [name, times] of Object.entries(timeAnswers(problem, plan))) {
    if (times.length === 0) continue;
    write(
      `${name.padEnd(18)} p50 ${percentile(times, 0.5)}  p99 ${percentile(times, 0.99)} ms of CPU, ${times.length} times`,
    );
  }
}

async function readSolomon(file: string): Promise<SolomonInstance> {
  try {
    return parseSolomon(await readFile(file, 'utf8'));
  } catch (cause) {
    const message = `${file}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new AppError(message, { code: 'bench.instance', cause });
  }
}

async function runSolomon(file: string): Promise<void> {
  const instance = await readSolomon(file);
  const problem = toPlanProblem(instance);
  const begin = now();
  const plan = planWithin(problem, 1, 1_000);
  const seconds = (now() - begin) / 1_000;
  const faults = validatePlan(problem, plan);
  const { vehicles, distance } = measureSolomon(instance, plan);
  write(
    `${instance.name.padEnd(12)} vehicles ${vehicles}  distance ${distance.toFixed(2)}  left out ${plan.unplaced.length}  ${seconds.toFixed(2)} s  ${faults.join(' ')}`,
  );
}

function percentile(numbers: readonly number[], share: number): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2);
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('Give a whole number, at least 1.');
  return count;
}

function toSizeName(text: string): string {
  if (CITY_SIZES.some(({ name }) => name.includes(text))) return text;
  throw new InvalidArgumentError(`Sizes: ${CITY_SIZES.map(({ name }) => name).join('; ')}.`);
}

const program = new Command('bench:planner')
  .description('Measures the planner on seeded cities, or on VRPTW files in Solomon’s format.')
  .option('--quick', 'few cities, compared with 10 seconds of the same planner instead of 60')
  .option(
    '--seeds <count>',
    'cities of each size; else 20 of the small ones and 3 of the large ones',
    toCount,
  )
  .option('--only <name>', 'only sizes whose name contains this, such as overloaded', toSizeName)
  .option('--solomon <files...>', 'plan these files, one second each, and print vehicles and distance')
  .option('--breaks', 'what it brings that a lunch interrupts jobs: 3,000 jobs of 30 to 240 minutes')
  .option('--json <file>', 'write every plan’s figures to a file');
await main(program.parse().opts<Options>()).catch((error: unknown) => {
  process.stderr.write(`${describeReason(error)}\n`);
  process.exitCode = 1;
});
