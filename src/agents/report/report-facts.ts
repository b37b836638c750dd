/** What kinds of work the rules tell apart. An agent by URL may name kinds of its own. */
export const WORK_KINDS = [
  'pothole',
  'road-surface',
  'sinkhole',
  'manhole',
  'drain',
  'water-main',
  'gas',
  'power-line',
  'street-light',
  'traffic-signal',
  'sign',
  'tree',
  'sidewalk',
  'guardrail',
  'bridge',
  'debris',
  'spill',
  'snow-ice',
] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** Said of a job that nobody has recognised: a person decides who does it. */
export const UNKNOWN = 'unknown';
/** Said of a job whose skills an agent knows, though no word here names its kind. */
export const OTHER_KIND = 'other';

/** What may kill somebody before a crew comes. Of these somebody is told at once. */
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
