import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { WorkflowRun } from '../core/run/workflow-run.ts';

/** Slack messages that did not go as they were meant to. */
export interface MessageCounts {
  refused(kind: string, reason: string): void;
  detoured(kind: string, reason: string): void;
  undeliverable(kind: string, reason: string): void;
}

export interface Metrics {
  registry: Registry;
  messages: MessageCounts;
  runStarted(run: WorkflowRun): void;
  runEnded(run: WorkflowRun): void;
}

/** Counters for Prometheus, in a registry of their own. What has to be counted is asked for when somebody scrapes. */
export function createMetrics(counts: {
  countDueMessages(): Promise<number>;
  /** Effects that wait for a free place in this process. */
  countWaiting(): number;
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labels = { started: ['workflow'] as const, ended: ['workflow', 'status'] as const };
  const started = new Counter({
    name: 'crewline_runs_started_total',
    help: 'Runs started here',
    labelNames: labels.started,
    registers,
  });
  const ended = new Counter({
    name: 'crewline_runs_ended_total',
    help: 'Runs ended here',
    labelNames: labels.ended,
    registers,
  });
  new Gauge({
    name: 'crewline_outbox_due',
    help: 'Slack messages that wait for delivery',
    registers,
    async collect() {
      this.set(await counts.countDueMessages());
    },
  });
  new Gauge({
    name: 'crewline_effects_waiting',
    help: 'Step executions that wait for a free place in this process',
    registers,
    collect() {
      this.set(counts.countWaiting());
    },
  });
  return {
    registry,
    messages: countMessages(registers),
    runStarted: (run) => started.inc({ workflow: run.workflow }),
    runEnded: (run) => ended.inc({ workflow: run.workflow, status: run.status }),
  };
}

function countMessages(registers: Registry[]): MessageCounts {
  const count = (name: string, help: string) => {
    const counter = new Counter({ name, help, labelNames: ['kind', 'reason'] as const, registers });
    return (kind: string, reason: string) => counter.inc({ kind, reason });
  };
  return {
    refused: count('crewline_slack_refused_total', 'Messages of which Slack took a short form only'),
    detoured: count('crewline_slack_detoured_total', 'Messages that went to another place than meant'),
    undeliverable: count('crewline_slack_undeliverable_total', 'Messages that went nowhere'),
  };
}
