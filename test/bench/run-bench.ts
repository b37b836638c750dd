import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type Db, MongoClient } from 'mongodb';
import { AppError } from '../../src/base/errors.ts';
import { createLog } from '../../src/base/log.ts';
import { startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { obtainMongodBinary } from '../../src/embedded/mongod-binary.ts';
import { createRandom } from '../support/chaos-random.ts';
import { LOADS, measureRecovery } from '../support/chaos-recovery.ts';
import { startChaosRig } from '../support/chaos-rig.ts';
import { startAgendaSteps } from './agenda-steps.ts';
import { type BenchRun, runToEnd } from './bench-run.ts';
import { type BenchEngine, startBenchEngine } from './crewline-engine.ts';
import { type DeadlineResult, measureDeadlines } from './deadlines.ts';
import { type LoadResult, measureLoad } from './measure.ts';
import { batchedWrites, singleWrites } from './raw-floors.ts';
import { INSTALL, measureRestate } from './restate-engine.ts';
import { type NamedRecovery, showDeadlines, showLoads, showRecovery } from './show-results.ts';

interface Options {
  withRestate?: string;
  peerWithin: number;
  quick?: boolean;
  json: string;
}

/** The database server under this project's engine. */
interface Database {
  pid: number;
  db: Db;
}

/** Far deadlines that are armed for the second half, and ended runs stored at the end; a fifth in a quick run. */
const FAR = 100_000;
const STORED = 1_000_000;
/** Runs in flight when the workers are killed. */
const KILLED = 200;
const WATCH_EVERY_MS = 1_000;
const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** Everything in one run, one after the other on the same machine, so that the ratios hold wherever it runs. */
async function main(run: BenchRun, options: Options): Promise<void> {
  const scale = options.quick ? 0.2 : 1;
  await mkdir(dirname(options.json), { recursive: true });
  // Peers first: one that is missing or fails is known before minutes were spent on the others.
  const peers = options.withRestate
    ? await measureRestate(run, {
        folder: options.withRestate,
        withinMs: options.peerWithin * 1_000,
        scale,
      })
    : [];
  const binary = await obtainMongodBinary({ cacheDir: '.crewline/bin', onProgress: write });
  const server = await startDatabase(run, binary);
  write(
    `${cpus().length} cores, Node ${process.version}, MongoDB ${await versionOf(server)}; server, engine and driver share them.`,
  );
  const engine = await startBenchEngine(server.db);
  const own = [...(await measureEngine(server, engine, scale)), ...(await measureFloors(server, scale))];
  const loads = [...own, ...peers];
  write(`\n${showLoads(loads)}`);
  const runBytes = await bytesPerRun(server);
  const deadlines = await measureClocks(engine, scale);
  write(`\nbytes per run, stored: ${runBytes}`);
  const armedName = `Crewline, ${FAR * scale} far deadlines armed`;
  const armed = await measureLoad(server, armedName, 100, 3_000 * scale, engine.one);
  write(`\n${showLoads([armed])}\n${showDeadlines(deadlines)}`);
  await engine.storeEnded(STORED * scale);
  const grownName = `Crewline, ${STORED * scale} runs stored`;
  const grown = await measureLoad(server, grownName, 100, 3_000, engine.one);
  write(`\n${showLoads([grown])}`);
  await engine.stop();
  const recovery = await measureKill(run, binary);
  write(`\n${showRecovery(recovery)}`);
  const figures = { loads: [...loads, armed, grown], deadlines, runBytes, recovery };
  await writeFile(options.json, JSON.stringify(figures, null, 2));
}

async function startDatabase(run: BenchRun, binary: string): Promise<Database> {
  const dataDir = await mkdtemp(join(tmpdir(), 'crewline-bench-'));
  run.own('the folder of MongoDB', () => rm(dataDir, { recursive: true, force: true }));
  const log = createLog({ level: 'error', format: 'json' });
  const mongod = await startEmbeddedMongod({ binary, dataDir, log });
  run.own('MongoDB', mongod.stop);
  // What talks to it would try again for half a minute, and blame the network.
  const watch = setInterval(() => {
    if (mongod.isRunning()) return;
    clearInterval(watch);
    run.fail(new AppError('MongoDB ended by itself.', { code: 'bench.mongod_ended' }));
  }, WATCH_EVERY_MS);
  run.own('the watch over MongoDB', async () => clearInterval(watch));
  const { pid } = JSON.parse(await readFile(join(dataDir, 'crewline-mongod.json'), 'utf8')) as {
    pid: number;
  };
  const client = new MongoClient(mongod.uri, { writeConcern: { w: 'majority' }, ignoreUndefined: true });
  run.own('the connection to MongoDB', () => client.close());
  return { pid, db: client.db('bench') };
}

async function measureEngine(server: Database, engine: BenchEngine, scale: number): Promise<LoadResult[]> {
  const results: LoadResult[] = [];
  for (const [inFlight, count] of [
    [100, 6_000],
    [32, 4_000],
    [1, 400],
  ] as const) {
    results.push(await measureLoad(server, 'Crewline', inFlight, count * scale, engine.one));
  }
  return results;
}

async function measureFloors(server: Database, scale: number): Promise<LoadResult[]> {
  const single = singleWrites(server.db);
  const batched = batchedWrites(server.db);
  const agenda = await startAgendaSteps(server.db);
  const results = [
    await measureLoad(server, 'floor: 6 single writes', 100, 3_000 * scale, single),
    await measureLoad(server, 'floor: 6 single writes', 1, 400 * scale, single),
    await measureLoad(server, 'floor: 6 batched writes', 100, 10_000 * scale, batched),
    await measureLoad(server, 'Agenda, a job a step', 100, 400 * scale, agenda.one),
    await measureLoad(server, 'Agenda, a job a step', 32, 400 * scale, agenda.one),
  ];
  await agenda.stop();
  return results;
}

async function measureClocks(engine: BenchEngine, scale: number): Promise<DeadlineResult[]> {
  const spread = await measureDeadlines(
    engine,
    `${1_000 * scale} over ${10 * scale} s`,
    1_000 * scale,
    10_000 * scale,
  );
  const burst = await measureDeadlines(engine, `${2_000 * scale} at once`, 2_000 * scale, 0);
  await engine.armFar(FAR * scale);
  const beside = await measureDeadlines(
    engine,
    `${1_000 * scale} over ${10 * scale} s, ${FAR * scale} far`,
    1_000 * scale,
    10_000 * scale,
  );
  const burstBeside = await measureDeadlines(
    engine,
    `${2_000 * scale} at once, ${FAR * scale} far`,
    2_000 * scale,
    0,
  );
  return [spread, burst, beside, burstBeside];
}

/** On a database and workers of its own, as processes: a process cannot measure its own death. */
async function measureKill(run: BenchRun, mongodBinary: string): Promise<NamedRecovery[]> {
  const random = createRandom(1);
  const rig = await startChaosRig({ mongodBinary, random, leaseMs: 15_000, answersAtOnce: true });
  const stop = run.own('the workers', rig.stop);
  const results = [
    { name: `${KILLED} of the workflow above`, ...(await measureRecovery(rig, KILLED, LOADS.reference)) },
    { name: `${KILLED} of four HTTP calls`, ...(await measureRecovery(rig, KILLED, LOADS.calls)) },
  ];
  await stop();
  return results;
}

async function bytesPerRun({ db }: Database): Promise<number> {
  const [stats] = await db
    .collection('runs')
    .aggregate([{ $collStats: { storageStats: {} } }])
    .toArray();
  return Math.round(Number(stats?.storageStats?.avgObjSize ?? Number.NaN));
}

async function versionOf({ db }: Database): Promise<string> {
  return String((await db.admin().serverInfo()).version);
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds < 86_400)) throw new InvalidArgumentError('Give a number of seconds.');
  return seconds;
}

const options = new Command('bench')
  .option('--with-restate <folder>', `also measure Restate, installed there: ${INSTALL}`)
  .option(
    '--peer-within <seconds>',
    'how long a peer may take to be ready, and how long none of its workflows may end',
    toSeconds,
    30,
  )
  .option('--quick', 'a fifth of everything')
  .option('--json <file>', 'where the figures go', '.crewline/bench.json')
  .parse()
  .opts<Options>();

process.exit(await runToEnd((run) => main(run, options)));
