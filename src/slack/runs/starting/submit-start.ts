import type { HandlerDeps, SubmissionHandler } from '../../kit/handler-deps.ts';
import { readMetadata, UNREADABLE_MODAL } from '../../kit/read-metadata.ts';
import { readModalInput } from '../../kit/read-modal-input.ts';
import { tellAlone } from '../../kit/tell-alone.ts';
import { StartMetadata } from './input-modal.ts';
import { sayStarted } from './say-started.ts';
import { isRefusedStart, startAsked } from './start-asked.ts';
import { textField } from './start-help.ts';

/** The form of a workflow: starts the run, or says field by field what to mend. */
export function createStartSubmission(deps: HandlerDeps): SubmissionHandler {
  const { management } = deps;
  return async ({ values, metadata, userId, userName }) => {
    const start = readMetadata(StartMetadata, metadata);
    const definition = start && (await management.runs.findDefinition(start.workflow));
    if (!start || !definition) return { refused: UNREADABLE_MODAL };
    const read = readModalInput(definition, values, start.prefilled);
    if (!read.ok) return { errors: read.errors };
    try {
      const run = await startAsked(management.runs, {
        workflow: definition.name,
        input: read.input,
        requester: { userId, name: userName },
        origin: { kind: 'slack', channel: start.channel },
        requestKey: start.requestKey,
      });
      await tellAlone(deps, { userId, channel: start.channel ?? undefined }, await sayStarted(deps, run));
      return null;
    } catch (error) {
      const field = textField(definition) ?? Object.keys(definition.input)[0];
      if (field === undefined || !isRefusedStart(error)) throw error;
      // The form stays open, with all that was typed.
      return { errors: { [field]: `${error.userMessage} Nothing has been filed.` } };
    }
  };
}
