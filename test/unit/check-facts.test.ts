import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { holdsSkill } from '../../src/core/agency/skill.ts';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { type KnownNames, listKnownNames, readWorkflowInputs } from '../../src/core/checks/known-names.ts';
import type { StepContext } from '../../src/core/definition/step-handler.ts';
import { describeProblem } from '../../src/core/faults/problem.ts';
import { listBuiltInHandlers } from '../../src/handlers/built-in-handlers.ts';
import { createNoticeService } from '../../src/services/notice-service.ts';
import { buildAgencySource } from '../support/definitions.ts';

const inspect = {
  name: 'inspect',
  input: {
    location: { type: 'location', label: 'Where?', required: true },
    depth: { type: 'number', label: 'How deep?' },
    grade: { type: 'choice', label: 'Grade', choices: ['a', 'b'], required: true, default: 'a' },
  },
  steps: [{ task: 'look', role: 'Supervisor' }],
};
const anything = { name: 'anything', steps: inspect.steps };

const known = buildKnown();

function buildKnown(): KnownNames {
  const agency = buildAgencySource();
  const channels = { ...agency.channels, parks: 'C0PARKS' };
  const checked = checkAgency({ ...agency, channels }, 'agency.json');
  if (!checked.ok) throw new Error(checked.problems.map(describeProblem).join('\n'));
  const sources = [inspect, anything].map((source) => ({ name: source.name, source }));
  const names = ['inspect', 'anything', 'repair'];
  return listKnownNames(listBuiltInHandlers(), checked.agency, names, readWorkflowInputs(sources));
}

const input = {
  text: { type: 'text', label: 'What?' },
  place: { type: 'location', label: 'Where?', required: true },
  level: { type: 'number', label: 'How deep?' },
  lane: { type: 'boolean', label: 'A lane?' },
  due: { type: 'date', label: 'When?' },
  hazard: { type: 'choice', label: 'Hazard', choices: ['None', 'Wires'] },
  grade: { type: 'choice', label: 'Grade', choices: ['1', '2'] },
};
const assess = { task: 'assess', agent: 'SeverityAgent', with: { text: '$input.text' } };
const ask = { task: 'ask', role: 'Supervisor' };

/** What the check says of such steps, as `place: wrong — right`. */
function faultsOf(...steps: unknown[]): string[] {
  const result = checkWorkflow({ name: 'repair', input, steps }, 'repair.json', known);
  return result.ok ? [] : result.problems.map(({ path, wrong, right }) => `${path}: ${wrong} — ${right}`);
}

const tell = (text: unknown) => ({ task: 'tell', service: 'NoticeService', with: { text } });

describe('a text that was meant as a reference', () => {
  it.each([
    [`\${input.text}`, 'write "$input.text"'],
    [`\${ input.text }`, 'write "$input.text"'],
    ['{{input.text}}', 'write "$input.text"'],
    ['{{ $input.text }}', 'write "$input.text"'],
    ['{{text}}', 'write "$input.text"'],
    ['<%= input.text %>', 'write "$input.text"'],
    [`\${text}`, 'write "$input.text"'],
    ['{text}', 'write "$input.text"'],
    ['{input.text}', 'write "$input.text"'],
    ['#{input.text}', 'write "$input.text"'],
    ['%input.text%', 'write "$input.text"'],
    ['input.text', 'write "$input.text"'],
    [' input.text ', 'write "$input.text"'],
    ['@input.text', 'write "$input.text"'],
    ['=input.text', 'write "$input.text"'],
    ['assess.summary', 'write "$assess.summary"'],
    ['run.id', 'write "$run.id"'],
    [' $input.text', 'write "$input.text"'],
    ['$input.text ', 'write "$input.text"'],
    ['$input .text', 'write "$input.text"'],
    ['$ input.text', 'write "$input.text"'],
    ['$.input.text', 'write "$input.text"'],
    ['$(input.text)', 'write "$input.text"'],
    ['$input.', '"$input.text"'],
    ['$input[text]', '"$input.text"'],
    ['$input.text.', 'write "$input.text"'],
    ['$input..text', '"$input.text"'],
    [`\${steps.assess.output.severity}`, 'write "$assess.severity"'],
    [`\${{ inputs.text }}`, 'write "$input.text"'],
    [`Hole at \${input.place}!`, 'alone, "$input.place"; nothing is filled in inside a text'],
    ['Hole at $input.place now', 'alone, "$input.place"'],
    ['Hole at {{input.place}}', 'alone, "$input.place"'],
    ['Hole at {place}', 'alone, "$input.place"'],
    ['Severity: $assess.severity', 'alone, "$assess.severity"'],
    ['Severity: $steps.assess.severity', 'alone, "$assess.severity"'],
    ['For $run', 'alone, "$run"'],
  ])('%j is refused, and told: %s', (text, right) => {
    expect(faultsOf(assess, tell(text))).toEqual([
      expect.stringMatching(/^steps\[1\]\.with\.text: .* is not a whole reference — /),
    ]);
    expect(faultsOf(assess, tell(text))[0]).toContain(right);
    const items = { task: 'each', forEach: { items: [{ a: [text] }], steps: [ask] } };
    expect(faultsOf(assess, items)[0]).toMatch(/^steps\[1\]\.forEach\.items\[0\]\.a\[0\]: /);
  });

  it.each([
    ['$inputs.text', '"$input.text"'],
    ['$Input.text', 'did you mean "input"'],
    ['$steps.assess.severity', 'write "$assess.severity"'],
    ['$steps.assess.output.severity', 'write "$assess.severity"'],
    ['$assess.output.severity', 'write "$assess.severity"'],
    ['$assess.sevrity', 'did you mean "severity"'],
    ['$ask.decison', 'did you mean "decision"'],
    ['$run.identifier', '"createdAt"'],
    ['$run.Id', 'did you mean "id"'],
    ['$input.text.length', 'write "$input.text"'],
    ['$assess.severity.value', 'write "$assess.severity"'],
    ['$context.text', 'known sources'],
  ])('%s names nothing, and is told: %s', (text, right) => {
    const [fault = '', ...others] = faultsOf(assess, ask, tell(text));
    expect(others).toEqual([]);
    expect(fault).toMatch(/^steps\[2\]\.with\.text: "\$.*" refers to /);
    expect(fault).toContain(right);
  });

  it.each([
    'costs $5',
    '$5',
    '$ 5.00 each',
    '$1,250.50, 48 h',
    'US$ 5 or A$ 6',
    'in USD ($)',
    'Pay $$$',
    '$$input.text',
    'See input.text in the manual',
    'repair.json',
    'The run. Id is missing',
    'Call {555-0199}',
    '{ "a": 1 }',
    'a text. It goes on',
    '100 % of input',
    'input',
    'text',
    'assess',
    'e.g. place.',
    'Depth < 5 in, width > 3 in',
    'me@input.example',
  ])('%j is none', (text) => {
    expect(faultsOf(assess, tell(text))).toEqual([]);
  });

  it('is none in ordinary words with amounts', () => {
    const words = fc.constantFrom(
      'costs',
      'about',
      '$5',
      '$1,250.00',
      'US$',
      '(approx.)',
      'km',
      'lane',
      'deep,',
      '5%',
    );
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 8 }), (parts) => {
        expect(faultsOf(assess, tell(parts.join(' ')))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused as the name of a field, and where nothing is filled in', () => {
    const named = { task: 'a', service: 'RepairService', with: { '$input.text': 1 } };
    const crew = { task: 'crew', service: 'CrewScheduler', with: {} };
    expect(faultsOf(crew, named)).toEqual([expect.stringContaining('the name "$input.text" is a reference')]);
    expect(faultsOf({ ...ask, title: 'Approve $input.text' })).toEqual([
      expect.stringMatching(/^steps\[0\]\.title: .* has a reference in it, and is shown as it stands — /),
    ]);
    const field = { type: 'text', label: '$input.place', hint: '{{place}}', default: '$run.id' };
    const source = { name: 'repair', title: `\${input.text}`, input: { text: field }, steps: [ask] };
    const result = checkWorkflow(source, 'repair.json', known);
    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual([
      'title',
      'input.text.label',
      'input.text.hint',
      'input.text.default',
    ]);
  });
});

describe('what a step needs', () => {
  const crew = (given: object) => ({ task: 'crew', service: 'CrewScheduler', with: given });

  it.each(['asphalt:0', 'asphalt:00', 'asphalt:-1', 'asphalt:9', 'asphalt:x', ':2', 'asphalt:2:9', ''])(
    'is never the skill %j, which would make any crew able',
    (skill) => {
      for (const skills of [[skill], ['$input.text', skill]]) {
        const [fault = '', ...others] = faultsOf(crew({ skills }));
        expect(others).toEqual([]);
        expect(fault).toMatch(/^steps\[0\]\.with\.skills\[\d\]: .*with a level from 1 to 5/);
      }
      const scheduler = listBuiltInHandlers().find(({ name }) => name === 'CrewScheduler');
      expect(scheduler?.input.safeParse({ skills: [skill] }).success).toBe(false);
      expect(holdsSkill(['concrete:5'], skill)).toBe(false);
    },
  );

  it.each(['latitude', 'longitude'])('is a whole place: %s alone is refused', (half) => {
    for (const value of [39.8, '$input.level'])
      expect(faultsOf(crew({ [half]: value }))).toEqual([
        `steps[0].with.${half}: is only half of a place — write "latitude" and "longitude", or neither`,
      ]);
    const scheduler = listBuiltInHandlers().find(({ name }) => name === 'CrewScheduler');
    expect(scheduler?.input.safeParse({ [half]: 39.8 }).error?.message).toContain('a place needs both');
  });

  it.each(['', ' ', '\u200B'])('is an event with a key: %j is none', (key) => {
    expect(faultsOf({ task: 'w', wait: { event: 'permit', key } })).toEqual([
      expect.stringMatching(/^steps\[0\]\.wait\.key: .*write which one/),
    ]);
  });
});

it('a text that may be left empty is not handed to a service that needs it, unless somebody has thought of that', () => {
  expect(faultsOf(tell('$input.text'))).toEqual([
    expect.stringMatching(
      /^steps\[0\]\.with\.text: "\$input\.text" may be left empty, and NoticeService needs it — /,
    ),
  ]);
  const when = { value: '$input.text', exists: true };
  expect(faultsOf({ ...tell('$input.text'), when })).toEqual([]);
});

describe('a condition', () => {
  const faultOf = (when: unknown) => faultsOf(assess, { ...ask, when });

  it.each<[object, string, string]>([
    [{ value: '$input.text', atLeast: 5 }, 'atLeast', 'the input "text" the type "number"'],
    [{ value: '$input.hazard', atMost: 5 }, 'atMost', 'is a text'],
    [{ value: '$input.lane', atLeast: 1 }, 'atLeast', 'is a yes or no'],
    [{ value: '$input.due', atLeast: 1 }, 'atLeast', 'is a text'],
    [{ value: '$input.text', equals: 5 }, 'equals', 'write "5", in quotes'],
    [{ value: '$input.text', equals: true }, 'equals', 'write "true", in quotes'],
    [{ value: '$input.level', equals: 'high' }, 'equals', 'a number without quotes'],
    [{ value: '$input.level', equals: true }, 'equals', 'a number without quotes'],
    [{ value: '$input.lane', equals: 'maybe' }, 'equals', 'write true or false'],
    [{ value: '$input.lane', equals: 1 }, 'equals', 'write true or false'],
    [{ value: '$input.hazard', equals: 'wire' }, 'equals', 'did you mean "Wires"'],
    [{ value: '$input.hazard', notEquals: 'nonee' }, 'notEquals', 'did you mean "None"'],
    [{ value: '$input.hazard', oneOf: ['None', 'Wirs'] }, 'oneOf[1]', 'did you mean "Wires"'],
    [{ value: '$assess.priority', equals: 'hihg' }, 'equals', 'did you mean "high"'],
    [{ value: '$assess.priority', atLeast: 3 }, 'atLeast', 'cannot be compared with a number'],
    [{ value: '$assess.severity', equals: 'high' }, 'equals', 'is a number'],
    [{ value: '$assess.reasons', equals: 'deep' }, 'equals', 'is a list'],
    [{ value: '$assess', equals: 'done' }, 'equals', 'is an object'],
    [{ value: '$input', atLeast: 3 }, 'atLeast', 'is an object'],
    [{ value: '$run.createdAt', atLeast: 2026 }, 'atLeast', 'is a text'],
    // What can never be.
    [
      { value: '$assess.severity', atLeast: 11 },
      'atLeast',
      'is never at least 11 — write a number from 0 to 10',
    ],
    [{ value: '$assess.severity', atMost: -1 }, 'atMost', 'is never at most -1'],
    [{ value: '$assess.severity', equals: 50 }, 'equals', 'from 0 to 10'],
    [{ value: '$assess.durationMinutes', equals: 1.5 }, 'equals', 'is never 1.5'],
    [{ value: '$input.grade', atLeast: 3 }, 'atLeast', 'from 1 to 2'],
    [{ value: '$input.due', equals: '12/01/2026' }, 'equals', 'a date such as'],
    [{ value: '$input.due', oneOf: ['2026-12-01', '2026-02-30'] }, 'oneOf[1]', 'a date such as'],
    [{ value: '$input.place', exists: false }, 'exists', 'is never missing'],
  ])('%j can never be decided, and is refused', (when, place, right) => {
    const [fault = '', ...others] = faultOf(when);
    expect(others).toEqual([]);
    expect(fault.startsWith(`steps[1].when.${place}: "$`)).toBe(true);
    expect(fault).toContain(right);
    const deep = faultOf({ any: [{ not: { all: [when] } }] })[0];
    expect(deep).toMatch(/^steps\[1\]\.when\.any\[0\]\.not\.all\[0\]\./);
    const choose = { task: 'choose', switch: { cases: [{ when, steps: [ask] }] } };
    expect(faultsOf(assess, choose)[0]).toMatch(/^steps\[1\]\.switch\.cases\[0\]\.when\./);
  });

  it.each(['$input.text', '$input.text ', `\${input.text}`, '{{input.text}}', 'input.text'])(
    'compares with a plain value, not with %j',
    (text) => {
      for (const wanted of [{ equals: text }, { notEquals: text }, { oneOf: ['a', text] }])
        expect(faultOf({ value: '$run.requester', ...wanted })).toEqual([
          expect.stringContaining('only "value" takes a reference'),
        ]);
    },
  );

  it.each<object>([
    { value: '$input.level', atLeast: 5 },
    { value: '$input.hazard', equals: ' wires' },
    { value: '$input.level', equals: '5' },
    { value: '$input.grade', atLeast: 2 },
    { value: '$input.grade', equals: 2 },
    { value: '$input.lane', equals: true },
    { value: '$input.lane', notEquals: 'no' },
    { value: '$input.hazard', oneOf: ['Wires'] },
    { value: '$input.due', equals: '2026-07-01' },
    { value: '$assess.priority', oneOf: ['high', 'urgent'] },
    { value: '$assess.note', exists: true },
    { value: '$assess.reasons', exists: true },
    { value: '$assess.severity', atLeast: 5, atMost: 7 },
  ])('%j is fine', (when) => {
    expect(faultOf(when)).toEqual([]);
  });

  it.each<object>([
    { value: '$input.level', atLeast: 10, atMost: 5 },
    { value: '$input.text', equals: 'A', notEquals: 'a' },
    { value: '$input.level', equals: 3, atLeast: 5 },
    { value: '$input.text', oneOf: ['A', 'B'], equals: 'C' },
    { value: '$input.hazard', notEquals: 'None', oneOf: ['none'] },
    { value: '$input.text', exists: false, equals: 'A' },
    {
      all: [
        { value: '$input.hazard', equals: 'None' },
        { value: '$input.hazard', equals: 'Wires' },
      ],
    },
    { all: [{ value: '$input.level', atLeast: 5 }, { all: [{ value: '$input.level', atMost: 4 }] }] },
    {
      all: [
        { value: '$input.lane', notEquals: true },
        { value: '$input.lane', notEquals: 'no' },
      ],
    },
    {
      all: [
        { value: '$input.text', exists: true },
        { value: '$input.text', exists: false },
      ],
    },
  ])('%j asks for what can never be together', (when) => {
    expect(faultOf(when)).toEqual([
      expect.stringMatching(/^steps\[1\]\.when: "\$input\.\w+" is never all of this: /),
    ]);
    expect(faultOf({ any: [when, { value: '$input.level', atLeast: 5 }] })).toHaveLength(1);
  });

  it.each<object>([
    { value: '$input.level', atLeast: 5, atMost: 5 },
    { value: '$input.text', oneOf: ['A', 'B'], notEquals: 'a' },
    {
      any: [
        { value: '$input.hazard', equals: 'None' },
        { value: '$input.hazard', equals: 'Wires' },
      ],
    },
    {
      all: [
        { value: '$input.hazard', equals: 'None' },
        { value: '$input.text', equals: 'Wires' },
      ],
    },
    { value: '$input.text', exists: false },
    {
      all: [
        { value: '$input.text', exists: true },
        { value: '$input.text', notEquals: 'A' },
      ],
    },
    { value: '$assess.severity', atLeast: 10 },
    { value: '$input.text', equals: 'true', notEquals: 'no' },
  ])('%j may be, and is fine', (when) => {
    expect(faultOf(when)).toEqual([]);
  });

  it('takes any fact of which nothing is known', () => {
    const source = { name: 'free', steps: [{ ...ask, when: { value: '$input.level', atLeast: 5 } }] };
    expect(checkWorkflow(source, 'free.json', known).ok).toBe(true);
  });
});

describe('what is handed to another workflow', () => {
  const start = (values: object | undefined, workflow = 'inspect') => ({
    task: 'sub',
    workflow: { workflow, ...(values && { with: values }) },
  });

  it.each<[string, object | undefined, string]>([
    [
      'by another name',
      { place: '$input.place' },
      'steps[1].workflow.with.place: workflow "inspect" does not ask for "place"',
    ],
    ['not at all', {}, 'steps[1].workflow.with: workflow "inspect" also needs "location"'],
    ['blank', { location: ' ' }, 'workflow "inspect" also needs "location"'],
    ['as null', { location: null }, 'workflow "inspect" also needs "location"'],
    ['as a number', { location: 5 }, '5 has to be a text'],
    ['as a list', { location: '$assess.skills' }, 'workflow "inspect" takes a text here'],
    ['as another number', { location: '$assess.severity' }, '"$assess.severity" is a number'],
    ['as no number', { location: 'a', depth: 'deep' }, '"deep" has to be a number'],
    ['as two numbers', { location: 'a', depth: '1,234' }, 'can mean 1234 or 1.234'],
    ['as no choice', { location: 'a', grade: 'c' }, 'has to be one of: a, b'],
    ['as a yes or no', { location: 'a', depth: '$input.lane' }, 'takes a number or a text here'],
    ['by everything there is', undefined, 'does not ask for "text", "place"'],
    ['by a mistyped reference', { location: '$input.plac' }, 'did you mean "place"'],
  ])('%s is refused', (_, values, words) => {
    const faults = faultsOf(assess, start(values));
    expect(faults.join('\n')).toContain(words);
  });

  it('may be left empty only where that is thought of', () => {
    const step = start({ location: '$input.text' });
    expect(faultsOf(assess, step)).toEqual([
      'steps[1].workflow.with.location: "$input.text" may be left empty, and workflow "inspect" needs it — make the input "text" required, give it a default, or ask "exists" in a "when"',
    ]);
    const when = { value: '$input.text', exists: true };
    expect(faultsOf(assess, { ...step, when })).toEqual([]);
    const choose = { task: 'choose', switch: { cases: [{ when, steps: [step] }] } };
    expect(faultsOf(assess, choose)).toEqual([]);
    expect(faultsOf(assess, start({ location: 'a', depth: '$input.level' }))).toEqual([]);
  });

  it.each([
    [start({ location: '$input.place', depth: '$input.level' })],
    [start({ location: '$input.place', depth: '$input.text', grade: 'b' })],
    [start({ whatever: 5 }, 'anything')],
    [start(undefined, 'anything')],
  ])('%j is fine', (step) => {
    expect(faultsOf(assess, step)).toEqual([]);
  });

  it('is checked for a run that goes on as another one, or as its own', () => {
    const next = (continueAs: object) => faultsOf(assess, { task: 'next', continueAs });
    expect(next({ workflow: 'inspect', with: { place: 'a' } })).toEqual([
      expect.stringContaining('steps[1].continueAs.with.place: workflow "inspect" does not ask for "place"'),
      expect.stringContaining('steps[1].continueAs.with: workflow "inspect" also needs "location"'),
    ]);
    const own = readWorkflowInputs([{ name: 'repair', source: { input } }]);
    const result = checkWorkflow(
      { name: 'repair', input, steps: [{ task: 'next', continueAs: { with: { plac: 'a' } } }] },
      'repair.json',
      { ...known, workflowInputs: own },
    );
    expect(result.ok ? '' : result.problems.map(describeProblem).join('\n')).toContain(
      'did you mean "place"',
    );
  });

  it('is that of the newest version, and unknown where it cannot be read', () => {
    const inputs = readWorkflowInputs([
      { name: 'a', source: { version: 2, input: { two: { type: 'text', label: 'Two' } } } },
      { name: 'a', source: { input: { one: { type: 'text', label: 'One' } } } },
      { name: 'b', source: { input: { one: { type: 'txt' } } } },
      { name: 'c', source: [] },
    ]);
    expect([...inputs].map(([name, fields]) => [name, Object.keys(fields)])).toEqual([['a', ['two']]]);
  });
});

describe('the channel of a notice', () => {
  const post = (channel: string) => ({ ...tell('a'), with: { text: 'a', channel } });

  it.each(['dispatch', 'requests', 'escalations', 'parks', 'C0SUPERVISORS', 'C0CREW', '$input.text'])(
    '%s is known',
    (channel) => expect(faultsOf(assess, post(channel))).toEqual([]),
  );

  it.each([
    ['dispach', 'did you mean "dispatch"'],
    ['Dispatch', 'did you mean "dispatch"'],
    ['C0DEMO', '"parks"'],
    ['#nowhere', 'others are given a word in its "channels"'],
    ['U0LIND', 'known channels'],
  ])('%s is refused wherever it stands, with the words there are', (channel, right) => {
    const notice = { service: 'NoticeService', with: { text: 'a', channel } };
    const steps = [assess, { ...ask, fallback: notice }, { ...post(channel), compensate: notice }];
    const source = { name: 'x', input, steps, slaHours: 4, fallback: notice };
    const result = checkWorkflow(source, 'x.json', known);
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'fallback.with.channel',
      'steps[1].fallback.with.channel',
      'steps[2].compensate.with.channel',
      'steps[2].with.channel',
    ]);
    for (const problem of problems) expect(problem.right).toContain(right);
  });

  it('is that of the word when the notice is posted', async () => {
    const notice = createNoticeService({ dispatch: 'C0DISPATCH' });
    const post = async (channel?: string) =>
      notice.execute({ text: 'a', channel }, {} as StepContext).then((result) => result);
    expect(await post('dispatch')).toMatchObject({ output: { channel: 'C0DISPATCH' } });
    expect(await post(' Dispatch ')).toMatchObject({ output: { channel: 'C0DISPATCH' } });
    expect(await post('C0OTHER')).toMatchObject({ output: { channel: 'C0OTHER' } });
    expect(await post()).toMatchObject({ output: { channel: null } });
  });

  it('a notice takes a text as long as an input may hold, and several; the longest end in “…”', async () => {
    const notice = createNoticeService();
    const post = async (text: string) => notice.execute(notice.input.parse({ text }), {} as StepContext);
    const longest = 'x'.repeat(4_000);
    expect(await post(longest)).toMatchObject({ output: { text: longest } });
    const two = `${longest} and ${longest}`;
    expect(await post(two)).toMatchObject({ output: { text: expect.stringMatching(/^x{3999}…$/) } });
  });
});

it('an agency may call channels by words of its own, and has the three that Crewline needs', () => {
  const agency = buildAgencySource();
  const check = (channels: object) => checkAgency({ ...agency, channels }, 'agency.json');
  const pathsOf = (channels: object) => {
    const checked = check(channels);
    return checked.ok ? [] : checked.problems.map(({ path }) => path);
  };
  expect(pathsOf({ ...agency.channels, parks: '#parks' })).toEqual([]);
  expect(pathsOf({ ...agency.channels, C0PARKS: '#parks' })).toEqual(['channels']);
  expect(pathsOf({ ...agency.channels, parks: 'the parks' })).toEqual(['channels.parks']);
  expect(pathsOf({ ...agency.channels, dispatch: undefined, dispach: '#a' })).toEqual(['channels.dispatch']);
});

describe('what is handed to an agent or a service', () => {
  it.each<[unknown, string]>([
    [
      { task: 'a', service: 'CrewScheduler', with: { severity: '$input.text' } },
      '"$input.text" is a text — CrewScheduler takes a number here',
    ],
    [
      { task: 'a', service: 'CrewScheduler', with: { skills: '$assess.summary' } },
      'CrewScheduler takes a list here',
    ],
    [
      { ...tell('a'), fallback: { service: 'NoticeService', with: {} } },
      'steps[1].fallback.with: NoticeService also needs "text"',
    ],
    [
      { ...tell('a'), compensate: { service: 'NoticeService', with: { text: '$assess.skills' } } },
      'steps[1].compensate.with.text: "$assess.skills" is a list',
    ],
    [{ ...ask, fallback: { service: 'NoticeService', with: { text: '$index' } } }, 'in no "forEach"'],
  ])('%j has to be of its kind', (step, words) => {
    expect(faultsOf(assess, step).join('\n')).toContain(words);
  });

  it('has to be there where everything is handed on', () => {
    const source = {
      name: 'x',
      input: { place: input.place },
      steps: [{ task: 'a', service: 'NoticeService' }],
    };
    const result = checkWorkflow(source, 'x.json', known);
    expect(result.ok ? [] : result.problems.map(describeProblem)).toEqual([
      'x.json: steps[0]: NoticeService also needs "text" — add "with", such as { "text": "$input.text" }',
    ]);
  });
});

describe('whatever a definition says', () => {
  const names = fc.constantFrom(
    'constructor',
    '__proto__',
    'toString',
    'text',
    'level',
    'input',
    'ask',
    'run',
    'x',
  );
  const word = fc.oneof(
    names,
    fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => `$${parts.join('.')}`),
    fc.string({ unit: fc.constantFrom(...'$}{.<>%[]@: /inputtext5'), maxLength: 12 }),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      word,
      fc.constantFrom(0, 7.5, true, null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(names, tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  const values = fc.dictionary(names, value, { maxKeys: 4 });
  const condition = fc.record(
    { value: word, equals: word, oneOf: fc.array(word) },
    { requiredKeys: ['value'] },
  );

  it('its faults are told, and nothing breaks', () => {
    const steps = fc.tuple(values, values, condition, value, word);
    fc.assert(
      fc.property(steps, names, ([one, other, when, items, until], task) => {
        const result = checkWorkflow(
          {
            ...{ name: 'repair', input, title: until },
            steps: [
              { ...assess, task, with: one },
              { task: 'ask', role: 'Supervisor', when },
              { task: 'sub', workflow: { workflow: 'inspect', with: other } },
              {
                task: 'each',
                forEach: { items, steps: [{ task: 'in', service: 'NoticeService', with: one }] },
              },
              { task: 'w', wait: { until } },
              { task: 'next', continueAs: { workflow: 'inspect' } },
            ],
          },
          'repair.json',
          known,
        );
        if (!result.ok)
          expect(result.problems.every(({ wrong, right }) => wrong !== '' && right !== '')).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
