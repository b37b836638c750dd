import type { GraveHazard } from '../../core/work/assessment.ts';
import type { GraveRule } from './grave-rule.ts';
import { GRAVE_SIGNS } from './grave-signs.ts';

const OPENING =
  '(?:man ?hole|sewer(?: hole| drain)?|storm sewer|storm drain|drain|catch basin|gully|access (?:chamber|hatch)|utility hole|inspection chamber|septic tank)';
const COVER = '(?:covers?|lids?|grates?|gratings?|grilles?|caps?|plates?)';
const GONE =
  '(?:missing|gone|off|open|stolen|removed|displaced|dislodged|not there|wide open|uncovered|nowhere to be seen|fallen in|fell in|ajar|half off)';
const IS =
  "(?:is|are|was|were|has|have|been|came|come|'s|it's|completely|totally|just|now|left|partially|partly|half)";
const WIRE = '(?:power ?lines?|wires?|wiring|cables?|electric(?:al)? lines?|lines|conductors?)';

/** A report in Spanish is not understood; that it may be about this is. */
const SPANISH_GRAVE: readonly GraveRule[] = [
  {
    hazard: 'open-manhole',
    label: 'open manhole, in Spanish',
    inSpanish: true,
    points: 4,
    words:
      /\b(?:alcantarilla|coladera|registro|pozo)s? (?:\S+ )?(?:sin tapa|abiert[oa]s?|destapad[oa]s?)\b|\b(?:falta|robaron|quitaron|no hay|no tiene) (?:la )?tapa\b/gi,
  },
  {
    hazard: 'gas',
    label: 'gas, in Spanish',
    inSpanish: true,
    points: 4,
    words: /\b(?:fuga|olor|huele|escape)(?: (?:mucho|fuerte))?(?: (?:de|a))? gas\b/gi,
  },
  {
    hazard: 'collapse',
    label: 'collapse, in Spanish',
    inSpanish: true,
    points: 3,
    words: /\b(?:socav[oó]n|hundimiento|derrumbe|se (?:hundi|derrumb|colaps|desplom)[oó])/gi,
  },
  {
    hazard: 'power-line',
    label: 'live wires, in Spanish',
    inSpanish: true,
    points: 4,
    words:
      /\b(?:cables?|alambres?) (?:de (?:la )?(?:luz|corriente|electricidad|alta tensi[oó]n) )?(?:est[aá]n? )?(?:ca[ií]dos?|pelados?|sueltos?|colgando|expuestos?|tirados?|(?:est[aá]n? )?en el suelo)(?![a-záéíóúñ])|\b(?:echando|saltan|hay) chispas\b|\bse electrocut/gi,
  },
  {
    hazard: 'flood',
    label: 'flood, in Spanish',
    inSpanish: true,
    points: 3,
    words: /\b(?:inundaci[oó]n|inundad[oa]s?|se (?:est[aá] )?inund[oóa])/gi,
  },
  {
    hazard: 'trapped',
    label: 'people in danger, in Spanish',
    inSpanish: true,
    points: 4,
    words: /\batrapad[oa]s?\b/gi,
  },
  {
    hazard: 'fire',
    label: 'fire, in Spanish',
    inSpanish: true,
    points: 4,
    words:
      /\b(?:incendi(?:o|ando|ó)|fuego|en llamas|explosión|explotó|se (?:est[aá] )?quema(?:ndo)?)(?![a-záéíóúñ])/gi,
  },
];

export const GRAVE_RULES: readonly GraveRule[] = [
  {
    hazard: 'open-manhole',
    label: 'open manhole',
    points: 4,
    words: new RegExp(
      String.raw`\b${OPENING}s? (?:${COVER} )?(?:(?!not |isn't |aren't |no |never )[\w'#]+ ){0,5}(?:uncovered|missing(?! an? (?:\w+ )?(?:bolts?|screws?|bar|hinge|handle|corner)\b)|stolen|slid off|come off|came off|fell in|wide open|nothing (?:over|on|covering) it|open(?! and (?:running|flowing|clear|working|draining))(?=\s*(?:[.,;!?)]|$|(?:and|in|at|on|to|with|behind|near|by|again|for)\b)))|\b(?:leave|leaves|leaving|left) (?:it|them|the ${OPENING}) open\b|\b(?:open|uncovered|coverless|topless|gaping) ${OPENING}s?\b(?! (?:is|are) closed)|\b(?:missing|stolen|displaced|dislodged|no) (?:the )?${OPENING} ${COVER}\b|` +
        String.raw`\b${OPENING}s?(?:'s)?(?: ${COVER})?,? (?:(?:outside|at|on|in front of|in|by|near) (?:[\w'#.]+ ){1,4})?(?:${IS} ){0,4}${GONE}\b(?! (?:up|the side|at night|to the side of|and (?:running|flowing|clear|working|draining)|an? (?:\w+ )?(?:bolts?|screws?|bar|hinge|handle|corner)))|\b${COVER} (?:of|for|to|from|on|over) (?:the |a |this )?(?:\w+ )?${OPENING} (?:(?!not |isn't |no |never )[\w']+ ){0,4}${GONE}\b|` +
        String.raw`\b${OPENING}s? (?:\w+ ){0,8}?(?:without|with no|has no|have no|had no|missing|lost|is missing|needs) (?:an? |its |their |the |any )?(?:\w+ )?${COVER}\b|\b(?:stole|took|removed|missing|lifted(?: off)?|stolen|lost|nicked|pinched|swiped) (?:the |a |its )?(?:\w+ )?${COVER} (?:from|of|off|on|for|to) (?:the |a |this )?(?:\w+ )?${OPENING}|\b(?:stole|took|removed|lifted|stolen|moved|nicked|pinched|swiped) (?:the |a |its |our )?(?:\w+ )?${OPENING} ${COVER}|\b(?:no|missing|without a) (?:\w+ )?${COVER} (?:on|for|over|to|of|at) (?:the |a |this |that )?(?:\w+ )?${OPENING}|\b${COVER} (?:\w+ )?(?:off|missing|gone) (?:of |from |at |on )?(?:the |a |this )?(?:\w+ )?${OPENING}|` +
        String.raw`\b(?:fell|fallen|stepped|drove) (?:in|into|down) (?:a|an|the)? ?(?:open |uncovered )?${OPENING}\b`,
      'gi',
    ),
  },
  {
    hazard: 'gas',
    label: 'gas',
    points: 4,
    words:
      /\bgas(?:es)? (?:\w+ ){0,2}?(?:leak(?:s|ing)?|smell|smells|odou?r|fumes|escape|escaping|hissing|main (?:is )?(?:leak|hit|broke|burst|cut|rupture)\w*|(?:line|pipe|main) (?:\w+ ){0,2}(?:leak|hit|broke|burst|cut|rupture|damaged|severed)\w*)\b|\b(?:smell(?:s|ing|ed)?|smelt|odou?r|stench|scent|whiff|reek(?:s|ing)?|stinks?|stinking) (?:\w+ ){0,2}(?:of |like )?(?:natural |propane )?gas\b|\b(?:leaking|escaping|hissing) gas\b|\bgas (?:is|was|are) (?:leaking|escaping|hissing|coming)\b|\b(?:hit|cut|struck|broke|severed|ruptured|damaged|hear) (?:a |the |an )?gas\b|\brotten eggs?\b|\bcarbon monoxide\b/gi,
  },
  {
    hazard: 'collapse',
    fact: true,
    label: 'collapse',
    points: 3,
    words:
      /\bsink ?holes?\b|\bcav(?:e|ed|es|ing)[- ]?ins?\b|\bcaving in\b|\bcaved\b|\b(?:(?:about|starting|ready|beginning|going) to |partially )?(?:(?<!^\s*|[.!?]\s*|\b(?:he|she|man|woman|lady|rider|cyclist|runner|jogger|who|driver|worker|father|mother|dad|mom|marriage|business|company|deal|relationship|career|economy|talks|budget|chair|umbrella|stroller) )collaps(?:e|ed|es|ing)|cave in|give way)\b|\b(?:gave|given|giving|gives) way\b|\b(?:road|street|lane|bridge|ground|sidewalk|pavement|asphalt|shoulder) (?:\w+ )?(?:(?:has|have|is|just) )?(?:opened up|swallowed|fell in|fallen in|crumbled into|disappeared|is gone|dropped into|sank|sunk into|dropped out)\b|\b(?:hole|crater|void|ground|earth) (?:\w+ )?(?:opened up|opening up) (?:and|under|in front of)\b|\bswallow(?:ed|ing)? (?:up )?(?:a|half|the|my|his|her|one|two) (?:\w+ )?(?:cars?|trucks?|vans?|bus|vehicle)\b|\b(?:road|street|lane|bridge|sidewalk|shoulder|bank|hillside|ceiling|roof|wall|floor|deck|embankment|pavement|path|sea ?wall|pier|dock|cliff|levee)s? (?:\w+ ){0,2}?(?:(?:fell|fallen|slid|sliding|slipped|dropped|gone|crumbled|broke off|breaking off|broken off) (?:in\b|into|down|over the edge))|\bland ?slide\b|\bmud ?slide\b/gi,
  },
  {
    hazard: 'power-line',
    label: 'live wires',
    points: 4,
    words: new RegExp(
      String.raw`\b(?:exposed|live|bare|downed|fallen|hanging|dangling|low[- ]hanging|loose|sparking|arcing|broken|snapped|frayed|open) (?:\w+ ){0,2}?(?:power ?lines?|(?:electric(?:al)? )?(?:(?<=\b(?:loose|broken) )wires?(?! (?:on|in|of|from) (?:the|a|my|our) (?:\w+ )?(?:fence|basket|bench|gate|mesh|cage|trellis)\b)|(?<!\b(?:loose|broken) )wires?)(?! (?:baskets?|mesh|fenc(?:e|es|ing)|racks?|hangers?|brush|cages?|shelf|bin)\b)|wiring|(?:power |electric(?:al)? )?cables?|electric(?:al)? lines?)\b|` +
        String.raw`\b${WIRE} (?:(?:is|are|was|were|came|come|has|have|been|fell|that is|that are|still|now|all|hanging|low) ){0,4}(?:down|fell|fallen|hanging|dangling|exposed|sparking|arcing|loose|live|broken|snapped|touching|showing|visible|poking out|lying|laying|everywhere|across|draped|sticking out|out in the open|hanging low)\b|\b(?:power ?lines?|(?<!\b(?:loose|broken|bent|barbed|chicken) )wires?|wiring|cables?) (?:\w+ ){0,3}on (?:the|my|our) (?:ground|road|street|sidewalk|grass|car|roof|fence)\b|` +
        String.raw`\bsparks\b(?! (?:joy|interest|debate|hope|outrage|concern|anger|questions|a (?:debate|conversation|discussion)))|\b(?:got|get|getting|gets|gave (?:me|him|her|us|my \w+)) (?:a |an )?(?:\w+ )?shocks?\b(?! (?:when (?:i|we|he|she|they) (?:saw|read|heard|got|opened)|at (?:the|my) (?:\w+ )?(?:bill|price|cost|state|size)|absorbers?))|\b(?:took|taken|brought|knocked|pulled|tore|ripped|snapped) (?:down |out )?(?:the |a |some |our |my |several )?(?:power ?lines?|wires?|(?:electric|power) cables?)(?: down)?\b|\bsparking\b|\barcing\b|\belectric(?:al)? shocks?\b|\belectrocut\w+\b|\b(?:got|was|were|been|gets) (?:shocked|zapped)\b(?! (?:how|at|that|to (?:see|find|hear|learn)|when (?:i|we|they) (?:saw|read|heard)|by (?:how|the (?:size|state|cost|price|bill|condition|lack))))|\b(?:on|against|into|onto) (?:the |a |some )?power ?lines?\b|\bstray voltage\b`,
      'gi',
    ),
  },
  {
    hazard: 'flood',
    fact: true,
    label: 'flood',
    points: 3,
    words:
      /(?<!\bsprinklers? (?:is |are |keeps )?)\bflood(?:ed|ing(?! (?:has|have|is) (?:\w+ )?(?:gone|receded|stopped|over))|s(?! (?:\w+ ){0,4}(?:when|whenever|every|each|if)\b)|(?= (?:is|in|on|at|of|under|down|water|across|\w+ing)\b))\b(?! (?:with (?:\w+ )?(?:e-?mails?|calls|messages|spam|requests|complaints|flyers|tourists|cars|light)|lights?|zone|plain|insurance|control|gates?))|\bflood ?waters?\b|\bsubmerged\b|\bunder(?: \w+){0,4} water\b|\bwashed (?:out|away)\b|\bgushing\b|\bhigh water\b|\b(?:creek|river|bayou|canal|stream|water) (?:is |has |came |coming |come |went |rising |spilling )+(?:up )?(?:over|into|above)\b|\bwaist[- ]deep water\b|\bwater (?:is |was |comes? |came )?up to\b|\bcars? (?:is |are |were )?floating\b|\b(?:jumped|burst|overflowed|over|out of) its banks\b|\b(?:water|creek|river|bayou|waters) (?:is |are |was |still |keeps? )*rising\b|\brising (?:water|river|creek)\b|\b(?:street|road|intersection|underpass|parking lot) is (?:now )?a (?:river|lake)\b|\bfilling (?:up )?with water\b|\bfloods? (?:up )?(?:to|into|over)\b|\b(?:feet|foot|inches) of (?:standing )?water\b|\bwater (?:\w+ ){0,3}(?:coming|came|entering|getting|pouring|rushing|rising) (?:\w+ )?(?:into|in|up to|inside|through|down)\b/gi,
  },
  {
    hazard: 'trapped',
    fact: true,
    label: 'people in danger',
    points: 4,
    words:
      /\b(?:trapped(?! (?:on hold|at home|on the (?:phone|line)|in (?:\w+ )?(?:traffic|meetings?|bureaucracy|limbo|line|a (?:loop|queue|jam)|paperwork)))|entrapped|pinned (?:under|down|by|beneath|against|inside|in|between)|drown(?:ed|ing)(?! (?:in|under) (?:\w+ )?(?:paperwork|work|debt|e-?mails?|forms|calls|noise|leaves|trash|garbage|bills|weeds|bureaucracy|red tape)| out\b)|buried (?:under|alive|beneath|in|by)|stranded (?:in|on|inside|by)|(?:people|person|man|woman|driver|family|kids?|child|children|someone|somebody|he|she|they|rider|passengers?|lady|worker|motorists?|two|three|four) (?:\w+ )?(?:is |are |was |were |got |has been |have been )?(?:still )?(?:stuck|stranded)(?! (?:on hold|at home|on the (?:phone|line)|in (?:\w+ )?(?:traffic|meetings?|bureaucracy|limbo|line|a (?:loop|queue|jam)|paperwork)))(?! (?:gum|stickers?|posters?|signs?|notes?|paper|flyers?|tape|waiting|behind|a )\b)|stuck (?:in|inside) (?:a|the|his|her|their|my|an) (?:\w+ )?(?:car|truck|van|vehicle|elevator|lift|bus|manhole|well)|stuck in (?:the )?(?:high |flood )?water|stuck with (?:people|someone|somebody|kids|a \w+) (?:in|inside)|(?:with|has) (?:an? |the |his |her |two |three )?(?:\w+ )?(?:people|family|person|man|woman|driver|kids?|child(?:ren)?|passengers?|someone|somebody) (?:still )?(?:inside|trapped)|(?:driver|people|family|man|woman|kids?|someone|somebody|passengers?) (?:is |are |still )+inside|(?:can't|can not|unable to|couldn't) (?:get|climb|crawl) (?:back )?out|(?:is|are|was|stuck) (?:\w+ )?down (?:in|inside) (?:the|a|that) (?:manhole|hole|drain|trench|well|shaft)|stuck on the wrong side|(?:leg|legs|foot|arm|hand|head|ankle|finger)s? (?:is |are |got |was )?(?:still )?(?:stuck|caught|trapped|wedged) (?:in|under|between|inside)|(?:someone|somebody|people|a person|a man|a woman|kids?|a child) (?:is |are |still |may be |might be )*(?:under|underneath|beneath|inside) (?:it|there|the (?:tree|rubble|car|debris|wall|truck))|(?:can't|can not|couldn't) (?:reach|free) (?:him|her|them)|(?:can't|can not|couldn't) open (?:the|her|his|their) doors?|needs? (?:to be rescued|rescu(?:e|ing))(?! of (?:my|our|the) (?:driveway|garage|street|house|neighbo))|on (?:the )?(?:roof|top) of (?:the|his|her|their|a) (?:car|bus|truck|van))\b/gi,
  },
  {
    hazard: 'fire',
    fact: true,
    label: 'fire',
    points: 4,
    words:
      /\b(?:on fire(?!-?\s?colou?red)|caught fire|catch(?:es|ing)? fire|burning(?! (?:man|in the day|during the day|all day|day and night|24))|flames?|smoke(?![- ]?free)(?! (?:detectors?|alarms?|shops?|breaks?|signals?))|smoking(?! (?:hot|area|section|room|shop|zone))|smou?ldering|explosions?(?! of (?:colou?rs?|flowers?|growth|weeds|joy))|(?<!\b(?:tires?|tyres?) (?:just |then )?)exploded|exploding|ablaze|(?:trash|brush|car|grass|electrical|house|vehicle|garbage|dumpster|wild|transformer|structure|a) ?fire(?! (?:is out|was out|last|years?|back in|in \d{4}|truck|station|engine|department|hydrant|lane|dept|hazard|risk|drill|code|pit|alarm|house|escape|chief|exit|sign))|fire (?:in|at|on|under|spreading|coming)|(?:there is|there's) (?:a )?fire|fire! )\b/gi,
  },
  ...GRAVE_SIGNS,
  ...SPANISH_GRAVE,
];

/** The words of one hazard, as a part of other patterns. */
export function graveWords(hazard: GraveHazard): string {
  return GRAVE_RULES.filter((rule) => rule.hazard === hazard && !rule.inSpanish)
    .map(({ words }) => words.source)
    .join('|');
}
