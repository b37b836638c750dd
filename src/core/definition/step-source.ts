import { z } from 'zod';
import { Skill } from '../agency/skill.ts';
import { isObject } from '../faults/keep-fitting.ts';
import { Duration } from '../values/duration.ts';
import { Name } from '../values/name.ts';
import { isReadable, shownText } from '../values/shown-text.ts';
import { Condition } from './condition.ts';

/** A check of several keys is made also where another key is wrong: everything is told at once. */
export function isObjectAtAll({ value }: { value: unknown }): boolean {
  return isObject(value);
}

const Retry = z.strictObject({
  attempts: z.int().min(1).max(20).describe('How often to try in all, the first time included'),
  backoff: Duration.default('5s').describe(
    'Wait before the second try; doubled for each further one, with some jitter',
  ),
  longest: Duration.default('15m').describe('The wait grows to this at most'),
});

export const Sla = z.strictObject({
  within: Duration,
  warnAt: z.number().gt(0).lt(1).default(0.8).describe('Share of the time after which to warn'),
});

const Requires = z.strictObject({
  skills: z.array(Skill).optional().describe('What the crew must be able to do; [] says that any crew can'),
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

/** An agent or service called in place of something: as a fallback, or to undo a step. */
export const Fallback = z
  .strictObject({ agent: Handler.agent, service: Handler.service, with: WITH.optional() })
  .refine((fallback) => (fallback.agent === undefined) !== (fallback.service === undefined), {
    error: 'name exactly one of "agent" or "service"',
    params: { oneOf: ['agent', 'service'] },
    when: isObjectAtAll,
  });

const Join = z
  .union([z.enum(['all', 'any']), z.int().positive()])
  .describe('How many branches have to succeed: "all", "any", or a number');

const Wait = z
  .strictObject({
    for: Duration.optional(),
    until: z.string().optional().describe('An instant such as "2026-07-01T08:00:00Z", or a reference to one'),
    event: Name.optional().describe('Name of an event that somebody reports from outside'),
    key: z
      .string()
      .refine(isReadable, 'write which one, or leave the key out for the run id')
      .optional()
      .describe('Which one of these events, often a reference; the run id when left out'),
  })
  .refine((wait) => [wait.for, wait.until, wait.event].filter((part) => part !== undefined).length === 1, {
    error: 'give exactly one of "for", "until" or "event"',
    when: isObjectAtAll,
  });

const Workflow = z.strictObject({ workflow: Name.optional(), with: WITH.optional() });

/** Steps contain steps: the schema refers to itself, so its type has to be told. */
const steps: z.ZodType<StepOutput[], StepSource[]> = z.lazy(() => z.array(StepSource).min(1).max(100));

const shared = {
  task: Name.describe('Unique name of the step'),
  title: shownText(75).optional().describe('What people read on cards; the task name when left out'),
  with: WITH.optional(),
  when: Condition.optional().describe('Run the step only when this holds; otherwise it is skipped'),
  retry: Retry.optional(),
  timeout: Duration.optional().describe('Longest time one attempt may take'),
  totalTimeout: Duration.optional().describe('Longest time all attempts together may take, waits included'),
  sla: Sla.optional(),
  requires: Requires.optional(),
  fallback: Fallback.optional().describe(
    'Takes the step over when it fails for good or misses its own deadline',
  ),
  compensate: Fallback.optional().describe('Undoes the step when the run fails or is cancelled after it'),
  ...Handler,
  wait: Wait.optional().describe('Waits for a time, until an instant, or for an event from outside'),
  workflow: Workflow.required({ workflow: true })
    .optional()
    .describe('Runs another workflow and waits for its end'),
  continueAs: Workflow.optional().describe(
    'Ends this run and goes on as a fresh one; the last step of a long history',
  ),
};

const KINDS = [
  'agent',
  'service',
  'role',
  'parallel',
  'forEach',
  'switch',
  'wait',
  'workflow',
  'continueAs',
] as const;

const Parallel = z.strictObject({ branches: z.record(Name, steps), join: Join.default('all') });
const ForEach = z.strictObject({
  items: z.unknown().describe('A list, or a reference to one; inside, "$item" and "$index"'),
  steps,
  concurrency: z.int().min(1).max(100).default(10),
  join: Join.default('all'),
});
const Switch = z.strictObject({
  cases: z
    .array(z.strictObject({ when: Condition, steps }))
    .min(1)
    .max(20),
  otherwise: steps.optional(),
});

const Fields = z.strictObject(shared);
export interface StepOutput extends z.output<typeof Fields> {
  parallel?: z.output<typeof Parallel> | undefined;
  forEach?: z.output<typeof ForEach> | undefined;
  switch?: z.output<typeof Switch> | undefined;
}

/** A step as it is written in a file: exactly one of the kinds. */
export const StepSource = Fields.extend({
  parallel: Parallel.optional().describe('Steps side by side'),
  forEach: ForEach.optional().describe('The same steps for every item of a list'),
  switch: Switch.optional().describe('The steps of the first case that holds'),
})
  .refine((step) => KINDS.filter((kind) => step[kind] !== undefined).length === 1, {
    error:
      'name exactly one of "agent", "service" or "role" (or "parallel", "forEach", "switch", "wait", "workflow", "continueAs")',
    params: { oneOf: KINDS },
    when: isObjectAtAll,
  })
  .describe('Such as { "task": "approve", "role": "Supervisor" }');
export interface StepSource extends z.input<typeof Fields> {
  parallel?: z.input<typeof Parallel> | undefined;
  forEach?: z.input<typeof ForEach> | undefined;
  switch?: z.input<typeof Switch> | undefined;
}
