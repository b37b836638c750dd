import type { Log } from '../base/log.ts';
import type { Topic } from '../base/topic.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { callKey } from '../core/steps/missing-call.ts';
import { createAdoptionWatch } from '../monitor/adoption-watch.ts';
import { createAdoption } from '../orchestrator/adopt-runs.ts';
import type { Orchestrator } from '../orchestrator/orchestrator.ts';
import type { ServerClock } from '../store/mongo/server-clock.ts';
import type { Stores } from '../store/stores.ts';

export interface AdoptionParts {
  stores: Stores;
  clock: ServerClock;
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  handlers: readonly StepHandler[];
  missingWaitMs: number;
  orchestrator: Orchestrator;
  owner: string;
  /** Every commit made here. */
  topic: Topic<[run: WorkflowRun, before: WorkflowRun]>;
  log: Log;
}

/** What this process cannot do is left to those that can, and the other way round. */
export interface ComposedAdoption {
  /** Everything this process can do, as others are told of it. */
  calls(): readonly string[];
  /** Another process moved a run that is ours, or is to be. */
  hearOf(runId: string): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** The parts of a rolling deployment: what this process can do is told, shared, sought and taken up. */
export function composeAdoption(parts: AdoptionParts): ComposedAdoption {
  const { stores, clock, definitions, handlers, orchestrator, owner, topic } = parts;
  const calls = () => {
    const workflows = [...definitions.keys()].map((name) => ({ kind: 'workflow' as const, name }));
    return [...handlers, ...workflows].map(callKey);
  };
  const adoption = createAdoption({
    runs: stores.runs,
    apply: orchestrator.apply.bind(orchestrator),
    owner,
    waitMs: parts.missingWaitMs,
    calls,
    findAble: stores.processBeats.findAble,
    tell: (other, runId) => void stores.signals.send(other, runId, clock.now()).catch(() => {}),
  });
  const log = parts.log.for('Monitor');
  topic.hear((run, before) => {
    adoption.seek(run, before).catch((error: unknown) => {
      log.warn('What follows is left to the sweep', { subject: run._id, error });
    });
  });
  const watch = createAdoptionWatch({
    sweep: adoption.sweep,
    share: () => stores.sharedDefinitions.share(owner, definitions.values(), clock.now()),
    log,
  });
  return {
    calls,
    hearOf: async (runId) => {
      const run = await orchestrator.hearOf(runId);
      if (run) await adoption.adopt(run);
    },
    start: watch.start,
    stop: watch.stop,
  };
}

/** Finds a definition that only another running process has loaded, by its name or slash command. */
export function findDefinitionElsewhere(
  { processBeats, sharedDefinitions }: Stores,
  owner: string,
): (word: string) => Promise<WorkflowDefinition | null> {
  return async (word) => {
    const others = await processBeats.listOthers(owner);
    return sharedDefinitions.find(
      word,
      others.map((other) => other.owner),
    );
  };
}
