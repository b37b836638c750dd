/** Slips that reports are full of, as they are written and as they are meant. Patterns, since most come with endings. */
const SLIPS: readonly (readonly [RegExp, string])[] = [
  [/\bpott?[ -]?holl?e(s?)\b/gi, 'pothole$1'],
  [/\bpothol(s?)\b/gi, 'pothole$1'],
  [/\bman[ -]?(?:hol|whole|hole)(s?)\b/gi, 'manhole$1'],
  [/\bsink[ -]?hol(?:e|l)(s?)\b/gi, 'sinkhole$1'],
  [/\bste(?:e|re)t(s?)\b/gi, 'street$1'],
  [/\bstreet[ -]?li(?:te|gt|hgt)(s?)\b/gi, 'street light$1'],
  [/\b(street|traffic|stop) (?:lite|ligth|lihgt)(s?)\b/gi, '$1 light$2'],
  [/\bside[ -]?wal(?:k|ck)(s?)\b/gi, 'sidewalk$1'],
  [/\bsidewlak(s?)\b/gi, 'sidewalk$1'],
  [/\bcrack(?:d|ded)\b/gi, 'cracked'],
  [/\bmis+ing\b/gi, 'missing'],
  [/\bbrok(?:n|an|in)\b/gi, 'broken'],
  [/\bdan?ger(?:o|ou|uo|e)s(?:e|ly)?\b/gi, 'dangerous'],
  [/\bdangerouse\b/gi, 'dangerous'],
  [/\bhaz(?:z?erd|zard|ord)(s|ous)?\b/gi, 'hazard$1'],
  [/\bhugh\b/gi, 'huge'],
  [/\b(?:lrg|lage|larg)\b/gi, 'large'],
  [/\benorm(?:us|ouse)\b/gi, 'enormous'],
  [/\bga(?:ss|z)\b/gi, 'gas'],
  [/\bgas lea?(?:e|c)?k(s?)\b/gi, 'gas leak$1'],
  [/\braod(s?)\b/gi, 'road$1'],
  [/\bcoll?aps(e|ed|es|ing)\b/gi, 'collaps$1'],
  [/\btraped\b/gi, 'trapped'],
  [/\bele?ctri?c\b/gi, 'electric'],
  [/\bwater (?:mane|mian)(s?)\b/gi, 'water main$1'],
  [/\bmain br(?:ake|k)\b/gi, 'main break'],
  [/\bflod(ed|ing)\b/gi, 'flood$1'],
  [/\bunder pass\b/gi, 'underpass'],
  [/\bambul(?:e|a)n(?:ce|se)\b/gi, 'ambulance'],
  [/\bhos?pit(?:al|el|le)\b/gi, 'hospital'],
  [/\binj(?:ur|er|u)(?:e|i)?d\b/gi, 'injured'],
  [/\baccid(?:a|e)nt(s?)\b/gi, 'accident$1'],
  [/\baccross\b/gi, 'across'],
  [/\bextrem(?:e?ly|ley)\b/gi, 'extremely'],
  [/\brea(?:l?ly|lly)\b/gi, 'really'],
  [/\bin ?front\b/gi, 'in front'],
  [/\btree ?limb(s?)\b/gi, 'tree limb$1'],
  [/\bno ?one\b/gi, 'nobody'],
  [/\b(ca|wo|do|does|did|is|are|was|were|has|have|had|could|would|should)nt\b/gi, "$1n't"],
  [/\bcannot\b/gi, 'can not'],
];

const FRACTIONS: Readonly<Record<string, string>> = {
  '½': '1/2',
  '¼': '1/4',
  '¾': '3/4',
  '⅓': '1/3',
  '⅔': '2/3',
  '⅛': '1/8',
};

/** `text` with the signs and words that are meant: straight quotes, fractions in figures, no common slips. */
export function correctSpelling(text: string): string {
  const signs = text
    .replace(/[‘’‛´`]/g, "'")
    .replace(/[“”„″]|''/g, '"')
    .replace(/(\d)?\s?([½¼¾⅓⅔⅛])/g, (_, whole: string | undefined, sign: string) => {
      const fraction = FRACTIONS[sign] ?? sign;
      return whole ? `${whole} ${fraction}` : ` ${fraction}`;
    });
  return SLIPS.reduce((corrected, [slip, meant]) => correct(corrected, slip, meant), signs);
}

/** Capitals stay: they tell names. */
function correct(text: string, slip: RegExp, meant: string): string {
  return text.replace(slip, (written: string) => {
    const word = written.replace(new RegExp(slip.source, 'i'), meant);
    if (/^\p{Lu}{2}/u.test(written)) return word.toUpperCase();
    return /^\p{Lu}/u.test(written) ? `${word.charAt(0).toUpperCase()}${word.slice(1)}` : word;
  });
}
