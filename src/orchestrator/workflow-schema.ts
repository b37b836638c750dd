import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Agency } from '../core/agency.ts';
import { WorkflowSource } from '../core/workflow-definition.ts';

/** The JSON Schemas for editors, by file name, as text: generated, so that editor and loader can never disagree. */
export function renderSchemas(): Record<'workflow.schema.json' | 'agency.schema.json', string> {
  return {
    'workflow.schema.json': render(WorkflowSource, 'Crewline workflow definition'),
    'agency.schema.json': render(Agency, 'Crewline agency'),
  };
}

/** Writes the JSON Schemas into `folder` and returns the paths of the files. */
export async function writeSchemas(folder: string): Promise<string[]> {
  const files = Object.entries(renderSchemas()).map(([name, text]) => ({ path: join(folder, name), text }));
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  return files.map(({ path }) => path);
}

function render(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
