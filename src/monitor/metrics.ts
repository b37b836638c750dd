import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { WorkflowRun } from '../core/workflow-run.ts';

export interface Metrics {
  registry: Registry;
  runStarted(run: WorkflowRun): void;
  runEnded(run: WorkflowRun): void;
}

/** Counters for Prometheus, in a registry of their own. `countDueMessages` is asked when somebody scrapes. */
export function createMetrics(countDueMessages: () => Promise<number>): Metrics {
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
      this.set(await countDueMessages());
    },
  });
  return {
    registry,
    runStarted: (run) => started.inc({ workflow: run.workflow }),
    runEnded: (run) => ended.inc({ workflow: run.workflow, status: run.status }),
  };
}
