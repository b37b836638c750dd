import type { GraveHazard } from '../../core/work/assessment.ts';

/** By which words a grave hazard is found. */
export interface GraveRule {
  hazard: GraveHazard;
  label: string;
  words: RegExp;
}

export const GRAVE_RULES: readonly GraveRule[] = [
  {
    hazard: 'open-manhole',
    label: 'open manhole',
    words:
      /\b(?:open|uncovered|exposed) (?:man ?hole|sewer|storm drain|drain)s?\b|\b(?:missing|no|stolen|displaced|broken) (?:man ?hole|sewer|drain) (?:cover|lid|grate)s?\b|\b(?:man ?hole|sewer|storm drain|drain)(?: (?:cover|lid|grate))?s? (?:(?:is|are|was|has|have|been|gone) ){0,3}(?:missing|open|uncovered|off|gone|stolen|removed|not there|no cover|without|collapsed|caved in|broken)\b/gi,
  },
  {
    hazard: 'gas',
    label: 'gas',
    words:
      /\bgas (?:leak|leaking|smell|odou?r)\b|\b(?:smell|smells|smelling|smelled|smelt|odou?r|stench|reek|reeks|stinks) (?:\w+ ){0,2}(?:of |like )?gas\b|\bleaking gas\b|\bgas (?:is|was) leaking\b/gi,
  },
  {
    hazard: 'collapse',
    label: 'collapse',
    words:
      /\bsink ?holes?\b|\bcav(?:e|ed|es|ing)[- ]?in\b|\bcollaps(?:e|ed|es|ing)\b|\b(?:gave|given|giving|gives) way\b/gi,
  },
  {
    hazard: 'power-line',
    label: 'live wires',
    words:
      /\b(?:exposed|live|bare|downed|fallen|hanging|dangling|low[- ]hanging|sparking) (?:\w+ ){0,2}(?:wires?|wiring|cables?|lines?)\b|\b(?:wires?|wiring|cables?|power ?lines?) (?:(?:is|are|was|came|has|have|fell) )*(?:down|fell|fallen|hanging|dangling|exposed|sparking|arcing|on the (?:ground|road|street))\b|\bsparks?\b|\bsparking\b|\belectric shock\b|\belectrocut\w+\b/gi,
  },
  {
    hazard: 'flood',
    label: 'flood',
    words:
      /\bflood(?:s|ed|ing)?\b|\bsubmerged\b|\bunder ?water\b|\bwashed (?:out|away)\b|\bwater (?:is )?gushing\b|\bgushing\b/gi,
  },
  {
    hazard: 'trapped',
    label: 'people in danger',
    words:
      /\b(?:trapped|pinned (?:under|down|by|beneath)|unconscious|drown(?:ed|ing)|stuck inside|stuck in (?:a|the|his|her|their) car)\b/gi,
  },
  {
    hazard: 'fire',
    label: 'fire',
    words: /\b(?:on fire|caught fire|burning|flames?|smoke|explosion|exploded)\b/gi,
  },
];
