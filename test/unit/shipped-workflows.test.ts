import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSeverityAgent } from '../../src/agents/severity-agent.ts';
import { listFields } from '../../src/core/checks/known-names.ts';
import { checkFolder, checkPath } from '../../src/definitions/check-folder.ts';
import { loadAgency } from '../../src/definitions/load-agency.ts';
import { loadWorkflows } from '../../src/definitions/load-workflows.ts';
import { renderSchemas } from '../../src/definitions/workflow-schema.ts';
import { listBuiltInHandlers } from '../../src/handlers/built-in-handlers.ts';
import { createHandlerRegistry } from '../../src/handlers/handler-registry.ts';
import { createNoticeService } from '../../src/services/notice-service.ts';
import { permissiveServices } from '../support/definitions.ts';
import { buildStepContext } from '../support/step-context.ts';

const handlers = [createSeverityAgent(), createNoticeService(), ...permissiveServices()];
const AGENCY = 'workflows/agency.json';

async function load(folder: string) {
  const agency = await loadAgency(AGENCY);
  if (!agency.ok) throw new Error(JSON.stringify(agency.problems));
  return loadWorkflows(folder, { handlers, agency: agency.agency });
}

describe('the shipped definitions', () => {
  it('load without a problem', async () => {
    const { definitions, problems } = await load('workflows');
    expect(problems).toEqual([]);
    expect(definitions.map(({ name, command }) => [name, command])).toEqual([
      ['drill', '/drill'],
      ['repairWorkflow', '/repair'],
      ['streetLightOutage', '/streetlight'],
    ]);
  });

  it('stand beside pages for people, which are taken for none', async () => {
    const { files } = await load('workflows');
    expect(await readdir('workflows')).toEqual(expect.arrayContaining(['README.md', 'PEOPLE.md']));
    expect([...files.keys()]).toEqual(['drill.json', 'repairWorkflow.json', 'streetLightOutage.json']);
  });

  it('keep the promises of the story: the seed’s four steps, 48 hours, and a drill of two minutes', async () => {
    const { definitions } = await load('workflows');
    const [drill, repair] = definitions;
    expect(repair?.steps.map((step) => step.task)).toEqual([
      'assessSeverity',
      'humanApproval',
      'assignCrew',
      'executeRepair',
    ]);
    expect(repair).toMatchObject({
      sla: { withinMs: 48 * 3_600_000 },
      budget: { limitCents: 250_000 },
      escalation: 'roads',
    });
    expect(drill).toMatchObject({ sla: { withinMs: 120_000 }, escalation: 'drill' });
  });

  it.each(Object.entries(renderSchemas()))(
    'come with a current %s (else run npm run workflows:schema)',
    async (name, text) => {
      expect(await readFile(join('workflows', name), 'utf8')).toBe(text);
    },
  );

  it('tell editors, for each place that calls a built-in service, which inputs it takes', () => {
    interface Node {
      [key: string]: unknown;
    }
    const schema = JSON.parse(renderSchemas()['workflow.schema.json']) as Node & {
      $defs: Record<string, Node>;
    };
    const nodes = (node: unknown): Node[] =>
      typeof node === 'object' && node !== null
        ? [node as Node, ...Object.values(node).flatMap((child) => nodes(child))]
        : [];
    const calls = nodes(schema).filter(({ properties }) => {
      const { service, with: inputs } = (properties ?? {}) as Node;
      return service !== undefined && inputs !== undefined;
    });
    expect(calls.length).toBeGreaterThanOrEqual(2);
    for (const { allOf } of calls)
      expect(JSON.stringify(allOf)).toMatch(
        /"service":{"const":"CrewScheduler"}.*"#\/\$defs\/withCrewScheduler"/,
      );
    const inputs = schema.$defs.withCrewScheduler?.properties as Record<string, Node>;
    const scheduler = listBuiltInHandlers().find(({ name }) => name === 'CrewScheduler');
    expect(Object.keys(inputs)).toEqual(Object.keys(listFields(scheduler?.input ?? z.unknown()) ?? {}));
    for (const { description } of Object.values(inputs)) expect(description).toEqual(expect.any(String));
    expect(inputs.durationMinutes?.anyOf).toContainEqual({ type: 'string', pattern: '^\\$[A-Za-z]' });
  });

  it.each(['agency', 'drill', 'repairWorkflow', 'streetLightOutage'])(
    '%s points editors at its schema',
    async (name) => {
      const { $schema } = JSON.parse(await readFile(`workflows/${name}.json`, 'utf8'));
      expect(Object.keys(renderSchemas()).map((schema) => `./${schema}`)).toContain($schema);
    },
  );
});

describe('a folder of definitions', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crewline-workflows-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (file: string, text: string | Uint8Array) => writeFile(join(folder, file), text);

  it.each([
    [
      '{\n  "steps": [\n    { "task": "a", }\n  ]\n}',
      'line 3, column 20',
      /unexpected "}" in `\{ "task": "a", \}`/,
    ],
    ['{\n  // a comment\n}', 'line 2, column 3', /unexpected "\/"/],
    ['{ "slaHours": 4, "steps": [nope] }', 'line 1, column 29', /unexpected "o"/],
    ['{ "steps": [', 'line 1, column 13', /ends too early/],
    ['', 'line 1, column 1', /ends too early/],
    ['{ "a": 1 } x', 'line 1, column 12', /unexpected "x"/],
  ])('is told where malformed JSON goes wrong: %j at %s', async (text, path, wrong) => {
    await write('broken.json', text);
    const { definitions, problems } = await load(folder);
    expect(definitions).toEqual([]);
    expect(problems).toEqual([
      {
        file: 'broken.json',
        path,
        wrong: expect.stringMatching(wrong),
        right: expect.stringContaining('comma'),
      },
    ]);
  });

  it('is read as UTF-8 or UTF-16; another encoding is refused by its line, and never stored with wrong letters', async () => {
    const text =
      '{\n  "name": "cafe",\n  "title": "Café",\n  "steps": [{ "task": "a", "role": "Supervisor" }]\n}';
    await write('wide.json', Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect((await load(folder)).definitions).toMatchObject([{ title: 'Café' }]);
    await write('wide.json', Buffer.from(text, 'latin1'));
    await write('code.workflow.mjs', Buffer.from('export const workflow = {};\n// caf\xe9', 'latin1'));
    expect((await load(folder)).problems).toMatchObject([
      { file: 'code.workflow.mjs', path: 'line 2', wrong: 'byte 0xE9 in line 2 is not UTF-8' },
      { file: 'wide.json', path: 'line 3', right: 'save the file as UTF-8' },
    ]);
  });

  it('loads what is right beside what is wrong, and neither the agency nor a schema', async () => {
    await cp('workflows', folder, { recursive: true });
    await write('wrong.json', '{}');
    const { definitions, problems } = await load(folder);
    expect(definitions).toHaveLength(3);
    expect(problems.map(({ file, path }) => [file, path])).toEqual([['wrong.json', 'steps']]);
  });

  it('holds definitions as code too', async () => {
    await write(
      'paint.workflow.mjs',
      "export const workflow = { steps: [{ task: 'decide', role: 'Supervisor' }] };",
    );
    const { definitions, problems } = await load(folder);
    expect(problems).toEqual([]);
    expect(definitions[0]).toMatchObject({
      name: 'paint',
      steps: [{ task: 'decide', handler: 'Supervisor' }],
    });
  });

  it('says what is wrong with code', async () => {
    await write('a.workflow.mjs', 'export const flow = {};');
    await write('b.workflow.mjs', "throw new Error('no paint');");
    await write('c.workflow.mjs', "export const workflow = { steps: [{ task: 'decide', role: 'Boss' }] };");
    await write('d.workflow.ts', '');
    const { problems } = await load(folder);
    expect(problems.map(({ file, path, wrong }) => `${file}: ${path}: ${wrong}`)).toEqual([
      'a.workflow.mjs: (whole file): it has no export "workflow"',
      'b.workflow.mjs: (whole file): it cannot be imported (no paint)',
      'c.workflow.mjs: steps[0].role: "Boss" is not known',
      'd.workflow.ts: (whole file): TypeScript cannot be loaded',
    ]);
  });

  it('keeps the first of two definitions with one command', async () => {
    const text = JSON.stringify({ command: '/paint', steps: [{ task: 'decide', role: 'Supervisor' }] });
    await write('a.json', text);
    await write('b.json', text);
    const { definitions, problems } = await load(folder);
    expect(definitions.map(({ name }) => name)).toEqual(['a']);
    expect(problems).toMatchObject([{ file: 'b.json', path: 'command' }]);
  });

  it('holds versions side by side, only the newest with its command, and workflows that start each other', async () => {
    const inner = { task: 'call', workflow: { workflow: 'road' } };
    await write(
      'old.json',
      JSON.stringify({ name: 'road', command: '/road', steps: [{ task: 'a', role: 'Supervisor' }] }),
    );
    await write(
      'new.json',
      JSON.stringify({
        name: 'road',
        version: 2,
        command: '/road',
        steps: [{ task: 'b', role: 'Supervisor' }],
      }),
    );
    await write('outer.json', JSON.stringify({ steps: [inner] }));
    const { definitions, problems } = await load(folder);
    expect(problems).toEqual([]);
    expect(definitions.map(({ name, version, command }) => [name, version, command])).toEqual([
      ['road', 2, '/road'],
      ['road', 1, null],
      ['outer', 1, null],
    ]);
    await write('outer.json', JSON.stringify({ steps: [{ ...inner, workflow: { workflow: 'roads' } }] }));
    expect((await load(folder)).problems).toMatchObject([
      { path: 'steps[0].workflow.workflow', right: expect.stringContaining('mean "road"') },
    ]);
  });

  it('must exist', async () => {
    expect((await load(join(folder, 'none'))).problems).toMatchObject([
      { wrong: 'the folder cannot be read' },
    ]);
  });

  it('is checked with one line a definition, or one a problem', async () => {
    const good = await checkFolder('workflows', AGENCY, handlers);
    expect(good.ok).toBe(true);
    expect(good.report.split('\n')[1]).toBe(
      'repairWorkflow version 1 /repair: assessSeverity > humanApproval > assignCrew > executeRepair',
    );
    await write('wrong.json', '{ "steps": [{ "task": "a", "role": "Boss" }] }');
    expect(await checkFolder(folder, AGENCY, handlers)).toEqual({
      ok: false,
      report: expect.stringMatching(
        /^wrong.json: steps\[0\].role: "Boss" is not known — use one of the known roles: "Supervisor"/,
      ),
    });
    const noAgency = await checkFolder(folder, join(folder, 'agency.json'), handlers);
    expect(noAgency).toMatchObject({
      ok: false,
      report: expect.stringMatching(/agency.json: .*cannot be read/),
    });
  });

  it('is told everything that is wrong at once, in the agency’s file and in the definitions', async () => {
    const agency = JSON.parse(await readFile(AGENCY, 'utf8'));
    agency.crews[0].depot = 'nroth-yard';
    agency.crews[1].lead = 'bob';
    agency.crews[2].skils = ['asphalt'];
    agency.depots[1].latitude = 95;
    await write('agency.json', JSON.stringify(agency));
    const steps = [
      { task: 'decide', role: 'Boss', retrry: {} },
      { task: 'tell', service: 'NoticeService', with: { text: '$nobody.said' } },
    ];
    await write('wrong.json', JSON.stringify({ steps }));
    const { ok, report } = await checkFolder(folder, join(folder, 'agency.json'), handlers);
    expect(ok).toBe(false);
    expect(report.split('\n').map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'agency.json crews[1].lead',
      'agency.json crews[2].skils',
      'agency.json crews[0].depot',
      'agency.json depots[1].latitude',
      'wrong.json steps[0].retrry',
      'wrong.json steps[0].role',
      'wrong.json steps[1].with.text',
    ]);
  });

  it('is not told what only follows from something that cannot be read', async () => {
    const agency = JSON.parse(await readFile(AGENCY, 'utf8'));
    delete agency.roles;
    agency.depots[0].id = 'north yard';
    await write('agency.json', JSON.stringify(agency));
    await write('fine.json', JSON.stringify({ steps: [{ task: 'decide', role: 'Supervisor' }] }));
    const { report } = await checkFolder(folder, join(folder, 'agency.json'), handlers);
    expect(report.split('\n').map((line) => line.split(': ')[1])).toEqual(['roles', 'depots[0].id']);
    await write('agency.json', '{ "crews": [');
    const broken = await checkFolder(folder, join(folder, 'agency.json'), handlers);
    expect(broken.report).toMatch(/^agency\.json: line 1, column \d+: not valid JSON.*$/);
    await write('agency.json', '{ "crews": [],\n  "name": "A", "crews": [] }');
    const twice = await checkFolder(folder, join(folder, 'agency.json'), handlers);
    expect(twice.report).toMatch(/^agency\.json: line 2, column 16: "crews" is there twice in one object.*$/);
  });

  it('is checked by one of its files, too, and a path that is none is named', async () => {
    const check = (path: string) => checkPath(path, { usual: join(folder, 'agency.json') }, handlers);
    expect(await check('workflows')).toMatchObject({ ok: true, report: expect.stringMatching(/\n.*\n/) });
    expect(await check(AGENCY)).toEqual({
      ok: true,
      report: 'agency.json: Riverton Public Works, 4 crews, 3 depots, 3 roles',
    });
    expect(await check('workflows/drill.json')).toMatchObject({
      ok: true,
      report: expect.stringMatching(/^drill version 1.*$/),
    });
    await write('agency.json', await readFile(AGENCY, 'utf8'));
    await write('fine.json', JSON.stringify({ steps: [{ task: 'decide', role: 'Supervisor' }] }));
    await write('wrong.json', JSON.stringify({ steps: [{ task: 'decide', role: 'Boss' }] }));
    expect(await check(join(folder, 'fine.json'))).toMatchObject({ ok: true });
    expect(await check(join(folder, 'wrong.json'))).toMatchObject({
      ok: false,
      report: expect.stringMatching(/^wrong\.json: steps\[0\]\.role.*$/),
    });
    for (const path of [join(folder, 'none.json'), 'workflows/local-slack.yaml'])
      expect(await check(path)).toMatchObject({ ok: false, report: expect.stringContaining(path) });
  });

  it('is checked against the usual agency when it has none, or the one chosen, and never against none', async () => {
    const [fine, wrong] = [join(folder, 'fine.json'), join(folder, 'wrong.json')];
    await write('fine.json', JSON.stringify({ steps: [{ task: 'decide', role: 'Supervisor' }] }));
    await write('wrong.json', JSON.stringify({ steps: [{ task: 'decide', role: 'Boss' }] }));
    const none = join(folder, 'none.json');
    for (const places of [{ usual: AGENCY }, { chosen: AGENCY, usual: none }]) {
      expect(await checkPath(fine, places, handlers)).toEqual({
        ok: true,
        report: `fine version 1: decide\n(names are those of ${AGENCY})`,
      });
      expect(await checkPath(wrong, places, handlers)).toMatchObject({
        ok: false,
        report: expect.stringContaining('"Boss" is not known'),
      });
      expect(await checkPath(folder, places, handlers)).toMatchObject({
        ok: false,
        report: expect.stringContaining('"Boss" is not known'),
      });
    }
    for (const path of [fine, folder])
      expect(await checkPath(path, { usual: none }, handlers)).toMatchObject({
        ok: false,
        report: expect.stringMatching(/agency\.json: .*cannot be read/),
      });
    expect((await checkPath(fine, { usual: none }, handlers)).report).toMatch(/skills.* were not checked/);
  });

  it('is not fine when it is empty', async () => {
    expect(await checkFolder(folder, AGENCY, handlers)).toMatchObject({ ok: false });
  });
});

describe('the handler registry', () => {
  it('finds handlers by kind and name, and none by the other kind', () => {
    const notice = createNoticeService();
    const registry = createHandlerRegistry([createSeverityAgent(), notice]);
    expect(registry.find('service', 'NoticeService')).toBe(notice);
    expect(registry.find('agent', 'NoticeService')).toBeNull();
    expect(registry.find('agent', 'constructor')).toBeNull();
    expect(registry.names('agent')).toEqual(['SeverityAgent']);
    expect(registry.list()).toHaveLength(2);
  });

  it('refuses two of one name', () => {
    expect(() => createHandlerRegistry([createNoticeService(), createNoticeService()])).toThrow(
      /Two handlers/,
    );
  });

  it('hands notices on as they are to be posted', async () => {
    const service = createNoticeService();
    expect(await service.execute({ text: 'Hello' }, buildStepContext())).toEqual({
      kind: 'done',
      output: { channel: null, text: 'Hello' },
    });
    expect(service.input.safeParse({ text: '  ' }).success).toBe(false);
  });
});
