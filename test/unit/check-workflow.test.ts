import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSeverityAgent } from '../../src/agents/severity-agent.ts';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { checkCollisions, checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { type KnownNames, listKnownNames } from '../../src/core/checks/known-names.ts';
import { describeProblem } from '../../src/core/faults/problem.ts';
import { defineWorkflow } from '../../src/definitions/define-workflow.ts';
import { listBuiltInHandlers } from '../../src/handlers/built-in-handlers.ts';
import { createNoticeService } from '../../src/services/notice-service.ts';
import { buildAgencySource, permissiveServices } from '../support/definitions.ts';
import { SEED } from '../support/runs.ts';

const known = buildKnown();

function buildKnown(): KnownNames {
  const checked = checkAgency(buildAgencySource(), 'agency.json');
  if (!checked.ok) throw new Error(checked.problems.map(describeProblem).join('\n'));
  return listKnownNames(
    [createSeverityAgent(), createNoticeService(), ...permissiveServices()],
    checked.agency,
    ['repair', 'inspect'],
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
const tell = (text: string, task = 'tell') => ({ task, service: 'NoticeService', with: { text } });
const both = (branches: object, extra: object = {}) => ({ task: 'both', parallel: { branches, ...extra } });
const each = (items: unknown, ...steps: unknown[]) => ({ task: 'each', forEach: { items, steps } });
const each2 = (items: unknown, ...steps: unknown[]) => ({ ...each(items, ...steps), task: 'each2' });
const choose = (steps: unknown[], extra: object = {}) => ({
  task: 'choose',
  switch: { cases: [{ when: { value: '$input.text', exists: true }, steps }], ...extra },
});
const withField = (field: object) => ({ ...base, input: { text: field } });

describe('a workflow definition', () => {
  it('is the seed’s JSON as it is, named after its file', () => {
    const result = checkWorkflow(SEED, 'repairWorkflow.json', known);
    expect(result).toMatchObject({
      ok: true,
      definition: { name: 'repairWorkflow', sla: { withinMs: 172_800_000 } },
    });
  });

  const assign = { task: 'assign', service: 'CrewScheduler' };
  const repair = { task: 'repair', service: 'RepairService' };
  const inChild = { task: 'child', workflow: { workflow: 'inspect' } };

  it.each<[string, unknown[], string]>([
    ['and nobody asks for a crew', [assess, approve, repair], 'steps[2]'],
    ['before the crew is asked for', [repair, assign], 'steps[0]'],
    ['after a sub-workflow, whose crew is its own', [inChild, repair], 'steps[1]'],
    ['in a branch', [both({ a: [repair], b: [assess] })], 'steps[0].parallel.branches.a[0]'],
    ['for each item', [each(['$input.text'], repair)], 'steps[0].forEach.steps[0]'],
    [
      'in another case than the crew',
      [choose([assign], { otherwise: [repair] })],
      'steps[0].switch.otherwise[0]',
    ],
  ])('that tracks work %s is refused as its run would be', (_, steps, place) => {
    expect(problemsOf(withSteps(...steps))).toEqual([
      {
        file: 'repair.json',
        path: `${place}.service`,
        wrong: 'no crew was asked for',
        right: 'put a step with the service “CrewScheduler” before this one',
      },
    ]);
  });

  it.each<[string, unknown[]]>([
    ['before it', [assign, repair]],
    ['before it, perhaps', [choose([assign]), repair]],
    ['in a step’s fallback', [{ ...assess, fallback: { service: 'CrewScheduler' } }, repair]],
    ['in a step’s compensation', [{ ...assess, compensate: { service: 'CrewScheduler' } }, repair]],
    ['in another branch', [both({ a: [assign], b: [repair] })]],
    ['for an earlier item', [each(['a', 'b'], repair, assign)]],
  ])('may track work when a crew is asked for %s', (_, steps) => {
    expect(problemsOf(withSteps(...steps))).toEqual([]);
  });

  it.each<[string, object]>([
    ['a mistyped name', { service: 'CrewSchedular' }],
    ['a form that cannot be read', { service: 'CrewScheduler', role: 'Supervisor' }],
  ])('that tracks work is not refused for a crew that is asked for by %s', (_, step) => {
    const problems = problemsOf(withSteps({ task: 'assign', ...step }, repair));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toMatch(/^steps\[0\]/);
  });

  it.each<[string, unknown[]]>([
    ['a fallback', [{ ...repair, fallback: { service: 'NoticeService', with: { text: 'a' } } }]],
    ['another branch', [both({ a: [repair], b: [assess] }, { join: 'any' })]],
    [
      'the fallback of all branches',
      [{ ...both({ a: [repair] }), fallback: { service: 'NoticeService', with: { text: 'a' } } }],
    ],
  ])('may track work without a crew when %s makes up for it', (_, steps) => {
    expect(problemsOf(withSteps(...steps))).toEqual([]);
  });

  it.each([
    ['a mistyped "any"', { not: { ani: [{ value: '$input.text', exists: true }] } }, 'not.ani', 'any'],
    [
      'one of several that are wrong',
      { any: [{ vlue: 1 }, { value: '$input.text', atLest: 5 }, { exists: 1 }, {}] },
      'any[1].atLest',
      'atLeast',
    ],
  ])('is told in its conditions the key that was meant by %s', (_, when, path, meant) => {
    expect(problemsOf(withStep({ when }))).toContainEqual({
      file: 'repair.json',
      path: `steps[0].when.${path}`,
      wrong: expect.stringMatching(/^unknown key/),
      right: expect.stringContaining(`did you mean "${meant}"`),
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
      'with a mistyped comparison in a list of conditions',
      withStep({ when: { any: [{ value: '$input.text', atLest: 5 }] } }),
      'steps[0].when.any[0].atLest',
      /unknown key "atLest"/,
      /did you mean "atLeast"/,
    ],
    [
      'with a mistyped comparison at any depth of conditions',
      withStep({ when: { all: [{ any: [{ not: { value: '$input.text', atLest: 5 } }] }] } }),
      'steps[0].when.all[0].any[0].not.atLest',
      /unknown key "atLest"/,
      /did you mean "atLeast"/,
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
      /^write "5"$/,
    ],
    [
      'with a wrong duration',
      withStep({ timeout: '5 minutes' }),
      'steps[0].timeout',
      /"5 minutes"/,
      /^write "5m"$/,
    ],
    ['with what is no duration', withStep({ timeout: 'soon' }), 'steps[0].timeout', /"soon"/, /"90s", "15m"/],
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
      'with a choice that reads like another',
      withField({ type: 'choice', label: 'A', choices: ['Elevé', 'b', 'ÉLEVE '] }),
      'input.text.choices',
      /read the same/,
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
    [
      'with a task used twice, deep inside',
      withSteps(assess, both({ traffic: [choose([tell('a', 'assess')])] })),
      'steps[1].parallel.branches.traffic[0].switch.cases[0].steps[0].task',
      /also the task of steps\[0\]/,
      /of its own/,
    ],
    [
      'with a task named like an item',
      withSteps(each(['a'], tell('a', 'item'))),
      'steps[0].forEach.steps[0].task',
      /reserved/,
      /"index"/,
    ],
    [
      'with a task named like a step of an iteration',
      withSteps({ ...approve, task: 'approve@1' }),
      'steps[0].task',
      /"approve@1"/,
      /letters, digits/,
    ],
    [
      'with an unknown agent in a branch',
      withSteps(both({ traffic: [{ task: 'a', agent: 'Severity' }] })),
      'steps[0].parallel.branches.traffic[0].agent',
      /"Severity" is not known/,
      /known agents/,
    ],
    [
      'with an unknown role for every item',
      withSteps(each(['a'], { task: 'a', role: 'Mayor' })),
      'steps[0].forEach.steps[0].role',
      /"Mayor"/,
      /known roles/,
    ],
    [
      'with an unknown service otherwise',
      withSteps(choose([tell('a')], { otherwise: [{ task: 'a', service: 'Plumber' }] })),
      'steps[0].switch.otherwise[0].service',
      /"Plumber"/,
      /known services/,
    ],
    [
      'with a mistyped key in a branch',
      withSteps(both({ traffic: [{ ...tell('a'), tmeout: '1s' }] })),
      'steps[0].parallel.branches.traffic[0].tmeout',
      /unknown key/,
      /mean "timeout"/,
    ],
    [
      'with a step of two kinds',
      withSteps({ ...both({ a: [tell('a')] }), agent: 'SeverityAgent' }),
      'steps[0]',
      /has "agent", "parallel"/,
      /exactly one/,
    ],
    [
      'with an unknown compensation',
      withStep({ compensate: { service: 'Undoer' } }),
      'steps[0].compensate.service',
      /"Undoer"/,
      /known services/,
    ],
    [
      'with a compensation that refers to a later step',
      withSteps(
        { ...assess, compensate: { service: 'NoticeService', with: { text: '$tell.text' } } },
        tell('a'),
      ),
      'steps[0].compensate.with.text',
      /has not run/,
      /earlier task: "assess"/,
    ],
    [
      'with skills no crew has, in a branch',
      withSteps(both({ traffic: [{ ...tell('a'), requires: { skills: ['magic'] } }] })),
      'steps[0].parallel.branches.traffic[0].requires.skills[0]',
      /"magic"/,
      /known skills/,
    ],
    [
      'with a reference into another branch',
      withSteps(both({ one: [assess], two: [tell('$assess.summary')] })),
      'steps[0].parallel.branches.two[0].with.text',
      /"assess", which has not run by then/,
      /earlier task: none/,
    ],
    [
      'with a reference to the container it is in',
      withSteps(both({ one: [tell('$both.one')] })),
      'steps[0].parallel.branches.one[0].with.text',
      /"both", which has not run/,
      /earlier/,
    ],
    [
      'with a reference into a loop that is over',
      withSteps(each(['a'], assess), tell('$assess.summary')),
      'steps[1].with.text',
      /runs once for each item of "each"/,
      /"\$each.items"/,
    ],
    [
      'with an output a loop does not give',
      withSteps(each(['a'], assess), tell('$each.item')),
      'steps[1].with.text',
      /an output that each does not give/,
      /mean "items"/,
    ],
    [
      'with a branch that is not there referred to',
      withSteps(both({ traffic: [assess] }), tell('$both.trafic')),
      'steps[1].with.text',
      /an output that both does not give/,
      /mean "traffic"/,
    ],
    [
      'with an item outside a loop',
      withSteps(each(['a'], tell('$item')), tell('$item.name', 'after')),
      'steps[1].with.text',
      /"\$item.name" refers to an item, and is in no "forEach"/,
      /inside a "forEach"/,
    ],
    [
      'with an index in the list itself',
      withSteps(each('$index', tell('a'))),
      'steps[0].forEach.items',
      /an item, and is in no/,
      /inside/,
    ],
    [
      'with a list that is none',
      withSteps(each('lamps', tell('a'))),
      'steps[0].forEach.items',
      /"lamps" is no list/,
      /a reference to one/,
    ],
    [
      'with no list at all',
      withSteps({ task: 'each', forEach: { steps: [tell('a')] } }),
      'steps[0].forEach.items',
      /no list|is missing/,
      /./,
    ],
    [
      'with a case on an unknown task',
      withSteps({ task: 'c', switch: { cases: [{ when: { value: '$x.y', equals: 1 }, steps: [approve] }] } }),
      'steps[0].switch.cases[0].when.value',
      /unknown task "x"/,
      /known sources/,
    ],
    [
      'with a key that refers to nothing',
      withSteps({ task: 'w', wait: { event: 'permit', key: '$permit.id' } }),
      'steps[0].wait.key',
      /unknown task "permit"/,
      /known sources/,
    ],
    [
      'with a retry of people',
      withSteps({ ...approve, retry: { attempts: 2 } }),
      'steps[0].retry',
      /only an agent, a service or a workflow/,
      /leave it out/,
    ],
    [
      'with a retry of a container, inside',
      withSteps(choose([{ ...both({ a: [approve] }), retry: { attempts: 2 } }])),
      'steps[0].switch.cases[0].steps[0].retry',
      /only an agent/,
      /inside/,
    ],
    [
      'with an endless wait inside',
      withSteps(each(['a'], { task: 'w', wait: { for: '999d' } })),
      'steps[0].forEach.steps[0].wait.for',
      /"999d"/,
      /at most 366 days/,
    ],
    [
      'with an endless total',
      withStep({ totalTimeout: '999d' }),
      'steps[0].totalTimeout',
      /"999d"/,
      /at most 366 days/,
    ],
    [
      'with an endless longest wait',
      withStep({ retry: { attempts: 2, longest: '999d' } }),
      'steps[0].retry.longest',
      /"999d"/,
      /at most 366 days/,
    ],
    [
      'with an SLA beyond the run’s, inside',
      withSteps(both({ a: [{ ...approve, sla: { within: '3d' } }] })),
      'steps[0].parallel.branches.a[0].sla.within',
      /longer/,
      /shorten/,
    ],
    [
      'with a wait for an instant that is none',
      withSteps({ task: 'w', wait: { until: 'tomorrow' } }),
      'steps[0].wait.until',
      /"tomorrow" is no instant/,
      /reference/,
    ],
    [
      'with a wait for an instant that nobody can mean',
      withSteps({ task: 'w', wait: { until: '9999-01-01T00:00:00Z' } }),
      'steps[0].wait.until',
      /"9999-01-01T00:00:00Z" is too far away/,
      /check the year: write one from 2000 to 2100/,
    ],
    [
      'with a wait beyond all that is planned',
      withSteps({ task: 'w', wait: { for: '9999999h' } }),
      'steps[0].wait.for',
      /"9999999h" is too long, about 1141 years/,
      /check the number and its unit: write at most 366 days/,
    ],
    [
      'with a wait for two things',
      withSteps({ task: 'w', wait: { for: '1h', event: 'permit' } }),
      'steps[0].wait',
      /./,
      /exactly one of "for", "until" or "event"/,
    ],
    [
      'with more branches to succeed than there are',
      withSteps(both({ a: [approve], b: [tell('b')] }, { join: 3 })),
      'steps[0].parallel.join',
      /3 branches cannot succeed: there are 2/,
      /at most 2/,
    ],
    [
      'with more items to succeed than there are',
      withSteps({ task: 'e', forEach: { items: ['a'], steps: [approve], join: 2 } }),
      'steps[0].forEach.join',
      /there are 1/,
      /at most 1/,
    ],
    [
      'with no branches',
      withSteps(both({})),
      'steps[0].parallel.branches',
      /has no branches/,
      /at least one/,
    ],
    [
      'with an unknown sub-workflow',
      withSteps({ task: 'sub', workflow: { workflow: 'inspct' } }),
      'steps[0].workflow.workflow',
      /"inspct" is not known/,
      /mean "inspect"/,
    ],
    [
      'with a sub-workflow of itself',
      withSteps(both({ a: [{ task: 'sub', workflow: { workflow: 'repair' } }] })),
      'steps[0].parallel.branches.a[0].workflow.workflow',
      /^repair → repair is a circle/,
      /"continueAs"/,
    ],
    [
      'with an unknown continuation',
      withSteps(assess, { task: 'next', continueAs: { workflow: 'nobody' } }),
      'steps[1].continueAs.workflow',
      /"nobody" is not known/,
      /known workflows/,
    ],
    [
      'with a continuation before the end',
      withSteps({ task: 'next', continueAs: {} }, approve),
      'steps[0].continueAs',
      /still to come/,
      /the last step/,
    ],
    [
      'with a continuation inside',
      withSteps(choose([{ task: 'next', continueAs: {} }])),
      'steps[0].switch.cases[0].steps[0].continueAs',
      /still to come/,
      /outside every other step/,
    ],
    [
      'with a continuation of an undeclared input',
      withSteps({ task: 'next', continueAs: { with: { text: '$input.txt' } } }),
      'steps[0].continueAs.with.text',
      /not declared/,
      /mean "text"/,
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

  it('is told every unknown name and key beside what does not fit its form, at any depth', () => {
    const skills = ['plumbing', 'asphalt'];
    const problems = problemsOf({
      ...withSteps(
        { ...assess, agent: 'SeverityAgnt', timeout: '5 minutes' },
        {
          ...{ task: 'assign', service: 'CrewScheduler', timeout: '5 min' },
          requires: { skills: ['aspalt'], durationMinutes: '2h' },
          with: { skills, materials: [{ material: 'gold', quantity: 2 }] },
        },
        both({ road: [{ task: 'decide', role: 'Boss', timeout: '1 hour' }] }),
        { ...each(['a'], { task: 'one', service: 'Nobody', sla: { within: 'soon' } }) },
        choose([{ task: 'again', role: 'Bos', timeout: '1 hour' }]),
      ),
      severty: 1,
      sla: { within: '48 hours' },
      slaHours: undefined,
      fallback: { service: 'Nobody' },
    });
    expect(problems.map(({ path }) => path).sort()).toEqual(
      [
        ...['steps[0].timeout', 'steps[1].timeout', 'steps[1].requires.durationMinutes'],
        ...['steps[2].parallel.branches.road[0].timeout', 'steps[3].forEach.steps[0].sla.within'],
        ...['steps[4].switch.cases[0].steps[0].timeout', 'sla.within', 'severty'],
        ...['steps[0].agent', 'steps[1].requires.skills[0]', 'steps[1].with.skills[0]'],
        ...['steps[1].with.materials[0].material', 'steps[2].parallel.branches.road[0].role'],
        ...[
          'steps[3].forEach.steps[0].service',
          'steps[4].switch.cases[0].steps[0].role',
          'fallback.service',
        ],
      ].sort(),
    );
  });

  it('may give the scheduler only what the roster has, and what one crew has together', () => {
    const assign = (inputs: object) =>
      problemsOf(withSteps({ task: 'assign', service: 'CrewScheduler', with: inputs }));
    const [problem] = assign({ skills: ['plumbing'] });
    expect(problem).toMatchObject({ path: 'steps[0].with.skills[0]', wrong: '"plumbing" is not known' });
    expect(problem?.right).toMatch(/known skills: "asphalt"/);
    expect(assign({ skills: '$input.text', materials: [{ material: '$input.text', quantity: 1 }] })).toEqual(
      [],
    );
    expect(assign({ skills: known.crewSkills[0], text: '$input.text' })).toEqual([]);
  });

  it('is told the type of an input in plain words, with an example', () => {
    const [scheduler] = listBuiltInHandlers().filter(({ name }) => name === 'CrewScheduler');
    const services = new Map([...known.services, ['CrewScheduler', scheduler!]]);
    const source = withSteps({
      ...{ task: 'assign', service: 'CrewScheduler' },
      with: { durationMinutes: 'two hours', materials: [{ material: 'asphalt', quantity: 'two' }] },
    });
    const result = checkWorkflow(source, 'repair.json', { ...known, services });
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ path }) => path)).toEqual([
      'steps[0].with.durationMinutes',
      'steps[0].with.materials[0].quantity',
    ]);
    for (const { right } of problems) {
      expect(right).toMatch(/^write a number, such as 120/);
      expect(right).not.toMatch(/Invalid input/);
    }
  });

  it('is told how to write a time that is none', () => {
    const [scheduler] = listBuiltInHandlers().filter(({ name }) => name === 'CrewScheduler');
    const services = new Map([...known.services, ['CrewScheduler', scheduler!]]);
    const check = (earliestAt: unknown) => {
      const source = withSteps({ task: 'assign', service: 'CrewScheduler', with: { earliestAt } });
      const result = checkWorkflow(source, 'repair.json', { ...known, services });
      return result.ok ? [] : result.problems;
    };
    for (const earliestAt of ['next week', '2026-02-30', '2026-07-01 08:00'])
      expect(check(earliestAt)).toMatchObject([
        {
          path: 'steps[0].with.earliestAt',
          right: 'write an instant such as "2026-07-01T08:00:00Z", or a date such as "2026-07-01"',
        },
      ]);
    for (const earliestAt of ['2026-07-01', '2026-07-01T08:00:00Z', '$input.text'])
      expect(check(earliestAt)).toEqual([]);
  });

  it('may order steps in steps, and refer to what comes before, to siblings and to items', () => {
    const span = { timeout: '1h', totalTimeout: '2h', sla: { within: '3h' } };
    const undo = { compensate: { service: 'NoticeService', with: { text: '$inner.text' } } };
    const nested = [
      assess,
      {
        ...both({
          one: [
            { ...approve, task: 'ask', when: { value: '$assess.severity', atLeast: 5 } },
            tell('$ask.decision'),
          ],
          two: [{ task: 'w', wait: { event: 'permit', key: '$assess.summary' } }],
        }),
        ...span,
        fallback: { service: 'NoticeService', with: { text: '$assess.summary' } },
      },
      tell('$tell.text', 'after'),
      each(
        '$both.one',
        { ...tell('$item.name', 'inner'), ...undo },
        choose([tell('$inner.text', 'deep')]),
        each2('$item.lamps', tell('$item', 'deeper'), tell('$deep.text', 'deepest')),
      ),
      { task: 'report', service: 'CrewScheduler', with: { jobs: '$each.items' } },
      {
        task: 'sub',
        workflow: { workflow: 'inspect', with: { text: '$report.text' } },
        retry: { attempts: 2 },
      },
      { task: 'next', continueAs: { with: { text: '$input.text' } } },
    ];
    expect(problemsOf(withSteps(...nested))).toEqual([]);
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
    expect(problems.map(({ file, path, wrong }) => `${file} ${path}: ${wrong}`)).toEqual([
      'b.json name: "repair" version 1 is already the name and version of a.json',
      'c.json command: "/repair" is already the command of a.json',
    ]);
  });

  it('stands beside its other versions, and the command belongs to the newest', () => {
    const load = (file: string, extra: object) => {
      const result = checkWorkflow({ ...base, ...extra }, file, known);
      return result.ok ? [{ file, definition: result.definition }] : [];
    };
    const old = load('a.json', { command: '/repair' });
    const other = load('c.json', { name: 'other', command: '/repair' });
    expect(checkCollisions([...old, ...load('b.json', { version: 2, command: '/repair' })])).toEqual([]);
    expect(checkCollisions([...old, ...load('b.json', { version: 2, command: '/mend' }), ...other])).toEqual(
      [],
    );
    const newest = load('b.json', { version: 2, command: '/repair' });
    expect(checkCollisions([...old, ...newest, ...other])).toMatchObject([
      { file: 'c.json', path: 'command', wrong: '"/repair" is already the command of b.json' },
    ]);
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

describe('an object that hides how it is written', () => {
  const odd = { toString: 1 };
  it.each<[string, unknown, string]>([
    ['under an unknown key', { ...base, slaDays: odd }, 'slaDays'],
    ['as a type', withField({ type: odd, label: 'x' }), 'input.text.type'],
  ])('is a fault like any other, %s', (_, source, path) => {
    expect(problemsOf(source)).toContainEqual(expect.objectContaining({ path }));
  });
});

describe('the remedy of a slip', () => {
  const units = (span: string) => `write ${span}: seconds, minutes, hours or days`;
  const { slaHours: _, ...open } = base;
  it.each<[string, unknown, string, string]>([
    ['a bare budget', { ...base, budget: 2500 }, 'budget', 'write { "amount": 2500 }'],
    ['a budget in quotes', { ...base, budget: '2,500' }, 'budget', 'write { "amount": 2500 }'],
    [
      'an amount in quotes',
      { ...base, budget: { amount: '2500' } },
      'budget.amount',
      'write 2500, without quotes',
    ],
    ['hours in quotes', { ...base, slaHours: '48' }, 'slaHours', 'write 48, without quotes'],
    ['hours with a unit', { ...base, slaHours: '48h' }, 'slaHours', 'write 48, without quotes'],
    ['days for hours', { ...base, slaHours: '2d' }, 'slaHours', 'write 48, without quotes'],
    ['a deadline in days', { ...open, slaDays: 2 }, 'slaDays', 'write "sla": { "within": "2d" }'],
    ['a bare deadline', { ...base, sla: '48h' }, 'sla', 'write { "within": "48h" }'],
    [
      'a share in percent',
      withStep({ sla: { within: '1h', warnAt: 80 } }),
      'steps[0].sla.warnAt',
      'write 0.8, a share, for 80 %',
    ],
    [
      'a timeout without unit',
      withStep({ timeout: 30 }),
      'steps[0].timeout',
      units('"30s", "30m", "30h" or "30d"'),
    ],
    [
      'the same in quotes',
      withStep({ timeout: '30' }),
      'steps[0].timeout',
      units('"30s", "30m", "30h" or "30d"'),
    ],
    [
      'a timeout with its unit in the key',
      withStep({ timeoutSeconds: 30 }),
      'steps[0].timeoutSeconds',
      'write "timeout": "30s"',
    ],
    [
      'a timeout in milliseconds',
      withStep({ timeout: 1_800_000 }),
      'steps[0].timeout',
      'write "30m" for 1800000 milliseconds',
    ],
    ['milliseconds by name', withStep({ timeout: '1500 ms' }), 'steps[0].timeout', 'write "1.5s"'],
    [
      'milliseconds in the key',
      withStep({ timeoutMs: 90_000 }),
      'steps[0].timeoutMs',
      'write "timeout": "90s"',
    ],
    [
      'a deadline in milliseconds',
      { ...base, sla: 172_800_000 },
      'sla',
      'write { "within": "2d" } for 172800000 milliseconds',
    ],
    [
      'a bare deadline without its unit',
      { ...base, sla: 400 },
      'sla',
      'write { "within": "400s" }, { "within": "400m" } or { "within": "400h" }: seconds, minutes or hours',
    ],
    [
      'a longer one in quotes',
      withStep({ timeout: '86400000' }),
      'steps[0].timeout',
      'write "1d" for 86400000 milliseconds',
    ],
    [
      'seconds that would be too many days',
      withStep({ timeout: 3600 }),
      'steps[0].timeout',
      'write "3600s", "3600m" or "3600h": seconds, minutes or hours',
    ],
    [
      'a number that can be only seconds',
      withStep({ timeout: 604_801 }),
      'steps[0].timeout',
      'write "604801s": seconds',
    ],
    ['a budget with a sign', { ...base, budget: '$2,500' }, 'budget', 'write { "amount": 2500 }'],
    ['a budget with a code', { ...base, budget: '2500 USD' }, 'budget', 'write { "amount": 2500 }'],
    [
      'an amount with both',
      { ...base, budget: { amount: 'US$ 1,250.50' } },
      'budget.amount',
      'write 1250.5, without quotes',
    ],
    [
      'a fallback that is only a service',
      { ...base, fallback: 'NoticeService' },
      'fallback',
      'write { "service": "NoticeService" }',
    ],
    [
      'one that is only an agent',
      withStep({ fallback: 'SeverityAgent' }),
      'steps[0].fallback',
      'write { "agent": "SeverityAgent" }',
    ],
    [
      'one of which nobody can tell',
      withStep({ compensate: 'Pump' }),
      'steps[0].compensate',
      'write { "service": "Pump" } or { "agent": "Pump" }',
    ],
    [
      'a material without its quantity',
      withStep({ requires: { materials: ['asphalt'] } }),
      'steps[0].requires.materials[0]',
      'write { "material": "asphalt", "quantity": 1 }, with the right "quantity"',
    ],
    [
      'one that is in no list',
      withStep({ requires: { materials: 'asphalt' } }),
      'steps[0].requires.materials',
      'write [{ "material": "asphalt", "quantity": 1 }], with the right "quantity"',
    ],
    ['a span in weeks', withStep({ timeout: '2 weeks' }), 'steps[0].timeout', 'write "14d"'],
    ['bare attempts', withStep({ retry: 3 }), 'steps[0].retry', 'write { "attempts": 3 }'],
    ['a bare wait', withSteps({ task: 'w', wait: '2 h' }), 'steps[0].wait', 'write { "for": "2h" }'],
    [
      'one skill',
      withStep({ requires: { skills: 'asphalt' } }),
      'steps[0].requires.skills',
      'write ["asphalt"]',
    ],
    [
      'a yes',
      withField({ type: 'text', label: 'x', required: 'yes' }),
      'input.text.required',
      'write true, without quotes',
    ],
    ['a number as text', { ...base, title: 311 }, 'title', 'write "311"'],
    [
      'a field that is only its type',
      withField('text' as unknown as object),
      'input.text',
      'write an object in { }, with "type" and "label" in it',
    ],
  ])('%s is what to write, with the value the author gave', (_, source, path, right) => {
    expect(problemsOf(source)).toContainEqual(expect.objectContaining({ path, right }));
  });

  it('is an example where there is nothing to mend', () => {
    expect(problemsOf({ name: 'a' })).toMatchObject([
      { path: 'steps', right: expect.stringContaining('[{ "task": "approve", "role": "Supervisor" }]') },
    ]);
    expect(problemsOf(withSteps('approve'))).toMatchObject([
      { path: 'steps[0]', right: expect.stringContaining('{ "task": "approve", "role": "Supervisor" }') },
    ]);
    expect(problemsOf(withStep({ retry: {} }))).toMatchObject([
      { path: 'steps[0].retry.attempts', right: expect.stringContaining('such as 3') },
    ]);
    const when = '$assess.severity > 5';
    expect(problemsOf(withSteps(assess, { ...approve, when }))).toMatchObject([
      { path: 'steps[1].when', right: expect.stringContaining('"atLeast": 5') },
    ]);
  });

  it('is never one that would be refused in its turn', () => {
    const slips = [
      ...[0, -3, '0', '', '3 apples', null, [], {}, [5], true].map((timeout) => withStep({ timeout })),
      ...[0, 99, '99', '1.5', -1].map((attempts) => withStep({ retry: attempts })),
      ...['0', 'much', -5, '1e99', [2500]].map((budget) => ({ ...base, budget })),
      ...['', 'ten', '9999999'].map((slaHours) => ({ ...base, slaHours })),
    ];
    for (const slip of slips) {
      const [problem] = problemsOf(slip);
      expect(problem?.right).toMatch(/^(write|a duration must|name)/);
      expect(problem?.right).not.toMatch(/^write (-|"|\d|\{ "|\[")/);
    }
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
    [
      'a skill of one crew twice, at two levels',
      { crews: [{ ...agency.crews[0], skills: ['asphalt', 'asphalt:3'] }] },
      'crews[0].skills[1]',
      /once, at the level/,
    ],
    [
      'a crew twice',
      { crews: [agency.crews[0], { ...agency.crews[0], name: 'Others' }] },
      'crews[1].id',
      /every name once/,
    ],
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
    [
      'a wait that nobody can mean',
      {
        escalationPolicies: [
          { name: 'roads', levels: [{ notify: { role: 'Supervisor' }, wait: '900000h' }] },
        ],
      },
      'escalationPolicies[0].levels[0].wait',
      /check the number and its unit: write at most 366 days/,
    ],
    [
      'a call longer than a timer lasts',
      { services: [{ name: 'Pump', url: 'https://pump.example', timeout: '25d' }] },
      'services[0].timeout',
      /at most 24 days/,
    ],
    [
      'a wait without its unit',
      { escalationPolicies: [{ name: 'roads', levels: [{ notify: { role: 'Supervisor' }, wait: 15 }] }] },
      'escalationPolicies[0].levels[0].wait',
      /^write "15s", "15m", "15h" or "15d"/,
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

it.each([2, 40, 300, 3_000])(
  'a definition nested %i levels deep is taken, or refused with what to do',
  (levels) => {
    let nested: unknown = 'text';
    for (let level = 0; level < levels; level++) nested = { nested };
    const source = { ...base, steps: [{ ...assess, with: { text: nested } }, approve] };
    const result = checkWorkflow(source, 'repair.json', null);
    if (levels < 50) expect(result).toMatchObject({ ok: true });
    else
      expect(result).toMatchObject({
        problems: [{ file: 'repair.json', wrong: /50 levels/, right: /flatter/ }].map((one) => ({
          ...one,
          wrong: expect.stringMatching(one.wrong),
          right: expect.stringMatching(one.right),
        })),
      });
  },
);
