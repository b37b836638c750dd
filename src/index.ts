/** What code that embeds Crewline uses: the seed's `ManagementLayer.start(workflow, context)` and what goes with it. */
export { type App, createApp } from './app/app.ts';
export type { AppOptions } from './app/app-options.ts';
export { type Config, loadConfig } from './base/config.ts';
export { AppError } from './base/errors.ts';
export { createLog, type Log } from './base/log.ts';
export type { StepContext, StepHandler, StepResult } from './core/definition/step-handler.ts';
export type { WorkflowSource } from './core/definition/workflow-definition.ts';
export type { RunRequest } from './core/run/workflow-run.ts';
export { defineWorkflow } from './definitions/define-workflow.ts';
export type { ManagementLayer } from './management/management-layer.ts';
export type { RunResult } from './management/runs.ts';
