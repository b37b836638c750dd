/** Words that add points. Of the rules of one group only the strongest that applies counts. */
export interface WordRule {
  group: WordGroup;
  label: string;
  words: RegExp;
  points: number;
  /** Counts only where it is told as a fact: "a crash", not "before there is a crash". */
  fact?: true;
  /** Looked for in names of roads as well. */
  inNames?: true;
}

export type WordGroup =
  | 'depth'
  | 'size'
  | 'extent'
  | 'danger'
  | 'road'
  | 'structure'
  | 'traffic'
  | 'control'
  | 'spill'
  | 'accident'
  | 'damage'
  | 'leaning'
  | 'dark'
  | 'school'
  | 'hospital'
  | 'bus'
  | 'bike'
  | 'walk';

const PART =
  '(?:tires?|tyres?|rims?|wheels?|axles?|suspension|bumper|fender|windshield|windscreen|alignment|oil pan|undercarriage|exhaust|muffler|radiator|hub ?caps?|struts?|shocks?|springs?|control arm|tie rod|sidewall|hood|roof|bonnet|mirror|transmission|chassis|headlight|alloys?|wing mirrors?|sump|tracking|bodywork|grille|forks?|spokes?|inner tubes?)';
const OWN = "(?:my|our|his|her|their|the|a|an|your|two|both|three|four|someone's|somebody's|people's|\\w+'s)";
const VEHICLE =
  '(?:cars?|vehicles?|trucks?|vans?|bikes?|bicycles?|motorcycles?|bus(?:es)?|suv|jeep|auto|automobiles?|property|house|garage|porch|mailbox)';
const RUINED =
  '(?:damag(?:e|ed|es|ing)|bent|bend|broke|broken|crack(?:ed)?|bust(?:ed)?|burst|shredded|ripped|ripp?ed off|ripped out|popped|punctured|ruin(?:ed|s)?|destroy(?:ed|s|ing)?|wreck(?:ed|s)?|total(?:ed|led)|los(?:t|e)|tore|torn|scraped|dented|smashed|crushed|took out|take out|snapped|blew|blew out|blown|slashed|messed up|mess(?:es)? up|flattened|buckled|chewed up|trashed|sheared|eaten|ate|written off|exploded|cost me)';

/** What a truck or a puddle is, the thing to be repaired is not. */
const NOT_OF_TRAFFIC =
  '(?! ?(?:rigs?|trucks?|lorr(?:y|ies)|vehicles?|bus(?:es)?|rain|storm|puddles?|family|dog|deal|problem|issue|concern|mess|thanks?|bit|open|while|thank))';
/** "Gets bigger" says how it goes, not how it is. */
const NOT_GROWING = String.raw`(?<!\b(?:get|gets|getting|grow|grows|growing|growing|become|becoming|becomes) (?:\w+ )?)`;

export const WORD_RULES: readonly WordRule[] = [
  {
    group: 'depth',
    label: 'depth',
    words:
      /\b(?:(?:very|extremely|really|super|so|incredibly|insanely) deep|bottomless|cavernous|abyss|(?:knee|waist|hip|shin)[- ]deep)\b/gi,
    points: 2,
  },
  { group: 'depth', label: 'depth', words: /\bdeep(?:er|est)?\b/gi, points: 1.5 },
  { group: 'depth', label: 'depth', words: /\bshallow\b/gi, points: -0.5 },
  {
    group: 'size',
    label: 'size',
    words: new RegExp(
      String.raw`\b(?:huge|enormous|massive|gigantic|giant|ginormous|humongous|humungous|monster|monstrous|colossal|mega|gaping|immense|mammoth|monumental|whopping|whopper|the size of (?:a|an|my) (?:small )?(?:car|bath ?tub|truck|vw|volkswagen|bus|table|pool|tub|house|kiddie pool|refrigerator|fridge|door|person|child)|(?:big|large) enough (?:to|for))\b${NOT_OF_TRAFFIC}`,
      'gi',
    ),
    points: 1.5,
  },
  {
    group: 'size',
    label: 'size',
    words: new RegExp(
      String.raw`${NOT_GROWING}\b(?:large|big|wide|larger|largest|bigger|biggest|vast|substantial|sizeable|sizable|considerable|good[- ]sized)\b${NOT_OF_TRAFFIC}`,
      'gi',
    ),
    points: 1,
  },
  {
    group: 'size',
    label: 'size',
    words:
      /\b(?:small|smallish|tiny|minor|slight|little(?= (?:pot ?hole|hole|crack|chip|dip|bump|gap))|hairline)\b(?! (?:child|children|kids?|dogs?|town|cars?|business|streets?|injur(?:y|ies)))/gi,
    points: -0.5,
  },
  {
    group: 'extent',
    label: 'several',
    words:
      /\b(?:several|many|multiple|numerous|lots of|loads of|countless|a bunch of) (?:\w+ ){0,2}(?:pot ?holes|holes|cracks|craters|spots|places|areas|locations|sections|lights|lamps|trees|branches|limbs|signs|patches|drains|slabs|panels|bumps|dips|ruts|leaks|poles|wires)\b|\b(?:whole|entire) (?:street|block|road|length)\b|\b(?:riddled|littered) with\b|\bfull of (?:pot ?holes|holes|craters)\b/gi,
    points: 1,
  },
  {
    group: 'danger',
    label: 'called dangerous',
    words:
      /\b(?:dangerous(?:ly)?|dangers?(?! of)|hazards?(?! lights?)|hazardous|unsafe|perilous|treacherous|menace|(?:death|suicide)[- ]?trap|lethal|deadly|risky|(?:trip|tripping|fall|safety|traffic|road) (?:hazard|risk)|safety (?:issue|concern)|life[- ]threatening|precarious)\b/gi,
    points: 1,
  },
  {
    group: 'danger',
    label: 'called dangerous',
    words: /\b(?:not|isn't|aren't|never|hardly) (?:\w+ )?safe\b/gi,
    points: 1,
  },
  {
    group: 'road',
    label: 'highway',
    words: /\b(?:highway|interstate|freeway|motorway|expressway|turnpike)\b/gi,
    points: 2.5,
    inNames: true,
  },
  {
    group: 'road',
    label: 'main street',
    words:
      /\b(?:arterial|boulevard|thoroughfare|main (?:street|st|road|rd|avenue|ave)|high street)\b|(?<=(?:&|\band|\bat|\bon) )main\b(?! (?:break|is|has|line|leak|burst))/gi,
    points: 1.5,
    inNames: true,
  },
  {
    group: 'road',
    label: 'residential street',
    words: /\b(?:residential|side street|cul-de-sac|alley)\b/gi,
    points: -0.5,
  },
  { group: 'structure', label: 'structure', words: /\b(?:bridge|overpass|underpass|tunnel)\b/gi, points: 1 },
  {
    group: 'traffic',
    label: 'road blocked',
    words:
      /\b(?:impassable|block(?:s|ed|ing) (?:off )?(?:the |a |an |both |all |one |most of the |half of the )?(?:(?:entire|whole|\w+bound|left|right|center|centre|middle|main) ){0,2}(?:roads?|street|lanes?|traffic|highway|intersection|driveway))\b/gi,
    points: 2,
  },
  {
    group: 'traffic',
    label: 'way blocked',
    words: /\bblock(?:ed|ing)\b(?! (?:drain|gutter|gull|sewer|culvert|grate))/gi,
    points: 1.5,
  },
  {
    group: 'traffic',
    label: 'traffic',
    words:
      /\b(?:heavy traffic|busy|rush hour|congestion|traffic jam|swerv(?:e|es|ed|ing)|oncoming (?:traffic|lane|cars?)|wrong side of the road)\b/gi,
    points: 1,
  },
  {
    group: 'control',
    label: 'drivers are not told to stop',
    words:
      /\b(?:stop|yield|give[- ]way|one[- ]way|wrong[- ]way|do not enter|school(?: crossing)?) signs? (?:\w+ ){0,4}(?:down|missing|gone|knocked|ground|hidden|stolen|twisted|turned|facing|fell|fallen|removed|replaced|not there|laying|lying)\b|\b(?:no|missing|downed|stolen) (?:stop|yield|give[- ]way|one[- ]way) signs?\b/gi,
    points: 2.5,
  },
  {
    group: 'spill',
    label: 'sewage',
    words: /\b(?:raw )?sewage\b/gi,
    points: 1.5,
  },
  {
    group: 'spill',
    label: 'dangerous substance',
    words: /\b(?:chemicals?|toxic|(?:oil|fuel|petrol|gasoline|diesel|acid) (?:spill(?:ed|s|age)?|leak))\b/gi,
    points: 2.5,
    fact: true,
  },
  {
    group: 'accident',
    label: 'accident',
    words:
      /\b(?:accidents?|crash(?:es|ed)?(?! (?:test|course|pad|barrier))|collisions?|collided|fender[- ]?benders?|wrecks?|pile[- ]?ups?|jack-?knifed|overturned|flipped over|head-on|rear[- ]?ended|t[- ]?boned|rolled over|ran off the road|spun out|lost control|(?:cars?|trucks?|bus|van|vehicles?|i|he|she|we|they|motorbikes?|bikes?) (?:\w+ )?slid (?:into|off)|side-?swiped|went off the (?:road|shoulder|bridge|edge|curve)|skidded(?: \w+){0,4} (?:into|off|and hit)|ended up in (?:the|a) (?:ditch|hedge|river|field|wall|creek)|left the road|(?:hit|hits|clipped|struck) (?:(?:the|a|an|missing|unprotected) )*(?:barrier|wall|guardrail|parked car|ditch|lamp ?post|tree)|(?:car|truck|van|lorry|bus|taxi|suv|vehicle|tractor|trailer)s? (?:\w+ )?(?:tipped over|rolled|flipped|skidded|veered)|come off (?:their|his|her)|(?:bikes?|motorbikes?|cyclists?) (?:have |has )?(?:already )?come off)\b/gi,
    points: 2,
    fact: true,
  },
  {
    group: 'accident',
    label: 'near miss',
    words:
      /\bnear[- ]?(?:miss(?:es)?|accidents?|collisions?)\b|\bclose calls?\b|\b(?:nearly|almost|narrowly) (?:\w+ )?(?:hit|crash(?:ed)?|collided|lost|went (?:in|into|down|off|over)|tipped|fell|caught|got (?:hit|killed|run)|flipped|killed|ran|run|wiped|missed|came off|put (?:\w+ ){0,2}foot|knocked|crushed|swallowed|electrocuted|drove|stepped|tripped|broke|flew|rolled|slid|skidded|clipped|struck|had an? (?:accident|crash|wreck))\b/gi,
    points: 1,
  },
  {
    group: 'damage',
    label: 'damage',
    words: new RegExp(
      String.raw`\b(?:flat (?:tires?|tyres?)|flats?(?= (?:from|because|due|after|on|tires?|this|in|since|here|today)\b)|(?:a|got|gave (?:me|him|her|us)|with a|had a|have a|two|three) flats?\b(?! (?:surface|road|area|piece|roof))|blow[- ]?outs?|(?:burst|blown|blew|popped|punctured|busted|shredded|bent|damaged|ruined|broken|cracked) (?:out )?(?:both |my |\w+ ){0,2}${PART}|punctures?|` +
        String.raw`${RUINED} (?:up )?(?:out )?(?:to )?(?:${OWN} )?(?:\w+ )?(?:\w+ )?(?:${PART}|${VEHICLE})|${PART} (?:(?!not |no |never )\w+ ){0,4}(?:damaged|bent|broken|broke|snapped|blew|exploded|buckled|burst|cracked|blown|destroyed|ruined|flat|shredded|busted|popped|punctured|ripped|torn|sheared|knocked off)|${PART} (?:\w+ )?(?:came|come|fell|flew) off|${PART} is (?:now )?gone|(?:punched|put|tore|ripped|left) a (?:\w+ )?(?:hole|gash|dent) in (?:${OWN} )?(?:\w+ )?(?:${PART}|${VEHICLE})|` +
        String.raw`${VEHICLE} (?:was |were |is |are |got |has been |have been |is now )?(?:damaged|totaled|totalled|wrecked|ruined|dented|scraped|crushed)|(?:replace|replaced|replacing|repair|repaired) (?:${OWN} )?(?:\w+ )?(?:${PART}|car|vehicle)|damages?(?= (?:to|from|done)\b)|(?:vehicle|car|property|tire|tyre|suspension|rim) damage|(?:in|of) repairs|repair bills?|tow(?:ed| truck)|write[- ]?off|knocked (?:${OWN} )?(?:\w+ )?${PART} off|(?:second|third|fourth|fifth|\d(?:nd|rd|th)) flat|(?:had|got|get) (?:a |two |three )?punctures?|body damage|(?:went|came|crashed|fell) through (?:${OWN} )?(?:\w+ )?${PART}|alignment is (?:off|out|shot)|burst (?:their )?(?:tires|tyres)|took out (?:my|a|the) (?:\w+ )?${PART})(?!\w)`,
      'gi',
    ),
    points: 1,
    fact: true,
  },
  {
    group: 'damage',
    label: 'damage',
    words: new RegExp(
      String.raw`\b(?:fell|landed|crashed|came down|dropped) (?:down )?(?:on|onto) (?:top of )?(?:${OWN} )(?:\w+ ){0,3}(?:car|truck|van|vehicle|house|roof|garage|fence|porch|hood)\b`,
      'gi',
    ),
    points: 1,
    fact: true,
  },
  {
    group: 'leaning',
    label: 'unstable',
    words:
      /\b(?:leaning|about to (?:fall|come down|collapse|go|topple|snap)|ready to (?:fall|come down)|unstable|wobbl(?:y|es|ing)|hanging by a thread)\b/gi,
    points: 2,
  },
  { group: 'dark', label: 'darkness', words: /\b(?:dark|unlit|pitch black|darkness)\b/gi, points: 1 },
  {
    group: 'school',
    label: 'school',
    words:
      /\b(?:schools?|kindergarten|playground|day ?care|day care|nursery school|nursery|preschool|elementary)\b(?! (?:bus(?! (?:route|stop))|signs?|run|year|holiday))/gi,
    points: 1.5,
  },
  {
    group: 'hospital',
    label: 'emergency services',
    words:
      /(?<=\b(?:near|by|at|outside|opposite|across from|in front of|next to|behind|beside|entrance (?:of|to)|leading to|close to|access to|route to|into|on the way to) (?:\S+ ){0,3})(?:hospital|clinic|medical cent(?:er|re)|urgent care|emergency room|er entrance|fire station|a ?& ?e)\b|\b(?:hospital(?:'s)?|er|clinic) (?:main )?(?:entrance|driveway|parking|exit|access)\b|\bambulances\b/gi,
    points: 1.5,
  },
  {
    group: 'bus',
    label: 'public transport',
    words: /\bbus(?:es)?(?: lane| stop| route| shelter)?\b/gi,
    points: 1,
  },
  {
    group: 'bike',
    label: 'cyclists',
    words: /\b(?:(?:bike|bicycle|cycle) (?:lane|path|trail)|cyclists?|bicyclists?|bikers?)\b/gi,
    points: 1,
  },
  {
    group: 'walk',
    label: 'pedestrians',
    words: /\b(?:cross-?walk|pedestrians?|wheelchairs?|strollers?|blind|elderly|seniors)\b/gi,
    points: 1,
  },
];
