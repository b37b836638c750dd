import type { z } from 'zod';
import { toMilliseconds } from '../values/duration.ts';
import type { Condition } from './condition.ts';
import type { Fallback, StepSource } from './step-source.ts';

export type HandlerKind = 'agent' | 'service' | 'role';
export type Join = 'all' | 'any' | number;
type Values = Record<string, unknown>;

export interface FallbackDefinition {
  kind: 'agent' | 'service';
  handler: string;
  with: Values | null;
}

/** What a step does. The first three call or ask somebody; the others order other steps, or wait. */
export type StepBody =
  | { kind: HandlerKind }
  | { kind: 'parallel'; branches: { name: string; steps: StepDefinition[] }[]; join: Join }
  | { kind: 'forEach'; items: unknown; steps: StepDefinition[]; concurrency: number; join: Join }
  | { kind: 'switch'; cases: { when: Condition; steps: StepDefinition[] }[]; otherwise: StepDefinition[] }
  | { kind: 'wait'; wait: { forMs: number } | { until: string } | { event: string; key: string } }
  | { kind: 'workflow' | 'continueAs' };

/** A step in its normal form. Spans in milliseconds. */
export interface StepDefinition {
  task: string;
  title: string;
  kind: StepBody['kind'];
  /** Name of the agent, service, role or workflow; empty for steps that order others. */
  handler: string;
  with: Values | null;
  when: Condition | null;
  retry: { attempts: number; backoffMs: number; longestMs: number };
  timeoutMs: number | null;
  totalTimeoutMs: number | null;
  sla: { withinMs: number; warnAt: number } | null;
  requires: {
    skills: string[];
    materials: { material: string; quantity: number }[];
    durationMinutes: number | null;
    /** The definition says itself that no skill is needed. */
    anyCrew?: true;
  };
  fallback: FallbackDefinition | null;
  compensate: FallbackDefinition | null;
  /** Only for the kinds that have one. */
  body?: StepBody;
}

type Source = z.output<typeof StepSource>;

/** How often a handler is called when the definition does not say. */
export const DEFAULT_ATTEMPTS = 3;
const DEFAULT_RETRY = { backoffMs: 5_000, longestMs: 15 * 60_000 };

/** Whether a step calls something that can be called again. */
export function isCalled(kind: StepBody['kind']): boolean {
  return kind === 'agent' || kind === 'service' || kind === 'workflow' || kind === 'continueAs';
}

/** Brings a checked step into the normal form, with everything inside it. */
export function normaliseStep(step: Source): StepDefinition {
  const body = normaliseBody(step);
  return {
    task: step.task,
    title: step.title ?? step.task,
    kind: body.kind,
    handler:
      step.agent ?? step.service ?? step.role ?? step.workflow?.workflow ?? step.continueAs?.workflow ?? '',
    with: step.with ?? step.workflow?.with ?? step.continueAs?.with ?? null,
    when: step.when ?? null,
    retry: step.retry
      ? {
          attempts: step.retry.attempts,
          backoffMs: toMilliseconds(step.retry.backoff),
          longestMs: toMilliseconds(step.retry.longest),
        }
      : { attempts: isCalled(body.kind) ? DEFAULT_ATTEMPTS : 1, ...DEFAULT_RETRY },
    timeoutMs: milliseconds(step.timeout),
    totalTimeoutMs: milliseconds(step.totalTimeout),
    sla: step.sla ? { withinMs: toMilliseconds(step.sla.within), warnAt: step.sla.warnAt } : null,
    requires: {
      skills: step.requires?.skills ?? [],
      materials: step.requires?.materials ?? [],
      durationMinutes: step.requires?.durationMinutes ?? null,
      ...(step.requires?.skills?.length === 0 && { anyCrew: true as const }),
    },
    fallback: normaliseFallback(step.fallback),
    compensate: normaliseFallback(step.compensate),
    ...(hasBody(body) ? { body } : {}),
  };
}

/** The normal form of a fallback or a compensation; null when there is none. */
export function normaliseFallback(
  fallback: z.output<typeof Fallback> | undefined,
): FallbackDefinition | null {
  if (!fallback) return null;
  return {
    kind: fallback.agent ? 'agent' : 'service',
    handler: fallback.agent ?? fallback.service ?? '',
    with: fallback.with ?? null,
  };
}

function hasBody(body: StepBody): boolean {
  return (
    body.kind === 'parallel' || body.kind === 'forEach' || body.kind === 'switch' || body.kind === 'wait'
  );
}

function normaliseBody(step: Source): StepBody {
  if (step.parallel) {
    const { branches, join } = step.parallel;
    const named = Object.entries(branches).map(([name, steps]) => ({
      name,
      steps: steps.map(normaliseStep),
    }));
    return { kind: 'parallel', branches: named, join };
  }
  if (step.forEach) {
    const { items, steps, concurrency, join } = step.forEach;
    return { kind: 'forEach', items, steps: steps.map(normaliseStep), concurrency, join };
  }
  if (step.switch) {
    const cases = step.switch.cases.map(({ when, steps }) => ({ when, steps: steps.map(normaliseStep) }));
    return { kind: 'switch', cases, otherwise: (step.switch.otherwise ?? []).map(normaliseStep) };
  }
  if (step.wait) return { kind: 'wait', wait: normaliseWait(step.wait) };
  if (step.workflow) return { kind: 'workflow' };
  if (step.continueAs) return { kind: 'continueAs' };
  return { kind: step.agent ? 'agent' : step.service ? 'service' : 'role' };
}

function normaliseWait(wait: NonNullable<Source['wait']>): Extract<StepBody, { kind: 'wait' }>['wait'] {
  if (wait.for !== undefined) return { forMs: toMilliseconds(wait.for) };
  if (wait.until !== undefined) return { until: wait.until };
  return { event: wait.event ?? '', key: wait.key ?? '$run.id' };
}

function milliseconds(duration: string | undefined): number | null {
  return duration === undefined ? null : toMilliseconds(duration);
}
