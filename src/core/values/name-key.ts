/**
 * Letters of other scripts that look like Latin ones, as Unicode's table of confusables has them
 * (https://www.unicode.org/Public/security/latest/confusables.txt).
 */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  [
    ['АВЕЅІЈКМНОРСТУХԚԜ', 'ABESIJKMHOPCTYXQW'],
    ['авеѕіјкмнорстухһԁԛԝӏ', 'abesijkmhopctyxhdqwl'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'],
    ['αγικνορτυϲϳ', 'ayikvoptucj'],
    ['ՕՍԼաոսօհցյ', 'OULwnuohgj'],
    ['ᎪᏴᏟᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ', 'ABCEHJKLMPRSTVWZ'],
    ['ıłøđɑɡɩʋ', 'ilodagiv'],
  ].flatMap(([from = '', to = '']) =>
    [...from].map((letter, index): [string, string] => [letter, to[index] ?? letter]),
  ),
);
const BLANKS = /[\s\p{Pd}_]+/gu;
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu;

/**
 * What is left of a name when it is read as commands read it: no case, no accents, no difference between letters that look
 * alike, nothing that is not seen, one blank for any run of blanks, dashes and underscores. Two names with one key are one
 * name, and nothing else compares names. Empty when there is nothing to read.
 */
export function nameKey(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{Mn}/gu, '');
  const latin = [...plain].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
  const seen = latin.replace(BLANKS, ' ').replace(UNSEEN, '');
  return seen.toUpperCase().toLowerCase().trim();
}
