import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Agency } from '../core/agency/agency.ts';
import { type KnownHandler, listFields } from '../core/checks/known-names.ts';
import { WorkflowSource } from '../core/definition/workflow-definition.ts';
import { listBuiltInHandlers } from '../handlers/built-in-handlers.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schemas for editors, by file name, as text: generated, so that editor and loader can never disagree. A step
 * that names a built-in agent or service is told which inputs it takes in `with`.
 */
export function renderSchemas(): Record<'workflow.schema.json' | 'agency.schema.json', string> {
  return {
    'workflow.schema.json': render(WorkflowSource, 'Crewline workflow definition', describeCalls),
    'agency.schema.json': render(Agency, 'Crewline agency'),
  };
}

/** Writes the JSON Schemas into `folder` and returns the paths of the files. */
export async function writeSchemas(folder: string): Promise<string[]> {
  const files = Object.entries(renderSchemas()).map(([name, text]) => ({ path: join(folder, name), text }));
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  return files.map(({ path }) => path);
}

function render(schema: z.ZodType, title: string, edit: (schema: Schema) => void = () => {}): string {
  const override = ({ jsonSchema }: { jsonSchema: Schema }) => edit(jsonSchema);
  const { $schema, $defs, ...rest } = z.toJSONSchema(schema, { io: 'input', override });
  const shared = $defs ? { $defs: { ...$defs, ...(edit === describeCalls ? INPUTS : {}) } } : {};
  return `${JSON.stringify({ $schema, title, ...rest, ...shared }, null, 2)}\n`;
}

/** Handlers that know their inputs. */
const CALLED = listBuiltInHandlers().filter(({ input }) => listFields(input) !== null);
const INPUTS = Object.fromEntries(CALLED.map((handler) => [`with${handler.name}`, describeInputs(handler)]));

/** Whatever calls an agent or service, a step or a fallback, gets the inputs of the one it names. */
function describeCalls(schema: Schema): void {
  const { agent, service, with: inputs } = schema.properties ?? {};
  if (!agent || !service || !inputs) return;
  for (const [kind, property] of Object.entries({ agent, service }))
    if (typeof property === 'object')
      property.examples = listBuiltInHandlers().flatMap((one) => (one.kind === kind ? [one.name] : []));
  schema.allOf = CALLED.map(({ kind, name }) =>
    Object.fromEntries([
      ['if', { properties: { [kind]: { const: name } }, required: [kind] }],
      ['then', { properties: { with: { $ref: `#/$defs/with${name}` } } }],
    ]),
  );
}

/** Every value of an input, at any depth, is written as it is, or as a reference to what a step or the requester said. */
function describeInputs({ input }: KnownHandler): Schema {
  const reference = { type: 'string', pattern: '^\\$[A-Za-z]' };
  const { $schema, ...inputs } = z.toJSONSchema(input, {
    io: 'input',
    override: ({ jsonSchema, path }) => {
      const { type, format, description, default: usual, ...value } = jsonSchema;
      if (path.length === 0 || type === undefined || (type === 'string' && !format)) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      const literal = { type, ...(format ? { format } : {}), ...value };
      Object.assign(jsonSchema, { description, default: usual, anyOf: [literal, reference] });
    },
  });
  return { ...inputs, additionalProperties: false };
}
