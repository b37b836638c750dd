import { decideNext } from '../../src/core/deciding/decide-next.ts';
import type { Effect } from '../../src/core/run/decision.ts';
import { begin, isRefusal, type RunEvent } from '../../src/core/run/transition.ts';
import { isFinished, type StepError, type WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { deferStep, failStep, succeedStep } from '../../src/core/steps/step-attempt.ts';
import { stepDefinition } from '../../src/core/steps/step-lookup.ts';
import { applyForTest, at, startForTest } from './runs.ts';

/** What a handler does, `after` seconds (1 when left out): answers, fails, hands the work out, or hangs. */
export type Answer =
  | { output: Record<string, unknown>; after?: number }
  | { error: Partial<StepError>; after?: number }
  | 'defer'
  | 'hang';

/** Everything outside a run: its handlers, by step id (`id!` for a fallback), and what people and systems do, when. */
export interface World {
  input?: Record<string, unknown>;
  /** One answer for each attempt, the last one for all further; a step that is not named answers `{ by: id }`. */
  answers?: Record<string, Answer | Answer[]>;
  acts?: { at: number; act: RunEvent }[];
}

/** What came of a run in a world. */
export interface Played {
  run: WorkflowRun;
  /** Steps in the order in which they were started, `id!` for a fallback, `-id` for one that was skipped. */
  order: string[];
  /** Most effects that were under way at one moment. */
  most: number;
  /** Seconds from start to end, or to where nothing happens any more. */
  seconds: number;
  /** Words of the acts that were refused. */
  refused: string[];
}

interface Pending extends Effect {
  at: number;
  event: RunEvent;
}

/** Never an instant: a handler that hangs. */
const NEVER = Number.POSITIVE_INFINITY;
/** More instants than any run of a test has. */
const MOST_INSTANTS = 1_000;

/** Plays a run to its end, instant by instant, without a clock, a store or a handler. */
export function play(source: unknown, world: World): Played {
  const start = at(0).getTime();
  const acts = [...(world.acts ?? [])].sort((one, other) => one.at - other.at);
  const begun = new Set<string>();
  const refused: string[] = [];
  let run = startForTest(source, world.input);
  let pending: Pending[] = [];
  let now = start;
  let most = 0;
  for (let count = 0; count < MOST_INSTANTS && !run.endedAt; count++) {
    const decision = decideNext(run, new Date(now));
    if (decision.kind !== 'settled') throw new Error(`not settled: ${JSON.stringify(decision.change)}`);
    pending = pending.filter((one) => decision.effects.some((effect) => isSame(one, effect)));
    for (const effect of decision.effects) {
      const key = `${effect.step}/${effect.attempt}`;
      if (begun.has(key)) continue;
      begun.add(key);
      pending.push({ ...effect, ...answerOf(run, effect, world, now) });
    }
    most = Math.max(most, pending.length);
    const [act] = acts;
    const actAt = act ? start + act.at * 1_000 : NEVER;
    const next = pending.reduce<Pending | null>(
      (best, one) => (best && best.at <= one.at ? best : one),
      null,
    );
    const wakeAt = run.wakeAt?.getTime() ?? NEVER;
    const instant = Math.min(actAt, next?.at ?? NEVER, wakeAt);
    if (instant === NEVER) break;
    now = Math.max(now, instant);
    const event = instant === actAt ? acts.shift()?.act : instant === next?.at ? next.event : undefined;
    if (event && instant === next?.at && event === next.event)
      pending = pending.filter((one) => one !== next);
    const outcome = event?.(begin(run), new Date(now));
    if (outcome && isRefusal(outcome)) refused.push(outcome.refused);
    run = applyForTest(run, outcome && !isRefusal(outcome) && event ? event : (same) => same, new Date(now));
  }
  return { run, order: listStarted(run), most, seconds: (now - start) / 1_000, refused };
}

function isSame(one: Effect, other: Effect): boolean {
  return one.step === other.step && one.attempt === other.attempt;
}

function answerOf(
  run: WorkflowRun,
  { step, attempt }: Effect,
  world: World,
  now: number,
): { at: number; event: RunEvent } {
  const isFallback = run.steps[step]?.attempts.at(-1)?.fallback ?? false;
  const isWait = stepDefinition(run, step)?.kind === 'wait' && !isFallback;
  const own = world.answers?.[isFallback ? `${step}!` : step];
  const tries = run.steps[step]?.attempts.filter((one) => one.fallback === isFallback).length ?? 1;
  const listed = Array.isArray(own) ? own[Math.min(tries, own.length) - 1] : own;
  const answer: Answer = listed ?? (isWait ? 'defer' : { output: { by: step } });
  if (answer === 'hang') return { at: NEVER, event: (transition) => transition };
  const seconds = answer === 'defer' ? 0 : (answer.after ?? 1);
  return { at: now + seconds * 1_000, event: whileOpen(step, attempt, eventOf(step, answer)) };
}

function eventOf(step: string, answer: Exclude<Answer, 'hang'>): RunEvent {
  return (transition, now) => {
    if (answer === 'defer') return deferStep(transition, step);
    if ('output' in answer) return succeedStep(transition, step, answer.output, now);
    const error = { code: 'x', message: 'broken', retryable: false, ...answer.error };
    return failStep(transition, step, error, now);
  };
}

/** As the orchestrator does: a result counts only while its attempt is open. */
function whileOpen(step: string, attempt: number, event: RunEvent): RunEvent {
  return (transition, now) => {
    const state = transition.run.steps[step];
    const isOpen =
      state && !isFinished(state) && state.status === 'running' && state.attempts.length === attempt;
    return isOpen ? event(transition, now) : { refused: `attempt ${attempt} of ${step} is over` };
  };
}

function listStarted(run: WorkflowRun): string[] {
  return run.history.flatMap(({ type, task }) => {
    if (type === 'step.started') return task ?? [];
    if (type === 'step.fallbackStarted') return `${task}!`;
    return type === 'step.skipped' ? `-${task}` : [];
  });
}
