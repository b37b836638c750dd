/** How badly somebody was hurt. */
export type HarmLevel = 'killed' | 'badly-hurt' | 'hurt';

/** By which words it is found that somebody came to harm. */
export interface HarmRule {
  level: HarmLevel;
  words: RegExp;
  /** What things do as well ("a tree fell", "the signal died"): it counts when a person did it. */
  byPerson?: true;
  /** Shows no English. */
  inSpanish?: true;
}

const POSSESSIVE = "(?:his|her|my|their|our|the|a|an|both|two|\\w+'s)";
const BONE =
  '(?:hips?|legs?|arms?|ankles?|wrists?|foot|feet|toes?|fingers?|nose|neck|ribs?|collar ?bones?|elbows?|knees?|shoulders?|jaw|bones?|pelvis|teeth|tooth|skull|kneecap|femur|shin|vertebrae?|cheekbone)';
const BODY = `(?:${BONE}|heads?|faces?|backs?|hands?|chin|lips?|eyes?|forehead)`;
const BROKEN =
  '(?:broke|broken|breaks|breaking|break|fractur(?:e|ed|es|ing)|shatter(?:ed)?|snapped|bust(?:ed)?|dislocat(?:e|ed|ing)|crack(?:ed)?)';

export const HARM_RULES: readonly HarmRule[] = [
  {
    level: 'killed',
    words:
      /\b(?:(?:killed|kills|kill|killing(?! (?:me|us)\b))(?! (?:my|our|the|his|her|their|a|your|both|two) (?:\w+ )?(?:tires?|tyres?|rims?|wheels?|suspension|cars?|axle|alignment|bike|grass|lawn|mood|vibe|plants?|trees?|battery|engine|time|joy)\b)|fatal(?:ity|ities|ly)?|deaths?(?! ?(?:trap|hazard|wish))|passed away|(?:lost|lose|loses) (?:his|her|their) li(?:fe|ves)|dead (?:man|woman|person|body|child|cyclist|pedestrian)|(?:man|woman|person|body|child|cyclist|pedestrian|worker|driver) (?:(?:is|lying|found|laying) )*dead|(?:one|two|three|four|five|\d+) (?:people |persons )?dead|(?:pronounced|found) dead)\b/gi,
  },
  {
    level: 'killed',
    words:
      /\b(?:(?:died|dies|die|dying)(?! (?:laughing|of (?:laughter|embarrassment|boredom|shame|curiosity)|to (?:know|see|meet|try)))|(?:is|was|are|were) dead)\b/gi,
    byPerson: true,
  },
  {
    level: 'badly-hurt',
    words: new RegExp(
      String.raw`\b(?:hospitali[sz]ed|` +
        String.raw`(?:taken|took|rushed|transported|went|gone|sent|admitted|airlifted|ended up|ending up|brought|carried|landed|is|was|are|were|still|now|kept|flown)(?: \w+){0,3} (?:to|in|at|into)(?: the| a)?(?: \w+){0,2} (?:hospital|er|a ?& ?e|emergency(?: room)?|icu|intensive care|trauma (?:cent(?:er|re)))|` +
        String.raw`(?:taken|took|rushed|carried|carted|transported) (?:\w+ )?(?:away|off) (?:by|in)(?: an?)? ambulance|(?:by|in) (?:an )?ambulance|ambulance\b(?! (?:station|bay|road|route|access|entrance|drivers?|service|lane|parking|could|couldn't|can|can't|hits?|went over|had to go|has to|gets|got stuck|hit))|(?:called|needed|needs|call|need|send|required) an ambulance|had to be taken|(?:riders?|drivers?|victims?|patients?|person|people|man|woman|he|she|cyclist|pedestrian|passengers?|kid|child|boy|girl) (?:was |were |been |being )?(?:transported|airlifted|rushed)|` +
        String.raw`paramedics|(?:ems|emts?) (?:\w+ )?(?:responded|came|called|took|on scene|transported)|unconscious|(?<!\b(?:lights?|signals?|power|poles?|signs?|lamps?|electricity|windows?) (?:(?:is|was|were|got|has|been) )*)knocked (?:\w+ )?(?:out|unconscious)|passed out|concuss(?:ion|ed)|in (?:a )?coma|critical(?:ly)? (?:condition|injured|hurt|ill)|life[- ]threatening injur(?:y|ies)|stitches|surgery|operation on (?:his|her|my)|skin graft|intensive care|broken neck|internal bleeding|paraly[sz]ed|` +
        'bleeding|lots of blood|covered in blood|blood everywhere|electrocuted|impaled|' +
        String.raw`(?:serious|severe|bad|head|spinal|neck|back|grievous|major|critical|horrific)(?:ly)?(?: \w+)? (?:injur(?:y|ies|ed)|hurt|wounded|wounds?|trauma)|` +
        String.raw`(?:can't|can not|unable to|couldn't) (?:move|walk|stand|get up)|(?:lost|loses|knocked out) (?:\w+ ){0,2}(?:teeth|tooth|fingers?|toes?|leg|arm|eye))(?!\w)`,
      'gi',
    ),
  },
  {
    level: 'badly-hurt',
    words: new RegExp(
      String.raw`\b${BROKEN} (?:${POSSESSIVE} )?(?:\w+ )?${BONE}\b|\b${BONE} (?:\w+ )?(?:is |was |got )?(?:broken|fractured|shattered|dislocated)\b|\b(?:fractur(?:e|es|ed))\b(?! in the)`,
      'gi',
    ),
  },
  {
    level: 'hurt',
    words: new RegExp(
      String.raw`\b(?:injur(?:y|ies|ed|es|ing)|hurt(?:s|ing)?(?! (?:my|our|the|your|his|her|their) (?:car|tires?|tyres?|vehicle|truck|suspension|business))|wounded|wounds|bruis(?:e|es|ed|ing)|sprain(?:ed|s)?|whiplash|swollen|limping|screaming (?:for help|in pain)|in (?:a lot of |so much |terrible )?pain|lacerat\w+|gash(?:ed|es)?|black eye|chipped (?:a )?tooth|gr?azed|casualt(?:y|ies)|` +
        String.raw`tw(?:i|e)(?:st|ak)(?:ed|s)? (?:${POSSESSIVE} )?(?:\w+ )?(?:ankle|knee|foot|leg|wrist|back)|twisted ankle|rolled (?:his|her|my|their|an) ankle|(?:tore|torn|ruptured|pulled) (?:his|her|my|a) (?:\w+ )?(?:ligament|muscle|tendon|achilles|acl|meniscus|rotator|hamstring)|(?:got|gave (?:him|her|me|my \w+)) (?:a |an )(?:\w+ )?shock(?! (?:how|at|that|to (?:see|find|hear|learn)|when (?:i|we|they) (?:saw|read|heard|got|opened)|by (?:how|the (?:size|state|cost|price|bill|condition|lack))))|` +
        String.raw`(?:cuts?|scrap(?:ed|es?)|skinned|scratched|banged|bumped|smashed|smacked|hit|hurt|split|busted) (?:up |open )?(?:his|her|my|their) (?:\w+ )?${BODY}|(?:has|with|had|got|some|and) (?:\w+ )?cuts\b|scraped up|road rash|` +
        String.raw`face[- ]?plant(?:ed|s)?|face first|flat on (?:his|her|my|their) (?:face|back)|came a cropper|lost (?:some |a lot of )?skin|(?:took|taken|takes) a (?:\w+ )?(?:tumble|spill|header|fall)|tumbled (?:down|off|over)|sent (?:\w+ )?(?:flying|sprawling)|fl(?:ew|ies|own) over (?:the|his|her|my)|(?:went|gone|turned|rolled) over (?:on )?(?:his|her|my|their) ankle|turned (?:his|her|my|their|an) ankle|knocked to the ground|came off (?:his|her|my|their|the|a) (?:\w+ )?(?:bike|bicycle|motorbike|motorcycle|scooter|cycle|moped)|(?:knocked|fell|thrown|flung|falling|flew) (?:off|from|over) (?:of )?(?:his|her|my|their|the|a) (?:\w+ )?(?:bike|bicycle|motorbike|motorcycle|scooter|cycle|handlebars)|over (?:the|his|her|my) handlebars|thrown to the (?:ground|road|pavement|sidewalk)|shocked (?:him|her|me|my (?:son|daughter|kid))|burn(?:ed|t) (?:his|her|my) ${BODY})(?!\w)`,
      'gi',
    ),
  },
  {
    level: 'hurt',
    words:
      /\b(?:tripped|trip(?:s)?(?= (?:on|over|and|here|up|there|all|constantly|every)\b)|tripping(?= (?:on|over|and|here)\b)|stumbled|stumbles|slipped|slip(?:s)?(?= (?:on|and|over|here|there)\b)|slipping(?= (?:on|and|over)\b))\b/gi,
    byPerson: true,
  },
  {
    level: 'hurt',
    words:
      /\b(?:went flying|fell|falls|fallen|falling|fall|took (?:a|an) (?:\w+ )?(?:fall|tumble|spill)|wiped out|went down(?: hard)?|gone down|knocked (?:down|over|off)|run over|struck by|(?:was |were |been |got |gets )?(?:shocked|zapped)(?! (?:how|at|that|to (?:see|find|hear|learn)|when (?:i|we|they) (?:saw|read|heard|got|opened)|by (?:how|the (?:size|state|cost|price|bill|condition|lack))))|hit by(?= (?:an?|the) (?:\w+ )?(?:car|bus|truck|vehicle|van|lorry|driver|bike|branch|limb|sign|falling \w+))|got hit|tipped (?:over|out)|thrown (?:off|out|from))\b(?! (?:trees?|limbs?|branch(?:es)?|poles?|wires?|power|lines?|signs?|leaves|rocks?|debris|apart|asleep|behind|short))/gi,
    byPerson: true,
  },
  // In Spanish, which is not read besides.
  { level: 'killed', inSpanish: true, words: /\b(?:muri[oó]|falleci[oó]|muert[oa]s?)(?![a-záéíóúñ])/gi },
  {
    level: 'badly-hurt',
    inSpanish: true,
    words:
      /\b(?:herid[oa]s?|ambulancia|sangrando|se (?:rompi|fractur|quebr)[oó] (?:la|el) (?:\w+ )?(?:pierna|brazo|cadera|mu[nñ]eca|tobillo|mano|rodilla|cabeza|pie))\b/gi,
  },
  { level: 'hurt', inSpanish: true, words: /\bse (?:lastim|golpe|tropez|resbal)[oó](?![a-záéíóúñ])/gi },
];

/** Who may come to harm. */
export const PERSON =
  'i|he|she|we|they|you|him|her|them|somebody|someone|anybody|anyone|everybody|everyone|nobody|who|man|woman|men|women|lady|ladies|gentleman|guy|guys|dude|kids?|child|children|toddlers?|bab(?:y|ies)|infant|boys?|girls?|teen(?:ager)?s?|sons?|daughters?|mothers?|fathers?|mom|mum|dad|mommy|parents?|grand\\w+|nan|nana|aunt|uncle|cousin|niece|nephew|brothers?|sisters?|husband|wife|partner|spouse|boyfriend|girlfriend|friends?|neighbou?rs?|famil(?:y|ies)|people|persons?|pedestrians?|cyclists?|bikers?|bicyclists?|riders?|motorcyclists?|joggers?|runners?|walkers?|hikers?|workers?|drivers?|motorists?|passengers?|residents?|tenants?|customers?|clients?|students?|pupils?|teachers?|seniors?|elderly|pensioners?|patients?|visitors?|tourists?|postm[ae]n|mail(?:man|men| ?carrier)s?|couriers?|officers?|cops?|firefighters?|nurses?|crew members?|old[- ]timers?|skaters?|scooter riders?|wheelchair users?|citizens?|callers?|victims?|year[- ]olds?|mates?|blokes?|lads?|lass|posties?|oaps?|pals?|budd(?:y|ies)|co-?workers?|colleagues?|commuters?|crossing guards?|employees?|staff|guests?|shoppers?|youngsters?|youths?|adults?|class';
/** What falls, slips, dies and is hit as well. */
export const THING =
  'trees?|branch(?:es)?|limbs?|trunks?|poles?|posts?|signs?|lights?|lamps?|signals?|wires?|lines?|cables?|walls?|rocks?|boulders?|concrete|bricks?|pieces?|chunks?|slabs?|roofs?|ceilings?|debris|wheels?|tires?|tyres?|phones?|rain|snow|ice|leaves|night|temperatures?|fences?|covers?|lids?|grates?|cars?|trucks?|bus(?:es)?|vans?|vehicles?|suv|batter(?:y|ies)|engines?|bulbs?|motors?|oak|ash|maple|elm|pine|bush(?:es)?|grass|plants?|dogs?|cats?|deer|raccoons?|birds?|animals?|mailbox(?:es)?|barriers?|bollards?|hydrants?|scaffold(?:ing)?|bridge|road|street|sidewalk|awning|crane|it|bikes?';
