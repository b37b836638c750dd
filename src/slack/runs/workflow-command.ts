import type { WorkflowDefinition } from '../../core/definition/workflow-definition.ts';
import type { CommandHandler, HandlerDeps } from '../kit/handler-deps.ts';
import { startFromCommand } from './start-run.ts';

/** The slash command of a definition: `/repair <text>` starts it, `/repair` alone opens its form. */
export function createWorkflowCommand(deps: HandlerDeps, definition: WorkflowDefinition): CommandHandler {
  return (call) => startFromCommand(deps, definition, call, call.text);
}
