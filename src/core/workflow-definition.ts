import { z } from 'zod';
import { Duration, toMilliseconds } from './duration.ts';
import { Condition } from './reference.ts';

/** A name that other parts refer to: letters, digits, `-` and `_`, starting with a letter. */
export const Name = z
  .string()
  .regex(
    /^[A-Za-z][\w-]{0,63}$/,
    'use letters, digits, "-" and "_", start with a letter, 64 characters at most',
  );

export const InputField = z
  .strictObject({
    type: z.enum(['text', 'longText', 'number', 'boolean', 'date', 'choice', 'location']),
    label: z.string().min(1).max(75).describe('What people read above the field'),
    required: z.boolean().default(false),
    hint: z.string().max(150).optional(),
    choices: z.array(z.string().min(1).max(75)).min(1).max(100).optional().describe('For type "choice"'),
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  })
  .refine((field) => (field.type === 'choice') === (field.choices !== undefined), {
    error: 'list "choices" for type "choice", and only for it',
    path: ['choices'],
  });
export type InputField = z.infer<typeof InputField>;

const Retry = z.strictObject({
  attempts: z.int().min(1).max(20).describe('How often to try in all, the first time included'),
  backoff: Duration.default('5s').describe('Wait before the second try; doubled for each further one'),
});

const Sla = z.strictObject({
  within: Duration,
  warnAt: z.number().gt(0).lt(1).default(0.8).describe('Share of the time after which to warn'),
});

const Requires = z.strictObject({
  skills: z.array(Name).default([]),
  materials: z.array(z.strictObject({ material: Name, quantity: z.int().positive() })).default([]),
  durationMinutes: z
    .int()
    .positive()
    .max(7 * 24 * 60)
    .optional(),
});

const Handler = {
  agent: Name.optional().describe('Name of an agent that assesses'),
  service: Name.optional().describe('Name of a service that does work'),
  role: Name.optional().describe('Role whose members decide with Approve / Reject'),
};
const WITH = z
  .record(z.string(), z.unknown())
  .describe('Inputs: literals, or references such as "$input.text" and "$assessSeverity.severity"');

/** What takes a step over when it fails for good or misses its own deadline. */
const Fallback = z
  .strictObject({ agent: Handler.agent, service: Handler.service, with: WITH.optional() })
  .refine((fallback) => (fallback.agent === undefined) !== (fallback.service === undefined), {
    error: 'name exactly one of "agent" or "service"',
  });

const StepSource = z
  .strictObject({
    task: Name.describe('Unique name of the step'),
    title: z
      .string()
      .min(1)
      .max(75)
      .optional()
      .describe('What people read on cards; the task name when left out'),
    ...Handler,
    with: WITH.optional(),
    when: Condition.optional().describe('Run the step only when this holds; otherwise it is skipped'),
    retry: Retry.optional(),
    timeout: Duration.optional().describe('Longest time one attempt may take'),
    sla: Sla.optional(),
    requires: Requires.optional(),
    fallback: Fallback.optional(),
  })
  .refine((step) => [step.agent, step.service, step.role].filter((name) => name !== undefined).length === 1, {
    error: 'name exactly one of "agent", "service" or "role"',
  });

/** A workflow definition as it is written in a file: the seed's form is its smallest case. */
export const WorkflowSource = z
  .strictObject({
    $schema: z.string().optional(),
    name: Name.optional().describe('Defaults to the file name'),
    version: z.int().positive().default(1),
    title: z.string().min(1).max(75).optional(),
    description: z.string().max(500).optional(),
    command: z
      .string()
      .regex(/^\/[a-z][a-z0-9_-]{0,30}$/, 'write a slash command in lower case, such as "/repair"')
      .optional(),
    input: z.record(Name, InputField).default({}),
    steps: z.array(StepSource).min(1).max(100),
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
  })
  .refine((source) => !(source.fallback && source.sla?.onBreach === 'continue'), {
    error: 'a fallback takes the run over when it is late: leave out "onBreach", or the fallback',
    path: ['fallback'],
  });
export type WorkflowSource = z.input<typeof WorkflowSource>;

export type HandlerKind = 'agent' | 'service' | 'role';

export interface FallbackDefinition {
  kind: 'agent' | 'service';
  handler: string;
  with: Record<string, unknown> | null;
}

export interface StepDefinition {
  task: string;
  title: string;
  kind: HandlerKind;
  /** Name of the agent, service or role. */
  handler: string;
  with: Record<string, unknown> | null;
  when: Condition | null;
  retry: { attempts: number; backoffMs: number };
  timeoutMs: number | null;
  sla: { withinMs: number; warnAt: number } | null;
  requires: {
    skills: string[];
    materials: { material: string; quantity: number }[];
    durationMinutes: number | null;
  };
  fallback: FallbackDefinition | null;
}

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

function normaliseStep(step: z.output<typeof StepSource>): StepDefinition {
  const kind: HandlerKind = step.agent ? 'agent' : step.service ? 'service' : 'role';
  return {
    task: step.task,
    title: step.title ?? step.task,
    kind,
    handler: step.agent ?? step.service ?? step.role ?? '',
    with: step.with ?? null,
    when: step.when ?? null,
    retry: {
      attempts: step.retry?.attempts ?? (kind === 'role' ? 1 : 3),
      backoffMs: toMilliseconds(step.retry?.backoff ?? '5s'),
    },
    timeoutMs: step.timeout ? toMilliseconds(step.timeout) : null,
    sla: step.sla ? { withinMs: toMilliseconds(step.sla.within), warnAt: step.sla.warnAt } : null,
    requires: {
      skills: step.requires?.skills ?? [],
      materials: step.requires?.materials ?? [],
      durationMinutes: step.requires?.durationMinutes ?? null,
    },
    fallback: normaliseFallback(step.fallback),
  };
}

function normaliseFallback(fallback: z.output<typeof Fallback> | undefined): FallbackDefinition | null {
  if (!fallback) return null;
  return {
    kind: fallback.agent ? 'agent' : 'service',
    handler: fallback.agent ?? fallback.service ?? '',
    with: fallback.with ?? null,
  };
}
