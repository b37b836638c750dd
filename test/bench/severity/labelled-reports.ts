import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { WORK_KINDS } from '../../../src/agents/report/report-facts.ts';
import { GRAVE_HAZARDS, UNKNOWN } from '../../../src/core/work/assessment.ts';

/** A sentence as somebody might report it, with all that it says; what is not labelled it does not say. */
export interface LabelledReport {
  text: string;
  labels: Labels;
}

const list = <Word extends string>(words: z.ZodType<Word>) =>
  z.preprocess((written) => String(written).split(','), z.array(words));

const Labels = z.strictObject({
  kind: z.enum([...WORK_KINDS, UNKNOWN]),
  grave: list(z.enum(GRAVE_HAZARDS)).optional(),
  hurt: z.enum(['killed', 'badly-hurt', 'hurt']).optional(),
  people: z.coerce.number().optional(),
  damage: z.literal(true).optional(),
  accident: z.literal(true).optional(),
  times: z.coerce.number().optional(),
  count: z.coerce.number().optional(),
  size: z.enum(['large', 'small']).optional(),
  deep: z.enum(['deep', 'shallow']).optional(),
  /** Depth or height, in centimetres. */
  cm: z.coerce.number().optional(),
  /** Width or diameter, in centimetres. */
  wide: z.coerce.number().optional(),
  danger: z.literal(true).optional(),
  risk: z.literal(true).optional(),
  place: list(z.enum(['school', 'hospital'])).optional(),
  'not-understood': z.literal(true).optional(),
});
export type Labels = z.infer<typeof Labels>;

/** Those the tables of words were made with. */
export function readReports(): LabelledReport[] {
  return read('reports.txt');
}

/** Those nobody looked at while the tables were made. */
export function readHeldOutReports(): LabelledReport[] {
  return read('held-out-reports.txt');
}

/** One a line: `text | kind | damage size=large`. Throws with the line for a label that does not exist. */
function read(file: string): LabelledReport[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line, index) => {
    const [text = '', kind, written = ''] = line.split(' | ');
    const facts = written.split(' ').filter((fact) => fact !== '');
    const pairs = facts.map((fact) => {
      const [key = '', value] = fact.split('=');
      return [key, value ?? true];
    });
    const labels = Labels.safeParse({ kind, ...Object.fromEntries(pairs) });
    if (!labels.success) throw new Error(`${file}, line ${index + 1}: ${z.prettifyError(labels.error)}`);
    return { text, labels: labels.data };
  });
}
