import { type Condition, describeFinding, type Finding, judge } from '../definition/condition.ts';
import { type Facts, resolveValues } from '../definition/reference.ts';
import type { StepBody, StepDefinition } from '../definition/step-definition.ts';
import { asksPeople, listInside } from '../definition/step-tree.ts';
import { describeValue } from '../faults/problem.ts';
import { change, changeStep, note, type Transition } from '../run/transition.ts';
import type { StepError } from '../run/workflow-run.ts';
import { after, FAR_AWAY, isFarAway } from '../values/duration.ts';
import { readWrittenInstant, WRITE_INSTANT } from '../values/instant.ts';
import { isReadable } from '../values/shown-text.ts';
import { markNotUnderstood } from '../work/assessment.ts';
import { LARGE_RUN, sizeWith } from './output-size.ts';
import { factsOf } from './step-lookup.ts';

/** A list longer than this belongs into runs of its own. */
/** As many say why no case of a switch was taken. */
const MOST_REASONS = 5;
/** Runs that were begun by earlier versions do not say which clock is meant: those took a day alone for one in UTC. */
const ZONE_OF_OLDER_RUNS = 'UTC';
const MOST_ITEMS = 1_000;
/** The run carries the state of each of its steps: more, as by lists in lists, would outgrow its document. */
const MOST_STEPS = 5_000;

/** Sets up what a step of an ordering kind needs while it runs; a step that calls somebody needs nothing. */
export function openBody(
  transition: Transition,
  definition: StepDefinition,
  id: string,
  now: Date,
): Transition | { error: StepError } {
  const { body } = definition;
  const readFacts = () => factsOf(transition.run, id);
  switch (body?.kind) {
    case 'forEach': {
      const items = resolveValues(body.items, readFacts());
      if (!Array.isArray(items)) return refuse('step.badItems', 'has no list to go through');
      if (items.length > MOST_ITEMS) return refuse('step.manyItems', `has more than ${MOST_ITEMS} items`);
      const known = Object.keys(transition.run.steps).length;
      if (known + items.length * listInside(definition).length > MOST_STEPS)
        return refuse('step.manySteps', `would bring the run beyond ${MOST_STEPS} steps; use sub-workflows`);
      const keptBytes = sizeWith(transition.run, items);
      if (keptBytes === null) return { error: LARGE_RUN };
      return changeStep(change(transition, { keptBytes }), id, { items });
    }
    case 'switch':
      // A case with a decision in it is not passed over on the ground of what was not understood.
      return openSwitch(
        transition,
        body.cases,
        id,
        asksPeople(definition) ? markNotUnderstood(readFacts()) : readFacts(),
        now,
      );
    case 'wait':
      return openWait(transition, body.wait, id, readFacts(), now);
    default:
      return transition;
  }
}

/** A case that comes after one that is unclear is not taken: nobody knows whether it is its turn. */
function openSwitch(
  transition: Transition,
  cases: readonly { when: Condition }[],
  id: string,
  facts: Facts,
  now: Date,
): Transition | { error: StepError } {
  const because: Finding[] = [];
  for (const [branch, { when }] of cases.entries()) {
    const judged = judge(when, facts);
    if (judged.outcome === 'unclear') return { error: explainUnclear(judged.because) };
    if (judged.outcome === 'yes') return takeBranch(transition, id, branch, judged.because, now);
    because.push(...judged.because);
  }
  return takeBranch(transition, id, -1, because, now);
}

function takeBranch(
  transition: Transition,
  id: string,
  branch: number,
  because: readonly Finding[],
  now: Date,
): Transition {
  const taken = changeStep(transition, id, { branch });
  const data = { branch: branch < 0 ? null : branch + 1, because: because.slice(0, MOST_REASONS) };
  return note(taken, now, { type: 'step.branched', task: id, data });
}

/** The failure of a step of which nobody can tell whether it is needed. */
export function explainUnclear(because: readonly Finding[]): StepError {
  const reasons = because.map((finding) => describeFinding(finding, finding.reference)).join('; ');
  return { code: 'step.unclear', message: `cannot tell whether it is needed: ${reasons}`, retryable: false };
}

function openWait(
  transition: Transition,
  wait: Extract<StepBody, { kind: 'wait' }>['wait'],
  id: string,
  facts: Record<string, unknown>,
  now: Date,
): Transition | { error: StepError } {
  // What came early is looked for by an effect, after it is on record that we wait: so nothing slips in between.
  if ('event' in wait) {
    const key = resolveValues(wait.key, facts);
    const isKey = typeof key === 'number' || (typeof key === 'string' && isReadable(key));
    if (!isKey) return refuse('step.badKey', `does not know which “${wait.event}” to wait for`);
    return changeStep(transition, id, { event: `${wait.event}|${key}` });
  }
  if ('forMs' in wait)
    return changeStep(transition, id, { status: 'waiting', resumeAt: after(now, wait.forMs) });
  const written = resolveValues(wait.until, facts);
  const { timeZone = ZONE_OF_OLDER_RUNS } = transition.run;
  const instant = readWrittenInstant(written, timeZone);
  if (!instant)
    return refuse('step.badInstant', `cannot wait until ${sayWritten(written)}: ${WRITE_INSTANT}`);
  if (isFarAway(instant, now))
    return refuse('step.farInstant', `cannot wait until ${instant.toISOString()}, ${FAR_AWAY}`);
  return changeStep(transition, id, { status: 'waiting', resumeAt: instant });
}

function sayWritten(written: unknown): string {
  return written === undefined || written === null ? 'an instant that is missing' : describeValue(written);
}

function refuse(code: string, message: string): { error: StepError } {
  return { error: { code, message, retryable: false } };
}
