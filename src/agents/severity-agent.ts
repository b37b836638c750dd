import { z } from 'zod';
import { BUILT_IN } from '../core/definition/built-in.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import { assessByRules } from './severity-rules.ts';

const Words = z.union([z.string(), z.number(), z.boolean()]).nullish();

/** What the assessment is told: any of these; the seed's workflow passes nothing but `reportId`. */
export const SeverityInput = z.object({
  text: Words.describe('What was reported'),
  location: Words.describe('Where'),
  description: Words.describe('Anything else that was said'),
  hazard: Words.describe('Hazard the reporter chose'),
  reportId: z.union([z.string(), z.number()]).nullish().describe('Id of the report at its source'),
});
export type SeverityInput = z.infer<typeof SeverityInput>;

/** What every severity agent answers. Money in cents, materials in their own whole units. */
export const SeverityOutput = z.object({
  severity: z.number().min(0).max(10).describe('0 harmless to 10 life-threatening, one decimal at most'),
  priority: z.enum(['low', 'normal', 'high', 'urgent']),
  reasons: z.array(z.string().min(1).max(300)).max(40).describe('Each names the words that led to it'),
  estimatedCostCents: z.int().min(0).max(100_000_000),
  durationMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .describe('Crew time on site'),
  skills: z.array(z.string().min(1).max(64)).max(10),
  materials: z.array(z.object({ material: z.string().min(1).max(64), quantity: z.int().positive() })).max(20),
  summary: z.string().min(1).max(500),
  source: z.enum(['rules', 'llm', 'http']),
  note: z.string().max(500).optional().describe('What a reader should know about how this came about'),
});
export type SeverityOutput = z.infer<typeof SeverityOutput>;
export type SeverityAgent = StepHandler<SeverityInput, SeverityOutput>;

/** Name, input and output that every severity agent shares, whichever way it comes to its answer. */
export const SEVERITY_CONTRACT = {
  kind: 'agent',
  name: BUILT_IN.severity,
  input: SeverityInput,
  output: SeverityOutput,
} as const;

/** The built-in `SeverityAgent`: the table of `severity-table.ts`, applied to what was said. Never fails. */
export function createSeverityAgent(): SeverityAgent {
  return {
    ...SEVERITY_CONTRACT,
    description: 'Scores a report by a table of words and measures, and says which of them counted.',
    execute: async (input) => ({ kind: 'done', output: assessReport(input) }),
  };
}

/** The rules' assessment of everything that `input` says. */
export function assessReport(input: SeverityInput): SeverityOutput {
  // Sentences of their own, so that a denial in one field ("no") does not reach into the next.
  const said = [input.text, input.location, input.description, input.hazard].filter(isSaid);
  return { ...assessByRules(said.join('.\n'), String(input.reportId ?? '')), source: 'rules' };
}

/** Whether `input` describes anything; the seed's input, a bare `reportId`, does not. */
export function describesAnything(input: SeverityInput): boolean {
  return [input.text, input.location, input.description, input.hazard].some(isSaid);
}

function isSaid(words: SeverityInput['text']): boolean {
  return words !== null && words !== undefined && String(words).trim() !== '';
}
