/** Words that add points. Of the rules of one group only the strongest that applies counts. */
export interface WordRule {
  group: string;
  label: string;
  words: RegExp;
  points: number;
}

export const WORD_RULES: readonly WordRule[] = [
  { group: 'depth', label: 'depth', words: /\b(?:very|extremely|really) deep\b/gi, points: 2 },
  { group: 'depth', label: 'depth', words: /\bdeep\b/gi, points: 1.5 },
  { group: 'depth', label: 'depth', words: /\bshallow\b/gi, points: -0.5 },
  { group: 'size', label: 'size', words: /\b(?:huge|enormous|massive|gigantic)\b/gi, points: 1.5 },
  { group: 'size', label: 'size', words: /\b(?:large|big|wide)\b/gi, points: 1 },
  { group: 'size', label: 'size', words: /\b(?:small|tiny|minor)\b/gi, points: -0.5 },
  {
    group: 'extent',
    label: 'several',
    // "Several inches" are a measure.
    words:
      /\b(?:several(?!\s+(?:mm|cm|centimet(?:er|re)s?|m|met(?:er|re)s?|inch(?:es)?|ft|feet)\b)|many|multiple|whole (?:street|block))\b/gi,
    points: 1,
  },
  {
    group: 'road',
    label: 'highway',
    words: /\b(?:highway|interstate|freeway|motorway|expressway)\b/gi,
    points: 2.5,
  },
  {
    group: 'road',
    label: 'main street',
    words:
      /\b(?:arterial|boulevard|thoroughfare|main (?:street|st|road|rd|avenue|ave))\b|(?<=(?:&|\band|\bat|\bon) )main\b/gi,
    points: 1.5,
  },
  {
    group: 'road',
    label: 'residential street',
    words: /\b(?:residential|side street|cul-de-sac|alley)\b/gi,
    points: -0.5,
  },
  { group: 'structure', label: 'structure', words: /\b(?:bridge|overpass|tunnel)\b/gi, points: 1 },
  {
    group: 'traffic',
    label: 'road blocked',
    words:
      /\b(?:impassable|block(?:s|ed|ing) (?:the |a |both |all |one )?(?:road|street|lanes?|traffic))\b/gi,
    points: 2,
  },
  { group: 'traffic', label: 'way blocked', words: /\bblock(?:ed|ing)\b/gi, points: 1.5 },
  {
    group: 'traffic',
    label: 'traffic',
    words: /\b(?:heavy traffic|busy|rush hour|congestion|traffic jam|swerv(?:e|es|ed|ing))\b/gi,
    points: 1,
  },
  { group: 'harm', label: 'death', words: /\b(?:killed|fatal|fatality|fatalities|died)\b/gi, points: 4 },
  {
    group: 'harm',
    label: 'injury',
    words: /\b(?:injur(?:y|ies|ed)|hurt|wounded|ambulance|broken (?:leg|arm|ankle|wrist))\b/gi,
    points: 3,
  },
  {
    group: 'harm',
    label: 'people in danger',
    words: /\b(?:trapped|pinned (?:under|down|by)|unconscious|bleeding|drown(?:ed|ing)|electrocuted)\b/gi,
    points: 3,
  },
  {
    group: 'fire',
    label: 'fire',
    words: /\b(?:on fire|burning|flames|smoke|explosion|exploded)\b/gi,
    points: 4,
  },
  {
    group: 'water',
    label: 'water',
    words:
      /\b(?:flood(?:s|ed|ing)?|burst (?:pipe|water pipe|main|water main)|(?:pipe|main) burst|gushing|submerged|washed (?:out|away))\b/gi,
    points: 2.5,
  },
  {
    group: 'spill',
    label: 'dangerous substance',
    words: /\b(?:chemicals?|toxic|(?:oil|fuel|petrol|diesel|acid) spill(?:ed|s)?)\b/gi,
    points: 2.5,
  },
  {
    group: 'accident',
    label: 'accident',
    words: /\b(?:accidents?|crash(?:es|ed)?|collisions?)\b/gi,
    points: 2,
  },
  {
    group: 'damage',
    label: 'damage',
    words: /\b(?:damage[ds]?|flat (?:tire|tyre)|burst (?:tire|tyre)|broken (?:axle|rim|wheel))\b/gi,
    points: 1,
  },
  {
    group: 'live',
    label: 'live wires or gas',
    words:
      /\b(?:(?:exposed|live|hanging|bare|downed|fallen) (?:wires?|cables?)|(?:wires?|cables?) (?:(?:is|are) )?(?:down|hanging|exposed)|power ?lines?|sparks?|sparking|electric shock|gas (?:leak|smell)|smells? (?:of )?gas)\b/gi,
    points: 4,
  },
  {
    group: 'leaning',
    label: 'unstable',
    words: /\b(?:leaning|about to fall|unstable|collapsing)\b/gi,
    points: 2,
  },
  { group: 'dark', label: 'darkness', words: /\b(?:dark|unlit|pitch black)\b/gi, points: 1 },
  {
    group: 'school',
    label: 'school',
    words: /\b(?:schools?|kindergarten|playground|day ?care)\b/gi,
    points: 1.5,
  },
  {
    group: 'hospital',
    label: 'emergency services',
    words: /\b(?:hospital|emergency room|fire station|clinic)\b/gi,
    points: 1.5,
  },
  { group: 'bus', label: 'public transport', words: /\bbus(?:es)?(?: lane| stop| route)?\b/gi, points: 1 },
  {
    group: 'bike',
    label: 'cyclists',
    words: /\b(?:(?:bike|bicycle|cycle) (?:lane|path)|cyclists?)\b/gi,
    points: 1,
  },
  { group: 'walk', label: 'pedestrians', words: /\b(?:cross-?walk|pedestrians?|wheelchair)\b/gi, points: 1 },
];

/** A measured depth or width replaces the words for it; the first threshold that is reached counts. */
export const DEPTH_STEPS = [
  { atLeastCm: 20, points: 3 },
  { atLeastCm: 10, points: 2 },
  { atLeastCm: 5, points: 1 },
  { atLeastCm: 0, points: 0.5 },
];
export const WIDTH_STEPS = [
  { atLeastCm: 100, points: 1.5 },
  { atLeastCm: 50, points: 1 },
  { atLeastCm: 0, points: 0 },
];
/** How many things there are, where a report gives their number; one is what the kind starts at. */
export const COUNT_STEPS = [
  { atLeast: 10, points: 1.5 },
  { atLeast: 3, points: 1 },
  { atLeast: 2, points: 0.5 },
];
