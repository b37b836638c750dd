import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSeverityAgent } from '../../src/agents/severity-agent.ts';
import { checkAgency } from '../../src/core/check-agency.ts';
import { checkCollisions, checkWorkflow } from '../../src/core/check-workflow.ts';
import { type KnownNames, listKnownNames } from '../../src/core/known-names.ts';
import { describeProblem } from '../../src/core/problem.ts';
import { defineWorkflow } from '../../src/orchestrator/define-workflow.ts';
import { createNoticeService } from '../../src/services/notice-service.ts';
import { buildAgencySource, permissiveServices } from '../support/definitions.ts';

const known = buildKnown();

function buildKnown(): KnownNames {
  const checked = checkAgency(buildAgencySource(), 'agency.json');
  if (!checked.ok) throw new Error(checked.problems.map(describeProblem).join('\n'));
  return listKnownNames(
    [createSeverityAgent(), createNoticeService(), ...permissiveServices()],
    checked.agency,
  );
}

const assess = { task: 'assess', agent: 'SeverityAgent', with: { text: '$input.text' } };
const approve = { task: 'approve', role: 'Supervisor' };
const base = {
  name: 'repair',
  input: { text: { type: 'text', label: 'What?' } },
  steps: [assess, approve],
  slaHours: 48,
};

function problemsOf(source: unknown, fileName = 'repair.json') {
  const result = checkWorkflow(source, fileName, known);
  return result.ok ? [] : result.problems;
}

const withSteps = (...steps: unknown[]) => ({ ...base, steps });
const withStep = (extra: object) => withSteps({ ...assess, ...extra }, approve);
const withField = (field: object) => ({ ...base, input: { text: field } });

describe('a workflow definition', () => {
  it('is the seed’s JSON as it is, named after its file', () => {
    const seed = {
      steps: [
        { task: 'assessSeverity', agent: 'SeverityAgent' },
        { task: 'humanApproval', role: 'Supervisor' },
        { task: 'assignCrew', service: 'CrewScheduler' },
        { task: 'executeRepair', service: 'RepairService' },
      ],
      slaHours: 48,
    };
    const result = checkWorkflow(seed, 'repairWorkflow.json', known);
    expect(result).toMatchObject({
      ok: true,
      definition: { name: 'repairWorkflow', sla: { withinMs: 172_800_000 } },
    });
  });

  it.each<[string, unknown, string, RegExp, RegExp]>([
    ['no object', [], '(whole file)', /\[\]/, /an object/],
    ['without steps', { name: 'a' }, 'steps', /is missing/, /a list/],
    ['with no step', withSteps(), 'steps', /\[\]/, /at least 1 entry/],
    [
      'with an unknown key',
      { ...base, slaHour: 4 },
      'slaHour',
      /unknown key "slaHour"/,
      /did you mean "slaHours"/,
    ],
    [
      'with a mistyped handler',
      withSteps({ task: 'a', agnet: 'X' }),
      'steps[0].agnet',
      /unknown key/,
      /"agent"/,
    ],
    ['with a wrong type', { ...base, slaHours: '48' }, 'slaHours', /"48"/, /a number/],
    ['with a fraction', { ...base, version: 1.5 }, 'version', /1.5/, /a whole number/],
    [
      'without a task',
      withSteps({ agent: 'SeverityAgent' }),
      'steps[0].task',
      /is missing/,
      /text in quotes/,
    ],
    ['with a task used twice', withSteps(approve, approve), 'steps[1].task', /steps\[0\]/, /of its own/],
    [
      'with a reserved task',
      withSteps({ task: 'input', role: 'Supervisor' }),
      'steps[0].task',
      /reserved/,
      /"run"/,
    ],
    [
      'with a task no name',
      withSteps({ task: '1 a', role: 'Supervisor' }),
      'steps[0].task',
      /"1 a"/,
      /start with a letter/,
    ],
    [
      'with no handler',
      withSteps({ task: 'a' }),
      'steps[0]',
      /none/,
      /exactly one of "agent", "service" or "role"/,
    ],
    [
      'with two handlers',
      withSteps({ task: 'a', agent: 'SeverityAgent', role: 'Supervisor' }),
      'steps[0]',
      /has "agent", "role"/,
      /exactly one/,
    ],
    [
      'with an unknown agent',
      withStep({ agent: 'SevertyAgent' }),
      'steps[0].agent',
      /not known/,
      /mean "SeverityAgent"/,
    ],
    [
      'with an unknown service',
      withSteps({ task: 'a', service: 'Plumber' }),
      'steps[0].service',
      /"Plumber" is not known/,
      /known services: .*"NoticeService"/,
    ],
    [
      'with an unknown role',
      withSteps({ task: 'a', role: 'Supervisors' }),
      'steps[0].role',
      /not known/,
      /"Supervisor"\?/,
    ],
    [
      'with an unknown policy',
      { ...base, escalation: 'road' },
      'escalation',
      /"road"/,
      /did you mean "roads"/,
    ],
    [
      'with an unknown fallback',
      { ...base, fallback: { service: 'NotceService' } },
      'fallback.service',
      /not known/,
      /"NoticeService"/,
    ],
    [
      'with a fallback to two',
      withStep({ fallback: {} }),
      'steps[0].fallback',
      /none/,
      /"agent" or "service"/,
    ],
    [
      'with a fallback but no deadline',
      { ...base, slaHours: undefined, fallback: { service: 'NoticeService' } },
      'fallback',
      /never runs/,
      /slaHours/,
    ],
    [
      'with an undeclared input',
      withStep({ with: { text: '$input.txt' } }),
      'steps[0].with.text',
      /"\$input.txt" refers to an input that is not declared/,
      /did you mean "text"/,
    ],
    [
      'with an unknown task referred to',
      withStep({ with: { text: '$asess.summary' } }),
      'steps[0].with.text',
      /unknown task "asess"/,
      /known sources: "input", "run"/,
    ],
    [
      'with a later task referred to',
      withSteps({ task: 'tell', service: 'NoticeService', with: { text: '$assess.summary' } }, assess),
      'steps[0].with.text',
      /has not run by then/,
      /earlier task: none/,
    ],
    [
      'with a step that refers to itself',
      withStep({ when: { value: '$assess.severity', atLeast: 5 } }),
      'steps[0].when.value',
      /has not run/,
      /earlier/,
    ],
    [
      'with a condition on an unknown task',
      withSteps(assess, { ...approve, when: { all: [{ value: '$other.severity', atLeast: 5 }] } }),
      'steps[1].when.all[0].value',
      /unknown task "other"/,
      /"assess"/,
    ],
    [
      'with a condition on an unknown output',
      withSteps(assess, { ...approve, when: { value: '$assess.sevrity', atLeast: 5 } }),
      'steps[1].when.value',
      /an output that SeverityAgent does not give/,
      /did you mean "severity"/,
    ],
    [
      'with a condition that compares nothing',
      withStep({ when: { value: '$input.text' } }),
      'steps[0].when',
      /./,
      /equals, notEquals/,
    ],
    [
      'with a mistyped comparison',
      withStep({ when: { value: '$input.text', equal: 'a' } }),
      'steps[0].when.equal',
      /unknown key "equal"/,
      /did you mean "equals"/,
    ],
    [
      'with a reference to compare with',
      withStep({ when: { value: '$input.text', equals: '$run.id' } }),
      'steps[0].when.equals',
      /is a reference/,
      /only "value" takes a reference/,
    ],
    [
      'with half a reference',
      withStep({ with: { text: '$input.text please' } }),
      'steps[0].with.text',
      /not a whole reference/,
      /"\$\$"/,
    ],
    [
      'with an input the handler does not know',
      withStep({ with: { txt: 'a' } }),
      'steps[0].with.txt',
      /SeverityAgent does not know the input "txt"/,
      /did you mean "text"/,
    ],
    [
      'with an input left out',
      withSteps({ task: 'a', service: 'NoticeService', with: { channel: 'C0DISPATCH' } }),
      'steps[0].with',
      /NoticeService also needs "text"/,
      /add it/,
    ],
    [
      'with an input of the wrong type',
      withSteps({ task: 'a', service: 'NoticeService', with: { text: 5 } }),
      'steps[0].with.text',
      /5 does not fit NoticeService/,
      /string/,
    ],
    [
      'with a wrong duration',
      withStep({ timeout: '5 minutes' }),
      'steps[0].timeout',
      /"5 minutes"/,
      /"90s", "15m"/,
    ],
    [
      'with an endless timeout',
      withStep({ timeout: '999999d' }),
      'steps[0].timeout',
      /999999d/,
      /at most 366 days/,
    ],
    ['with a deadline too short', { ...base, slaHours: 1e-9 }, 'slaHours', /1e-9h/, /longer than zero/],
    ['with a negative deadline', { ...base, slaHours: -1 }, 'slaHours', /-1/, /more than 0/],
    ['with two deadlines', { ...base, sla: { within: '2d' } }, 'sla', /./, /either "slaHours" or "sla"/],
    [
      'with a step SLA beyond the run’s',
      withStep({ sla: { within: '3d' } }),
      'steps[0].sla.within',
      /longer/,
      /shorten/,
    ],
    [
      'with a warning after the end',
      withStep({ sla: { within: '1h', warnAt: 2 } }),
      'steps[0].sla.warnAt',
      /2/,
      /less than 1/,
    ],
    ['with no budget at all', { ...base, budget: { amount: 0 } }, 'budget.amount', /0/, /more than 0/],
    [
      'with a tenth of a cent',
      { ...base, budget: { amount: 1.005 } },
      'budget.amount',
      /1.005/,
      /two decimals/,
    ],
    [
      'with too many tries',
      withStep({ retry: { attempts: 99 } }),
      'steps[0].retry.attempts',
      /99/,
      /at most 20/,
    ],
    [
      'with an unknown skill',
      withStep({ requires: { skills: ['asfalt'] } }),
      'steps[0].requires.skills[0]',
      /not known/,
      /"asphalt"/,
    ],
    [
      'with skills no crew has together',
      withStep({ requires: { skills: ['asphalt', 'electric'] } }),
      'steps[0].requires.skills',
      /no crew has all/,
      /split/,
    ],
    [
      'with an unknown material',
      withStep({ requires: { materials: [{ material: 'gold', quantity: 1 }] } }),
      'steps[0].requires.materials[0].material',
      /not known/,
      /known materials/,
    ],
    [
      'with our own command',
      { ...base, command: '/crewline' },
      'command',
      /belongs to the product/,
      /choose another/,
    ],
    ['with no slash command', { ...base, command: 'repair' }, 'command', /"repair"/, /such as "\/repair"/],
    [
      'with an unknown field type',
      withField({ type: 'txt', label: 'A' }),
      'input.text.type',
      /"txt"/,
      /mean "text"/,
    ],
    [
      'with a choice of nothing',
      withField({ type: 'choice', label: 'A' }),
      'input.text.choices',
      /./,
      /list "choices"/,
    ],
    [
      'with a choice twice',
      withField({ type: 'choice', label: 'A', choices: ['a', 'a'] }),
      'input.text.choices',
      /twice/,
      /once/,
    ],
    [
      'with a default that is no choice',
      withField({ type: 'choice', label: 'A', choices: ['Yes', 'No'], default: 'Yess' }),
      'input.text.default',
      /"Yess"/,
      /did you mean "Yes"/,
    ],
    [
      'with a default of another type',
      withField({ type: 'number', label: 'A', default: 'x' }),
      'input.text.default',
      /"x"/,
      /a number/,
    ],
    [
      'with a field no name',
      { ...base, input: { 'a b': { type: 'text', label: 'A' } } },
      'input["a b"]',
      /a b/,
      /letters/,
    ],
    [
      'with 26 fields',
      {
        ...base,
        input: Object.fromEntries(
          Array.from({ length: 26 }, (_, n) => [n ? `f${n}` : 'text', { type: 'text', label: 'A' }]),
        ),
      },
      'input',
      /26 fields/,
      /at most 25/,
    ],
  ])('%s is refused with place and remedy', (_, source, path, wrong, right) => {
    const problems = problemsOf(source);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]).toMatchObject({
      file: 'repair.json',
      wrong: expect.stringMatching(wrong),
      right: expect.stringMatching(right),
    });
  });

  it('reports every fault at once', () => {
    const paths = problemsOf({ ...withStep({ agent: 'X', timeout: '900d' }), escalation: 'none' }).map(
      ({ path }) => path,
    );
    expect(paths.sort()).toEqual(['escalation', 'steps[0].agent', 'steps[0].timeout']);
  });

  it('may refer to any input when it declares none', () => {
    expect(problemsOf({ steps: [{ ...assess, with: { text: '$input.anything' } }] })).toEqual([]);
  });

  it('needs a name when the file has none to give', () => {
    expect(problemsOf({ steps: [approve] }, '1 repair.json')[0]).toMatchObject({ path: 'name' });
  });

  it('may say $$ for a dollar sign and give lists to a service that takes anything', () => {
    const step = { task: 'a', service: 'CrewScheduler', with: { skills: ['asphalt'], text: '$$input' } };
    expect(problemsOf(withSteps(assess, step))).toEqual([]);
  });

  it('must not share a name or a command with another file', () => {
    const load = (file: string, extra: object) => {
      const result = checkWorkflow({ ...base, command: '/repair', ...extra }, file, known);
      return result.ok ? [{ file, definition: result.definition }] : [];
    };
    const problems = checkCollisions([
      ...load('a.json', {}),
      ...load('b.json', {}),
      ...load('c.json', { name: 'other' }),
    ]);
    expect(problems.map(({ file, path }) => `${file} ${path}`)).toEqual([
      'b.json name',
      'b.json command',
      'c.json command',
    ]);
    expect(problems[2]?.wrong).toBe('"/repair" is already the command of a.json');
  });

  it('is the same as code: typed, checked at once, every fault in one error', () => {
    const source = { name: 'paint', steps: [{ task: 'decide', role: 'Supervisor' }] };
    expect(defineWorkflow(source)).toBe(source);
    const faulty = () => defineWorkflow({ name: 'paint', slaHours: -1, steps: [{ task: 'decide' }] });
    expect(faulty).toThrow(expect.objectContaining({ code: 'workflow.invalid' }));
    expect(faulty).toThrow(/paint: steps\[0\]: .*\npaint: slaHours: /);
  });

  it('knows the fields of a handler behind refinements and defaults, and none of one that takes anything', () => {
    const handler = {
      kind: 'service',
      name: 'Strict',
      input: z.strictObject({ a: z.string() }).refine(() => true),
      output: z.unknown(),
    } as const;
    const names = { ...known, services: new Map([['Strict', handler]]) };
    const result = checkWorkflow(
      { steps: [{ task: 'a', service: 'Strict', with: { b: 1 } }] },
      'x.json',
      names,
    );
    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual([
      'steps[0].with.b',
      'steps[0].with',
    ]);
  });
});

describe('an agency', () => {
  const agency = buildAgencySource();
  it.each<[string, object, string, RegExp]>([
    ['an unknown key', { nme: 'x' }, 'nme', /"name"/],
    ['no such time zone', { timeZone: 'Riverton' }, 'timeZone', /IANA/],
    [
      'a depot that is not there',
      { crews: [{ ...agency.crews[0], depot: 'nrth' }] },
      'crews[0].depot',
      /mean "north"/,
    ],
    ['a crew twice', { crews: [agency.crews[0], agency.crews[0]] }, 'crews[1].id', /every name once/],
    [
      'unknown stock',
      { depots: [{ id: 'north', name: 'N', stock: [{ material: 'sand', quantity: 1 }] }] },
      'depots[0].stock[0].material',
      /known materials/,
    ],
    [
      'a page to nobody',
      { escalationPolicies: [{ name: 'roads', levels: [{ notify: { role: 'Boss' } }] }] },
      'escalationPolicies[0].levels[0].notify.role',
      /known roles/,
    ],
    [
      'a page to two',
      {
        escalationPolicies: [{ name: 'roads', levels: [{ notify: { role: 'Supervisor', user: 'U0LIND' } }] }],
      },
      'escalationPolicies[0].levels[0].notify',
      /exactly one/,
    ],
    ['an unknown default policy', { defaultEscalation: 'road' }, 'defaultEscalation', /"roads"/],
    [
      'a shift that starts at the end',
      { crews: [{ ...agency.crews[0], shifts: [{ days: ['mon'], start: '24:00', end: '08:00' }] }] },
      'crews[0].shifts[0].start',
      /"00:00"/,
    ],
  ])('with %s is refused with place and remedy', (_, change, path, right) => {
    const result = checkAgency({ ...agency, ...change }, 'agency.json');
    expect(result).toMatchObject({
      ok: false,
      problems: [{ file: 'agency.json', path, right: expect.stringMatching(right) }],
    });
  });
});
