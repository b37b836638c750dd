import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { checkInput } from '../../src/core/definition/check-input.ts';
import { describeProblem } from '../../src/core/faults/problem.ts';
import { loadWorkflows } from '../../src/definitions/load-workflows.ts';
import { buildAgencySource } from '../support/definitions.ts';
import { defineForTest } from '../support/runs.ts';

const BLANKS = [
  ' ',
  '\u00A0\t',
  '\n',
  '\u200B',
  '\u2800',
  '\u3164',
  '\u00AD\u200D',
  '\uFEFF',
  '\u202E\u202C',
  '\u0301',
];
const step = { task: 'ask', role: 'Supervisor' };

function faultsOf(source: object): string[] {
  const checked = checkWorkflow({ name: 'x', steps: [step], ...source }, 'x.json', null);
  return checked.ok ? [] : checked.problems.map(describeProblem);
}

describe('a text that people are to read', () => {
  it.each(BLANKS)('is refused when it is made of blanks: %j', (blank) => {
    const field = { type: 'choice', label: 'A', choices: ['Yes', 'No'] };
    const places = {
      title: { title: blank },
      description: { description: blank },
      'steps[0].title': { steps: [{ ...step, title: blank }] },
      'input.a.label': { input: { a: { ...field, label: blank } } },
      'input.a.hint': { input: { a: { ...field, hint: blank } } },
      'input.a.choices[1]': { input: { a: { ...field, choices: ['Yes', blank] } } },
    };
    for (const [place, source] of Object.entries(places))
      expect(faultsOf(source)).toEqual([expect.stringContaining(`x.json: ${place}: `)]);
    const agency = buildAgencySource();
    const [crew, other] = agency.crews;
    const checked = checkAgency(
      { ...agency, name: blank, crews: [{ ...crew, name: blank }, other] },
      'agency.json',
    );
    expect(checked.ok ? [] : checked.problems.map(({ path }) => path)).toEqual(['name', 'crews[0].name']);
  });

  it('may be of any script, of signs and of pictures', () => {
    for (const title of ['Straße', 'سؤال', '街灯', '🚧', '?', '-', ' A '])
      expect(faultsOf({ title, steps: [{ ...step, title }] })).toEqual([]);
  });

  it('is no answer when it is made of blanks', () => {
    const text = { type: 'text', label: 'What?', required: true };
    const definition = defineForTest({ input: { text }, steps: [step] });
    for (const blank of BLANKS)
      expect(checkInput(definition, { text: blank })).toMatchObject({
        problems: [{ message: 'is required' }],
      });
  });
});

describe('a secret in an address', () => {
  const agents = (url: string) => {
    const checked = checkAgency({ ...buildAgencySource(), agents: [{ name: 'A', url }] }, 'agency.json');
    return checked.ok ? [] : checked.problems.map(describeProblem);
  };

  it.each([
    'http://user:S3CRET@host/x',
    'https://S3CRET@host/x?key=S3CRET',
    'http://user:S3CRET@[::1]:80/',
    'ftp://user:S3CRET@host',
    'http://host:99999/x?key=S3CRET',
  ])('%s is refused where a service is called, and not told', (url) => {
    const faults = agents(url);
    expect(faults).toEqual([expect.stringContaining('agency.json: agents[0].url: ')]);
    expect(faults.join('')).not.toContain('S3CRET');
  });

  it('is none in an address without one', () => {
    for (const url of ['https://host/x', 'http://localhost:80/a@b', 'https://host/?to=me@host'])
      expect(agents(url)).toEqual([]);
  });

  it.each(['http://user:S3CRET@host/x', 'see https://S3CRET@host', '//u:S3CRET@host'])(
    '%s is refused in a definition, which is kept with every run',
    (address) => {
      const call = { service: 'S', with: { deep: [{ address }] } };
      const faults = faultsOf({
        title: address,
        steps: [{ task: 'a', ...call, fallback: call, compensate: call }],
      });
      expect(faults.map((fault) => fault.split(': ')[1])).toEqual([
        'title',
        'steps[0].with.deep[0].address',
        'steps[0].fallback.with.deep[0].address',
        'steps[0].compensate.with.deep[0].address',
      ]);
      expect(faults.join('')).not.toContain('S3CRET');
    },
  );
});

describe('everything that is wrong', () => {
  it('is told at once: keys that exclude each other beside other faults', () => {
    const faults = faultsOf({
      slaHours: 4,
      sla: { within: '2d', onBreach: 'continue' },
      fallback: { service: 'S', agent: 'A' },
      input: { a: { type: 'text', label: ' ', choices: ['x'] } },
      steps: [
        { task: 'a', role: 'R', timeout: '900d' },
        { task: 'b', service: 'S', agent: 'A', timeout: 'soon' },
      ],
      severty: 5,
    });
    expect(faults.map((fault) => fault.split(': ')[1]).sort()).toEqual([
      'fallback',
      'input.a.choices',
      'input.a.label',
      'severty',
      'sla',
      'steps[0].timeout',
      'steps[1]',
      'steps[1].timeout',
    ]);
  });

  it('is told at once: a command that two files share beside other faults', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'definitions-'));
    try {
      const write = (name: string, source: object) => writeFile(join(folder, name), JSON.stringify(source));
      await write('a.json', { command: '/fix', steps: [step], slaHours: -1 });
      await write('b.json', { command: '/fix', steps: [{ ...step, timeout: 'soon' }] });
      const { problems } = await loadWorkflows(folder, { handlers: [], agency: null });
      expect(problems.map(({ file, path }) => `${file} ${path}`).sort()).toEqual([
        'a.json slaHours',
        'b.json command',
        'b.json steps[0].timeout',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
