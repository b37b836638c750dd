import { z } from 'zod';
import type { Agency } from '../core/agency/agency.ts';
import type { AuditEvent } from '../core/audit/audit-event.ts';
import { hasCrew } from '../core/audit/work-standing.ts';
import { describeEnd, type WorkflowRun } from '../core/run/workflow-run.ts';

/** What a reader outside Slack needs to read times, money and member ids. */
export type ViewedAgency = Pick<Agency, 'timeZone' | 'currency' | 'crews' | 'roles' | 'operators'>;

const PlannedWork = z.object({ crewName: z.string(), start: z.string(), end: z.string() });

/** The clock and the money of the agency, beside the runs it shows. */
export function viewAgency({ timeZone, currency }: ViewedAgency) {
  return { timeZone, currency };
}

/** A run as lists show it. */
export function summariseRun(run: WorkflowRun) {
  const { _id, workflow, status, createdAt, endedAt } = run;
  const deadline = run.clocks.run?.dueAt ?? null;
  return {
    id: _id,
    workflow,
    status,
    reason: describeEnd(run),
    createdAt,
    endedAt,
    deadline,
    requester: run.requester.name,
    work: findWork(run),
  };
}

/** The crew that has the job, and from when to when; null before, and when it has been taken from the crew again. */
function findWork(run: WorkflowRun): z.output<typeof PlannedWork> | null {
  if (!hasCrew(run)) return null;
  const planned = Object.values(run.steps).map(({ output }) => PlannedWork.safeParse(output).data ?? null);
  return planned.findLast((work) => work !== null) ?? null;
}

/** Who ids are, as far as the agency's file tells: "lead of Crew North", "Supervisor". */
export function namePeople({
  crews,
  roles,
  operators,
}: Pick<ViewedAgency, 'crews' | 'roles' | 'operators'>): Record<string, string> {
  return Object.fromEntries([
    ...operators.map((id) => [id, 'operator']),
    ...crews.flatMap((crew) => crew.members.map((id) => [id, crew.name])),
    ...crews.map((crew) => [crew.lead, `lead of ${crew.name}`]),
    ...roles.flatMap((role) => role.members.map((id) => [id, role.name])),
  ]);
}

/** A run with everything that has happened to it. */
export function detailRun(run: WorkflowRun, audit: readonly AuditEvent[], agency: ViewedAgency) {
  const timeline = audit.map(viewEvent);
  const { input, steps, clocks } = run;
  const { userId, name } = run.requester;
  return {
    ...summariseRun(run),
    agency: viewAgency(agency),
    people: { ...namePeople(agency), ...(userId === null ? {} : { [userId]: name }) },
    input,
    steps,
    clocks,
    escalations: Object.values(run.escalations).map(summariseEscalation),
    budget: summariseBudget(run),
    timeline,
  };
}

/** A fact of another version is shown as that one wrote it. */
function viewEvent(event: AuditEvent) {
  const { at, task, actor } = event;
  const { type, data } = event.type === 'unknown' ? event.data : event;
  return { at, type, task, actor, data };
}

function summariseEscalation(escalation: WorkflowRun['escalations'][string]) {
  const { key, kind, state, task, openedAt, dueAt, acknowledgedBy, acknowledgedAt } = escalation;
  const pages = escalation.pages.map(({ number, at, target, undeliverable }) => ({
    number,
    at,
    target,
    undeliverable,
  }));
  const nextPageAt = escalation.nextAt;
  return { key, kind, state, step: task, openedAt, dueAt, acknowledgedBy, acknowledgedAt, nextPageAt, pages };
}

function summariseBudget({ budget }: WorkflowRun) {
  if (!budget) return null;
  const { limitCents, spentCents, warnedAt, breachedAt } = budget;
  return { limitCents, spentCents, warnedAt, breachedAt };
}
