import type { Doubt, GraveHazard } from '../core/work/assessment.ts';
import { GRAVE_RULES } from './report/grave-table.ts';
import { JOB_KINDS, type JobKind, UNKNOWN_KIND } from './report/kind-table.ts';

import { findCounts, findMentions, findWords, type Mention, measure } from './report-words.ts';
import { COUNT_STEPS, DEPTH_STEPS, WIDTH_STEPS, WORD_RULES } from './severity-table.ts';

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
  'no-words': 'not understood: there are no words in it that can be read, please judge',
};
const NOTHING_SAID = 'no description given: standard severity';
const NOTHING_KNOWN = 'nothing here is known to the rules: please judge';
const KIND_UNKNOWN = 'what kind of job this is, the rules do not know: please judge';
const GUESSED = 'cost and time are a guess: those of a plain visit';
/** Nothing is known, so nothing speaks for waiting either. */
const STANDARD_SEVERITY = 4;
/** What is not understood is never taken for harmless. */
const LEAST_NOT_UNDERSTOOD = 5;
const LONGEST_TEXT = 10_000;
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
  const kind = findKind(report || reportId.slice(0, LONGEST_TEXT).replace(/[-_]+/g, ' '));
  const findings = strongestOfEachGroup([
    ...readWords(report),
    ...readCounts(report, kind),
    ...readMeasures(report),
  ]);
  const base = report === '' ? STANDARD_SEVERITY : kind.base;
  const sum = findings.reduce((total, finding) => total + finding.points, base);
  const least = unread ? LEAST_NOT_UNDERSTOOD : 0;
  const severity = Math.round(Math.min(Math.max(sum, least), 10) * 10) / 10;
  const reasons = [
    ...explainUnread(unread, sum),
    ...explainStart(kind, base, report, findings),
    ...findings.map((finding) => finding.reason),
  ];
  if (sum > 10) reasons.push(`${Math.round(sum * 10) / 10} in all: capped at 10`);
  return {
    severity,
    priority: toPriority(severity),
    reasons,
    ...plan(kind, severity),
    kind: kind.id,
    grave: findGrave(report),
    understood: unread === null,
    doubt: unread ?? doubtOf(report, kind),
  };
}

function doubtOf(report: string, kind: JobKind): Doubt | null {
  if (report === '') return 'nothing-said';
  return kind === UNKNOWN_KIND ? 'kind-unknown' : null;
}

/** How many words of `sentence` the tables know. */
export function countKnown(sentence: string): number {
  const tables = [...JOB_KINDS, ...GRAVE_RULES, ...WORD_RULES];
  const found = tables.flatMap(({ words }) => findWords(sentence, words));
  return new Set(found.flatMap(({ words, index }) => words.split(/\s+/).map((_, at) => index + at))).size;
}

function findGrave(report: string): GraveHazard[] {
  const found = GRAVE_RULES.filter(({ words }) => findMentions(report, words).length > 0);
  return [...new Set(found.map(({ hazard }) => hazard))];
}

function explainUnread(unread: Doubt | null, sum: number): string[] {
  const words = unread && NOT_UNDERSTOOD[unread];
  if (!words) return [];
  return [sum < LEAST_NOT_UNDERSTOOD ? `${words} (at least ${LEAST_NOT_UNDERSTOOD})` : words];
}

/** An approver who reads no further has read the most important: whether the rules know what this is about. */
function explainStart(kind: JobKind, base: number, report: string, findings: readonly Finding[]): string[] {
  const isUnknown = kind === UNKNOWN_KIND;
  if (report === '') return [`${NOTHING_SAID} ${base}`, ...(isUnknown ? [GUESSED] : [])];
  if (!isUnknown) return [`${kind.label}: starts at ${base}`];
  return [`${findings.length > 0 ? KIND_UNKNOWN : NOTHING_KNOWN} (starts at ${base})`, GUESSED];
}

/** The label of a severity from 0 to 10. */
export function toPriority(severity: number): Priority {
  if (severity >= 8) return 'urgent';
  if (severity >= 6) return 'high';
  return severity >= 3 ? 'normal' : 'low';
}

function findKind(report: string): JobKind {
  // "There is no street light" denies the light and yet is about it: denied words decide when there are no others.
  return findFirstKind(report, findMentions) ?? findFirstKind(report, findWords) ?? UNKNOWN_KIND;
}

function findFirstKind(report: string, find: (text: string, words: RegExp) => Mention[]): JobKind | null {
  const named = JOB_KINDS.flatMap((kind) => {
    const [mention] = find(report, kind.words);
    return mention ? [{ kind, index: mention.index }] : [];
  });
  return named.sort((left, right) => left.index - right.index)[0]?.kind ?? null;
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

function readWords(report: string): Finding[] {
  return WORD_RULES.flatMap(({ group, label, words, points }) => {
    const [mention] = findMentions(report, words);
    const reason = `"${mention?.words}" (${label}): ${sign(points)}`;
    return mention ? [{ group, points, reason, measured: false }] : [];
  });
}

/** In the group of "several", so that "several potholes" is not counted twice. */
function readCounts(report: string, { words: things }: JobKind): Finding[] {
  return findCounts(report, things).flatMap(({ count, words }) => {
    const points = COUNT_STEPS.find((step) => count >= step.atLeast)?.points;
    if (points === undefined) return [];
    return [{ group: 'extent', points, reason: `"${words}" (number): ${sign(points)}`, measured: false }];
  });
}

function readMeasures(report: string): Finding[] {
  return measure(report).flatMap(({ of, centimetres, words }) => {
    const steps = of === 'depth' ? DEPTH_STEPS : WIDTH_STEPS;
    const points = steps.find((step) => centimetres >= step.atLeastCm)?.points ?? 0;
    // A measure is counted in its word's own group, so that "10 cm deep" is not counted twice.
    const group = of === 'depth' ? 'depth' : 'size';
    return [{ group, points, reason: `"${words}" (${group}): ${sign(points)}`, measured: true }];
  });
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
