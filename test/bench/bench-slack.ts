import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { MongoClient } from 'mongodb';
import { createLog } from '../../src/base/log.ts';
import { startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { obtainMongodBinary } from '../../src/embedded/mongod-binary.ts';
import { startCrewline } from '../support/crewline.ts';
import { type SlackRates, startSlackRates } from '../support/slack-rates.ts';
import { REQUESTER } from '../support/story.ts';
import { type BenchRun, runToEnd } from './bench-run.ts';
import {
  type FloodResult,
  measureAcks,
  measureCards,
  measureFlood,
  measureServer,
  type Spread,
  storeSettled,
} from './slack-loads.ts';

interface Options {
  quick?: boolean;
  clone: string[];
  only?: 'speed' | 'flood';
  json?: string;
}

interface Server {
  pid: number;
  uri: string;
  client: MongoClient;
}

const SETTLED = 300_000;
const CARDS = 40;
const COMMANDS_PER_SECOND = 50;
const ACK_SECONDS = 6;
const APPROVALS = 1_000;
/** A minute of this Slack lasts twelve seconds: as fast as a busy machine can be without being what is measured. */
const SPEED = 5;
const IDLE_MS = 6_000;
const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** The product with Slack before it, each of the clones in turn in one run, so that the ratios hold wherever it runs. */
async function main(run: BenchRun, options: Options): Promise<void> {
  const server = await startServer(run);
  const figures: Record<string, unknown> = {};
  for (const clone of options.clone) {
    write(`\n${clone}`);
    const scale = options.quick ? 0.2 : 1;
    const speed = options.only === 'flood' ? {} : await measureSpeed(run, server, clone, scale);
    const flood = options.only === 'speed' ? {} : await measureQueue(run, server, clone, scale);
    figures[clone] = { ...speed, ...flood };
  }
  if (options.json) await writeFile(options.json, JSON.stringify(figures, null, 2));
}

/** Without limits: how long things take when nothing has to wait its turn. */
async function measureSpeed(run: BenchRun, server: Server, clone: string, scale: number): Promise<object> {
  const database = databaseOf(server, clone, 'speed');
  const crewline = await startCrewline(database, { clone });
  const end = run.own('Crewline', crewline.close);
  const db = server.client.db(database.name);
  const count = CARDS * scale;
  await measureCards(crewline, 'warm-up', 5);
  const empty = await measureCards(crewline, 'empty', count);
  showCards('0 settled', empty);
  const ack = await measureAcks(crewline, COMMANDS_PER_SECOND, ACK_SECONDS);
  write(`${COMMANDS_PER_SECOND} commands/s, ack: ${show(ack)} ms`);
  await storeSettled(db, SETTLED);
  // Connections that were idle meanwhile have been closed.
  await crewline.slack.client.openHome(REQUESTER).catch(() => {});
  // What was written on the way to the disk is there.
  await measureCards(crewline, 'warm-up again', 5);
  const grown = await measureCards(crewline, 'grown', count);
  showCards(`${SETTLED} settled`, grown);
  const idle = await measureServer(server.pid, () => pause(IDLE_MS));
  write(`database while nothing happens, ${SETTLED} settled: ${percent(idle.share)} of a core`);
  await end();
  await db.dropDatabase();
  return { empty, ack, grown, idle: idle.share };
}

/** With Slack's limits: who waits how long behind a flood. */
async function measureQueue(run: BenchRun, server: Server, clone: string, scale: number): Promise<object> {
  const database = databaseOf(server, clone, 'queue');
  let rates: SlackRates | undefined;
  const crewline = await startCrewline(database, {
    clone,
    env: { SLACK_POSTS_PER_SECOND: String(SPEED) },
    slackApiUrl: async ({ apiUrl }) => {
      rates = await startSlackRates(apiUrl, SPEED);
      return rates.apiUrl;
    },
  });
  const endRates = run.own('the limits', async () => rates?.close());
  const end = run.own('Crewline', crewline.close);
  const count = APPROVALS * scale;
  const { result: flood, cpuMs } = await measureServer(server.pid, () =>
    measureFlood(crewline, count, SPEED),
  );
  showFlood(count, flood);
  const sent = [...(rates?.counts.let.values() ?? [])].reduce((sum, one) => sum + one, 0);
  const limited = [...(rates?.counts.limited.entries() ?? [])].map(([method, times]) => `${method} ${times}`);
  write(
    `calls: ${sent}; told to wait: ${limited.join(', ') || 'none'}; database: ${(cpuMs / sent).toFixed(1)} ms of CPU a call`,
  );
  await end();
  await endRates();
  await server.client.db(database.name).dropDatabase();
  return { flood, sent, limited, cpuMsPerCall: cpuMs / sent };
}

function showCards(what: string, { card, approval }: { card: Spread; approval: Spread }): void {
  write(`${what}: card ${show(card)} ms, supervisors' card ${show(approval)} ms`);
}

function showFlood(count: number, { person, decided, drained, doubled, missing }: FloodResult): void {
  const at = (seconds: number) => `${seconds.toFixed(1)} s`;
  write(`${count} approvals of another system at Slack's pace, in its seconds:`);
  write(`  a person's card after ${at(person.card)}, before the supervisors after ${at(person.approval)}`);
  write(`  a decided card keeps its buttons p50 ${at(decided.p50)}, p99 ${at(decided.p99)}`);
  write(`  all there after ${at(drained)}; doubled ${doubled}, missing ${missing}`);
}

const show = ({ p50, p99 }: Spread) => `p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)}`;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });

function databaseOf({ uri }: Server, clone: string, what: string): { uri: string; name: string } {
  const name = `bench_${basename(clone).replaceAll(/\W/g, '') || 'here'}_${what}`;
  const address = new URL(uri);
  address.pathname = `/${name}`;
  return { uri: address.href, name };
}

async function startServer(run: BenchRun): Promise<Server> {
  const binary = await obtainMongodBinary({ cacheDir: '.crewline/bin', onProgress: write });
  const dataDir = await mkdtemp(join(tmpdir(), 'crewline-bench-'));
  run.own('the folder of MongoDB', () => rm(dataDir, { recursive: true, force: true }));
  const mongod = await startEmbeddedMongod({
    binary,
    dataDir,
    log: createLog({ level: 'error', format: 'json' }),
  });
  run.own('MongoDB', mongod.stop);
  const state = JSON.parse(await readFile(join(dataDir, 'crewline-mongod.json'), 'utf8')) as { pid: number };
  const client = new MongoClient(mongod.uri);
  run.own('the connection to MongoDB', () => client.close());
  return { pid: state.pid, uri: mongod.uri, client };
}

const program = new Command('bench:slack')
  .description(
    'Measures the product with Slack before it: cards, acknowledgements, and who waits behind a flood.',
  )
  .option('--quick', 'a fifth of everything')
  .option('--clone <folders...>', 'built clones to measure beside each other, instead of this one', ['.'])
  .addOption(new Option('--only <part>', 'one of the two').choices(['speed', 'flood']))
  .option('--json <file>', 'writes the figures there as well')
  .action(async (options: Options) => {
    process.exitCode = await runToEnd((run) => main(run, options));
    process.exit();
  });
await program.parseAsync();
