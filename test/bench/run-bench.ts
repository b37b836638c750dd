import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { MongoClient } from 'mongodb';
import { createLog } from '../../src/base/log.ts';
import { startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { obtainMongodBinary } from '../../src/embedded/mongod-binary.ts';
import { createRandom } from '../support/chaos-random.ts';
import { LOADS, measureRecovery } from '../support/chaos-recovery.ts';
import { startChaosRig } from '../support/chaos-rig.ts';
import { startAgendaSteps } from './agenda-steps.ts';
import { type BenchEngine, startBenchEngine } from './crewline-engine.ts';
import { type DeadlineResult, measureDeadlines } from './deadlines.ts';
import { type LoadResult, measureLoad, type Server } from './measure.ts';
import { batchedWrites, singleWrites } from './raw-floors.ts';
import { type NamedRecovery, showDeadlines, showLoads, showRecovery } from './show-results.ts';

interface Options {
  withRestate?: string;
  quick?: boolean;
  json: string;
}

/** Far deadlines that are armed for the second half, and ended runs stored at the end; a fifth in a quick run. */
const FAR = 100_000;
const STORED = 1_000_000;
/** Runs in flight when the workers are killed. */
const KILLED = 200;
const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** Everything in one run, one after the other on the same machine, so that the ratios hold wherever it runs. */
async function main(options: Options): Promise<void> {
  const scale = options.quick ? 0.2 : 1;
  const dataDir = await mkdtemp(join(tmpdir(), 'crewline-bench-'));
  const log = createLog({ level: 'error', format: 'json' });
  const binary = await obtainMongodBinary({ cacheDir: '.crewline/bin', onProgress: write });
  const mongod = await startEmbeddedMongod({ binary, dataDir, log });
  const { pid } = JSON.parse(await readFile(join(dataDir, 'crewline-mongod.json'), 'utf8')) as {
    pid: number;
  };
  const client = new MongoClient(mongod.uri, { writeConcern: { w: 'majority' }, ignoreUndefined: true });
  const server: Server = { pid, db: client.db('bench') };
  write(
    `${cpus().length} cores, Node ${process.version}, MongoDB ${await versionOf(server)}; server, engine and driver share them.`,
  );
  try {
    const engine = await startBenchEngine(server.db);
    const loads = [...(await measureEngine(server, engine, scale)), ...(await measureFloors(server, scale))];
    if (options.withRestate) {
      const { measureRestate } = await import('./restate-engine.ts');
      loads.push(...(await measureRestate(options.withRestate, scale)));
    }
    write(`\n${showLoads(loads)}`);
    const runBytes = await bytesPerRun(server);
    const deadlines = await measureClocks(engine, scale);
    write(`\nbytes per run, stored: ${runBytes}`);
    const armed = await measureLoad(
      server,
      `Crewline, ${FAR * scale} far deadlines armed`,
      100,
      3_000 * scale,
      engine.one,
    );
    write(`\n${showLoads([armed])}\n${showDeadlines(deadlines)}`);
    await engine.storeEnded(STORED * scale);
    const grown = await measureLoad(
      server,
      `Crewline, ${STORED * scale} runs stored`,
      100,
      3_000,
      engine.one,
    );
    write(`\n${showLoads([grown])}`);
    await engine.stop();
    const recovery = await measureKill(binary);
    write(`\n${showRecovery(recovery)}`);
    const figures = { loads: [...loads, armed, grown], deadlines, runBytes, recovery };
    await writeFile(options.json, JSON.stringify(figures, null, 2));
  } finally {
    await client.close();
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureEngine(server: Server, engine: BenchEngine, scale: number): Promise<LoadResult[]> {
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

async function measureFloors(server: Server, scale: number): Promise<LoadResult[]> {
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
async function measureKill(mongodBinary: string): Promise<NamedRecovery[]> {
  const random = createRandom(1);
  const rig = await startChaosRig({ mongodBinary, random, leaseMs: 15_000, answersAtOnce: true });
  try {
    return [
      { name: `${KILLED} of the workflow above`, ...(await measureRecovery(rig, KILLED, LOADS.reference)) },
      { name: `${KILLED} of four HTTP calls`, ...(await measureRecovery(rig, KILLED, LOADS.calls)) },
    ];
  } finally {
    await rig.stop();
  }
}

async function bytesPerRun({ db }: Server): Promise<number> {
  const [stats] = await db
    .collection('runs')
    .aggregate([{ $collStats: { storageStats: {} } }])
    .toArray();
  return Math.round(Number(stats?.storageStats?.avgObjSize ?? Number.NaN));
}

async function versionOf({ db }: Server): Promise<string> {
  return String((await db.admin().serverInfo()).version);
}

await main(
  new Command('bench')
    .option(
      '--with-restate <folder>',
      'also measure Restate, installed there: npm i @restatedev/restate-server@1.7 @restatedev/restate-sdk',
    )
    .option('--quick', 'a fifth of everything')
    .option('--json <file>', 'where the figures go', '.crewline/bench.json')
    .parse()
    .opts<Options>(),
);

// Restate's endpoint cannot be closed, and would keep the process.
process.exit();
