import { describe, expect, it } from 'vitest';
import {
  Condition,
  holds,
  listReferences,
  parseReference,
  resolveValues,
} from '../../src/core/definition/reference.ts';

const facts = {
  input: { text: 'deep hole', lanes: 2, nothing: null },
  run: { id: 'run-1' },
  assess: { severity: 6.5, skills: ['asphalt'], crew: { id: 'north' } },
};

describe('a reference', () => {
  it('names a source and a path inside it', () => {
    expect(parseReference('$assess.crew.id')).toEqual({ source: 'assess', path: ['crew', 'id'] });
    expect(parseReference('$assess')).toEqual({ source: 'assess', path: [] });
  });

  it.each(['text', '$', '$5.00', '$ input.text', '$input.', '$input..text', '$$input.text', 5, null])(
    'is not what %j is',
    (literal) => {
      expect(parseReference(literal)).toBeNull();
    },
  );

  it('is replaced by its fact at any depth, and literals stay', () => {
    const values = {
      a: '$input.text',
      b: [{ c: '$assess.skills' }, 7],
      d: '$$5',
      e: '$input.missing',
      f: '$run.id',
    };
    expect(resolveValues(values, facts)).toEqual({
      a: 'deep hole',
      b: [{ c: ['asphalt'] }, 7],
      d: '$5',
      e: undefined,
      f: 'run-1',
    });
  });

  it('never reaches what an object inherits', () => {
    expect(resolveValues('$input.constructor', facts)).toBeUndefined();
    expect(resolveValues('$constructor', facts)).toBeUndefined();
    expect(resolveValues('$input.text.length', facts)).toBeUndefined();
  });

  it('is listed with the place where it stands', () => {
    const places = listReferences({ a: '$input.text', b: ['$assess'] }, 'with').map(({ place }) => place);
    expect(places).toEqual(['with.a', 'with.b.0']);
  });
});

describe('a condition', () => {
  it.each<[Condition, boolean]>([
    [{ value: '$assess.severity', atLeast: 6.5 }, true],
    [{ value: '$assess.severity', atLeast: 6.6 }, false],
    [{ value: '$assess.severity', atLeast: 6, atMost: 7 }, true],
    [{ value: '$input.text', equals: 'deep hole' }, true],
    [{ value: '$input.text', atLeast: 1 }, false],
    [{ value: '$input.lanes', oneOf: [1, 2] }, true],
    [{ value: '$input.missing', exists: false }, true],
    [{ value: '$input.nothing', exists: false }, true],
    [{ value: '$input.missing', notEquals: 'x' }, true],
    [{ value: '$input.missing', equals: 'x' }, false],
    [{ not: { value: '$input.missing', exists: true } }, true],
    [
      {
        all: [
          { value: '$input.lanes', equals: 2 },
          { value: '$input.lanes', equals: 3 },
        ],
      },
      false,
    ],
    [
      {
        any: [
          { value: '$input.lanes', equals: 2 },
          { value: '$input.lanes', equals: 3 },
        ],
      },
      true,
    ],
  ])('%j is %s', (condition, expected) => {
    expect(Condition.parse(condition)).toEqual(condition);
    expect(holds(condition, facts)).toBe(expected);
  });

  it.each([{ value: '$input.text' }, { value: 'text', equals: 'a' }, { all: [] }, {}])(
    'refuses %j',
    (condition) => {
      expect(Condition.safeParse(condition).success).toBe(false);
    },
  );
});
