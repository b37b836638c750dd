import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { StoredRun } from '../../src/store/runs/stored-run.ts';

/** A run as the chaos checker finds it in the database: written by this version, so that its facts can be read. */
export type FoundRun = WorkflowRun & Pick<StoredRun, 'relayAt'>;
