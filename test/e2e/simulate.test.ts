import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRequests } from '../support/simulation-requests.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-simulate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As `npm run simulate` starts it. */
const FROM_SOURCE = ['--import', 'tsx', 'src/simulate.ts'];
/** The same, already compiled: it starts in a third of the time. */
const COMPILED = ['dist/simulate.js'];

function run(
  program: readonly string[],
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...program, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

test('a month of requests is replayed with two rosters, told in words, in figures and in a picture', async () => {
  const rows = Array.from({ length: 120 }, (_, index) => ({
    created: `2018-06-${String(1 + (index % 28)).padStart(2, '0')}T0${index % 7}:15:00`,
    due: '2018-07-01T08:00:00',
    lat: 41.7 + (index % 20) / 100,
    lon: -87.7 + (index % 13) / 60,
  }));
  const [requests, json, plot] = ['requests.csv', 'out.json', 'out.png'].map((name) => join(folder, name));
  await writeFile(requests!, `${writeRequests(rows)}yesterday,,1,1\n`);
  const result = await run(
    FROM_SOURCE,
    '--requests',
    requests!,
    '--crews',
    '1',
    '--compare',
    '2',
    '--json',
    json!,
    '--plot',
    plot!,
  );
  expect(result).toMatchObject({ code: 0 });
  expect(result.stdout).toContain('120 requests, 2018-06-01 to 2018-06-28, 1 of 121 rows left out');
  expect(result.stdout).toMatch(/One more crew: late .* → .*/);
  expect(result.stderr).toContain('1 crew: 2018-06-01, 5 open before work\n');
  expect(result.stderr).toContain('requests.csv: line 122, column created_at: "yesterday" is no use');
  const { sides } = JSON.parse(await readFile(json!, 'utf8'));
  expect(sides.map(({ label }: { label: string }) => label)).toEqual(['1 crew', '2 crews']);
  expect(sides[1].summary.backlog).toHaveLength(28);
  expect((await readFile(plot!)).subarray(1, 4).toString()).toBe('PNG');
});

test('a file that is not there is named, without a stack', async () => {
  const { code, stdout, stderr } = await run(COMPILED, '--requests', join(folder, 'nowhere.csv'));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^simulate: --requests \S+nowhere\.csv: there is no such file.*\.\n$/);
});

test('where the figures cannot be written is told before the work, not after it', async () => {
  const requests = join(folder, 'one.csv');
  await writeFile(requests, writeRequests([{ created: '2018-06-04T05:00' }]));
  for (const [option, file] of [
    ['--json', join(folder, 'nowhere', 'out.json')],
    ['--plot', join(folder, 'nowhere', 'out.png')],
    ['--plot', join(folder, 'out.pdf')],
  ] as const) {
    const { code, stdout, stderr } = await run(COMPILED, '--requests', requests, option, file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^simulate: ${option} [^\n]*\\.\n$`));
  }
});
