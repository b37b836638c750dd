import { readFile, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { Command, InvalidArgumentError } from 'commander';
import { createPlan } from '../../src/planner/create-plan.ts';
import { explainPlacement } from '../../src/planner/explain-placement.ts';
import { explainUnplaced } from '../../src/planner/explain-unplaced.ts';
import type { Plan, PlanProblem } from '../../src/planner/plan-problem.ts';
import { validatePlan } from '../../src/planner/validate-plan.ts';
import { timeRepairs } from './planner-events.ts';
import { planGreedily } from './planner-greedy.ts';
import { CITY_SIZES, type CitySize, cityProblem } from './planner-problems.ts';
import { measureSolomon, parseSolomon, toPlanProblem } from './planner-solomon.ts';

interface Options {
  quick?: boolean;
  seeds: number;
  solomon?: string[];
  json?: string;
}

/** One plan of one problem, as a row of the table. */
interface Row {
  size: string;
  seed: number;
  planner: string;
  seconds: number;
  total: number;
  unplaced: number;
  lateMinutes: number;
  travelMinutes: number;
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);
const now = (): number => performance.now();

async function main(options: Options): Promise<void> {
  if (options.solomon) {
    for (const file of options.solomon) await runSolomon(file);
    return;
  }
  const reference = options.quick ? 5 : 60;
  const rows: Row[] = [];
  for (const size of CITY_SIZES) {
    for (let seed = 1; seed <= options.seeds; seed++) rows.push(...runCity(size, seed, reference));
    showSize(
      size,
      rows.filter((row) => row.size === size.name),
    );
    measureAnswers(size);
  }
  if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
}

/** Small cities are planned in one and in ten seconds, large ones in ten; then as long as the reference. */
function runCity(size: CitySize, seed: number, reference: number): Row[] {
  const problem = cityProblem(size, seed);
  const budgets = size.tasks > 200 ? [10, reference] : [1, 10, reference];
  const row = (planner: string, plan: Plan, milliseconds: number): Row => {
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
    const plan = createPlan(
      problem,
      { seed, iterations: Number.MAX_SAFE_INTEGER, milliseconds: seconds * 1_000 },
      now,
    );
    rows.push(row(`${seconds} s`, plan, now() - before));
  }
  return rows;
}

function showSize(size: CitySize, rows: readonly Row[]): void {
  write(`\n${size.name}: medians of ${new Set(rows.map(({ seed }) => seed)).size} seeds`);
  write('planner      cost $   unplaced   late min   travel min     time s   of greedy   over reference');
  const planners = [...new Set(rows.map(({ planner }) => planner))];
  const reference = planners.at(-1);
  for (const planner of planners) {
    const own = rows.filter((row) => row.planner === planner);
    const against = (other: string | undefined) =>
      median(
        own.map(
          ({ seed, total }) =>
            total / (rows.find((row) => row.seed === seed && row.planner === other)?.total ?? total),
        ),
      );
    const middle = (read: (row: Row) => number) => median(own.map(read));
    write(
      [
        planner.padEnd(8),
        (middle(({ total }) => total) / 100).toFixed(0).padStart(10),
        middle(({ unplaced }) => unplaced)
          .toFixed(0)
          .padStart(10),
        middle(({ lateMinutes }) => lateMinutes)
          .toFixed(0)
          .padStart(10),
        middle(({ travelMinutes }) => travelMinutes)
          .toFixed(0)
          .padStart(12),
        middle(({ seconds }) => seconds)
          .toFixed(2)
          .padStart(10),
        against('greedy').toFixed(3).padStart(11),
        `${((against(reference) - 1) * 100).toFixed(2)} %`.padStart(16),
      ].join(' '),
    );
  }
}

/** Re-plans after random events, and explanations, one call at a time. */
function measureAnswers(size: CitySize): void {
  const problem = cityProblem(size, 1);
  const plan = createPlan(problem, { seed: 1, iterations: 20_000, milliseconds: 5_000 }, now);
  timeRepairs(problem, plan, 20, 1);
  const repairs = timeRepairs(problem, plan, 200, 2);
  const explanations = timeExplanations(problem, plan).slice(20);
  write(`re-plan  p50 ${percentile(repairs, 0.5)} ms, p99 ${percentile(repairs, 0.99)} ms`);
  write(`explain  p50 ${percentile(explanations, 0.5)} ms, p99 ${percentile(explanations, 0.99)} ms`);
}

function timeExplanations(problem: PlanProblem, plan: Plan): number[] {
  const isLeftOut = new Set(plan.unplaced);
  return [...problem.tasks.keys(), ...plan.unplaced].map((task) => {
    const begin = now();
    if (isLeftOut.has(task)) explainUnplaced(problem, plan, task);
    else explainPlacement(problem, plan, task);
    return now() - begin;
  });
}

async function runSolomon(file: string): Promise<void> {
  const instance = parseSolomon(await readFile(file, 'utf8'));
  const problem = toPlanProblem(instance);
  const begin = now();
  const plan = createPlan(
    problem,
    { seed: 1, iterations: Number.MAX_SAFE_INTEGER, milliseconds: 1_000 },
    now,
  );
  const seconds = (now() - begin) / 1_000;
  const faults = validatePlan(problem, plan);
  const { vehicles, distance } = measureSolomon(instance, plan);
  write(
    `${instance.name.padEnd(12)} vehicles ${vehicles}  distance ${distance.toFixed(2)}  left out ${plan.unplaced.length}  ${seconds.toFixed(2)} s  ${faults.join(' ')}`,
  );
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
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

const program = new Command('bench:planner')
  .description('Measures the planner on seeded cities, or on VRPTW files in Solomon’s format.')
  .option('--quick', 'compare with 5 seconds of the same planner instead of 60')
  .option('--seeds <count>', 'cities of each size', toCount, 3)
  .option('--solomon <files...>', 'plan these files, one second each, and print vehicles and distance')
  .option('--json <file>', 'write every plan’s figures to a file');
await main(program.parse().opts<Options>());
