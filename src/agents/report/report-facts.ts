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

/** Said of a job whose skills an agent knows, though no word here names its kind. */
export const OTHER_KIND = 'other';
