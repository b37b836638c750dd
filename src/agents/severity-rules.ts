import type { Doubt, GraveHazard } from '../core/work/assessment.ts';
import type { Count } from './report/count-things.ts';
import { type JobKind, UNKNOWN_KIND } from './report/kind-table.ts';
import { findKind, type ReportFacts, readReport } from './report/read-report.ts';
import {
  COUNT_STEPS,
  DEPTH_STEPS,
  FEAR_POINTS,
  HARM_POINTS,
  LEAST_GRAVE,
  WIDTH_STEPS,
} from './severity-table.ts';

/** What the rules make of a report. Money in cents, time in minutes, materials in their own whole units. */
export interface RuleAssessment {
  severity: number;
  priority: Priority;
  reasons: string[];
  estimatedCostCents: number;
  durationMinutes: number;
  skills: string[];
  materials: { material: string; quantity: number }[];
  summary: string;
  kind: JobKind['id'];
  grave: GraveHazard[];
  understood: boolean;
  doubt: Doubt | null;
}
export type Priority = 'low' | 'normal' | 'high' | 'urgent';

/** What is not read is told first, whatever else was found. */
const NOT_UNDERSTOOD: Readonly<Partial<Record<Doubt, string>>> = {
  'other-language': 'not understood: this is not in English, please read it',
  'partly-other-language': 'partly not understood: some of this is not in English, please read it',
  'no-words': 'not understood: none of its words is known here, please judge',
};
const NOTHING_SAID = 'no description given: standard severity';
const NOTHING_KNOWN = 'nothing here is known to the rules: please judge';
const KIND_UNKNOWN = 'what kind of job this is, the rules do not know: please judge';
const GUESSED = 'cost and time are a guess: those of a plain visit';
/** Nothing is known, so nothing speaks for waiting either. */
const STANDARD_SEVERITY = 4;
/** What is not understood is never taken for harmless. */
const LEAST_NOT_UNDERSTOOD = 5;
const MOST = 10;
/** What stands behind is not read, in characters. */
export const LONGEST_TEXT = 10_000;
const LONGEST_REASON = 300;
const TRAFFIC_CONTROL_FROM = 6;

interface Finding {
  group: string;
  points: number;
  reason: string;
  measured: boolean;
}

/**
 * Scores a report by the table of words: no model, no network, the same words always the same result. `reportId` tells
 * the kind of a report that says nothing (`pothole-123`). What names no kind is left to people, and says so; so is what
 * `unread`, the doubt about its language, says was not understood.
 */
export function assessByRules(text: string, reportId = '', unread: Doubt | null = null): RuleAssessment {
  const report = text.slice(0, LONGEST_TEXT).trim();
  const facts = readReport(report);
  const kind = report === '' ? findKind(reportId.slice(0, LONGEST_TEXT).replace(/[-_]+/g, ' ')) : facts.kind;
  const findings = strongestOfEachGroup(listFindings(facts));
  const base = report === '' ? STANDARD_SEVERITY : kind.base;
  const sum = round(findings.reduce((total, finding) => total + finding.points, base));
  const least = Math.max(unread ? LEAST_NOT_UNDERSTOOD : 0, facts.grave.length > 0 ? LEAST_GRAVE : 0);
  const severity = Math.min(Math.max(sum, least), MOST);
  const reasons = [
    ...explainUnread(unread),
    ...explainStart(kind, base, report, findings),
    ...findings.map((finding) => finding.reason.slice(0, LONGEST_REASON)),
    ...explainLimits(sum, severity),
  ];
  return {
    severity,
    priority: toPriority(severity),
    reasons,
    ...plan(kind, severity),
    kind: kind.id,
    grave: [...new Set(facts.grave.map(({ rule }) => rule.hazard))],
    understood: unread === null,
    doubt: unread ?? doubtOf(report, kind),
  };
}

/** The label of a severity from 0 to 10. */
export function toPriority(severity: number): Priority {
  if (severity >= 8) return 'urgent';
  if (severity >= 6) return 'high';
  return severity >= 3 ? 'normal' : 'low';
}

function doubtOf(report: string, kind: JobKind): Doubt | null {
  if (report === '') return 'nothing-said';
  return kind === UNKNOWN_KIND ? 'kind-unknown' : null;
}

function explainUnread(unread: Doubt | null): string[] {
  const words = unread && NOT_UNDERSTOOD[unread];
  return words ? [words] : [];
}

/** An approver who reads no further has read the most important: whether the rules know what this is about. */
function explainStart(kind: JobKind, base: number, report: string, findings: readonly Finding[]): string[] {
  const isUnknown = kind === UNKNOWN_KIND;
  if (report === '') return [`${NOTHING_SAID} ${base}`, ...(isUnknown ? [GUESSED] : [])];
  if (!isUnknown) return [`${kind.label}: starts at ${base}`];
  return [`${findings.length > 0 ? KIND_UNKNOWN : NOTHING_KNOWN} (starts at ${base})`, GUESSED];
}

function explainLimits(sum: number, severity: number): string[] {
  if (sum > MOST) return [`${sum} in all: capped at ${MOST}`];
  if (sum === severity) return [];
  return [
    `${sum} in all: at least ${severity}, because it is ${severity === LEAST_GRAVE ? 'grave' : 'not understood'}`,
  ];
}

function plan(kind: JobKind, severity: number) {
  const grow = ({ base, perPoint }: { base: number; perPoint: number }) =>
    Math.round(base + perPoint * severity);
  const traffic =
    severity >= TRAFFIC_CONTROL_FROM && kind.skills.includes('asphalt') ? ['traffic-control'] : [];
  return {
    estimatedCostCents: grow(kind.costCents),
    durationMinutes: Math.ceil(grow(kind.minutes) / 15) * 15,
    skills: [...new Set([...kind.skills, ...traffic])],
    materials: kind.materials.map((part) => ({ material: part.material, quantity: grow(part) })),
    summary: `${toPriority(severity)} ${kind.label}, severity ${severity} of 10`,
  };
}

function listFindings(facts: ReportFacts): Finding[] {
  const { harm, fear } = facts;
  return [
    ...facts.grave.map(({ rule, words }) => found(rule.hazard, rule.points, words, rule.label)),
    ...(harm
      ? [found('harm', HARM_POINTS[harm.level].points, harm.words, HARM_POINTS[harm.level].label)]
      : []),
    ...(harm?.people
      ? countFindings('people', 'people', [{ count: harm.people, words: String(harm.people) }])
      : []),
    ...countFindings('times', 'how often', facts.times),
    // In the group of "several", so that "several potholes" is not counted twice.
    ...countFindings('extent', 'number', facts.counts),
    ...(fear === null ? [] : [found('fear', FEAR_POINTS, fear, 'feared')]),
    ...facts.words.map(({ rule, words }) => found(rule.group, rule.points, words, rule.label)),
    ...measureFindings(facts),
  ];
}

function countFindings(group: string, label: string, counts: readonly Count[]): Finding[] {
  return counts.flatMap(({ count, words }) => {
    const points = COUNT_STEPS.find((step) => count >= step.atLeast)?.points;
    return points === undefined ? [] : [found(group, points, words, label)];
  });
}

function measureFindings({ measures }: ReportFacts): Finding[] {
  return measures.map(({ of, centimetres, words }) => {
    const steps = of === 'depth' ? DEPTH_STEPS : WIDTH_STEPS;
    const points = steps.find((step) => centimetres >= step.atLeastCm)?.points ?? 0;
    // A measure is counted in its word's own group, so that "10 cm deep" is not counted twice.
    const group = of === 'depth' ? 'depth' : 'size';
    return { ...found(group, points, words, group), measured: true };
  });
}

function found(group: string, points: number, words: string, label: string): Finding {
  return { group, points, reason: `"${words}" (${label}): ${sign(points)}`, measured: false };
}

function strongestOfEachGroup(findings: readonly Finding[]): Finding[] {
  const best = new Map<string, Finding>();
  for (const finding of findings) {
    const other = best.get(finding.group);
    if (!other || isStronger(finding, other)) best.set(finding.group, finding);
  }
  return [...best.values()];
}

function isStronger(finding: Finding, other: Finding): boolean {
  if (finding.measured !== other.measured) return finding.measured;
  return finding.points > other.points;
}

function sign(points: number): string {
  return points < 0 ? String(points) : `+${points}`;
}

function round(severity: number): number {
  return Math.max(0, Math.round(severity * 10) / 10);
}
