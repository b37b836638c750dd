import { z } from 'zod';
import { BUILT_IN } from '../core/definition/built-in.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import { DOUBTS, GRAVE_HAZARDS, UNKNOWN } from '../core/work/assessment.ts';
import { judgeLanguage } from './language/judge-language.ts';
import { openLanguageDetector } from './language/open-language-detector.ts';
import { correctSpelling } from './report/correct-spelling.ts';
import { findKnown } from './report/read-report.ts';
import { OTHER_KIND } from './report/report-facts.ts';
import { assessByRules, LONGEST_TEXT } from './severity-rules.ts';

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
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/)
    .describe(`What work it is: "pothole", "water-main"; "${UNKNOWN}" when nobody has recognised it`),
  grave: z
    .array(z.enum(GRAVE_HAZARDS))
    .max(GRAVE_HAZARDS.length)
    .describe('What may kill somebody before a crew comes; empty when there is no such thing'),
  understood: z
    .boolean()
    .describe('false when part of the report was not read, so that severity says little'),
  doubt: z.enum(DOUBTS).nullable().describe('Why a person should look; null when there is no reason'),
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
    execute: async (input) => ({ kind: 'done', output: await assessReport(input) }),
  };
}

/** The rules' assessment of everything that `input` says. */
export async function assessReport(input: SeverityInput): Promise<SeverityOutput> {
  // Sentences of their own, so that a denial in one field ("no") does not reach into the next.
  const said = [input.text, input.location, input.description, input.hazard].filter(isSaid);
  const report = said.join('.\n').slice(0, LONGEST_TEXT);
  const unread =
    report === '' ? null : await judgeLanguage(correctSpelling(report), findKnown, openLanguageDetector);
  return { ...assessByRules(report, String(input.reportId ?? ''), unread), source: 'rules' };
}

type Facts = Pick<SeverityOutput, 'kind' | 'grave' | 'understood' | 'doubt'>;
type ToldFacts = { [Key in keyof Facts]?: Facts[Key] | undefined } & Pick<SeverityOutput, 'skills'>;

/**
 * The facts of an agent's answer. What it leaves out the rules say, but for one thing: an agent that answered has
 * understood. Grave hazards are those of both: to page in vain is better than not to page.
 */
export function completeFacts(told: ToldFacts, rules: Facts): Facts {
  const guessed = rules.kind === UNKNOWN && told.skills.length > 0 ? OTHER_KIND : rules.kind;
  const kind = told.kind ?? guessed;
  const understood = told.understood ?? true;
  const unread = understood ? null : (told.doubt ?? rules.doubt ?? 'other-language');
  const grave = [...new Set([...(told.grave ?? []), ...rules.grave])];
  return {
    kind,
    grave,
    understood,
    doubt: unread ?? told.doubt ?? (kind === UNKNOWN ? 'kind-unknown' : null),
  };
}

/** Whether `input` describes anything; the seed's input, a bare `reportId`, does not. */
export function describesAnything(input: SeverityInput): boolean {
  return [input.text, input.location, input.description, input.hazard].some(isSaid);
}

function isSaid(words: SeverityInput['text']): boolean {
  return words !== null && words !== undefined && String(words).trim() !== '';
}
