import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Condition, describeFinding, judge } from '../../src/core/definition/condition.ts';
import { buildApprovalCard } from '../../src/slack/approvals/approval-card.ts';
import { describeEvent } from '../../src/slack/runs/describe-event.ts';
import { at } from '../support/runs.ts';
import { demoAgency } from '../support/slack-runs.ts';
import { play } from '../support/step-world.ts';

const facts = {
  input: {
    text: 'deep hole',
    lanes: 2,
    nothing: null,
    blank: ' \u200B',
    level: '7',
    comma: '1,5',
    grouped: '1,234',
    yes: 'true',
    list: [7],
    flag: true,
  },
  run: { id: 'run-1' },
  assess: { severity: 6.5, skills: ['asphalt'], crew: { id: 'north' } },
};
const yes = { value: '$input.lanes', equals: 2 };
const no = { value: '$input.lanes', equals: 3 };
const unclear = { value: '$input.missing', equals: 3 };

describe('a condition', () => {
  it.each<[Condition, string]>([
    [{ value: '$assess.severity', atLeast: 6.5 }, 'yes'],
    [{ value: '$assess.severity', atLeast: 6.6 }, 'no'],
    [{ value: '$assess.severity', atLeast: 6, atMost: 7 }, 'yes'],
    [{ value: '$input.text', equals: 'deep hole' }, 'yes'],
    [{ value: '$input.text', notEquals: 'deep hole' }, 'no'],
    [{ value: '$input.lanes', oneOf: [1, 2] }, 'yes'],
    [{ value: '$input.lanes', oneOf: [1, 3] }, 'no'],
    [{ value: '$input.missing', exists: false }, 'yes'],
    [{ value: '$input.nothing', exists: true }, 'no'],
    [{ value: '$input.blank', exists: true }, 'no'],
    [{ value: '$input.blank', exists: false }, 'yes'],
    [{ value: '$input.blank', atLeast: 1 }, 'unclear'],
    [{ value: '$input.blank', equals: 'x' }, 'unclear'],
    [{ value: '$input.blank', notEquals: 'x' }, 'unclear'],
    [{ value: '$input.blank', oneOf: ['x'] }, 'unclear'],
    [{ value: '$input.text', equals: '' }, 'no'],
    [{ not: { value: '$input.missing', exists: true } }, 'yes'],
    // What people typed is read.
    [{ value: '$input.level', atLeast: 5 }, 'yes'],
    [{ value: '$input.level', equals: 7 }, 'yes'],
    [{ value: '$input.level', oneOf: [5, 7] }, 'yes'],
    [{ value: '$input.comma', atLeast: 2 }, 'no'],
    [{ value: '$input.yes', equals: true }, 'yes'],
    [{ value: '$input.yes', notEquals: true }, 'no'],
    [{ value: '$input.flag', equals: 'yes' }, 'yes'],
    [{ value: '$input.lanes', equals: '2' }, 'yes'],
    // Texts are the same but for case, accents, blanks and how a number or a yes or no is written.
    [{ value: '$input.yes', equals: 'Yes' }, 'yes'],
    [{ value: '$input.yes', notEquals: ' YES' }, 'no'],
    [{ value: '$input.yes', equals: 'No' }, 'no'],
    [{ value: '$input.text', equals: ' Deep  HÓLE ' }, 'yes'],
    [{ value: '$input.text', notEquals: 'DEEP HOLE' }, 'no'],
    [{ value: '$input.text', oneOf: ['Crack', 'Deep hole'] }, 'yes'],
    [{ value: '$input.text', equals: 'deep holes' }, 'no'],
    [{ value: '$input.level', equals: '7,0' }, 'yes'],
    [{ value: '$input.level', notEquals: '07.00' }, 'no'],
    [{ value: '$input.level', equals: '7,5' }, 'no'],
    [{ value: '$input.grouped', equals: '1234' }, 'unclear'],
    [{ value: '$input.grouped', equals: '1,234' }, 'yes'],
    [{ value: '$input.text', equals: '—' }, 'no'],
    // What cannot be compared is no answer.
    [{ value: '$input.missing', atLeast: 5 }, 'unclear'],
    [{ value: '$input.missing', atMost: 5 }, 'unclear'],
    [{ value: '$input.missing', equals: 'x' }, 'unclear'],
    [{ value: '$input.missing', notEquals: 'x' }, 'unclear'],
    [{ value: '$input.nothing', oneOf: ['x'] }, 'unclear'],
    [{ value: '$missing.severity', atLeast: 5 }, 'unclear'],
    [{ value: '$input.text', atLeast: 1 }, 'unclear'],
    [{ value: '$input.grouped', atLeast: 5 }, 'unclear'],
    [{ value: '$input.list', atLeast: 5 }, 'unclear'],
    [{ value: '$input.list', equals: 7 }, 'unclear'],
    [{ value: '$assess.crew', equals: 'north' }, 'unclear'],
    [{ value: '$input.flag', equals: 1 }, 'unclear'],
    [{ value: '$input.flag', equals: 'x' }, 'unclear'],
    [{ value: '$input.text', equals: true }, 'unclear'],
    [{ value: '$input.text', equals: 5 }, 'unclear'],
    [{ value: '$input.lanes', equals: 'two' }, 'unclear'],
    // The rest may decide.
    [{ all: [yes, unclear] }, 'unclear'],
    [{ all: [no, unclear] }, 'no'],
    [{ any: [yes, unclear] }, 'yes'],
    [{ any: [no, unclear] }, 'unclear'],
    [{ not: unclear }, 'unclear'],
    [{ not: { all: [yes, { any: [no, { not: unclear }] }] } }, 'unclear'],
    [{ all: [yes, yes] }, 'yes'],
    [{ any: [no, no] }, 'no'],
  ])('%j is %s', (condition, outcome) => {
    expect(Condition.parse(condition)).toEqual(condition);
    expect(judge(condition, facts).outcome).toBe(outcome);
  });

  it.each([{ value: '$input.text' }, { value: 'text', equals: 'a' }, { all: [] }, {}])(
    'refuses %j',
    (condition) => {
      expect(Condition.safeParse(condition).success).toBe(false);
    },
  );

  it.each<[Condition, string]>([
    [{ value: '$input.lanes', atLeast: 5 }, 'Lanes is 2, not at least 5'],
    [{ value: '$input.lanes', equals: 5 }, 'Lanes is 2, not 5'],
    [{ value: '$input.lanes', notEquals: 2 }, 'Lanes is 2'],
    [{ value: '$input.lanes', oneOf: [4, 5] }, 'Lanes is 2, not one of [4,5]'],
    [{ not: { value: '$input.lanes', atMost: 5 } }, 'Lanes is 2, at most 5'],
    [{ value: '$input.missing', atLeast: 5 }, 'Lanes is missing and cannot be compared with 5'],
    [{ value: '$input.list', atLeast: 5 }, 'Lanes is [7] and cannot be compared with 5'],
    [{ value: '$input.missing', exists: true }, 'Lanes is missing'],
  ])('%j says why: %s', (condition, words) => {
    const { because } = judge(condition, facts);
    expect(because.map((finding) => describeFinding(finding, 'Lanes'))).toEqual([words]);
  });

  it('names what decided it, and no more than can be read', () => {
    expect(judge({ all: [yes, no, unclear] }, facts).because).toMatchObject([{ wanted: '3', outcome: 'no' }]);
    expect(judge({ any: Array.from({ length: 50 }, () => no) }, facts).because).toHaveLength(5);
  });

  it('is never answered by a value that is no number: such a one is unclear, whatever is asked of it', () => {
    const noNumber = fc.oneof(
      fc.constantFrom(undefined, null, '', ' ', 'high', '1,234', '0x10', '7 km', Number.NaN, Infinity),
      fc.array(fc.integer()),
      fc.dictionary(fc.string(), fc.integer()),
      fc.boolean(),
    );
    const asked = fc.oneof(
      fc.record({ atLeast: fc.integer() }),
      fc.record({ atMost: fc.integer() }),
      fc.record({ equals: fc.integer() }),
      fc.record({ notEquals: fc.integer() }),
      fc.record({ oneOf: fc.array(fc.integer(), { minLength: 1 }) }),
    );
    fc.assert(
      fc.property(noNumber, asked, fc.boolean(), (value, comparison, isDenied) => {
        const condition = { value: '$input.level', ...comparison } as Condition;
        const { outcome, because } = judge(isDenied ? { not: condition } : condition, {
          input: { level: value },
        });
        expect([outcome, because.length]).toEqual(['unclear', 1]);
      }),
    );
  });
});

const when = { value: '$input.level', atLeast: 5 };
const ask = { task: 'ask', role: 'Supervisor', when };
const work = { task: 'work', service: 'S', when };

describe('a step whose condition cannot be decided', () => {
  const unread = [
    {},
    { level: [7] },
    { level: 'high' },
    { level: null },
    { level: '1,234' },
    { level: true },
  ];

  it.each(unread)('is asked of people all the same: %j', (input) => {
    const { run, order } = play({ steps: [ask] }, { input });
    expect(order).toEqual(['ask']);
    expect(run.steps.ask?.approval?.state).toBe('pending');
    expect(run.history).toContainEqual(
      expect.objectContaining({
        type: 'approval.doubted',
        task: 'ask',
        data: { role: 'Supervisor', because: [expect.objectContaining({ outcome: 'unclear' })] },
      }),
    );
  });

  it.each(unread)('fails with the reason where nobody is asked: %j', (input) => {
    const { run } = play({ steps: [work] }, { input });
    expect(run.status).toBe('failed');
    expect(run.reason).toMatch(
      /^work: cannot tell whether it is needed: \$input\.level is .* cannot be compared with 5$/,
    );
  });

  it('leaves the work to its fallback', () => {
    const { order, run } = play({ steps: [{ ...work, fallback: { service: 'T' } }] }, { input: {} });
    expect([order, run.status]).toEqual([['work', 'work!'], 'completed']);
  });

  it('takes no case of a switch, nor what comes after them', () => {
    const steps = [{ task: 'a', service: 'S' }];
    const cases = [
      { when, steps },
      { when: { value: '$run.id', exists: true }, steps: [{ task: 'b', service: 'S' }] },
    ];
    const { run, order } = play(
      { steps: [{ task: 'choose', switch: { cases, otherwise: [{ task: 'c', service: 'S' }] } }] },
      { input: { level: 'high' } },
    );
    expect(order).toEqual(['choose']);
    expect(run.reason).toContain('"high" and cannot be compared with 5');
  });

  it('is asked when it stands in a branch, or is asked for each item', () => {
    const each = {
      task: 'each',
      forEach: { items: ['x', 9, 1], steps: [{ ...ask, when: { value: '$item', atLeast: 5 } }] },
    };
    expect(play({ steps: [each] }, {}).order).toEqual(['each', 'ask@0', 'ask@1', '-ask@2']);
    const both = { task: 'both', parallel: { branches: { a: [ask] } } };
    expect(play({ steps: [both] }, { input: {} }).order).toEqual(['both', 'ask']);
  });
});

describe('what people typed', () => {
  it.each([
    ['7', ['ask']],
    [' 7,5 ', ['ask']],
    ['4', ['-ask']],
    [4, ['-ask']],
  ])('%j is compared as a number', (level, order) => {
    expect(play({ steps: [ask] }, { input: { level } }).order).toEqual(order);
  });

  it.each([
    ['true', ['ask']],
    ['Yes', ['ask']],
    ['no', ['-ask']],
    [false, ['-ask']],
  ])('%j is compared as a yes or no', (level, order) => {
    const step = { ...ask, when: { value: '$input.level', equals: true } };
    expect(play({ steps: [step] }, { input: { level } }).order).toEqual(order);
  });
});

describe('an approval', () => {
  it.each([
    ['yes', 'Yes'],
    ['true', 'yes'],
    ['High', 'high '],
    ['High', 'ＨＩＧＨ'],
    ['urgent', 'Urgent'],
    ['Élevé', 'ELEVE'],
    ['7', '7,0'],
  ])('that is asked for %j is not passed over for %j', (wanted, level) => {
    for (const asked of [{ equals: wanted }, { oneOf: ['none', wanted] }]) {
      const step = { ...ask, when: { value: '$input.level', ...asked } };
      expect(play({ steps: [step] }, { input: { level } }).order).toEqual(['ask']);
      const cases = [{ when: step.when, steps: [{ task: 'decide', role: 'Supervisor' }] }];
      const choose = { task: 'choose', switch: { cases, otherwise: [{ task: 'go', service: 'S' }] } };
      expect(play({ steps: [choose] }, { input: { level } }).order).toEqual(['choose', 'decide']);
    }
    const other = { ...ask, when: { value: '$input.level', notEquals: wanted } };
    expect(play({ steps: [other] }, { input: { level } }).order).toEqual(['-ask']);
  });
});

describe('a step that is left out', () => {
  const definition = {
    input: { level: { type: 'number', label: 'How deep?' } },
    steps: [
      { task: 'assess', agent: 'A' },
      ask,
      { task: 'late', role: 'Supervisor', when: { value: '$assess.estimatedCostCents', atLeast: 50_000 } },
    ],
  };

  it('says why, in the words of the form', () => {
    const { run } = play(definition, {
      input: { level: 3 },
      answers: { assess: { output: { estimatedCostCents: 48_000 } } },
    });
    const told = run.history.flatMap((event) =>
      event.type === 'step.skipped' ? describeEvent(event, run, demoAgency) : [],
    );
    expect(told).toEqual([
      '⏭️ ask: left out, How deep? is 3, not at least 5',
      '⏭️ late: left out, estimated cost (assess) is $480.00, not at least $500.00',
    ]);
    expect(run.status).toBe('completed');
  });

  it('was left out by a version that did not tell why', () => {
    const { run } = play(definition, { input: { level: 3 } });
    const old = { seq: 1, at: at(0), task: 'ask', actor: 'system', type: 'step.skipped', data: {} } as const;
    expect(describeEvent(old, run, demoAgency)).toBe('⏭️ ask: left out, its condition does not hold');
  });

  it('is told of for a switch, too', () => {
    const cases = [{ when, steps: [{ task: 'a', service: 'S' }] }];
    const { run } = play(
      { input: definition.input, steps: [{ task: 'choose', switch: { cases } }] },
      { input: { level: 3 } },
    );
    const told = run.history.map((event) => describeEvent(event, run, demoAgency));
    expect(told).toContain('🔀 choose: no case applies, How deep? is 3, not at least 5');
  });
});

describe('whoever is asked in doubt', () => {
  it('reads why', () => {
    const { run } = play({ steps: [ask] }, { input: { level: 'high <!channel>' } });
    const card = JSON.stringify(buildApprovalCard(run, 'ask', demoAgency, at(1)));
    expect(card).toContain('nobody can tell whether a decision is needed: level is');
    expect(card).not.toContain('<!channel>');
  });
});

describe('an assessment that did not understand its report', () => {
  const assess = { task: 'assess', agent: 'SeverityAgent' };
  const severe = { value: '$assess.severity', atLeast: 7 };
  const decide = { task: 'decide', role: 'Supervisor', when: severe };
  const playWith = (steps: unknown[], understood: boolean) =>
    play(
      { steps: [assess, ...steps] },
      { answers: { assess: { output: { severity: 5, priority: 'normal', kind: 'unknown', understood } } } },
    );

  it.each([
    severe,
    { not: { value: '$assess.severity', atMost: 6 } },
    { value: '$assess.priority', equals: 'urgent' },
    { value: '$assess.priority', oneOf: ['high', 'urgent'] },
    { any: [severe, { value: '$assess.estimatedCostCents', atLeast: 50_000 }] },
    { all: [severe, { value: '$assess.kind', equals: 'unknown' }] },
  ])('leaves nobody out of a decision: %j', (condition) => {
    const { order, run } = playWith([{ ...decide, when: condition }], false);
    expect(order).toEqual(['assess', 'decide']);
    expect(run.history).toContainEqual(expect.objectContaining({ type: 'approval.doubted', task: 'decide' }));
  });

  it('still leaves out a decision that has nothing to do with it, and counts for steps that ask nobody', () => {
    const other = { ...decide, when: { value: '$assess.kind', equals: 'pothole' } };
    expect(playWith([other], false).order).toEqual(['assess', '-decide']);
    const tell = { task: 'tell', service: 'S', when: severe };
    expect(playWith([tell], false).order).toEqual(['assess', '-tell']);
    expect(playWith([decide], true).order).toEqual(['assess', '-decide']);
  });

  it('passes over no step that has a decision in it, and takes no case without one', () => {
    const both = {
      task: 'both',
      parallel: { branches: { a: [{ ...decide, when: undefined }] } },
      when: severe,
    };
    expect(playWith([both], false).order).toEqual(['assess', 'both', 'decide']);
    const cases = [{ when: severe, steps: [{ task: 'decide', role: 'Supervisor' }] }];
    const choose = { task: 'choose', switch: { cases, otherwise: [{ task: 'go', service: 'S' }] } };
    const { order, run } = playWith([choose], false);
    expect([order, run.status]).toEqual([['assess', 'choose'], 'failed']);
    expect(run.reason).toContain('["not understood"] and cannot be compared with 7');
  });
});
