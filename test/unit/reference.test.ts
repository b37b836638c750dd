import { describe, expect, it } from 'vitest';
import { listReferences, parseReference, resolveValues } from '../../src/core/definition/reference.ts';

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
