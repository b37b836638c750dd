import { z } from 'zod';
import { terminalText } from '../base/terminal-text.ts';
import { describeCents } from '../core/values/money.ts';
import { alignRows } from '../core/values/text.ts';
import type { AgencyView, RunDetails, RunList, RunSummary } from './api-client.ts';

/** Runs as a table for a terminal, with the times of the agency's own clock. */
export function describeRuns({ agency, runs }: RunList): string[] {
  if (runs.length === 0) return ['No runs.'];
  const tell = createClock(agency);
  const heading = ['run', 'status', 'workflow', 'started', 'requester', 'crew and planned start'];
  const rows = runs.map((run) => [
    run.id,
    run.status,
    run.workflow,
    tell(run.createdAt),
    run.requester,
    run.work ? `${run.work.crewName}, ${tell(run.work.start)}` : '–',
  ]);
  return alignRows([heading, ...rows.map((row) => row.map(terminalText))], { gap: '  ' });
}

/** A run and its timeline for a terminal: the agency's clock and currency, and whom it knows of the people. */
export function describeRun(run: RunDetails): string[] {
  const tell = createClock(run.agency);
  const input = Object.entries(run.input).map(([name, value]) => `  ${name}: ${String(value)}`);
  return [
    `${run.id}  ${run.workflow}  ${run.status}${run.reason ? `: ${run.reason}` : ''}`,
    `  started ${tell(run.createdAt)} by ${run.requester}`,
    ...(run.deadline ? [`  deadline ${tell(run.deadline)}`] : []),
    ...describeAssessment(run),
    ...describeWork(run, tell),
    ...describeBudget(run),
    ...run.escalations.map((escalation) => describeEscalation(escalation, run, tell)),
    ...input,
    'Timeline',
    ...run.timeline.map((event) => describeEvent(event, run, tell)),
  ];
}

type Clock = (instant: string) => string;

/** Where a step has judged it, whatever the step is called. */
const Assessed = z.object({
  severity: z.number(),
  priority: z.string().optional(),
  grave: z.array(z.string()).optional(),
});

function describeAssessment({ steps = {} }: RunDetails): string[] {
  return Object.values(steps).flatMap(({ output }) => {
    const read = Assessed.safeParse(output).data;
    if (!read) return [];
    const { severity, priority, grave = [] } = read;
    const danger = grave.length > 0 ? `, DANGER: ${grave.join(', ')}` : '';
    return [`  severity ${severity}${priority ? `, ${priority}` : ''}${danger}`];
  });
}

function describeWork({ work }: RunSummary, tell: Clock): string[] {
  return work ? [`  ${work.crewName}, planned ${tell(work.start)} to ${tell(work.end)}`] : [];
}

function describeBudget({ budget, agency: { currency } }: RunDetails): string[] {
  if (!budget) return [];
  const { spentCents, limitCents } = budget;
  return [`  spent ${describeCents(spentCents, currency)} of ${describeCents(limitCents, currency)}`];
}

function describeEscalation(
  { key, state, openedAt, acknowledgedBy }: RunDetails['escalations'][number],
  run: RunDetails,
  tell: Clock,
): string {
  const who = acknowledgedBy ? ` by ${nameActor(acknowledgedBy, run)}` : '';
  return `  escalation ${key}, opened ${tell(openedAt)}: ${state}${who}`;
}

function describeEvent(
  { at, type, task, actor, data }: RunDetails['timeline'][number],
  run: RunDetails,
  tell: Clock,
): string {
  const who = actor === 'system' ? '' : `  by ${nameActor(actor, run)}`;
  const why = typeof data.reason === 'string' && data.reason !== '' ? `: ${data.reason}` : '';
  return `  ${tell(at)}  ${type}${task ? ` ${task}` : ''}${who}${why}`;
}

/** Beside the id, by which people are found in Slack. */
function nameActor(id: string, { people }: RunDetails): string {
  return Object.hasOwn(people, id) ? `${people[id]} (${id})` : id;
}

/** Instants as the agency's clocks show them, so that they sort: `2026-06-01 07:00:12 CDT`. */
function createClock({ timeZone }: AgencyView): Clock {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const zone = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  return (instant) => {
    const at = new Date(instant);
    const name = zone.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
    return `${time.format(at)} ${name}`;
  };
}
