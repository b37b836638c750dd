import { readReport } from '../../../src/agents/report/read-report.ts';
import { assessReport } from '../../../src/agents/severity-agent.ts';
import type { LabelledReport, Labels } from './labelled-reports.ts';

/** How often a fact was found that is there, found that is not, and not found. */
export interface Score {
  right: number;
  wrong: number;
  missed: number;
}

export const FACTS = [
  'kind',
  'grave',
  'hurt',
  'how badly',
  'people',
  'damage',
  'accident',
  'times',
  'count',
  'size',
  'deep',
  'cm',
  'wide',
  'danger',
  'risk',
  'place',
  'not understood',
] as const;
export type Fact = (typeof FACTS)[number];
type Found = Record<Fact, string[]>;

export interface Mistake {
  text: string;
  fact: Fact;
  wrong: string[];
  missed: string[];
}

/** What the agent finds in `reports`, against their labels. */
export async function judgeFacts(reports: readonly LabelledReport[]) {
  const scores = Object.fromEntries(FACTS.map((fact) => [fact, { right: 0, wrong: 0, missed: 0 }])) as Record<
    Fact,
    Score
  >;
  const mistakes: Mistake[] = [];
  for (const { text, labels } of reports) {
    const [found, told] = [await findAll(text), labelled(labels)];
    for (const fact of FACTS) {
      const wrong = found[fact].filter((one) => !told[fact].some((other) => isSame(one, other)));
      const missed = told[fact].filter((one) => !found[fact].some((other) => isSame(one, other)));
      scores[fact].right += told[fact].length - missed.length;
      scores[fact].wrong += wrong.length;
      scores[fact].missed += missed.length;
      if (wrong.length + missed.length > 0) mistakes.push({ text, fact, wrong, missed });
    }
  }
  return { scores, mistakes };
}

/** The share of what was found that is right; 1 when nothing was found. */
export function precision({ right, wrong }: Score): number {
  return right + wrong === 0 ? 1 : right / (right + wrong);
}

/** The share of what is there that was found; 1 when there is nothing. */
export function recall({ right, missed }: Score): number {
  return right + missed === 0 ? 1 : right / (right + missed);
}

async function findAll(text: string): Promise<Found> {
  const facts = readReport(text);
  const { kind, understood } = await assessReport({ text });
  const groups = (group: string) => facts.words.filter(({ rule }) => rule.group === group);
  const sized = (group: string, more: string, less: string) => {
    const points = groups(group).map(({ rule }) => rule.points);
    return points.length === 0 ? [] : [Math.max(...points) > 0 ? more : less];
  };
  const longest = (of: 'depth' | 'width') => {
    const lengths = facts.measures.filter((one) => one.of === of).map(({ centimetres }) => centimetres);
    return lengths.length === 0 ? [] : [String(Math.max(...lengths))];
  };
  const most = (counts: readonly { count: number }[]) => {
    const count = Math.max(1, ...counts.map((one) => one.count));
    return count < 2 ? [] : [stepOf(count)];
  };
  const several = groups('extent').some(({ words }) =>
    /^(?:several|many|multiple|numerous|lots|loads|countless)/i.test(words),
  );
  return {
    kind: kind === 'unknown' ? [] : [kind],
    grave: [...new Set(facts.grave.map(({ rule }) => rule.hazard))],
    hurt: facts.harm ? ['hurt'] : [],
    'how badly': facts.harm ? [facts.harm.level] : [],
    people: facts.harm?.people ? most([{ count: facts.harm.people }]) : [],
    damage: groups('damage').length > 0 ? ['damage'] : [],
    accident: groups('accident').length > 0 ? ['accident'] : [],
    times: most(facts.times),
    count: most([...facts.counts, ...(several ? [{ count: 3 }] : [])]),
    size: sized('size', 'large', 'small'),
    deep: sized('depth', 'deep', 'shallow'),
    cm: longest('depth'),
    wide: longest('width'),
    danger: groups('danger').length > 0 ? ['danger'] : [],
    risk: facts.fear === null ? [] : ['risk'],
    place: [...new Set([...groups('school'), ...groups('hospital')].map(({ rule }) => rule.group))],
    'not understood': understood ? [] : ['not understood'],
  };
}

function labelled(labels: Labels): Found {
  const one = (value: string | undefined) => (value === undefined ? [] : [value]);
  const step = (count: number | undefined) => (count === undefined ? [] : [stepOf(count)]);
  const length = (centimetres: number | undefined) =>
    centimetres === undefined ? [] : [String(centimetres)];
  const flag = (is: true | undefined, name: string) => (is ? [name] : []);
  return {
    kind: labels.kind === 'unknown' ? [] : [labels.kind],
    grave: labels.grave ?? [],
    hurt: labels.hurt ? ['hurt'] : [],
    'how badly': one(labels.hurt),
    people: step(labels.people),
    damage: flag(labels.damage, 'damage'),
    accident: flag(labels.accident, 'accident'),
    times: step(labels.times),
    count: step(labels.count),
    size: one(labels.size),
    deep: one(labels.deep),
    cm: length(labels.cm),
    wide: length(labels.wide),
    danger: flag(labels.danger, 'danger'),
    risk: flag(labels.risk, 'risk'),
    place: labels.place ?? [],
    'not understood': flag(labels['not-understood'], 'not understood'),
  };
}

/** What makes a difference to the score: two, some, ten and more. */
function stepOf(count: number): string {
  if (count >= 10) return '10 or more';
  return count >= 3 ? '3 to 9' : String(count);
}

/** Words alike, lengths within six per cent: an inch is 2.5 cm to some and 2.54 to others. */
function isSame(found: string, told: string): boolean {
  if (found === told) return true;
  const [left, right] = [Number(found), Number(told)];
  return Number.isFinite(left) && Number.isFinite(right) && Math.abs(left - right) <= 0.06 * right;
}
