import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { findNearest } from '../core/faults/problem.ts';

type Shape = Record<string, z.ZodType>;
type Query<Parameters extends Shape> = { [Name in keyof Parameters]?: z.output<Parameters[Name]> };

/**
 * The query parameters of a request. Each one's schema says in its description what it has to be. Throws `http.badQuery`
 * naming the parameter that is unknown, repeated or malformed, and what is allowed: nothing is ignored in silence.
 */
export function readQuery<Parameters extends Shape>(
  request: IncomingMessage,
  parameters: Parameters,
): Query<Parameters> {
  const given = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const query: Record<string, unknown> = {};
  for (const name of new Set(given.keys())) {
    const schema = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!schema) {
      const meant = findNearest(name, Object.keys(parameters));
      const guess = meant === null ? '' : `: did you mean “${meant}”?`;
      throw badQuery(`“${name}” is no parameter here${guess}; there are: ${describeAll(parameters)}.`);
    }
    const values = given.getAll(name);
    if (values.length > 1) throw badQuery(`“${name}” is given ${values.length} times; give it once.`);
    const parsed = schema.safeParse(values[0]);
    if (!parsed.success)
      throw badQuery(
        `“${name}” has to be ${schema.description}, not “${values[0]}”${sayMeant(schema, values[0])}.`,
      );
    query[name] = parsed.data;
  }
  return query as Query<Parameters>;
}

function sayMeant(schema: z.ZodType, value = ''): string {
  const meant = schema instanceof z.ZodEnum ? findNearest(value, schema.options.map(String)) : null;
  return meant === null ? '' : `: did you mean “${meant}”?`;
}

function describeAll(parameters: Shape): string {
  return Object.entries(parameters)
    .map(([name, schema]) => `“${name}” (${schema.description})`)
    .join(', ');
}

function badQuery(userMessage: string): AppError {
  return new AppError('bad query parameter', { code: 'http.badQuery', userMessage });
}
