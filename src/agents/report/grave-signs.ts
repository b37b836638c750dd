import type { GraveRule } from './grave-rule.ts';

/** Inside one sentence, and past no denial. */
const NEAR = String.raw`(?:(?!\b(?:not|never|no|nobody|isn't|aren't|wasn't)\b)[^.!?\n]){0,40}?`;
const SHAFT =
  '(?:man ?holes?|sewers?|storm ?drains?|drains?|catch ?basins?|gull(?:y|ies)|inlets?|vaults?|shafts?|pits?|trench(?:es)?|excavations?|cellars?|(?:maintenance|utility|access|inspection) (?:holes?|hatch(?:es)?|chambers?|ports?))';
const LID = '(?:covers?|lids?|grates?|gratings?|grilles?|plates?|hatch(?:es)?)';
const AWAY = String.raw`(?:gone|missing(?! an? (?:bolt|screw|bar|hinge|chunk|corner))|popped (?:off|out|up|open)|bl(?:ew|own) (?:off|away|open)|(?:not|isn't|wasn't|aren't) (?:\w+ )?(?:on|in place|there|in position|over it|covering it|closed|seated)(?! fire)|out of (?:place|position)|(?:slid|slides|slipped|shifted|pushed|moved|knocked|kicked|swept|washed) (?:to the side|aside|away|off|over|out)|flipped|tilted|upside down|half (?:in|off|out|inside|open)|(?:broken|broke|cracked|split) (?:in|into) (?:half|two|pieces)|lifted (?:up|off|out)|(?:not|isn't|wasn't) (?:\w+ )?(?:sitting|back on|put back|fitted)|(?:is|now|lying|laying|sitting|ended up|landed) (?:out )?in the (?:middle of the )?(?:road|street|lane|gutter|grass|sidewalk)|(?:lying|laying|sitting|is|on the ground) (?:next to|beside|by|near|alongside) (?:the|it)|dropped (?:in|inside|into|down)|fell (?:in|inside|into|down)|fallen (?:in|inside|into|down)|came (?:off|loose and)|come off|dislodged|displaced|(?:is |left |was |wide )?open(?= (?:on|in|at|with|and nobody)\b|\s*[.,!;]|\s*$))`;
const WHO = String.raw`\b(?:man|woman|men|women|person|people|someone|somebody|child|children|kids?|toddlers?|bab(?:y|ies)|boys?|girls?|sons?|daughters?|brothers?|sisters?|mother|father|mom|mum|dad|husband|wife|grand\w+|neighbou?rs?|friends?|workers?|drivers?|passengers?|pedestrians?|cyclists?|motorists?|riders?|lady|guy|he|she|they|famil(?:y|ies)|teen\w*|students?|crew|contractors?)`;
const HOLLOW = String.raw`(?:(?:storm |sewer |open )?(?:drains?|culverts?|manholes?|sewers?|holes?|sinkholes?|shafts?|trench|wells?|pits?|rivers?|creeks?|canals?|lakes?|ditch|pipes?|ponds?))\b`;
const WIRES = '(?:(?:power|electric(?:al)?|utility|overhead|live) ?)?(?:wires?|lines?|cables?)';
const POLE = '(?:(?:power|utility|electric(?:al)?|telephone|telegraph|hydro) ?(?:poles?|posts?)|pylons?)';
const LAMP =
  '(?:lamp ?(?:posts?|poles?|standards?)|(?:street ?)?light ?(?:posts?|poles?)|street ?(?:lights?|lamps?)|traffic ?(?:lights?|signals?))';
const FUMES = '(?:propane|butane|methane|chlorine|ammonia|lpg|sewer gas|natural gas)';
const WAY =
  '(?:roads?|roadway|streets?|highway|lanes?|bridge|pavement|side ?walks?|path|asphalt|driveway|intersection|curb)';
const BUILT =
  '(?:walls?|facades?|cornices?|parapets?|chimneys?|balcon(?:y|ies)|buildings?|scaffold(?:ing)?|billboards?|overpass|ceilings?|cliffs?|hillsides?|cranes?)';

const rule = (hazard: GraveRule['hazard'], label: string, points: number, patterns: readonly string[]) => ({
  hazard,
  label,
  points,
  words: new RegExp(patterns.join('|'), 'gi'),
});
/** All that somebody writes who has no time: "FIRE!!". */
const shout = (words: string) =>
  String.raw`(?:^|(?<=[.!?\n]\s*))(?:help\W+|there's |there is |a )?${words}(?=\s*(?:!|[.?]?\s*$|[.?]?\s*\n))`;

/** What is grave by two words near each other: a thing, and what has become of it. */
export const GRAVE_SIGNS: readonly GraveRule[] = [
  rule('open-manhole', 'open manhole', 4, [
    String.raw`\b${SHAFT}\b${NEAR}\b${LID}\b${NEAR}\b${AWAY}`,
    String.raw`\b${LID} (?:over|of|on|from|for|to|off) (?:the |a |an |that |this )?(?:\w+ )?${SHAFT}\b${NEAR}\b${AWAY}`,
    String.raw`\b${LID}(?:'s| is| has| was)? (?:\w+ )?(?:gone|missing|off|come off|came off|stolen|taken|fallen) (?:from |off |of |on |over )?(?:of )?(?:the |a |that |this )${SHAFT}\b`,
    String.raw`\bholes?\b${NEAR}\b(?:with no|without an?|with nothing|has no|needs a|missing (?:its|the|a)) (?:\w+ )?(?:cover|lid|grate|plate)\b`,
    String.raw`\b(?:open|uncovered|unguarded|unprotected) (?:\w+ )?holes?\b`,
    String.raw`\b(?:(?:utility|water|meter|valve|electrical|junction|cable|phone|telecom) )+(?:box(?:es)?|meters?|vaults?|pits?|chambers?)?(?:'s)? ?${LID}\b${NEAR}\b${AWAY}`,
    String.raw`\b(?:steel|metal|road) plates? (?:(?:has|have|is|was|just) )*(?:moved|shifted|slid|gone|missing|fell|fallen|sliding)\b`,
    String.raw`\b${SHAFT} (?:(?:is|are|was|were|has|have|been|still|left) )*(?:not|never|isn't|wasn't|aren't|hasn't|hasn't been|not been) (?:\w+ )?(?:covered|closed|sealed|capped|secured)\b`,
    String.raw`\b(?:nobody|not|never|\w+n't) (?:\w+ ){0,3}(?:cover(?:ed)?|close(?:d)?|cap(?:ped)?) (?:up )?(?:the |that |this |a )?(?:open )?${SHAFT}\b`,
    String.raw`\bwhere (?:the |a |its |there )?(?:\w+ ){0,4}${LID} (?:used to|was|once|should|is supposed|had)\b`,
    String.raw`\bopen (?:\w+ )?(?:shafts?|vaults?|pits?|trench(?:es)?|excavations?|hatch(?:es)?|wells?)\b`,
    String.raw`\b(?:shafts?|vaults?|pits?|trench(?:es)?|excavations?|holes?) (?:\w+ ){0,3}(?:left|wide) open\b`,
  ]),
  {
    ...rule('trapped', 'people in danger', 4, [
      String.raw`${WHO} (?:(?:is|are|was|were|got|has been|still|now|trapped) )*(?:stuck|trapped|pinned|wedged|caught|buried) (?:under|beneath|underneath|in|inside|down|between|by)(?: (?:the|a|an|his|her|their|that))? (?!traffic|meeting|line|jam|mud\b|queue|rain)`,
      String.raw`\b(?<!dog )(?:workers?|man|woman|child|person|people|somebody|someone) (?:(?:is|are|was|got) )*buried\b`,
      String.raw`${WHO} (?:(?:is|are|still|crying|screaming|calling|yelling|trapped|stuck|floating|swept|lying|unconscious|for help|head first) )*(?:down|in|inside|into|from) (?:in |inside )?(?:the|a|an|this|that) (?:\w+ )?${HOLLOW}`,
      String.raw`\b(?:sons?|daughters?|child(?:ren)?|kids?|toddler|baby|boy|girl|workers?) (?:(?:has|have|just) )*(?:fell|fallen) (?:in|into|down|through) (?:the|a|an|this|that) (?:\w+ )?${HOLLOW}`,
      String.raw`\b(?:voices?|cr(?:y|ies|ying)|scream(?:s|ing)?|calling|yelling|shouting) (?:\w+ ){0,4}(?:from|inside|under|down|beneath|in) (?:the|a|an|that) (?:\w+ )?(?:${HOLLOW}|tree|rubble|car|wreck|ground)`,
      String.raw`\b(?:cr(?:y|ies|ying)|calling|calls|scream(?:s|ing)?|yelling|shouting|begging) for help\b`,
      String.raw`${WHO} (?:(?:is|are|may be|might be) )?still (?:in|inside|under|down) (?:it|there)\b`,
      String.raw`\b(?:cars?|trucks?|vans?|bus|vehicles?|suv) (?:(?:is|are|has|have|just|went|fell|drove|slid|rolled|upside down|sinking) )*(?:in|into) (?:the|a) (?:\w+ )?(?:rivers?|creeks?|canal|lake|pond|bayou|water|sinkhole)\b`,
      String.raw`${WHO} (?:(?:is|are) )?(?:lying|laying|collapsed|passed out|face down) (?:\w+ ){0,2}(?:in|on) (?:the|a) `,
      String.raw`\b(?:unconscious|unresponsive|motionless|lifeless) ${WHO}`,
      String.raw`${WHO} (?:(?:is|are|lying|there) )*(?:unconscious|unresponsive|motionless|lifeless|not (?:breathing|moving|responding))\b`,
      String.raw`${WHO} (?:(?:is|are|lying|found|laying) )*dead\b(?! (?:tired|serious|set|certain|sure|against|end|tree|branch|limb|animal|dog|cat|squirrel|bird|deer|battery|light|lamp))`,
      String.raw`\b(?:not|isn't|stopped) breathing\b|\b(?:won't|doesn't|can't|can not|not) (?:wake|waking) up\b|\b(?:can't|can not) breathe\b`,
      String.raw`\b(?:human )?bod(?:y|ies) (?:(?:is|was|floating|lying|found) )*(?:floating|in (?:the|a) (?:\w+ )?${HOLLOW})`,
      String.raw`\bdead (?:body|man|woman|person|child|baby|kid)\b(?!'s)`,
    ]),
    fact: true,
  },
  rule('trapped', 'people in danger', 4, [shout('(?:please )?help(?: me| us|(?=!))')]),
  rule('power-line', 'live wires', 4, [
    String.raw`\b(?:electric(?:al)?|power|live|high[- ]voltage) (?:wires?|cables?|lines?) (?:(?:is|are|lying|laying|down|hanging) )*(?:on|across|in|over) (?:the|my|our|a) (?:\w+ )?(?:ground|lawn|yard|grass|garden|car|${WAY})\b`,
    String.raw`\b(?:shocks|zaps|electrocutes|shocked|zapped|electrocuted) (?:people|you|me|my|dogs?|anyone|everyone|us|kids|him|her|a)\b`,
    String.raw`\b(?:gives?|giving|gave|felt|feel|get|got|getting) (?:\w+ ){0,2}(?:an? )?(?:\w+ )?(?:shocks?|zaps?|tingl(?:e|ing)|jolts?) ${NEAR}\btouch`,
    String.raw`\b(?:tingl(?:e|es|ing)|buzz(?:es|ing)?|zaps?|shocks?|jolts?)\b${NEAR}\btouch(?:ed|ing|es)?\b`,
    String.raw`\btouch(?:ed|ing|es)?\b${NEAR}\b(?:tingl(?:e|es|ed|ing)|zap(?:s|ped)?|electrified|jolt(?:s|ed)?|shocks?|shocked)\b`,
    String.raw`\b${LAMP}\b${NEAR}\b(?:shocks|shocked|zaps|zapped|gives? (?:\w+ ){0,2}shocks?|is live|electrified|electrocut\w+)\b`,
    String.raw`\b(?:panels?|hand ?holes?|access (?:doors?|covers?|plates?)|junction box(?:es)?|cabinets?|${LAMP}|poles?)\b${NEAR}\b(?:with|and|showing) (?:the )?(?:\w+ )?(?:wires?|wiring)\b(?! (?:mesh|fence|basket))`,
    String.raw`\b(?:poles?|posts?|trees?|branch(?:es)?|limbs?|street ?lights?|trunks?)\b${NEAR}\b(?:leaning|resting|lying|laying|hanging|fell|fallen|caught|hung up|tangled|pulling|down) (?:up )?(?:on|against|in|into|over|across|onto) (?:to )?(?:the |some |a |our |my |those )?${WIRES}\b(?! (?:fence|mesh))`,
    String.raw`\b(?:wires?|power ?lines?|cables?) (?:\w+ ){0,3}(?:so low|too low|within reach|at head height)\b`,
    String.raw`\b${POLE} (?:(?:is|has|was|been|just|about to) )*(?:snapped|broken?|broke|fell|fallen|down|cracked|split|toppled|knocked|hit|leaning|sheared|fall)\b`,
    String.raw`\b(?:snapped|fallen|downed|toppled) (?:\w+ )?${POLE}\b`,
    String.raw`\b${LAMP} (?:(?:is|has|was|been|just|got|pole|post) )*(?:knocked (?:down|over)|fell|fallen (?:on|onto|across|over|down)|toppled|snapped(?: off)?|came down|on the ground)\b`,
    String.raw`\b(?:electrical )?transformers? (?:\w+ ){0,3}(?:hanging|fell|fallen|falling|dangling|leaking|blew|blown|burst|popped|buzzing)\b`,
    String.raw`\bdowned (?:\w+ )?(?:lines?|wires?|cables?)\b`,
  ]),
  rule('gas', 'gas', 4, [
    String.raw`\bgas (?:mains?|lines?|pipes?|service|meters?) (?:(?!not |never |no )\w+ ){0,3}(?:struck|hit|punctured|nicked|ruptured|broken?|broke|broken|burst|cut|severed|damaged|knocked|leak\w*|hiss\w*|crushed|run over|cracked)\b`,
    String.raw`\b(?:through|into|hit|struck|cut|punctured|nicked|clipped|ruptured|severed|damaged|broke) (?:a |an |the |our |my )?(?:\w+ )?gas (?:mains?|lines?|pipes?|service|meters?)\b`,
    String.raw`\b(?<!tear )gas (?:is |was |keeps )?(?:coming|bubbling|pouring|blowing|seeping|rising|venting) (?:\w+ )?(?:out|up|from|through|into|in)\b`,
    String.raw`\bhiss(?:es|ing)?\b${NEAR}\bgas\b`,
    String.raw`\bgas\b${NEAR}\bhiss(?:es|ing)?\b`,
    String.raw`\b${FUMES}\b (?:(?!not |never |no )\w+ ){0,3}(?:leak\w*|smell\w*|odou?r|escap\w*|fumes|clouds?|hiss\w*|spill\w*|vapou?r)\b`,
    String.raw`\b(?:smell\w*|odou?r|stink\w*|reek\w*|whiff|leak\w*|fumes) (?:\w+ ){0,3}${FUMES}\b`,
    shout('gas'),
  ]),
  {
    ...rule('collapse', 'collapse', 3, [
      String.raw`\b(?:holes?|voids?|cavit(?:y|ies)|hollow|cavern|empty space|washout) (?:\w+ )?(?:under(?:neath)?|beneath|below) (?:the |my |our |a )?(?:\w+ )?${WAY}\b`,
      String.raw`\b${WAY} (?:\w+ ){0,3}(?:hanging in|undermined|hollow|hanging over nothing|unsupported|suspended in)\b`,
      String.raw`\bbridge\b${NEAR}\b(?:sagging|sags|buckl(?:ed|ing)|tilting|swaying|has dropped|has shifted|cracking)\b`,
      String.raw`\b(?:ground|earth|soil) (?:\w+ ){0,2}(?:sinking|giving|opening)\b`,
      String.raw`\b(?:buildings?|walls?|facades?|chimneys?|scaffold(?:ing)?|cranes?) (?:\w+ ){0,2}(?:leaning|hanging|sliding|swaying) (?:out )?(?:over|towards?|into|onto|above)\b`,
      String.raw`\brock ?(?:slides?|falls?)\b(?! (?:area|zone|sign|fence|net))`,
      String.raw`\b${BUILT} (?:(?:is|are|was|has|have|just|partly|about to) )*(?:came down|come down|coming down|fell|falling|fallen|toppl(?:ed|ing)|crumbling|tipp(?:ed|ing)|giving|bulging|slid|sliding|hanging) (?:across|over|on|onto|into|in|down|off|from|across|out)\b`,
      String.raw`\b(?:bricks?|masonry|concrete|stones?|tiles?|glass|rocks?|boulders?) (?:(?:is|are|keeps?|chunks?|pieces?|were) )*(?:falling|fell|coming down|dropping|raining) (?:off|from|down|onto|on)\b`,
    ]),
    fact: true,
  },
  rule('collapse', 'collapse', 3, [shout('(?:collapsed?|cave[- ]?in)')]),
  {
    ...rule('flood', 'flood', 3, [
      String.raw`\b(?:creeks?|rivers?|streams?|bayou|canal|lake) (?:(?:is|was|flowing|running|rushing|all|coming|now) )*(?:over|across|on|covering) (?:the |our |my )?(?:\w+ )?${WAY}\b`,
      String.raw`\bwater (?:(?:is|was|flowing|running|rushing|all|coming) )*(?:over|covering) (?:the |our |my )?(?:\w+ )?${WAY}\b`,
      String.raw`(?<!\b(?:pump|lights?|camera) )\bunderwater\b(?! (?:lights?|cameras?|pump))`,
      String.raw`\b(?:dams?|levees?|dikes?|dykes?|reservoir) (?:(?:is|are|has|have|was|just|about to|started) )*(?:broke|broken|breach\w*|burst\w*|fail\w*|leak\w*|crack\w*|giving|gave|overtopp\w*|overflow\w*|seep\w*|going)\b`,
      String.raw`\b(?:underpass|tunnel|subway|basement|street|road|intersection|car|bus) (?:(?:is|was|has|completely|all|half) )*(?:full of|filled with|fills with|filling with) water\b`,
    ]),
    fact: true,
  },
  rule('flood', 'flood', 3, [shout('flood(?:ing|ed|s)?')]),
  rule('fire', 'fire', 4, [
    shout('(?:fire|explosion|smoke)'),
    String.raw`^\W*(?:fire|explosion)\s*[,:;]`,
    String.raw`^\W*fire (?:at|in|on|near|by|behind|next)\b`,
  ]),
  {
    ...rule('open-manhole', 'open manhole, in Spanish', 4, [
      String.raw`\btapas? (?:(?:de|del|la|el|\w+) ){0,4}(?:no est[aá]|falta|desapareci[oó]|se (?:sali[oó]|movi[oó]|quebr[oó])|fue robada|rota|abierta|robada|quitada)`,
      String.raw`\b(?:falta|sin|robaron|quitaron|no tiene|se llevaron) (?:la |el )?(?:tapa|rejilla)\b`,
    ]),
    inSpanish: true,
  },
  {
    ...rule('power-line', 'live wires, in Spanish', 4, [
      String.raw`\bse (?:ha |han )?(?:cay[oó]|cayeron|ca[ií]do|rompi[oó]|revent[oó]|solt[oó]) (?:el|un|los|unos|la|una) (?:cables?|postes?|alambres?|l[ií]nea|transformador)`,
    ]),
    inSpanish: true,
  },
  {
    ...rule('trapped', 'people in danger, in Spanish', 4, [
      String.raw`\bse (?:ha )?(?:cay[oó]|ca[ií]do|fue) (?:en|a|al|dentro|por)(?: del?)?(?: (?:el|la|un|una))? (?:hoyo|pozo|alcantarilla|coladera|r[ií]o|zanja|agujero|canal|registro|drenaje)`,
      String.raw`\bse (?:est[aá] )?ahog(?:[oó]|ando)|\bpidiendo (?:ayuda|auxilio)|\bauxilio\b`,
    ]),
    inSpanish: true,
  },
];
