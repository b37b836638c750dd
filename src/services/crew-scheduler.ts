import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { type LocatedAgency, regionOf } from '../core/agency/region-of-agency.ts';
import { Skill } from '../core/agency/skill.ts';
import { BUILT_IN } from '../core/definition/built-in.ts';
import type { StepContext, StepHandler } from '../core/definition/step-handler.ts';
import { explainPlaceFault, findPlaceFault } from '../core/places/check-place.ts';
import { choosePlace, type PlaceChoice } from '../core/places/choose-place.ts';
import type { Region } from '../core/places/region.ts';
import {
  FAR_AWAY,
  isFarAway,
  isPlannableYear,
  LONGEST_WAIT_MINUTES,
  OUTSIDE_YEARS,
} from '../core/values/duration.ts';
import { readWrittenInstant, WRITE_INSTANT } from '../core/values/instant.ts';
import { shortenText } from '../core/values/text.ts';
import { DOUBTS, UNKNOWN, type WorkDoubt } from '../core/work/assessment.ts';
import { materialsOf } from '../core/work/materials.ts';
import { createWorkOrder, type WorkOrder } from '../core/work/work-order.ts';
import type { RunStore } from '../store/runs/runs.ts';
import type { WorkOrderStore } from '../store/work/work-orders.ts';
import { checkPredecessor } from './check-predecessor.ts';

const BOTH = 'a place needs both: write "latitude" and "longitude", or neither';
const Fields = z.object({
  kind: z
    .string()
    .optional()
    .describe(
      'What work it is; "unknown" is a job that dispatch gives to a crew, as is one without any skill',
    ),
  doubt: z.enum(DOUBTS).nullish().describe('Why the report is doubted, in the words of the agent'),
  severity: z.number().min(0).max(10).default(5).describe('0 to 10: heavier jobs go first'),
  skills: z.array(Skill).default([]).describe('Besides those of "requires": "asphalt", or "asphalt:2"'),
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
  latitude: z.number().optional().describe('Degrees north, with "longitude"'),
  longitude: z.number().optional().describe('Degrees east, with "latitude"'),
  location: z
    .string()
    .optional()
    .describe(
      'Names the job; degrees in it are read, with four decimals: "39.8512, -89.5410, at the school"',
    ),
  text: z.string().optional().describe('Names the job without a location; degrees in it are read, too'),
  summary: z.string().optional().describe('Names the job without location and text'),
  earliestAt: z
    .union([z.iso.datetime({ offset: true, error: WRITE_INSTANT }), z.iso.date(WRITE_INSTANT)], WRITE_INSTANT)
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
const Input = Fields.refine(({ latitude, longitude }) => latitude === undefined || longitude !== undefined, {
  error: BOTH,
  path: ['longitude'],
}).refine(({ latitude, longitude }) => longitude === undefined || latitude !== undefined, {
  error: BOTH,
  path: ['latitude'],
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
  agency: LocatedAgency;
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
      const choice = choosePlaceOf(input, regionOf(deps.agency));
      await deps.workOrders.insert(toWorkOrder({ ...input, earliestAt, choice }, context));
      await deps.requestPlanning();
      return { kind: 'deferred' };
    },
  };
}

/** A date is the beginning of that local day; null when nothing was said. Throws `schedule.farAway` for a year that must be a slip. */
function readEarliest(written: string | undefined, timeZone: string, now: Date): Date | null {
  if (written === undefined) return null;
  const earliest = readWrittenInstant(written, timeZone);
  if (earliest && !isFarAway(earliest, now)) return earliest;
  const message = `"earliestAt" is ${written}, which is ${FAR_AWAY}, or leave "earliestAt" out`;
  throw new AppError(message, { code: 'schedule.farAway', retryable: false });
}

type ReadInput = Omit<z.infer<typeof Input>, 'earliestAt'> & { earliestAt: Date | null; choice: PlaceChoice };

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
    place: input.choice.place,
    placeDoubt: input.choice.doubt,
    earliestAt: input.earliestAt,
    after: input.after ? { orderId: input.after.runId, minutes: input.after.minutes } : null,
    estimatedCostCents: input.estimatedCostCents ?? null,
    weight: input.severity,
    dueAt,
    doubt: findDoubt(input, context, requirements.skills),
  };
  return createWorkOrder(request, now);
}

/**
 * Why a person has to say which crew does it; null when a plan may. What nobody has recognised is not work for whoever is
 * free: only a definition that names skills, or says itself that none are needed, knows better than the report.
 */
function findDoubt(
  { kind, doubt }: Pick<ReadInput, 'kind' | 'doubt'>,
  { requires }: StepContext,
  skills: readonly string[],
): WorkDoubt | null {
  if (requires.skills.length > 0 || requires.anyCrew) return null;
  if (kind === UNKNOWN) return doubt ?? 'kind-unknown';
  return skills.length === 0 ? 'no-skills' : null;
}

const LONGEST_TITLE = 80;

function titleOf({ location, text, summary }: ReadInput, { runId }: StepContext): string {
  const said = [location, text, summary].find((words) => words?.trim()) ?? runId;
  return shortenText(said.replace(/\s+/g, ' ').trim(), LONGEST_TITLE);
}

/** Throws `schedule.badPlace` for wrong numbers. */
function choosePlaceOf(
  { latitude, longitude, location, text }: z.infer<typeof Input>,
  region: Region,
): PlaceChoice {
  const words = `${location ?? ''}\n${text ?? ''}`;
  if (latitude === undefined && longitude === undefined) return choosePlace(words, null, region);
  const place = { latitude: latitude ?? Number.NaN, longitude: longitude ?? Number.NaN };
  const fault = findPlaceFault(place, region);
  if (fault === null) return choosePlace(words, place, region);
  const { wrong, right } = explainPlaceFault(fault);
  throw new AppError(`${wrong}: ${right}`, { code: 'schedule.badPlace', retryable: false });
}
