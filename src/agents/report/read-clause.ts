/** What stands before and behind the words in question, inside their sentence. */
interface Surroundings {
  before: string;
  words: string;
  behind: string;
}

const REACH = 90;
const AUXILIARIES = setOf(
  "is|are|was|were|be|been|being|am|has|have|had|do|does|did|got|get|gets|getting|will|would|could|can|should|may|might|must|seem|seems|look|looks|looked|appear|appears|feel|feels|become|became|'s|'re",
);
const ADVERBS = setOf(
  'very|really|too|so|that|all|at|even|yet|ever|still|actually|particularly|especially|terribly|extremely|overly|necessarily|just|quite|exactly|currently|also|longer|more|a|an|any|of|no|seriously|badly|severely|apparently|visibly|truly|super|much|as|near|on|in|by|being|remotely|immediately',
);
/** Before what is denied with "no": "no signs of any serious injuries". */
const BEFORE_NOUNS = setOf(
  'sign|signs|of|any|other|further|serious|apparent|visible|reported|known|evidence|reports|report|indication|obvious|more|major|significant|real|immediate|such|or|nor|injuries|injury|damage|accidents|danger|hazard|flooding|fire|smoke|leaks|visible|car|vehicle|property|personal|physical|gas|power|downed|exposed|live|new|bodily|sort|kind|risk|one|need|people|person|sparks|loose',
);
/** What is not seen, heard or caused is not there. What is not avoided, fixed or noticed is. */
const SEEN_OR_CAUSED = setOf(
  'see|seen|saw|notice|smell|smelled|smelt|hear|heard|have|had|cause|caused|causing|report|find|found|involve|suffer|suffered|sustain|sustained|feel|know|witness|witnessed|observe|observed|require|required|need|result|sign|signs|appear|look|seem|receive|received|hit|hurt|do|done|think|believe|consider|pose|contain|show|experience|experienced',
);
/** Whoever says "the hole" speaks of one that is there. */
const DEFINITE =
  /\b(?:the|this|that|these|those|my|our|his|her|their|its|your|how|such|bigger|deeper|larger|wider|worse|smaller|it|you|we|i|he|she|they|until|till|while|when)\b/i;
const SENTENCE_ENDS =
  /[.!?;:\n](?:\s|$)|\s[-–—]\s|\b(?:but|however|though|although|except|instead|only|because|since)\b/gi;
/** A comma ends a thought, unless it goes on with "or" or lists one more noun: "no smoke, fire or leaks". */
const COMMA =
  /,(?!\s*(?:or|nor)\b)(?!\s*[\w'-]*\s*$)(?!\s*[\w'-]+(?:\s*,\s*[\w'-]+)*,?\s*(?:or|nor)\s+(?:[\w'-]+\s*)?$)/gi;

/** "No injuries, tree is across both lanes": what has a verb of its own is no further item of a list. */
const BEGINS_ANEW =
  /^\s+(?:is|are|was|were|has|have|had|down|across|over|fell|came|blocking|out|missing|needs?|broke|broken|cracked|leaning|hanging)\b/i;

const NO = /\b(?:no|without|zero|neither|nor|free of|lack of|nil)\b/gi;
const NOBODY = /\b(?:nobody|none|nothing|not (?:one|a single)(?: \w+)?|neither of)\b/gi;
const NOT = /\b(?:not|never|hardly|barely|by no means|far from|\w+n't)(?=\s|$)/gi;
/** These deny nothing of what follows. */
const NO_DENIALS =
  /\b(?:not only|no doubt|no wonder|not sure|no idea|not to mention|(?:can't|can not|couldn't|could not|don't|do not) (?:believe|imagine|stress|emphasi[sz]e|overstate|tell you|miss|wait)|(?:why|when) (?:\w+n't|\w+ not)|not until|no longer than|no matter|no way|no choice|no chance|never (?:seen|saw) (?:such|a|so)|not enough|not the first|not just|no (?:cover|lid|grate|barrier|barriers|cones?|signage|warning|lights?|lighting|street ?lights?|guardrail|fence|cap|railing))\b/gi;
/** "No reason to believe anyone was hurt". */
const NO_ONE_AT_ALL =
  /\b(?:no|not|never|nothing|\w+n't)\b(?: [\w']+){0,6} any(?:one|body)\b(?: (?:was|were|is|has been|got|being))?(?: \w+ly)? $/i;
/** "You won't find a bigger one" is said of a big one. */
const COMPARATIVE = /^(?:bigger|larger|deeper|wider|worse)$/i;
/** "They said there's no gas leak but I still smell it": who goes on so does not deny. */
const DISPUTED =
  /^[^.!?\n]{0,40}(?:,|[.!?;]\s|\s)\s*(?:but|yet|however|although|though|still)\b[^.!?\n]{0,30}\b(?:smell\w*(?! of (?!gas|it|fumes))|smelt|hear|see|feel|hiss\w*|spark\w*|strong|leak\w*|rising|moving)\b/i;
/** It is over, for who says so and says nothing more. */
const SETTLED =
  /^(?:'s)?\s*,?\s*(?:(?:cover|lid|grate|area|problem|issue|leak|that|which|you|they|the city|the crew|your crew|your team|was|were|is|are|has|have|been|got|now|already|all|finally|quickly) )*(?:fixed|resolved|repaired|filled(?: in)?|put out|extinguished|(?:was|were|been|got) (?:closed|covered(?: up)?|put back|removed)|replaced|taken care of|cleared up|sorted|patched)\b(?!\s+(?:the|a|an|half|both|all|our|my|one|two|most|part|with|off)\b)/i;
const LONG_AGO =
  /\b(?:last year|years ago|(?:two|three|four|five|ten|\d+) years (?:ago|back)|back in (?:19|20)\d\d|in (?:19|20)\d\d|last (?:winter|summer|spring|fall|autumn))\b/i;
const GOES_ON =
  /\b(?:again|back|reopen\w*|but|now|still|fail\w*|not|never|\w+n't|today|worse|wors\w+|growing|same|another|need\w*|nobody|keeps?|since|is|are)\b/i;
const LOOKS_GOOD =
  /\b(?:looks?|is|are|works?|holds?|holding) (?:\w+ )?(?:great|good|fine|nice|well|perfect|better|solid)\b/gi;
const DENIED_BEHIND = /^(?:\s*[:=?-]+|[\w ]{0,20}\?)\s*(?:no|none|nil|0|n\/a)\b/i;

/** Whether `text` denies what it says at `index`: "no injuries", "isn't deep"; not "nobody has fixed the deep hole". */
export function isDenied(text: string, index: number, words: string): boolean {
  if (COMPARATIVE.test(words)) return false;
  const { before, behind } = surroundingsOf(text, index, words);
  if (DENIED_BEHIND.test(behind)) return true;
  const thought = lastThought(before, BEGINS_ANEW.test(behind));
  return NO_ONE_AT_ALL.test(thought) || deniesNoun(thought) || deniesDeed(thought) || deniesVerb(thought);
}

function deniesNoun(thought: string): boolean {
  const gap = behindLast(thought, NO);
  if (gap === null || DEFINITE.test(gap)) return false;
  const words = wordsOf(gap);
  return (
    words.length <= 1 ||
    (words.length <= 6 &&
      words.filter((word) => !BEFORE_NOUNS.has(word)).length <= 1 &&
      !/\b(?:and|near|at|on|by|in|outside|beside|with|which|that)\b/i.test(gap))
  );
}

/** "nobody was hurt", "none of the kids were injured"; not "nobody has fixed", "nobody saw the accident". */
function deniesDeed(thought: string): boolean {
  const gap = behindLast(thought, NOBODY);
  if (gap === null) return false;
  const rest = gap
    .replace(/^\s*(?:of|on|in|from|at) (?:the |our |my |these |them |us |those )?(?:\w+\s+)?/i, '')
    .replace(/^\s*else\b/i, '');
  return wordsOf(rest).every((word) => AUXILIARIES.has(word) || ADVERBS.has(word));
}

function deniesVerb(thought: string): boolean {
  // "I would not call it dangerous."
  const plain = thought.replace(
    /\b(?:call|consider|describe|say(?:ing)?|think) (?:it|(?:this|that)(?: \w+(?= as))?)(?:'s| is| as| was)?\b/gi,
    '',
  );
  const gap = behindLast(plain, NOT);
  if (gap === null) return false;
  const words = wordsOf(gap);
  if (words.length > 7) return false;
  const others = words.filter((word) => !AUXILIARIES.has(word) && !ADVERBS.has(word));
  if (others.length === 0) return true;
  const [verb = '', ...rest] = others;
  if (DEFINITE.test(gap)) return false;
  return SEEN_OR_CAUSED.has(verb) && rest.filter((word) => !BEFORE_NOUNS.has(word)).length <= 1;
}

const POSSIBLE =
  /\b(?:will|'ll|would|could|can(?! (?:\w+ )?(?:hear|smell)\b)(?! see (?:a|the|into|inside|flames|smoke|it|him|her|them)\b)|may|might|should|shall|going to|gonna|gunna|bound to|likely to|liable to|about to|has to|have to|needs? to|waiting (?:for|to|on)|wait (?:for|until|till)|want|wants|before|until|till|unless|if|in case|so that|lest|afraid|scared|worried|worry|worries|fear|fears|concern(?:ed|s)?|hate to|hope|potential(?:ly)?|possib(?:le|ly|ility)|risk(?:s|ing)? of|danger of|chance of|threat of|prevents?|preventing|avoid|imagine|matter of time|sooner or later|eventually|some ?day|one day|how long|how many|what if|otherwise|must|wouldn't|can't|couldn't|won't|potentially|looks? like (?:it|they)|inevitable|won't be long|only takes)\b/gi;
const WAITING =
  /^\s*(?:just )?(?:waiting to happen|sooner or later|in the making|is inevitable|are inevitable)\b/i;
/** What has been done is a fact, unless it "could have". */
const HAPPENED =
  /^(?:\w*(?:fell|broke|tripped|slipped|stumbled|crashed|collided|blew|burst|died|came off|went down|went flying|went over|slid|skidded|smashed|ripped|cracked|damaged|ruined|destroyed|hit|struck|lost|bent|got|took|taken|rushed))\b/i;
const COULD_HAVE =
  /\b(?:could|would|might|may|must|should)(?:'ve| have|n't have| not have)\b|\bif\b|\balmost\b|\bnearly\b/i;
const FACT_BEGINS =
  /\b(?:because|since|after|but|and|who|which|already|yesterday|last (?:night|week|month|year)|today|when)\b/gi;

/** Whether `text` says that something else belies its own denial: "no gas leak, they say, but the smell is strong". */
export function isDisputed(text: string, { index, words }: { index: number; words: string }): boolean {
  return DISPUTED.test(text.slice(index + words.length, index + words.length + REACH));
}

/** Whether `text` tells of what is over, and of nothing that goes on: "sinkhole fixed, thanks", "last year it flooded". */
export function isOver(text: string, { index, words }: { index: number; words: string }): boolean {
  const sentence = text.slice(0, index).search(/[^.!?;\n]*$/);
  const before = text.slice(sentence, index);
  const behind = text.slice(index + words.length);
  const rest = behind.replace(LOOKS_GOOD, '');
  if (SETTLED.test(behind)) return !GOES_ON.test(rest.replace(SETTLED, ''));
  const told = `${before} ${behind.match(/^[^.!?;\n]*/)?.[0] ?? ''}`;
  return LONG_AGO.test(told) && !GOES_ON.test(`${before} ${words} ${rest}`);
}

/** Whether `text` only fears what it says at `index`: "someone will get hurt", "before there is an accident". */
export function isSupposed(text: string, index: number, words: string): boolean {
  const { before, behind } = surroundingsOf(text, index, words);
  if (WAITING.test(behind)) return true;
  const thought = before.slice(
    lastEnd(before, /[.!?;:\n](?:\s|$)|,(?!\s*(?:it|then|they|he|she|someone|somebody|this|that)\b)/g),
  );
  if (HAPPENED.test(words)) {
    const near = thought.slice(lastEnd(thought, FACT_BEGINS));
    return COULD_HAVE.test(near);
  }
  const near = thought.slice(
    lastEnd(
      thought,
      /\b(?:because|since|after|but|who|which|already|yesterday|last (?:night|week|month|year))\b/gi,
    ),
  );
  return near.search(POSSIBLE) !== -1;
}

function surroundingsOf(text: string, index: number, words: string): Surroundings {
  return {
    before: text.slice(Math.max(0, index - REACH), index),
    words,
    behind: text.slice(index + words.length, index + words.length + 40),
  };
}

function lastThought(before: string, beginsAnew: boolean): string {
  const clean = before.replace(NO_DENIALS, (words) => words.replace(/\w/g, 'x'));
  const thought = clean.slice(lastEnd(clean, SENTENCE_ENDS));
  return thought.slice(lastEnd(thought, beginsAnew ? /,/g : COMMA));
}

/** Behind the last of `ends` in `text`; 0 when there is none. */
function lastEnd(text: string, ends: RegExp): number {
  const last = [...text.matchAll(ends)].at(-1);
  return last ? last.index + last[0].length : 0;
}

function behindLast(text: string, cue: RegExp): string | null {
  const last = [...text.matchAll(cue)].at(-1);
  return last ? text.slice(last.index + last[0].length) : null;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\w'-]+/g) ?? [];
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split('|'));
}
