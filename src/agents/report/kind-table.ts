import type { UNKNOWN } from '../../core/work/assessment.ts';
import { graveWords } from './grave-table.ts';
import type { WorkKind } from './report-facts.ts';

/** What a kind of job needs. Costs and quantities grow with the severity: `base + perPoint * severity`. */
export interface JobKind {
  id: WorkKind | typeof UNKNOWN;
  label: string;
  words: RegExp;
  /** What may mean it, where no other words tell of a kind: "the light". */
  hints?: RegExp;
  /** What is reported is often that there is none: "no stop sign". */
  isLacked?: true;
  /** It tells where other things are: "a dead cat by the storm drain" is about no drain. */
  /** It is no such job while it is only feared: "it will become a sinkhole". */
  isFact?: true;
  isLandmark?: true;
  /** A sidewalk, that may lie under what covers it: "the sidewalk is icy" is about the ice. */
  isGround?: true;
  coversGround?: true;
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
    words: new RegExp(String.raw`${graveWords('gas')}|\bgas (?:main|leak)s?\b`, 'gi'),
    base: 6,
    skills: ['gas'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'power-line',
    label: 'power line',
    words:
      /\bpower ?(?:lines?|cables?|poles?)\b|\b(?:electric(?:al)?|utility|telephone|telegraph|high[- ]voltage|overhead) (?:wires?|wiring|lines?|cables?|poles?)\b|\b(?:wires?|cables?) (?:lying |laid |strung )?across\b|\btransformers?\b|\belectric(?:ity)? (?:lines?|poles?|wires?)\b|\b(?:wires?|cables?) (?:(?!not |no |never )\w+ ){0,2}(?:down|fell|fallen|hanging|dangling|sparking|arcing|exposed)\b|\b(?:live|loose|hanging|dangling|downed|fallen|exposed|sparking|low[- ]hanging) (?:\w+ )?(?:wires?|cables?|lines?)\b/gi,
    hints: /\bwires?\b(?! (?:baskets?|mesh|fenc(?:e|es|ing)|racks?|hangers?|cages?))/gi,
    base: 5,
    skills: ['power-line'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'water-main',
    label: 'water main',
    words:
      /\bwater ?mains?\b|\b(?:burst|broken|leaking|ruptured|busted|cracked) (?:water )?(?:pipes?|mains?|hydrants?|water lines?)\b|\b(?:water )?(?:pipes?|mains?|water lines?) (?:(?:has|have|is|are|just|was) ){0,2}(?:burst|broke|broken|leaking|ruptured|busted)\b|\b(?:water )?mains? (?:break|burst|leak)\b|\bwater leak(?:s|ing|age)?\b|\bleak(?:s|ing)? (?:of )?water\b|\b(?:fire )?hydrants?\b|\bwater (?:(?!not |no |never )\w+ ){0,2}(?:gushing|spraying|shooting|spewing|bubbling|leaking|coming (?:up|out)|pouring)\b|\bwater (?:meter|valve)s?\b|\bmain (?:has )?(?:gone|burst|blown|broke)\b|\b(?:no|zero|low) water pressure\b|\bwater pressure\b|\bhydrants?\b/gi,
    base: 5,
    skills: ['water'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'manhole',
    isLandmark: true,
    label: 'manhole',
    words:
      /\b(?:man|person) ?holes?(?: (?:covers|lids))?\b|\b(?:sewer|maintenance|utility|access|inspection) (?:covers?|lids?|holes?|caps?|chambers?|hatch(?:es)?)\b|\b(?:cover|lid) (?:of|for|to|on) (?:the |a )?sewer\b|\bopen sewers?\b/gi,
    base: 4,
    skills: ['sewer'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'drain',
    isLandmark: true,
    isLacked: true,
    label: 'blocked drain',
    words:
      /\b(?:storm|street|road|curb|kerb|surface)[ -]?(?:water )?(?:drains?|grates?|inlets?)\b|\bdrains?\b|\bdrainage\b|\bcatch[ -]?basins?\b|\b(?:road )?gull(?:y|ies)\b|\bgutters?\b|\bsewer (?:grates?|grilles?|drains?|is|backing|backs|backed|overflow\w*)\b|\bsewage\b|\bsewers? (?:is |are )?(?:backing up|backed up|blocked|overflowing|smell)\b|\b(?:clogged|blocked|backed[- ]up) sewers?\b|\bculverts?\b|\bsewers?\b(?! (?:cover|lid|hole))/gi,
    hints: /\b(?:ditch(?:es)?|grat(?:e|ing)s?)\b/gi,
    base: 2.5,
    skills: ['sewer'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'tree',
    isLandmark: true,
    label: 'fallen tree',
    words:
      /\b(?:tree|branch)(?:es|s)?\b|\b(?:tree )?limbs?\b|\b(?:tree )?stumps?\b|\b(?:oak|maple|pine|elm|palm|willow|cottonwood|birch|cedar|eucalyptus|poplar|sycamore)s? (?:\w+ ){0,3}(?:down|fell|fall|fallen|leaning|dead|uprooted|toppled|limbs?|come down)\b/gi,
    base: 3,
    skills: ['tree'],
    costCents: { base: 40_000, perPoint: 10_000 },
    minutes: { base: 60, perPoint: 12 },
    materials: [],
  },
  {
    id: 'traffic-signal',
    isLandmark: true,
    isLacked: true,
    label: 'traffic signal outage',
    words:
      /\b(?:traffic|stop|crossing|pedestrian|walk|crosswalk) ?(?:lights?|signals?)\b|\b(?:red|green|amber) light\b|(?<=\b(?:junction|intersection|crossroads|crossing)\b.{0,60})\blights?\b(?! ?(?:poles?|posts?))|\blights?\b(?! ?(?:poles?|posts?))(?=.{0,30}\b(?:at|on) (?:the|this) (?:junction|intersection|crossroads|crossing)\b)|\bsignals?\b|\bwalk (?:button|sign)\b(?! (?:hill))|\blights? (?:have |has )?failed (?:at|on)\b|\blights? (?:is |are )?stuck on (?:red|green|amber|yellow)\b/gi,
    base: 4,
    skills: ['electric', 'aerial-lift'],
    costCents: { base: 25_000, perPoint: 5_000 },
    minutes: { base: 45, perPoint: 6 },
    materials: [{ material: 'lamp', base: 1, perPoint: 0 }],
  },
  {
    id: 'street-light',
    isLandmark: true,
    isLacked: true,
    label: 'light outage',
    words:
      /\b(?:street|lamp|light|security)[ -]?(?:lights?|lamps?|posts?|poles?|standards?|columns?)\b|\bstreet lighting\b|\b(?:lights?|lamps?|bulbs?) (?:(?!not |no |never )\w+ ){0,4}(?:out|off|dead|dark|flicker(?:s|ing)?|dim|failed|broken|burn(?:ed|t) out|not working|don't work|doesn't work|on all day)\b|\bno (?:street )?lights? on\b/gi,
    hints: /\b(?:lights?|lamps?|lighting)\b/gi,
    base: 2,
    skills: ['electric', 'aerial-lift'],
    costCents: { base: 25_000, perPoint: 5_000 },
    minutes: { base: 45, perPoint: 6 },
    materials: [{ material: 'lamp', base: 1, perPoint: 0 }],
  },
  {
    id: 'sinkhole',
    isFact: true,
    label: 'sinkhole',
    words:
      /\bsink ?holes?\b|\bcave[- ]?ins?\b|\bcaved in\b|\b(?:road|street|roadway|ground|pavement|lane|asphalt|shoulder|alley) (?:(?:has|have|is|are|just|partially|suddenly) ){0,3}(?:collaps(?:ed|ing)|caved in|caving in|gave way|given way|giving way|opened up|swallowed)\b/gi,
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
    isGround: true,
    isLandmark: true,
    isLacked: true,
    label: 'sidewalk damage',
    words:
      /\b(?:side ?walks?|foot ?paths?|footways?|(?:paving|pavement|loose|raised|lifted|uneven|broken) (?:slabs?|stones?|flags?)|curbs?|kerbs?|curb ramps?|handicap ramps?|wheelchair ramps?)\b|\bpavements?\b(?=.{0,120}\b(?:trip(?:s|ped|ping)?|fell|falls?|walk(?:s|ing|ed)?|wheelchairs?|prams?|pushchairs?|slabs?|pedestrians?)\b)|\bpavements? (?:outside|in front of)\b|(?<=\b(?:trip(?:s|ped|ping)?|fell|fall|slipped|walk\w*) .{0,60})(?:(?:uneven|broken|cracked|raised|loose) )?pavements?\b|\bpaving\b|\bdrop(?:ped)? kerbs?\b|\bslabs?\b/gi,
    base: 1.5,
    skills: ['concrete'],
    costCents: { base: 25_000, perPoint: 6_000 },
    minutes: { base: 60, perPoint: 12 },
    materials: [{ material: 'concrete', base: 40, perPoint: 15 }],
  },
  {
    id: 'pothole',
    label: 'pothole',
    words:
      /\bpot ?holes?\b|\b(?:holes?|cracks?|craters?)\b(?! (?:\S+ ){0,4}(?:in|on|across|along) (?:the |my |our |this |a )?(?:\w+ )?(?:side ?walks?|footpaths?|footways?|kerb|curb|bridge|ceiling|roof|fence|wall)\b)/gi,
    base: 2.5,
    skills: ['asphalt'],
    costCents: { base: 30_000, perPoint: 12_000 },
    minutes: { base: 45, perPoint: 12 },
    materials: [{ material: 'asphalt', base: 50, perPoint: 20 }],
  },
  {
    id: 'road-surface',
    isGround: true,
    label: 'damaged road surface',
    words:
      /\b(?:sunken|broken|crumbling|cracked|uneven|damaged|buckled|raised|loose|bumpy|rough|torn up) (?:up )?(?:road|roads|street|streets|asphalt|tarmac|pavement|blacktop|surface|roadway)\b(?! ?(?:lights?|lamps?|signs?|drains?))|\b(?:road|street|asphalt|tarmac|pavement|surface|roadway) (?:(?:is|has|have|surface|are|keeps) ){0,3}(?:sunken|sunk|subsided|broken|crumbling|cracked|cracking|uneven|sinking|buckled|buckling|breaking up|bumpy|torn up|falling apart|been torn up|rough|coming apart)\b|\b(?:repav(?:e|ed|ing)|resurfac(?:e|ed|ing))\b|\bruts?\b(?= in the road)|\b(?:deep|bad) ruts?\b|\b(?:ridge|trench|groove)s? (?:\w+ ){0,2}(?:in|across) the (?:road|street|lane)\b|\balligator cracking\b|\b(?:dip|bump|hump|rut|depression|washboard)s? in the (?:road|street|lane|pavement|asphalt)\b|\b(?:road|street|pavement) (?:\w+ ){0,3}(?:shape|condition|state)\b/gi,
    hints: /\b(?:ruts?|dips?|(?<!speed )(?:humps?|bumps?)|potholed)\b/gi,
    base: 2.5,
    skills: ['asphalt'],
    costCents: { base: 30_000, perPoint: 12_000 },
    minutes: { base: 45, perPoint: 12 },
    materials: [{ material: 'asphalt', base: 50, perPoint: 20 }],
  },
  {
    id: 'guardrail',
    isLandmark: true,
    isLacked: true,
    label: 'guardrail',
    words: /\bguard ?rails?\b|\b(?:crash|safety|road) barriers?\b|\bguard rail\b/gi,
    hints: /\bbarriers?\b/gi,
    base: 3,
    skills: ['guardrail'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'bridge',
    isGround: true,
    isLandmark: true,
    label: 'bridge damage',
    words:
      /\bbridge (?:joints?|deck|railings?|rails?|parapet|beam|support|is|has)\b|\bexpansion joints?\b|\b(?:fell|falling|came|coming) off (?:of )?(?:the|a) bridge\b|\b(?:hole|crack) (?:\w+ )?in the bridge\b/gi,
    base: 3,
    skills: ['structures'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'sign',
    isLandmark: true,
    isLacked: true,
    label: 'sign',
    words:
      /\b(?:stop|yield|speed(?: limit)?|street|road|traffic|warning|one[- ]way|give[- ]way|school|parking|street name) signs?\b|\bsigns? (?:(?:is|are|was|has|been|just|now|completely) ){0,3}(?:down|missing|bent|twisted|knocked|on the ground|faded|fell|gone)\b/gi,
    hints: /\bsigns?\b(?! of)/gi,
    base: 2,
    skills: ['sign'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'spill',
    coversGround: true,
    label: 'spill',
    words:
      /\b(?:chemical|oil|fuel|petrol|gasoline|diesel|acid|paint) (?:spill(?:s|ed|age)?|leak)\b|\bspill(?:ed|age)? of\b|\bspills?\b(?! over)|\bspilled\b|\b(?:on|in) (?:the |some |an )?(?:oil|diesel)\b|\b(?:oil|diesel) slick\b|\b(?:oil|diesel|fuel|petrol|paint) (?:is )?(?:all over|on|across|covering)\b|\btanker (?:is )?leaking\b/gi,
    base: 4,
    skills: ['hazmat'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'debris',
    label: 'debris on the road',
    words:
      /\b(?:debris|rubble|mattress|sofa|couch|furniture|tires? dumped|dumped|illegal dumping|fly[- ]?tipping|fallen rocks?|rock ?slide|(?:land|mud) ?slides?|boulders?|broken glass|gravel|mud (?:on|all over|washed))\b/gi,
    base: 4,
    skills: ['cleaning'],
    ...VISIT,
    materials: [],
  },
  {
    id: 'snow-ice',
    isLacked: true,
    coversGround: true,
    label: 'snow or ice',
    words:
      /\b(?:black ice|icy|ice|snow(?!man)|unplowed|unploughed|ungritted|plowed|shovel+ed|slippery (?:ice|snow)|frozen)\b(?! (?:cream|hockey))(?! (?:plow|plough) (?:hit|knocked|took))/gi,
    base: 3,
    skills: ['winter'],
    ...VISIT,
    materials: [],
  },
];
