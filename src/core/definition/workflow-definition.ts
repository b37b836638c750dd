import { z } from 'zod';
import { toMilliseconds } from '../values/duration.ts';
import { Name } from '../values/name.ts';
import { shownText, shownTextOrNone } from '../values/shown-text.ts';
import {
  type FallbackDefinition,
  normaliseFallback,
  normaliseStep,
  type StepDefinition,
} from './step-definition.ts';
import { Fallback, isObjectAtAll, Sla, StepSource } from './step-source.ts';

export type { StepDefinition } from './step-definition.ts';

export const InputField = z
  .strictObject({
    type: z.enum(['text', 'longText', 'number', 'boolean', 'date', 'choice', 'location']),
    label: shownText(75).describe('What people read above the field'),
    required: z.boolean().default(false),
    hint: shownTextOrNone(150).optional(),
    choices: z.array(shownText(75)).min(1).max(100).optional().describe('For type "choice"'),
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  })
  .refine((field) => (field.type === 'choice') === (field.choices !== undefined), {
    error: 'list "choices" for type "choice", and only for it',
    path: ['choices'],
    when: isObjectAtAll,
  });
export type InputField = z.infer<typeof InputField>;

/** A workflow definition as it is written in a file: the seed's form is its smallest case. */
export const WorkflowSource = z
  .strictObject({
    $schema: z.string().optional(),
    name: Name.optional().describe('Defaults to the file name'),
    version: z.int().positive().default(1),
    title: shownText(75).optional(),
    description: shownTextOrNone(500).optional(),
    command: z
      .string()
      .regex(/^\/[a-z][a-z0-9_-]{0,30}$/, 'write a slash command in lower case, such as "/repair"')
      .optional(),
    input: z.record(Name, InputField).default({}),
    steps: z
      .array(StepSource)
      .min(1)
      .max(100)
      .describe('What is done, one after the other, such as [{ "task": "approve", "role": "Supervisor" }]'),
    slaHours: z
      .number()
      .positive()
      .max(24 * 366)
      .optional(),
    sla: Sla.extend({
      onBreach: z.enum(['end', 'continue']).default('end').describe('Hand the run over, or let it go on'),
    }).optional(),
    budget: z
      .strictObject({
        amount: z.number().positive().max(1e9).describe('In whole currency units; two decimals at most'),
        warnAt: z.number().gt(0).lt(1).default(0.8),
      })
      .optional(),
    escalation: Name.optional().describe('Name of an escalation policy of the agency'),
    fallback: Fallback.optional().describe('Procedure to run once when the run misses its deadline'),
  })
  .refine((source) => source.slaHours === undefined || source.sla === undefined, {
    error: 'give either "slaHours" or "sla", not both',
    path: ['sla'],
    when: isObjectAtAll,
  })
  .refine((source) => !(source.fallback && source.sla?.onBreach === 'continue'), {
    error: 'a fallback takes the run over when it is late: leave out "onBreach", or the fallback',
    path: ['fallback'],
    when: isObjectAtAll,
  });
export type WorkflowSource = z.input<typeof WorkflowSource>;

/** A workflow definition in its one normal form: what a run carries, frozen, from its start. Spans in milliseconds. */
export interface WorkflowDefinition {
  name: string;
  version: number;
  title: string;
  description: string;
  command: string | null;
  input: Record<string, InputField>;
  steps: StepDefinition[];
  sla: { withinMs: number; warnAt: number; onBreach: 'end' | 'continue' } | null;
  budget: { limitCents: number; warnAt: number } | null;
  escalation: string | null;
  fallback: FallbackDefinition | null;
}

/** Brings a checked source into the normal form; `fallbackName` names it when the source does not. */
export function normaliseWorkflow(
  source: z.output<typeof WorkflowSource>,
  fallbackName: string,
): WorkflowDefinition {
  const name = source.name ?? fallbackName;
  const sla =
    source.sla ?? (source.slaHours ? { within: `${source.slaHours}h`, warnAt: 0.8, onBreach: 'end' } : null);
  return {
    name,
    version: source.version,
    title: source.title ?? name,
    description: source.description ?? '',
    command: source.command ?? null,
    input: source.input,
    steps: source.steps.map(normaliseStep),
    sla: sla && {
      withinMs: toMilliseconds(sla.within),
      warnAt: sla.warnAt,
      onBreach: sla.onBreach === 'continue' ? 'continue' : 'end',
    },
    budget: source.budget
      ? { limitCents: Math.round(source.budget.amount * 100), warnAt: source.budget.warnAt }
      : null,
    escalation: source.escalation ?? null,
    fallback: normaliseFallback(source.fallback),
  };
}
