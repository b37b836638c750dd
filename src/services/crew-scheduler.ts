import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { Agency } from '../core/agency/agency.ts';
import { localDayInterval } from '../core/agency/crew-calendar.ts';
import { BUILT_IN } from '../core/definition/built-in.ts';
import type { StepContext, StepHandler } from '../core/definition/step-handler.ts';
import {
  FAR_AWAY,
  isFarAway,
  isPlannableYear,
  LONGEST_WAIT_MINUTES,
  OUTSIDE_YEARS,
} from '../core/values/duration.ts';
import { materialsOf } from '../core/work/materials.ts';
import { createWorkOrder, type Place, type WorkOrder } from '../core/work/work-order.ts';
import type { RunStore } from '../store/runs/runs.ts';
import type { WorkOrderStore } from '../store/work/work-orders.ts';
import { checkPredecessor } from './check-predecessor.ts';

const WHEN = 'write an instant such as "2026-07-01T08:00:00Z", or a date such as "2026-07-01"';

const Input = z.object({
  severity: z.number().min(0).max(10).default(5).describe('0 to 10: heavier jobs go first'),
  skills: z.array(z.string()).default([]).describe('Besides those of "requires": "asphalt", or "asphalt:2"'),
  materials: z
    .array(z.object({ material: z.string(), quantity: z.int().positive() }))
    .default([])
    .describe('In whole units; what "requires" says of a material comes first'),
  durationMinutes: z
    .int()
    .positive()
    .max(7 * 24 * 60)
    .default(120)
    .describe('Work on site, unless "requires" says'),
  crewSize: z.int().min(1).max(100).default(1).describe('People the crew has at least'),
  estimatedCostCents: z.number().nonnegative().optional().describe('Shown on cards'),
  latitude: z.number().min(-90).max(90).optional().describe('Degrees north, with "longitude"'),
  longitude: z.number().min(-180).max(180).optional().describe('Degrees east, with "latitude"'),
  location: z
    .string()
    .optional()
    .describe('Names the job; coordinates in it are read: "39.8512, -89.5410, at the school"'),
  text: z.string().optional().describe('Names the job without a location; coordinates in it are read, too'),
  summary: z.string().optional().describe('Names the job without location and text'),
  earliestAt: z
    .union([z.iso.datetime({ offset: true, error: WHEN }), z.iso.date(WHEN)], WHEN)
    .refine(isPlannableYear, OUTSIDE_YEARS)
    .optional()
    .describe('Not before this instant, or this day of the agency: "2026-07-01T08:00:00Z", "2026-07-01"'),
  after: z
    .object({
      runId: z.string().describe('The run whose job has to be over'),
      minutes: z
        .int()
        .nonnegative()
        .max(LONGEST_WAIT_MINUTES, 'at most 10 years: write the minutes between the two jobs')
        .default(0)
        .describe('So long before this one starts'),
    })
    .optional()
    .describe('Starts after the job of another run'),
});
const Output = z.object({
  crewId: z.string(),
  crewName: z.string(),
  start: z.string(),
  end: z.string(),
  reason: z.string(),
});

/**
 * Built-in service: puts the run's job before the planner and waits for the crew. The work order carries the run's id,
 * so that asking twice is asking once. A job that is to start after one that will never be, or not for years, is refused.
 */
export function createCrewScheduler(deps: {
  agency: Pick<Agency, 'timeZone'>;
  workOrders: Pick<WorkOrderStore, 'insert' | 'find'>;
  runs: Pick<RunStore, 'find'>;
  requestPlanning(): Promise<void>;
}): StepHandler<z.infer<typeof Input>, z.infer<typeof Output>> {
  return {
    kind: 'service',
    name: BUILT_IN.scheduler,
    description: 'Gives the job to a crew by skill, capacity and materials',
    input: Input,
    output: Output,
    execute: async (input, context) => {
      const earliestAt = readEarliest(input.earliestAt, deps.agency.timeZone, context.now);
      if (input.after) await checkPredecessor(deps, context.runId, input.after.runId);
      await deps.workOrders.insert(toWorkOrder({ ...input, earliestAt }, context));
      await deps.requestPlanning();
      return { kind: 'deferred' };
    },
  };
}

/** A date is the beginning of that local day; null when nothing was said. Throws `schedule.farAway` for a year that must be a slip. */
function readEarliest(written: string | undefined, timeZone: string, now: Date): Date | null {
  if (written === undefined) return null;
  const isDay = !written.includes('T');
  const earliest = isDay ? localDayInterval(written, timeZone).start : new Date(written);
  if (!isFarAway(earliest, now)) return earliest;
  const message = `"earliestAt" is ${written}, which is ${FAR_AWAY}, or leave "earliestAt" out`;
  throw new AppError(message, { code: 'schedule.farAway', retryable: false });
}

type ReadInput = Omit<z.infer<typeof Input>, 'earliestAt'> & { earliestAt: Date | null };

/** What the definition requires comes first; the assessment fills what it leaves open. */
function toWorkOrder(input: ReadInput, context: StepContext): WorkOrder {
  const { requires, runId, task, dueAt, now } = context;
  const requirements = {
    skills: [...new Set([...requires.skills, ...input.skills])],
    materials: materialsOf(requires.materials, input.materials),
    durationMinutes: requires.durationMinutes ?? input.durationMinutes,
    crewSize: input.crewSize,
  };
  const request = {
    _id: runId,
    task,
    requirements,
    title: titleOf(input, context),
    place: placeOf(input),
    earliestAt: input.earliestAt,
    after: input.after ? { orderId: input.after.runId, minutes: input.after.minutes } : null,
    estimatedCostCents: input.estimatedCostCents ?? null,
    weight: input.severity,
    dueAt,
  };
  return createWorkOrder(request, now);
}

const LONGEST_TITLE = 80;
const COORDINATES = /(-?\d{1,2}\.\d{2,})\s*[,;]\s*(-?\d{1,3}\.\d{2,})/;

function titleOf({ location, text, summary }: ReadInput, { runId }: StepContext): string {
  const said = [location, text, summary].find((words) => words?.trim()) ?? runId;
  return said.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TITLE);
}

/** Null when nobody said where it is, at least not in numbers. */
function placeOf(input: ReadInput): Place | null {
  const { latitude, longitude } = input;
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  const found = COORDINATES.exec(`${input.location ?? ''} ${input.text ?? ''}`);
  const place = { latitude: Number(found?.[1]), longitude: Number(found?.[2]) };
  return Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180 ? place : null;
}
