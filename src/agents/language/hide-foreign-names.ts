/** In Romance languages the road comes first: "Calle Ocho", "Rue de la Paix". */
const FOREIGN_FIRST =
  'calle|camino|avenida|paseo|via|plaza|piazza|rue|place|corso|rua|vista|el|la|los|las|san|santa|cafe|café|taquería|casa|champs|puente';
const LINK = 'de|del|la|las|los|el|al|du|des|le|DE|DEL|LA|LAS|LOS|EL|AL|DU|DES|LE';
const FOREIGN_NAME = new RegExp(
  String.raw`(?<![\p{L}])(?:${FOREIGN_FIRST.split('|').map(inCapitals).join('|')})(?:[ -](?:${LINK}))*[ -]\p{Lu}[\p{L}'-]*(?:\s+(?:(?:${LINK})\s+)*\p{Lu}[\p{L}'-]*)*|\p{Lu}\p{L}+stra(?:ß|ss)e`,
  'gu',
);

/** `text` without names in other languages, which say nothing about the language of a report. */
export function hideForeignNames(text: string): string {
  return text.replace(FOREIGN_NAME, (name) => name.replace(/[\p{L}\d]/gu, 'x'));
}

/** "Calle", "CALLE", and "calle" where a name follows. */
function inCapitals(word: string): string {
  return `${word}|${word[0]?.toUpperCase()}${word.slice(1)}|${word.toUpperCase()}`;
}
