import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Command } from 'commander';
import { AppError, toAppError } from './base/errors.ts';
import { createTerminal } from './base/terminal.ts';
import type { Agency } from './core/agency/agency.ts';
import { describeProblem } from './core/faults/problem.ts';
import { loadAgency } from './definitions/load-agency.ts';
import { describeError } from './definitions/read-source.ts';
import { renderPng } from './pictures/render-png.ts';
import { drawBacklog } from './simulation/report/backlog-chart.ts';
import { decodeRequests } from './simulation/requests/decode-requests.ts';
import { describeLeftOut } from './simulation/requests/left-out.ts';
import { runSimulation, type SimulationReport } from './simulation/run-simulation.ts';

interface Files {
  requests: string;
  map?: string[];
  compare?: string;
  json?: string;
  plot?: string;
}

const MONTH_LETTERS = 7;
const HELP = `
Figures go to standard output, progress and rows left out to standard error. When something is wrong, one line says
what, and the exit code is 1. The same options give the same figures.

  npm run simulate -- --requests potholes.csv --crews 6 --compare 7 --plot backlog.png
  npm run simulate -- --requests potholes.csv --agency workflows/agency.json --compare depots=2,minutes=60`;
const terminal = createTerminal();
const PLOT_FORMAT = /\.(png|svg)$/i;

async function main({ requests, map, compare, json, plot, ...written }: Files): Promise<void> {
  const file = basename(requests);
  const { text, note } = decodeRequests(await readBytes(requests), file);
  if (note !== null) terminal.tell(note);
  // Before a minute's work, not after it.
  if (plot && !PLOT_FORMAT.test(plot)) throw refuse(`--plot ${plot}: name a file that ends in .png or .svg.`);
  for (const [option, path] of Object.entries({ json, plot })) if (path) await requireFolder(option, path);
  const report = await runSimulation({
    text,
    file,
    written,
    mapping: map,
    compare,
    loadAgency: requireAgency,
    onDay: showProgress(),
  });
  showLeftOut(report);
  terminal.print(...report.text.split('\n'));
  if (json)
    await save('json', json, JSON.stringify({ options: { ...written, map, compare }, ...report }, null, 2));
  if (plot) await writePlot(plot, report);
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw refuse(`--requests ${file}: ${explain(cause)}. Name an existing CSV file.`, cause);
  }
}

async function requireFolder(option: string, file: string): Promise<void> {
  await access(dirname(file), constants.W_OK).catch((cause: unknown) => {
    throw refuseOutput(option, file, cause);
  });
}

async function save(option: string, file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((cause: unknown) => {
    throw refuseOutput(option, file, cause);
  });
}

function refuseOutput(option: string, file: string, cause: unknown): AppError {
  const words = `--${option} ${file}: ${explain(cause)}. Name a file in a folder that exists and is yours.`;
  return refuse(words, cause);
}

/** The system's words name calls and numbers; these name what people see. */
function explain(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EISDIR: 'that is a folder',
    ENOTDIR: 'a file is in the place of a folder',
    EACCES: 'access is denied',
  };
  return known[code] ?? describeError(cause);
}

function refuse(userMessage: string, cause?: unknown): AppError {
  return new AppError('a file cannot be used', { code: 'simulation.files', userMessage, cause });
}

async function requireAgency(file: string): Promise<Agency> {
  const checked = await loadAgency(file);
  if (checked.ok) return checked.agency;
  const userMessage = checked.problems.map(describeProblem).join('\n');
  throw new AppError('agency file cannot be used', { code: 'agency.invalid', userMessage });
}

/** One line a simulated month, as its first day's work begins. */
function showProgress(): (label: string, day: string, open: number) => void {
  let shown = '';
  return (label, day, open) => {
    const month = `${label}: ${day.slice(0, MONTH_LETTERS)}`;
    if (month !== shown) terminal.tell(`${label}: ${day}, ${open} open before work`);
    shown = month;
  };
}

function showLeftOut({ rows, innerLines, leftOut }: SimulationReport): void {
  if (innerLines > 0) {
    const lines = innerLines === 1 ? '1 line stands' : `${innerLines.toLocaleString('en-US')} lines stand`;
    terminal.tell(`${lines} inside quotes, and belong to the row before.`);
  }
  if (leftOut.length === 0) return;
  const reasons = describeLeftOut(leftOut).map((line) => `  ${line}`);
  terminal.tell(`Rows left out, of ${rows.toLocaleString('en-US')}:`, ...reasons);
}

async function writePlot(file: string, { sides, title }: SimulationReport): Promise<void> {
  const svg = await drawBacklog(sides, title);
  await save('plot', file, /svg$/i.test(file) ? svg : await renderPng(svg));
}

new Command('simulate')
  .description('Replay a file of requests against a roster, with the planner that plans the real work.')
  .requiredOption('--requests <file>', 'CSV with the columns created_at, due_at, lat, lon; local times')
  .option(
    '--map <column=name>',
    'which column of the file is meant, such as created_at=open_dt; may be repeated',
    (pair: string, all: string[] = []) => [...all, pair],
  )
  .option(
    '--crews <count>',
    'made-up crews, weekdays 07:00–15:30 (default 8); or so many of the agency’s, taken again in turn for more',
  )
  .option(
    '--agency <file>',
    'take crews with the skill, their shifts, depots and the time zone from this agency file',
  )
  .option('--depots <count>', 'place so many depots among the requests (default 4, or the agency’s own)')
  .option('--time-zone <name>', 'of the times in the file, without an agency (default America/Chicago)')
  .option('--from <date>', 'first day (default: of the first request)')
  .option('--to <date>', 'last day, included (default: of the last request)')
  .option('--minutes <count>', 'work on each job (default 90)')
  .option('--duration-spread <percent>', 'spread the minutes evenly by so much up and down (default 0)')
  .option('--skill <name>', 'what every job takes (default asphalt)')
  .option('--rate <amount>', 'what a made-up crew costs an hour, such as 150.50 (default 180)')
  .option('--materials <kg>', 'asphalt for each job (default 0)')
  .option('--truck <kg>', 'asphalt a made-up crew can carry in a shift (default: any amount)')
  .option('--plan-at <when>', '“shift”: when shifts begin (default), “arrival”: also when requests come in')
  .option('--horizon-days <count>', 'days planned ahead, 1 to 14 (default 2)')
  .option('--iterations <count>', 'improvement steps for each plan (default 1000)')
  .option('--seed <number>', 'another seed, another chance (default 1)')
  .option(
    '--compare <change>',
    'a second roster beside it: “9” for nine crews, or “minutes=60,depots=3”: any option but the files, the dates and the time zone',
  )
  .option('--json <file>', 'write all figures')
  .option('--plot <file>', 'draw backlog and late share over time, as .png or .svg')
  .addHelpText('after', HELP)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    terminal.complain('simulate', toAppError(error).userMessage);
    process.exitCode = 1;
  });
