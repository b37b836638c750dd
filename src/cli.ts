#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { toAppError } from './base/errors.ts';
import { createLog } from './base/log.ts';
import { createTerminal } from './base/terminal.ts';
import { createApiClient } from './cli/api-client.ts';
import { describeRun, describeRuns } from './cli/describe-runs.ts';
import { importRoster } from './cli/import-roster.ts';
import { readAddress } from './cli/read-address.ts';
import { collectInput, joinInput, readKey, refuseUnreadable } from './cli/read-arguments.ts';
import { readVariables } from './cli/read-variables.ts';
import { renderManifest } from './cli/render-manifest.ts';
import { replaceFile } from './cli/replace-file.ts';
import { checkPath } from './definitions/check-folder.ts';
import { writeSchemas } from './definitions/workflow-schema.ts';
import { examine } from './doctor/examine.ts';
import { describeFinding, summariseFindings } from './doctor/finding.ts';
import { listBuiltInHandlers } from './handlers/built-in-handlers.ts';

const terminal = createTerminal();

/** Port and token are given, or lie where `npm start` keeps its own. */
async function connect() {
  const home = process.env.CREWLINE_HOME || '.crewline';
  const kept = async (file: string) => (await readFile(join(home, file), 'utf8').catch(() => '')).trim();
  const [url, port, token] = [process.env.CREWLINE_URL, process.env.PORT, process.env.API_TOKEN];
  const [keptPort, keptToken] = [await kept('http-port'), await kept('api-token')];
  return createApiClient(readAddress({ url, port, token, keptPort, keptToken }));
}

const program = new Command('crewline')
  .description('Start, look at and cancel workflow runs; check workflow definitions.')
  .addHelpText(
    'after',
    '\nCREWLINE_URL and API_TOKEN name the installation; by default the one on this machine that `npm start` brought up.',
  );

program
  .command('start <workflow> [text...]')
  .description('start a run; the words become its input “text”')
  .option('-i, --input <name=value>', 'a field of the input; may be repeated', collectInput, {})
  .option('-k, --key <key>', 'idempotency key: the same key starts one run', readKey)
  .action(
    async (workflow: string, text: string[], options: { input: Record<string, unknown>; key?: string }) => {
      const input = joinInput(text, options.input);
      const run = await (await connect()).start(workflow, input, options.key);
      terminal.print(`${run.id} started. Follow it with: crewline show ${run.id}`);
    },
  );

program
  .command('list')
  .description('list runs, newest first')
  .option('-s, --status <status>', 'running, completed, rejected, escalated, failed or cancelled')
  .option('-n, --limit <count>', 'how many', '20')
  .action(async (options: { status?: string; limit: string }) => {
    terminal.print(...describeRuns(await (await connect()).list(options)));
  });

program
  .command('show <run>')
  .description('show a run with its timeline')
  .option('--json', 'as JSON')
  .action(async (id: string, options: { json?: boolean }) => {
    const run = await (await connect()).show(id);
    if (options.json) terminal.printJson(run);
    else terminal.print(...describeRun(run));
  });

program
  .command('cancel <run> [reason...]')
  .description('call a run off')
  .action(async (id: string, reason: string[]) => {
    const run = await (await connect()).cancel(id, reason.join(' '));
    terminal.print(`${run.id} is ${run.status}.`);
  });

program
  .command('check [path]')
  .description('check the workflow definitions and the agency file of a folder, or one file of it')
  .action(async (path = 'workflows') => {
    const usual = join(process.env.WORKFLOWS_DIR || 'workflows', 'agency.json');
    const places = { chosen: process.env.AGENCY_FILE || undefined, usual };
    const { report, ok } = await checkPath(path, places, listBuiltInHandlers());
    terminal.print(...report.split('\n'));
    if (!ok) process.exitCode = 1;
  });

program
  .command('doctor')
  .description(
    'look at everything an installation stands on, before it is started; exit code 1 when something is wrong',
  )
  .option('--env <file>', 'variables beside those of the environment, a NAME=value a line')
  // The older name: Node takes it for its own, and ends with words of its own where the file is not there.
  .addOption(new Option('--env-file <file>').hideHelp())
  .option('--json', 'as JSON')
  .action(async (options: { env?: string; envFile?: string; json?: boolean }) => {
    const env = { ...(await readVariables(options.env ?? options.envFile)), ...process.env };
    const log = createLog({ level: 'error', format: 'pretty', stream: process.stderr });
    const findings = await examine({ env, handlers: listBuiltInHandlers(), log });
    if (options.json) terminal.printJson(findings);
    else terminal.print(...findings.map(describeFinding), summariseFindings(findings));
    if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1;
  });

program
  .command('import <file>')
  .description('take crews, depots, materials and districts over from an agency file, while Crewline runs')
  .option('--check', 'only say what would change, and what would be refused')
  .option(
    '--overwrite',
    'undo what was edited in Slack or by other systems since the file was last taken over',
  )
  .option(
    '--stock',
    'the depots’ stock in the file has just been counted; exit code 1 when a count is refused',
  )
  .action(async (file: string, options: { check?: boolean; stock?: boolean; overwrite?: boolean }) => {
    const { report, ok } = await importRoster(await connect(), file, options);
    terminal.print(...report.split('\n'));
    if (!ok) process.exitCode = 1;
  });

program
  .command('export [file]')
  .description(
    'write the agency file with crews, depots, materials and districts as they are now; without a file, print it',
  )
  .action(async (file?: string) => {
    const agency = await (await connect()).agency();
    if (file !== undefined) await replaceFile(file, `${JSON.stringify(agency, null, 2)}\n`);
    if (file) terminal.print(file);
    else terminal.printJson(agency);
  });

program
  .command('schema [folder]', { hidden: true })
  .description('write the JSON Schemas for editors')
  .action(async (folder = 'workflows') => terminal.print(...(await writeSchemas(folder))));

program
  .command('manifest [folder]')
  .description('write manifest.yml for the commands of a folder’s definitions')
  .option('-o, --output <file>', 'where to', 'manifest.yml')
  .action(async (folder = 'workflows', options: { output: string }) => {
    await replaceFile(options.output, await renderManifest(folder));
    terminal.print(options.output);
  });

program.configureOutput({
  writeOut: (text) => terminal.print(...text.trimEnd().split('\n')),
  writeErr: (text) => terminal.tell(...text.trimEnd().split('\n')),
});
// A subcommand copies the settings when it is made.
for (const command of program.commands) command.copyInheritedSettings(program);

const run = async (): Promise<void> => {
  refuseUnreadable(process.argv.slice(2));
  await program.parseAsync();
};

run().catch((error: unknown) => {
  terminal.complain('crewline', toAppError(error).userMessage);
  process.exitCode = 1;
});
