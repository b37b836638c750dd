import type { UNKNOWN } from '../../core/work/assessment.ts';
import type { WorkKind } from './report-facts.ts';

/** What a kind of job needs. Costs and quantities grow with the severity: `base + perPoint * severity`. */
export interface JobKind {
  id: WorkKind | typeof UNKNOWN;
  label: string;
  words: RegExp;
  base: number;
  /** At least one for every kind that is known: work that asks for nothing would go to whoever is free. */
  skills: readonly string[];
  costCents: Growth;
  minutes: Growth;
  materials: ({ material: string } & Growth)[];
}

interface Growth {
  base: number;
  perPoint: number;
}

/**
 * What none of the kinds below is in: no skill or material is made up for it, and its cost and time are those of a visit
 * that finds out more. In the middle of the scale, so that it is neither forgotten nor first.
 */
export const UNKNOWN_KIND: JobKind = {
  id: 'unknown',
  label: 'job of an unknown kind',
  words: /(?!)/g,
  base: 5,
  skills: [],
  costCents: { base: 15_000, perPoint: 0 },
  minutes: { base: 60, perPoint: 0 },
  materials: [],
};

/** Their cost and time are a visit's until the agency puts its own numbers here. */
const VISIT = { costCents: { base: 30_000, perPoint: 8_000 }, minutes: { base: 60, perPoint: 12 } };

/** The kind that a report names first is the job; of two that begin at one word the earlier in this list is. */
export const JOB_KINDS: readonly JobKind[] = [
  {
    id: 'gas',
    label: 'gas leak',
    words:
      /\bgas (?:leak|leaking|smell|odou?r|main)\b|\b(?:smell|smells|odou?r|stench|reek|reeks|stinks) (?:\w+ )?(?:of|like) gas\b|\bleaking gas\b|\bgas is leaking\b/gi,
    base: 6,
    skills: ['gas'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'power-line',
    label: 'power line',
    words:
      /\bpower ?(?:lines?|cables?|poles?)\b|\b(?:electric(?:al)?|utility|telephone|high[- ]voltage|overhead) (?:wires?|lines?|cables?|poles?)\b|\b(?:downed|fallen|live|hanging|dangling|low[- ]hanging) (?:\w+ )?(?:wires?|lines?|cables?)\b|\b(?:wires?|cables?) (?:(?:is|are|has|have|came|come) )?(?:down|fell|fallen|hanging|dangling|sparking|arcing)\b/gi,
    base: 5,
    skills: ['power-line'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'water-main',
    label: 'water main',
    words:
      /\bwater ?mains?\b|\b(?:burst|broken|leaking|ruptured|busted) (?:water )?(?:pipes?|mains?|hydrants?|water lines?)\b|\b(?:pipes?|mains?|hydrants?|water lines?) (?:(?:has|have|is|are|just) )?(?:burst|broke|broken|leaking|ruptured|busted)\b|\bwater leak(?:s|ing)?\b|\b(?:fire )?hydrants?\b|\bmain break\b|\bwater (?:is )?(?:gushing|spraying|shooting|spewing)\b/gi,
    base: 5,
    skills: ['water'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'manhole',
    label: 'manhole',
    words: /\b(?:man|person)[ -]?holes?\b|\b(?:sewer|maintenance|utility) (?:covers?|lids?|holes?)\b/gi,
    base: 4,
    skills: ['sewer'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'drain',
    label: 'blocked drain',
    words:
      /\b(?:storm|street|road|curb|kerb)[ -]?(?:drains?|grates?|inlets?)\b|\bdrains?\b|\bdrainage\b|\bcatch[ -]?basins?\b|\b(?:road )?gull(?:y|ies)\b|\b(?:clogged|blocked|backed[- ]up) (?:drains?|sewers?|gutters?)\b|\bsewage\b|\bsewers? (?:is |are )?(?:backing up|backed up|blocked|overflowing)\b|\bculverts?\b/gi,
    base: 2.5,
    skills: ['sewer'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'tree',
    label: 'fallen tree',
    words:
      /\b(?:fallen|downed|uprooted|toppled|leaning|dead|rotten|broken|hanging|overhanging) (?:tree|branch|limb)e?s?\b|\b(?:tree|branch|limb)(?:e?s)? (?:(?:is|are|has|have|just|came|about to|going to|ready to) ){0,2}(?:down|fell|fall|fallen|toppled|across|over|leaning|hanging|block(?:s|ing))\b|\btrees?\b/gi,
    base: 3,
    skills: ['tree'],
    costCents: { base: 40_000, perPoint: 10_000 },
    minutes: { base: 60, perPoint: 12 },
    materials: [],
  },
  {
    id: 'traffic-signal',
    label: 'traffic signal outage',
    words: /\b(?:traffic|stop|crossing|pedestrian|walk) ?(?:lights?|signals?)\b|\b(?:red|green) light\b/gi,
    base: 3,
    skills: ['electric', 'aerial-lift'],
    costCents: { base: 25_000, perPoint: 5_000 },
    minutes: { base: 45, perPoint: 6 },
    materials: [{ material: 'lamp', base: 1, perPoint: 0 }],
  },
  {
    id: 'street-light',
    label: 'light outage',
    words:
      /\b(?:street|lamp|light)[ -]?(?:lights?|lites?|lamps?|posts?|poles?|standards?|columns?)\b|\blights? (?:is |are )?(?:out|off|flickering|broken|not working)\b/gi,
    base: 2,
    skills: ['electric', 'aerial-lift'],
    costCents: { base: 25_000, perPoint: 5_000 },
    minutes: { base: 45, perPoint: 6 },
    materials: [{ material: 'lamp', base: 1, perPoint: 0 }],
  },
  {
    id: 'sinkhole',
    label: 'sinkhole',
    words:
      /\bsink ?holes?\b|\bcave[- ]?in\b|\b(?:road|street|roadway|ground|pavement|bridge|lane) (?:(?:has|have|is|are|just) )*(?:collaps(?:ed|ing)|caved in|caving in|gave way|given way|giving way|opened up)\b/gi,
    base: 6,
    skills: ['asphalt', 'concrete', 'traffic-control'],
    costCents: { base: 80_000, perPoint: 30_000 },
    minutes: { base: 120, perPoint: 24 },
    materials: [
      { material: 'asphalt', base: 200, perPoint: 60 },
      { material: 'concrete', base: 100, perPoint: 40 },
    ],
  },
  {
    id: 'sidewalk',
    label: 'sidewalk damage',
    words:
      /\b(?:side ?walks?|footpaths?|footways?|pavement slabs?|paving (?:slabs?|stones?)|curbs?|kerbs?)\b/gi,
    base: 1.5,
    skills: ['concrete'],
    costCents: { base: 25_000, perPoint: 6_000 },
    minutes: { base: 60, perPoint: 12 },
    materials: [{ material: 'concrete', base: 40, perPoint: 15 }],
  },
  {
    id: 'pothole',
    label: 'pothole',
    words: /\bpot ?holes?\b|\bholes?\b|\bcracks?\b|\bcraters?\b/gi,
    base: 2.5,
    skills: ['asphalt'],
    costCents: { base: 30_000, perPoint: 12_000 },
    minutes: { base: 45, perPoint: 12 },
    materials: [{ material: 'asphalt', base: 50, perPoint: 20 }],
  },
  {
    id: 'road-surface',
    label: 'damaged road surface',
    words:
      /\b(?:sunken|broken|crumbling|cracked|uneven|damaged|buckled|raised|loose) (?:road|street|asphalt|tarmac|pavement|blacktop|surface)\b|\b(?:road|street|asphalt|tarmac|pavement|surface) (?:(?:is|has|surface) )*(?:sunken|broken|crumbling|cracked|uneven|sinking|buckled|buckling|breaking up)\b/gi,
    base: 2.5,
    skills: ['asphalt'],
    costCents: { base: 30_000, perPoint: 12_000 },
    minutes: { base: 45, perPoint: 12 },
    materials: [{ material: 'asphalt', base: 50, perPoint: 20 }],
  },
  {
    id: 'guardrail',
    label: 'guardrail',
    words: /\bguard ?rails?\b|\bcrash barriers?\b/gi,
    base: 3,
    skills: ['guardrail'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'bridge',
    label: 'bridge damage',
    words: /\b(?:bridge (?:joints?|deck|railing|rail)|expansion joints?)\b/gi,
    base: 3,
    skills: ['structures'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'sign',
    label: 'sign',
    words:
      /\b(?:stop|yield|speed|street|road|traffic|warning|one[- ]way) signs?\b|\bsigns? (?:is |are )?(?:down|missing|bent)\b/gi,
    base: 2,
    skills: ['sign'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'spill',
    label: 'spill',
    words:
      /\b(?:chemical|oil|fuel|petrol|gasoline|diesel|acid|paint) (?:spill(?:s|ed|age)?|leak)\b|\bspill of\b/gi,
    base: 4,
    skills: ['hazmat'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'debris',
    label: 'debris on the road',
    words: /\b(?:debris|rubble|mattress|illegal dumping|fallen rocks?|rock ?slide|landslide|mudslide)\b/gi,
    base: 2,
    skills: ['cleaning'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'snow-ice',
    label: 'snow or ice',
    words: /\b(?:black ice|icy|ice on|sheet of ice|snow|unplowed|unploughed|ungritted)\b/gi,
    base: 3,
    skills: ['winter'],
    ...VISIT,
    materials: [],
  },
];
