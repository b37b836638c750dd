/** What code that embeds Crewline uses: the seed's `ManagementLayer.start(workflow, context)` and what goes with it. */
export { type App, type AppOptions, createApp } from './app/app.ts';
export { type Config, loadConfig } from './base/config.ts';
export { AppError } from './base/errors.ts';
export { createLog, type Log } from './base/log.ts';
export type { StepContext, StepHandler, StepResult } from './core/definition/step-handler.ts';
export type { WorkflowSource } from './core/definition/workflow-definition.ts';
export { defineWorkflow } from './definitions/define-workflow.ts';
export type { ManagementLayer, RunResult, StartRequest } from './management/management-layer.ts';
