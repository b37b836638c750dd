import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommandLine } from '../support/run-command-line.ts';

const library = pathToFileURL(resolve('dist/index.js')).href;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-test-check-'));
  await cp('workflows/agency.json', join(folder, 'agency.json'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('tells of a definition in code what is wrong in it, as of one in JSON, and nothing of a module that does run', async () => {
  const source =
    "{ name: 'paint', slaHour: 1, steps: [{ task: 'decide', role: 'Supervisor', tittle: 'Ok?' }] }";
  await writeFile(
    join(folder, 'paint.workflow.mjs'),
    `import { defineWorkflow } from '${library}';\nexport const workflow = defineWorkflow(${source});`,
  );
  const { code, stdout, stderr } = await runCommandLine('', ['check', folder]);
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('paint'));
  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(/^\s*paint\.workflow\.mjs: steps\[0\]\.tittle: .* — did you mean "title"\?/),
    expect.stringMatching(/^\s*paint\.workflow\.mjs: slaHour: .* — did you mean "slaHours"\?/),
  ]);
});
