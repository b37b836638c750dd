/** How one field of stored data is read: what fits is taken as it is. */
export interface Field<Value> {
  fits(value: unknown): value is Value;
  /** What stands for a value that earlier versions did not write. */
  lacking?: Value;
  /** Facts without it are whole. */
  isOptional?: true;
}

/** The fields of `Data`, each of them. */
export type Fields<Data> = { [Name in keyof Data]-?: Field<Exclude<Data[Name], undefined>> };

export const text: Field<string> = { fits: (value) => typeof value === 'string' };
export const number: Field<number> = { fits: (value) => typeof value === 'number' };
export const flag: Field<boolean> = { fits: (value) => typeof value === 'boolean' };
export const texts: Field<readonly string[]> = {
  fits: (value): value is readonly string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string'),
};
export const instant: Field<Date> = {
  fits: (value): value is Date => value instanceof Date && !Number.isNaN(value.getTime()),
};
export const textOrNull: Field<string | null> = {
  fits: (value): value is string | null => value === null || typeof value === 'string',
};

export const numberOrNull: Field<number | null> = {
  fits: (value): value is number | null => value === null || typeof value === 'number',
};

/** One of these words. */
export function oneOf<Word extends string>(...words: readonly Word[]): Field<Word> {
  const known: ReadonlySet<unknown> = new Set(words);
  return { fits: (value): value is Word => known.has(value) };
}

/** A field that not every fact has. */
export function optional<Value>(field: Field<Value>): Field<Value> {
  return { ...field, isOptional: true };
}

/** A field that earlier versions did not write: `value` says the same. */
export function since<Value>(field: Field<Value>, value: Value): Field<Value> {
  return { ...field, lacking: value };
}
