import type { Agency, PageTarget } from '../../core/agency/agency.ts';
import type { ApprovalEnd } from '../../core/audit/audit-data.ts';
import { hasBegun, hasCrew } from '../../core/audit/work-standing.ts';
import type { MissingCall, SlaClock } from '../../core/run/run-parts.ts';
import {
  ALL_DONE,
  currentTask,
  findOutput,
  isFinished,
  type RunStatus,
  type StepState,
  type WorkflowRun,
} from '../../core/run/workflow-run.ts';
import { iterationOf, stepDefinition } from '../../core/steps/step-lookup.ts';
import { describeSpan, MINUTE_MS } from '../../core/values/duration.ts';
import { describeCents } from '../../core/values/money.ts';
import { readInstant } from '../../core/values/wall-time.ts';
import { readGrave, UNKNOWN } from '../../core/work/assessment.ts';
import { STATUS } from '../words/glossary.ts';
import { formatInstant } from '../words/local-time.ts';
import { channelLink, mention, userLine, userText } from '../words/mrkdwn.ts';

/** How a request stands; work that came after its deadline says by how much. */
export function describeStatus(run: WorkflowRun): { sign: string; word: string } {
  const { sign, word } = STATUS[run.status];
  const lateMs = findLateness(run);
  if (lateMs === null) return { sign, word };
  const done = run.status === 'completed' ? word : /repair/i.test(run.definition.title) ? 'Repaired' : 'Done';
  return { sign: '✅', word: `${done}, ${describeSpan(lateMs)} late` };
}

/** By how many milliseconds the work was done after its deadline; null when it was not, or is not done. */
export function findLateness(run: WorkflowRun): number | null {
  if (run.status !== 'completed' && run.status !== 'escalated') return null;
  const reported = run.history.findLast(({ type }) => type === 'work.done')?.at;
  const doneAt = reported ?? (run.status === 'completed' ? run.endedAt : null);
  const lateMs = doneAt && run.clocks.run ? doneAt.getTime() - run.clocks.run.dueAt.getTime() : 0;
  return lateMs >= MINUTE_MS ? lateMs : null;
}

const SUBJECT_TYPES: ReadonlySet<string> = new Set(['text', 'longText', 'location']);

/** Where no input is declared, a date or an instant among the texts says neither what nor where. */
const INSTANT = /^\d{4}-\d\d-\d\d(T[\d:.+Z-]+)?$/;

/** What and where, in the requester's own words (not escaped): the texts of the input, or the workflow's title. */
export function describeSubject(run: WorkflowRun): string {
  const declared = Object.entries(run.definition.input);
  const names =
    declared.length > 0
      ? declared.filter(([, field]) => SUBJECT_TYPES.has(field.type)).map(([name]) => name)
      : Object.keys(run.input);
  const texts = names
    .map((name) => run.input[name])
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .filter((value) => value !== '' && !INSTANT.test(value));
  return texts.length > 0 ? texts.join(' · ') : run.definition.title;
}

/** Fields of the input that are not part of the subject, as label and value, for approvers; usual answers are told as such. */
export function listFurtherInput(run: WorkflowRun): [string, string][] {
  return Object.entries(run.definition.input).flatMap(([name, field]): [string, string][] => {
    const value = run.input[name];
    if (SUBJECT_TYPES.has(field.type) || value === undefined || value === null) return [];
    const shown = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value);
    const usual = value === field.default ? ' (as usual)' : '';
    return [[userLine(field.label, 75), `${userLine(shown, 300)}${usual}`]];
  });
}

/** Why nobody decided and nobody has to any more; of what earlier versions stored, the reason is not known. */
export function describeNoDecision(why: ApprovalEnd | undefined, run: WorkflowRun): string {
  switch (why) {
    case 'timedOut':
      return 'nobody decided in time';
    case 'takenOver':
      return 'nobody decided in time; something else is done instead';
    case 'failed':
      return 'no decision is needed any more, because this step has failed';
    case 'runEnded':
      return `no decision is needed any more: ${STATUS[(run.closing ?? run).status].word.toLowerCase()}`;
    default:
      return 'no decision is needed any more';
  }
}

/** The title of a step, for mrkdwn; of one that is taken for each of a list, with which of them. */
export function titleOf(run: WorkflowRun, task: string | null): string {
  if (task === null) return 'the work';
  const title = userLine(stepDefinition(run, task)?.title ?? task, 80);
  const item = describeItem(run, task);
  return item === null ? title : `${title}, ${item}`;
}

/** `18 of 48: Elm Street 4`: what a step inside a `forEach` is about; null outside of all. */
function describeItem(run: WorkflowRun, task: string): string | null {
  const around = iterationOf(run, task);
  if (around === null) return null;
  const items = run.steps[around.container]?.items ?? [];
  const item = items[around.index];
  const named = typeof item === 'object' && item !== null ? Object.values(item) : [item];
  const said = named.find(
    (value) => ['string', 'number'].includes(typeof value) && String(value).trim() !== '',
  );
  const position = `${around.index + 1} of ${items.length}`;
  return said === undefined ? position : `${position}: ${userLine(String(said), 80)}`;
}

/** Where the run is: `Approve the repair (step 2 of 4)`. */
export function describePosition(run: WorkflowRun): string | null {
  const task = currentTask(run);
  if (task === null || run.endedAt) return null;
  const index = run.definition.steps.findIndex((step) => step.task === task);
  const position = index < 0 ? '' : ` (step ${index + 1} of ${run.definition.steps.length})`;
  return `${titleOf(run, task)}${position}`;
}

/** Who waits for whom, in a few words. Of steps side by side, the one that waits for people comes first. */
export function describeWaiting(run: WorkflowRun, agency: Agency): string | null {
  const task = currentTask(run);
  if (task === null || run.endedAt) return null;
  const steps = Object.entries(run.steps).filter(([, step]) => step.startedAt && !isFinished(step));
  const open = steps.map(([, step]) => step);
  const asked = open.find((step) => step.approval?.state === 'pending');
  if (asked?.approval)
    return `a decision by ${articleOf(asked.approval.role)}${describeRole(asked.approval.role, agency)}`;
  const failed = open.find((step) => step.status === 'retrying');
  if (failed) {
    const when = failed.retryAt ? ` at ${formatInstant(failed.retryAt, agency.timeZone)}` : '';
    return `another try${when}: ${userLine(failed.error?.message ?? '', 200)}`;
  }
  if (open.some((step) => step.status === 'incident')) return describeIncident(open, agency);
  const missing = open.find((step) => step.status === 'waiting' && step.missing)?.missing;
  if (missing) return describeMissing(missing, agency);
  // It looks again now and then by itself: that is no time anything is planned for.
  if (steps.some(([id, step]) => step.status === 'waiting' && isSubWorkflow(run, id)))
    return 'another request, which it has started';
  const timed = open.find((step) => step.status === 'waiting' && step.resumeAt && !step.event);
  if (timed?.resumeAt) return `${formatInstant(timed.resumeAt, agency.timeZone)}, as planned`;
  if (open.some((step) => step.event)) return 'news from outside';
  if (run.steps[task]?.status !== 'waiting') return 'nobody: Crewline is working on it';
  const crew = findCrewName(run);
  return crew === null ? 'a crew to be assigned' : `${userLine(crew, 75)} to do the job`;
}

function describeIncident(open: readonly StepState[], agency: Agency): string {
  const missing = open.find((step) => step.status === 'incident' && step.missing)?.missing;
  return missing
    ? `an administrator: ${describeMissing(missing, agency)}`
    : 'an administrator: a step cannot be carried out here';
}

/** A part that no running Crewline has, and since when it was looked for. */
export function describeMissing({ kind, name, since }: MissingCall, agency: Agency): string {
  return `the ${kind} “${userLine(name, 80)}”, which no running Crewline has had since ${formatInstant(since, agency.timeZone)}`;
}

/** The crew that has the job; null before there is one, and when it has given it back or lost it. */
export function findCrewName(run: WorkflowRun): string | null {
  const crew = findOutput(run, 'crewName');
  return typeof crew === 'string' && hasCrew(run) ? crew : null;
}

/** When that crew is to begin; null without one, and once it has begun. */
export function findPlannedStart(run: WorkflowRun): Date | null {
  if (!hasCrew(run) || hasBegun(run)) return null;
  const start = findOutput(run, 'start');
  return typeof start === 'string' ? readInstant(start, 'UTC') : null;
}

function isSubWorkflow(run: WorkflowRun, id: string): boolean {
  return stepDefinition(run, id)?.kind === 'workflow' && !run.steps[id]?.attempts.at(-1)?.fallback;
}

/** `a ` Supervisor, `an ` Operations manager, and no article of many. */
function articleOf(role: string): string {
  if (/[^s]s$/i.test(role)) return '';
  return /^[aeiou]/i.test(role) ? 'an ' : 'a ';
}

/** A role and where its people are. */
function describeRole(name: string, agency: Agency): string {
  const role = agency.roles.find((candidate) => candidate.name === name);
  return role ? `${name} in ${channelLink(role.channel)}` : name;
}

/** Why a run ended. Only the product's own sentence mentions somebody; a reason that people typed is escaped. */
export function describeReason(
  { reason, cancelledBy }: Pick<WorkflowRun, 'reason' | 'cancelledBy'>,
  limit: number,
): string {
  if (reason === '' && cancelledBy !== undefined) return `Cancelled by ${mention(cancelledBy)}`;
  // That a request was completed says it already.
  if (reason === ALL_DONE) return '';
  return userText(reason, limit);
}

/** Whom a page goes to. */
export function describeTarget(target: PageTarget, agency: Agency): string {
  if (target.user) return mention(target.user);
  if (target.channel) return channelLink(target.channel);
  return describeRole(target.role ?? '', agency);
}

const KEEPS_PROMISE: ReadonlySet<RunStatus> = new Set(['running', 'completed', 'escalated']);

/** A deadline and how it stands, e.g. `Wed 3 Jun 07:00 CDT (in 3 h)`. */
export function describeDeadline(
  run: WorkflowRun,
  clock: SlaClock | undefined,
  agency: Agency,
  now: Date,
): string | null {
  if (!clock) return null;
  const due = formatInstant(clock.dueAt, agency.timeZone);
  if (clock.breachedAt) return `${due} — missed`;
  // A run that was rejected, cancelled or failed has stopped its clock, and kept no promise.
  if (clock.stoppedAt) return KEEPS_PROMISE.has(run.status) ? `${due} — kept` : due;
  const left = clock.dueAt.getTime() - now.getTime();
  if (left <= 0) return `${due} — passed`;
  // The card is not rewritten every minute, so it says what was left when it was.
  return `${due}${clock.warnedAt ? ` — ⚠️ ${describeSpan(left)} were left at the last update` : ''}`;
}

/** Whether what the assessment puts in figures is a guess: nobody knows what kind of work it is, or it is doubted. */
export function isGuessed(findFact: (key: string) => unknown): boolean {
  return findFact('kind') === UNKNOWN || typeof findFact('doubt') === 'string';
}

/** Estimated and real cost against the budget. */
export function describeCost(run: WorkflowRun, agency: Agency): string | null {
  const money = (cents: number) => describeCents(cents, agency.currency);
  const estimate = findOutput(run, 'estimatedCostCents');
  const isGuess = isGuessed((key) => findOutput(run, key));
  const estimated =
    typeof estimate === 'number' ? `${money(estimate)} ${isGuess ? 'guessed' : 'estimated'}` : null;
  const { budget } = run;
  if (!budget) return estimated;
  const spent = budget.spentCents > 0 ? `${money(budget.spentCents)} spent` : estimated;
  const excess = (budget.spentCents > 0 ? budget.spentCents : Number(estimate ?? 0)) - budget.limitCents;
  const isClose = budget.warnedAt && !budget.breachedAt;
  const flag = excess > 0 ? ` — ⚠️ over budget by ${money(excess)}` : isClose ? ' — ⚠️ close to the limit' : '';
  return `${spent ?? 'nothing spent'}, budget ${money(budget.limitCents)}${flag}`;
}

/** How bad it is, e.g. `7.5 of 10, high`; null as long as no step that `findFact` looks at has assessed it. */
export function describeSeverity(findFact: (key: string) => unknown): string | null {
  const severity = findFact('severity');
  if (typeof severity !== 'number') return null;
  // A figure would be read as if it were one.
  if (findFact('understood') === false) return '⚠️ not understood: please read it';
  const priority = findFact('priority');
  // What names a danger to life is not high by guess.
  const isGuess = isGuessed(findFact) && readGrave({ grave: findFact('grave') }).length === 0;
  const rank = typeof priority === 'string' ? `, ${userLine(priority, 40)}` : '';
  return `${severity} of 10${rank}${isGuess ? ' (guessed)' : ''}`;
}
