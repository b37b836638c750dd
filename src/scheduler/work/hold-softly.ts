import { z } from 'zod';
import type { Log } from '../../base/log.ts';
import type { Agency } from '../../core/agency/agency.ts';
import { BUILT_IN } from '../../core/definition/built-in.ts';
import { resolveValues } from '../../core/definition/reference.ts';
import type { StepDefinition } from '../../core/definition/step-definition.ts';
import { listInside } from '../../core/definition/step-tree.ts';
import {
  findOutput,
  isFinished,
  type StepState,
  stateOf,
  type WorkflowRun,
} from '../../core/run/workflow-run.ts';
import { factsOf } from '../../core/steps/step-lookup.ts';
import { after, HOUR_MS } from '../../core/values/duration.ts';
import { type MaterialQuantity, materialsOf } from '../../core/work/materials.ts';
import type { DepotStockStore } from '../../store/stock/depot-stock.ts';

export interface SoftHoldDeps {
  agency: Pick<Agency, 'depots'>;
  depotStock: Pick<DepotStockStore, 'holdSoftly' | 'releaseSoft' | 'shortenSoft'>;
  findRun(runId: string): Promise<WorkflowRun | null>;
  log: Pick<Log, 'info' | 'warn'>;
}

/** What has to happen to the soft holds of a run after a commit; null for nothing. */
export type SoftHoldChange =
  | { kind: 'hold'; materials: MaterialQuantity[]; until: Date }
  | { kind: 'shorten'; until: Date }
  | { kind: 'release' }
  | null;

/** For an approval without a timeout. */
const USUAL_HOLD_MS = 24 * HOUR_MS;
/** What was approved stays held until planning has reserved it, also when a process has to take over meanwhile. */
const PLANNING_MS = 2 * 60_000;

const Materials = z.array(z.object({ material: z.string(), quantity: z.int().positive() }));

/**
 * Follows a commit of a run: while an approval is pending, what the job would need is held softly at the first depot that
 * has all of it; afterwards it is given back, unless it has been reserved by then. Repeating it changes nothing. Never
 * fails: what goes wrong is logged, and every hold expires by itself.
 */
export async function holdWhileApproving(
  deps: SoftHoldDeps,
  run: WorkflowRun,
  before: WorkflowRun,
  now: Date,
): Promise<void> {
  try {
    const change = decideSoftHold(run, before, now);
    if (change?.kind === 'hold') await holdAtFirstDepot(deps, run, change, now);
    else await giveBack(deps, run._id, change);
  } catch (error) {
    deps.log.warn('Materials could not be held for an approval', { runId: run._id, error });
  }
}

/** What the step from `before` to `run` means for the soft holds. Pure. */
function decideSoftHold(run: WorkflowRun, before: WorkflowRun, now: Date): SoftHoldChange {
  const wanted = wantedHold(run, now);
  const held = wantedHold(before, now);
  if (wanted) return held && isSame(wanted, held) ? null : { kind: 'hold', ...wanted };
  const hasJustEnded = run.endedAt !== null && before.endedAt === null;
  if (!held && !(hasJustEnded && mayHold(run))) return null;
  const goesOn = !run.endedAt && !run.closing && findScheduling(run) !== null && wasApproved(run, before);
  return goesOn ? { kind: 'shorten', until: after(now, PLANNING_MS) } : { kind: 'release' };
}

async function holdAtFirstDepot(
  deps: SoftHoldDeps,
  run: WorkflowRun,
  { materials, until }: Extract<SoftHoldChange, { kind: 'hold' }>,
  now: Date,
): Promise<void> {
  const depotId = await findDepot(deps, run._id, materials, until, now);
  if (depotId === null) {
    deps.log.info('No depot has free what a run that waits for approval would need', { runId: run._id });
  }
  // The approval may have been decided meanwhile, and what followed from that may have come before the hold.
  const newest = await deps.findRun(run._id);
  const isPending = newest !== null && wantedHold(newest, now) !== null;
  if (!isPending)
    await giveBack(deps, run._id, newest ? decideSoftHold(newest, run, now) : { kind: 'release' });
}

/** The first depot where all of it could be held; nothing stays held elsewhere. */
async function findDepot(
  { agency, depotStock }: SoftHoldDeps,
  runId: string,
  materials: readonly MaterialQuantity[],
  until: Date,
  now: Date,
): Promise<string | null> {
  await depotStock.releaseSoft(runId);
  for (const { id } of agency.depots) {
    let isHeld = true;
    for (const item of materials) isHeld &&= await depotStock.holdSoftly(id, item, runId, until, now);
    if (isHeld) return id;
    await depotStock.releaseSoft(runId);
  }
  return null;
}

async function giveBack({ depotStock }: SoftHoldDeps, runId: string, change: SoftHoldChange): Promise<void> {
  if (change?.kind === 'shorten') await depotStock.shortenSoft(runId, change.until);
  if (change?.kind === 'release') await depotStock.releaseSoft(runId);
}

/** What a run in this state has to hold softly, and until when; null for nothing. */
function wantedHold(run: WorkflowRun, now: Date): { materials: MaterialQuantity[]; until: Date } | null {
  if (run.endedAt || run.closing) return null;
  const pending = Object.values(run.steps).filter(({ approval }) => approval?.state === 'pending');
  const step = pending.length > 0 ? findScheduling(run) : null;
  if (!step) return null;
  const materials = listMaterials(run, step);
  const until = new Date(Math.max(...pending.map(endOfApproval)));
  return materials.length > 0 && until > now ? { materials, until } : null;
}

function endOfApproval({ timeoutAt, approval }: StepState): number {
  return timeoutAt?.getTime() ?? (approval?.openedAt.getTime() ?? 0) + USUAL_HOLD_MS;
}

/** The first step that will ask for a crew and has not got one. */
function findScheduling(run: WorkflowRun): StepDefinition | null {
  return listScheduling(run).find(({ task }) => !isFinished(stateOf(run, task))) ?? null;
}

function listScheduling(run: WorkflowRun): StepDefinition[] {
  return run.definition.steps
    .flatMap((step) => [step, ...listInside(step)])
    .filter(({ kind, handler }) => kind === 'service' && handler === BUILT_IN.scheduler);
}

/** As the scheduler will see them: what the definition requires, and what the outputs so far name beside it. */
function listMaterials(run: WorkflowRun, step: StepDefinition): MaterialQuantity[] {
  const named = step.with
    ? resolveValues(step.with.materials, factsOf(run, step.task))
    : (findOutput(run, 'materials') ?? run.input.materials);
  const parsed = Materials.safeParse(named);
  return materialsOf(step.requires.materials, parsed.success ? parsed.data : []);
}

function isSame(
  one: { materials: MaterialQuantity[]; until: Date },
  other: { materials: MaterialQuantity[]; until: Date },
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether something may still be held: an approval was asked for, and no reservation took the place of the hold. */
function mayHold(run: WorkflowRun): boolean {
  const hasAsked = Object.values(run.steps).some(({ approval }) => approval !== null);
  return hasAsked && listScheduling(run).some(({ task }) => stateOf(run, task).status !== 'succeeded');
}

/** Whether an approval that was pending has been given. */
function wasApproved(run: WorkflowRun, before: WorkflowRun): boolean {
  return Object.entries(before.steps).some(
    ([id, { approval }]) => approval?.state === 'pending' && run.steps[id]?.approval?.state === 'approved',
  );
}
