import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { Agency } from './core/agency.ts';
import { describeProblem } from './core/problem.ts';
import { AppError, toAppError } from './errors.ts';
import { loadAgency } from './orchestrator/load-agency.ts';
import { drawBacklog } from './simulation/draw-backlog.ts';
import { runSimulation, type SimulationReport } from './simulation/run-simulation.ts';
import { renderPng } from './slack/pictures/render-png.ts';

interface Files {
  requests: string;
  compare?: string;
  json?: string;
  plot?: string;
}

const MONTH_LETTERS = 7;

async function main({ requests, compare, json, plot, ...written }: Files): Promise<void> {
  const file = basename(requests);
  const text = await readText(requests);
  const report = await runSimulation({
    ...{ text, file, written, compare, loadAgency: requireAgency },
    onDay: showProgress(),
  });
  showSkipped(report.skipped);
  process.stdout.write(`${report.text}\n`);
  if (json) await writeFile(json, JSON.stringify({ options: { ...written, compare }, ...report }, null, 2));
  if (plot) await writePlot(plot, report);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const userMessage = `${basename(file)} cannot be read: check that "${file}" exists.`;
    throw new AppError('request file cannot be read', { code: 'simulation.requests', userMessage, cause });
  }
}

async function requireAgency(file: string): Promise<Agency> {
  const checked = await loadAgency(file);
  if (checked.ok) return checked.agency;
  const userMessage = checked.problems.map(describeProblem).join('\n');
  throw new AppError('agency file cannot be used', { code: 'agency.invalid', userMessage });
}

/** One line a simulated month. */
function showProgress(): (label: string, day: Date, open: number) => void {
  let shown = '';
  return (label, day, open) => {
    const month = `${label}: ${day.toISOString().slice(0, MONTH_LETTERS)}`;
    if (month !== shown) process.stderr.write(`${month}, ${open} open\n`);
    shown = month;
  };
}

function showSkipped(skipped: readonly string[]): void {
  if (skipped.length === 0) return;
  const first = skipped.slice(0, 5).map((line) => `  ${line}\n`);
  const more = skipped.length > first.length ? `  and ${skipped.length - first.length} more\n` : '';
  process.stderr.write(`Rows left out:\n${first.join('')}${more}`);
}

async function writePlot(file: string, { sides, title }: SimulationReport): Promise<void> {
  const svg = await drawBacklog(sides, title);
  await writeFile(file, file.endsWith('.svg') ? svg : await renderPng(svg));
}

new Command('simulate')
  .description('Replay a file of requests against a roster, with the planner that plans the real work.')
  .requiredOption('--requests <file>', 'CSV with the columns created_at, due_at, lat, lon; local times')
  .option('--crews <count>', 'made-up crews, weekdays 07:00–15:30 (default 8); or so many of the agency’s')
  .option('--agency <file>', 'take crews, shifts, depots and time zone from this agency file')
  .option('--depots <count>', 'place so many depots among the requests (default 4, or the agency’s own)')
  .option('--time-zone <name>', 'of the times in the file, without an agency (default America/Chicago)')
  .option('--from <date>', 'first day (default: of the first request)')
  .option('--to <date>', 'last day (default: of the last request)')
  .option('--minutes <count>', 'work on each job (default 90)')
  .option('--duration-spread <percent>', 'spread the minutes evenly by so much up and down (default 0)')
  .option('--skill <name>', 'what every job takes (default asphalt)')
  .option('--materials <kg>', 'asphalt for each job (default 0)')
  .option('--truck <kg>', 'asphalt a made-up crew can carry in a shift (default: any amount)')
  .option('--plan-at <when>', '“shift”: when shifts begin (default), “arrival”: also when requests come in')
  .option('--horizon-days <count>', 'days planned ahead (default 2)')
  .option('--iterations <count>', 'improvement steps for each plan (default 1000)')
  .option('--seed <number>', 'another seed, another chance (default 1)')
  .option('--compare <change>', 'a second roster beside it: “9” for nine crews, or “minutes=60,depots=3”')
  .option('--json <file>', 'write all figures')
  .option('--plot <file>', 'draw backlog and late share over time, as .png or .svg')
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`simulate: ${toAppError(error).userMessage}\n`);
    process.exitCode = 1;
  });
