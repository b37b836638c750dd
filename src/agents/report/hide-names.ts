/** The last word of a road's name: "Crash Boat Road". */
const ROADS =
  'street|st|road|rd|lane|ln|avenue|ave|drive|dr|boulevard|blvd|court|ct|terrace|crescent|trail|parkway|pkwy|highway|hwy|circle|alley';
/** These are roads only where they are written with a capital. */
const MORE_ROADS =
  'Way|Place|Pl|Close|Square|Row|Mews|Grove|Heights|Loop|Walk|Path|Run|Pass|Hollow|Canyon|Creek|Ridge|Park|Hill|Bend|Point';
/** What bears a name and is not in the way: "the Smoke Shop", "Burning Man cafe". */
const BUSINESSES =
  'shop|store|caf[eé]|coffee|restaurant|bar|grill|pub|tavern|saloon|brewery|club|theat(?:er|re)|cinema|gym|salon|spa|bakery|pizzeria|pizza|diner|deli|market|supermarket|mall|hotel|motel|inn|bank|church|rooms|museum|gallery|lounge|kitchen|bbq|laundry|pharmacy|apartments|casino|studios?|(?:gas|petrol|filling) station';
/** No name has these, and none goes on over them. */
const FUNCTION_WORDS =
  "the|this|that|these|those|a|an|my|our|your|his|her|their|its|same|whole|entire|each|every|both|another|next|first|last|main|side|back|front|service|access|frontage|residential|rural|local|down|up|off|in|on|at|of|and|or|near|by|to|from|across|along|over|under|into|onto|with|without|through|between|behind|outside|beside|opposite|past|around|before|after|is|are|was|were|has|have|had|be|been|need|needs|not|no|it|there|blocking|blocks|like|just|very|so|too|really|such|as|for|if|when|while|because|people|kids|please|fix|all|any|some|many|several|who|which|what|where|bus|bike|bicycle|cycle|left|right|cent(?:er|re)|middle|fast|slow|turn|turning|passing|northbound|southbound|eastbound|westbound|one|two|emergency|i|he|she|we|they|you|can't|don't|isn't";
/** What roads are said to be. With one of these alone before it a road is none of that name, unless capitals say so. */
const STATES =
  'busy|quiet|narrow|wet|dry|icy|dark|flooded|broken|cracked|uneven|blocked|damaged|sunken|collapsed|closed|crumbling|bumpy|dirt|gravel|public|private|city|county|state|deep|huge|large|big|small|long|wide|dangerous|bad|dead|fallen|downed|open|exposed|live|hanging|burning|missing|empty|steep|wrong|other';
const THINGS =
  'holes?|potholes?|trees?|lights?|signs?|manholes?|drains?|sinkholes?|cracks?|water|wires?|lines?|cars?|trucks?|sidewalks?|poles?|branch(?:es)?';

const BEFORE_A_ROAD =
  'outside|in front of|at|near|by|behind|beside|opposite|next to|across from|on|along|off|of|to|from|past|between|and|&|around|towards?';
const BEFORE_A_PLACE = 'outside|in front of|at|near|by|behind|beside|opposite|next to|across from';

const WORD = String.raw`[\p{L}\d][\p{L}\d'-]*(?:(?<=(?<![\p{L}])\p{Lu}\p{L}{0,2})\.)?`;
const NAME_WORD = String.raw`(?!(?:${FUNCTION_WORDS})\s)${WORD}`;
/** "street light" and "road works" are no names. */
const NOT_A_THING = String.raw`(?![ -]?(?:lights?|lamps?|signs?|drains?|sweep\w*|surface|works?|closed|crew|department|side|level|trees?|is)\b)`;

const ROAD_NAME = new RegExp(
  String.raw`(?<=(?:^|[\s(,])(?:${BEFORE_A_ROAD}|\d{1,5}),?\s+)(?:${NAME_WORD}\s+){1,4}(?:${ROADS})\b${NOT_A_THING}`,
  'giu',
);
const CAPITAL_ROAD = new RegExp(
  String.raw`(?<![\p{L}])(?:(?!(?:${capitalised(FUNCTION_WORDS)})\s)\p{Lu}[\p{L}\d'-]*(?:(?<=(?<![\p{L}])\p{Lu}\p{L}{0,2})\.)?\s+){1,4}(?:${capitalised(ROADS)}|${MORE_ROADS})\b${NOT_A_THING}`,
  'gu',
);
const BUSINESS_NAME = new RegExp(
  String.raw`(?<=(?:^|[\s(,])(?:${BEFORE_A_PLACE})\s+(?:the\s+)?)(?:(?:&|and|${NAME_WORD})\s+){0,4}(?:${BUSINESSES})\b`,
  'giu',
);
const CAPITAL_BUSINESS = new RegExp(
  String.raw`(?<![\p{L}])\p{Lu}[\p{L}\d'-]*(?:(?<=(?<![\p{L}])\p{Lu}\p{L}{0,2})\.)?\s+(?:(?:&|and|\p{Lu}[\p{L}\d'-]*(?:(?<=(?<![\p{L}])\p{Lu}\p{L}{0,2})\.)?)\s+){0,3}(?:${capitalised(BUSINESSES)}|cafe|restaurant|shop)\b`,
  'gu',
);
/** "next to Dead End": in capitals behind a word of place. */
const CAPITAL_PLACE = new RegExp(
  String.raw`(?<=(?:^|[\s(,])(?:${eitherCase(BEFORE_A_PLACE)}|[Oo]n|[Oo]ff|[Ii]n|\p{Lu}[\p{L}\d]+\s+(?:and|&))\s+(?:the\s+)?)` +
    String.raw`\p{Lu}[\p{L}\d'-]*(?:(?<=(?<![\p{L}])\p{Lu}\p{L}{0,2})\.)?(?:\s+(?:(?:&|and|of|the|de|du|la|le|del|des|von|der)\s+)*[\p{Lu}\d][\p{L}\d'-]*(?:(?<=(?<![\p{L}])\p{Lu}\p{L}{0,2})\.)?)*`,
  'gu',
);
/** These are looked for, named or not: "by Lincoln Elementary School", "near Downed Power Lines". */
const SOUGHT = new RegExp(
  String.raw`\b(?:schools?|elementary|kindergarten|nursery|preschool|academy|hospital|clinic|(?:urgent|medical) (?:care|cent(?:er|re))|fire station|er|a&e|emergency(?: room)?|lamps?|signals?|cables?|mains?|hydrants?|kerbs?|curbs?|leak|smoke|fire|guardrails?|pavement|ice|${THINGS})$`,
  'i',
);
/**
 * `text` with every letter of a road's, a shop's or a place's name made an x, so that "Burning Man cafe" is no fire and
 * "Hospital Road" no hospital. As long as before.
 */
export function hideNames(text: string): string {
  const capitals = hasCapitals(text);
  const hidden = text
    .replace(ROAD_NAME, (name) => (isRoadName(name, capitals) ? blank(name) : name))
    .replace(BUSINESS_NAME, blank);
  if (!capitals) return hidden;
  return hidden
    .replace(CAPITAL_ROAD, (name) => (isSaidOfRoad(name) ? name : blank(name)))
    .replace(CAPITAL_BUSINESS, blank)
    .replace(CAPITAL_PLACE, hidePlace);
}

function hidePlace(name: string): string {
  const sought = SOUGHT.exec(name.replace(/\s+\d+$/, ''));
  return sought ? blank(name.slice(0, sought.index)) + name.slice(sought.index) : blank(name);
}

/** Behind a word of place: "on Large Ave" is one, "on wet road" is none, "on deep creek drive" is. */
function isRoadName(name: string, capitals: boolean): boolean {
  const words = name.split(/\s+/).slice(0, -1);
  if (words.some((word) => !isStateOrThing(word))) return true;
  return capitals && words.every((word) => /^\p{Lu}/u.test(word));
}

/** Without one: "Flooded Road" is the state of one, "Drain Road" a name. */
function isSaidOfRoad(name: string): boolean {
  const words = name.split(/\s+/).slice(0, -1);
  return words.every((word) => new RegExp(`^(?:${STATES})$`, 'i').test(word));
}

function isStateOrThing(word: string): boolean {
  return new RegExp(`^(?:${STATES}|${THINGS})$`, 'i').test(word);
}

function blank(name: string): string {
  return name.replace(/[\p{L}\d]/gu, 'x');
}

/** In a text that is all capitals, or has none, they tell nothing. */
function hasCapitals(text: string): boolean {
  const count = (letters: RegExp) => text.match(letters)?.length ?? 0;
  return count(/\p{Ll}/gu) > count(/\p{Lu}/gu);
}

function capitalised(words: string): string {
  return words.replace(/(^|\||\()(?:\?:)?([a-z])/g, (match, _bar: string, letter: string) =>
    match.replace(new RegExp(`${letter}$`), letter.toUpperCase()),
  );
}

function eitherCase(words: string): string {
  return words.replace(
    /(^|\|)([a-z])/g,
    (_, bar: string, letter: string) => `${bar}[${letter.toUpperCase()}${letter}]`,
  );
}
