/** What may kill somebody before a crew comes. Of these somebody is paged at once. */
export const GRAVE_HAZARDS = [
  'open-manhole',
  'gas',
  'collapse',
  'power-line',
  'flood',
  'trapped',
  'fire',
] as const;
export type GraveHazard = (typeof GRAVE_HAZARDS)[number];

/** Why an assessment is to be looked at by a person, the weightiest first. */
export const DOUBTS = [
  /** Nothing was said. */
  'nothing-said',
  /** No words of any language: digits, signs, keys hit at random. */
  'no-words',
  /** In a language that is not read. */
  'other-language',
  /** Part of it in a language that is not read: what counts may stand there. */
  'partly-other-language',
  /** Read, and yet it names no kind of work that is known. */
  'kind-unknown',
] as const;
export type Doubt = (typeof DOUBTS)[number];

/** Why a person has to say which crew does a job: the report is doubted, or nobody named a skill that it takes. */
export const WORK_DOUBTS = [...DOUBTS, 'no-skills'] as const;
export type WorkDoubt = (typeof WORK_DOUBTS)[number];

/** Said of a job that nobody has recognised: a person decides who does it. */
export const UNKNOWN = 'unknown';

/** The grave hazards that a step's output names, each once; whatever else stands there is none. */
export function readGrave(output: Readonly<Record<string, unknown>> | null | undefined): GraveHazard[] {
  const told: readonly unknown[] = Array.isArray(output?.grave) ? output.grave : [];
  return GRAVE_HAZARDS.filter((hazard) => told.includes(hazard));
}

/** What an assessment says of itself, and what was found in words that were read. */
const STILL_SAID = new Set(['understood', 'doubt', 'kind', 'grave', 'source', 'note']);
/** No number and no text, so that it compares with nothing. */
const NOT_UNDERSTOOD: readonly string[] = ['not understood'];

/**
 * `facts` as a decision of people is judged by: what was made of a report that was not understood (`understood: false`)
 * is taken for unknown, its severity above all, so that nobody is left out of the decision because of it.
 */
export function markNotUnderstood(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([source, fact]) => [source, isNotUnderstood(fact) ? mark(fact) : fact]),
  );
}

function isNotUnderstood(fact: unknown): fact is Record<string, unknown> {
  return typeof fact === 'object' && fact !== null && 'understood' in fact && fact.understood === false;
}

function mark(output: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(output).map(([key, value]) => [key, STILL_SAID.has(key) ? value : NOT_UNDERSTOOD]),
  );
}
