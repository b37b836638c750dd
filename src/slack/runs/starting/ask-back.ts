import { AppError } from '../../../base/errors.ts';
import type { WorkflowDefinition } from '../../../core/definition/workflow-definition.ts';
import { ACTION } from '../../kit/action-ids.ts';
import { UNREADABLE_BUTTON } from '../../kit/button-payload.ts';
import type { Reply } from '../../kit/guard.ts';
import type { ClickHandler, HandlerDeps } from '../../kit/handler-deps.ts';
import { openModal } from '../../kit/open-modal.ts';
import { type ButtonOptions, buttons, section } from '../../kit/parts.ts';
import { readMetadata } from '../../kit/read-metadata.ts';
import { escapeText } from '../../words/mrkdwn.ts';
import { slackLength } from '../../words/slack-length.ts';
import { buildInputModal, StartMetadata } from './input-modal.ts';
import { sayStarted } from './say-started.ts';
import { isRefusedStart, startAsked } from './start-asked.ts';
import { startHint } from './start-help.ts';

/** Slack's limit on what a button carries. */
const LONGEST_VALUE = 2_000;

/** What was typed to start a workflow, before it is filed: what a button carries on. */
export type Draft = StartMetadata;

/**
 * Asks back about a text that names no thing and no place: nothing is filed, and nothing is lost. What is too long for a
 * button is shown whole, to be copied.
 */
export function askBack(definition: WorkflowDefinition, draft: Draft, text: string): Reply {
  const asked = `I recognised no thing and no place in this, so nothing has been filed yet:\n${quote(text)}\n${startHint(definition)}`;
  const value = encodeDraft(draft);
  if (value === null) return { text: asked };
  const choices: ButtonOptions[] = [
    { actionId: ACTION.fileAnyway, label: 'File it all the same', value },
    { actionId: ACTION.openStartForm, label: 'Open the form', value },
  ];
  return { text: asked, blocks: [section(asked), ...buttons(choices)] };
}

/** Nothing has been filed, for a reason that a start states: what was typed is given back whole, to be mended. */
export function giveBack(error: unknown, text: string): Reply {
  if (!isRefusedStart(error)) throw error;
  return { text: `${error.userMessage}\nNothing has been filed. You wrote:\n${quote(text)}` };
}

/** A text as what somebody wrote, in lines that are short enough for an answer of several messages to hold each whole. */
function quote(text: string): string {
  const lines = text.split('\n').flatMap((line) => line.match(QUOTED_LINE) ?? ['']);
  return lines.map((line) => `>${escapeText(line)}`).join('\n');
}

/** Broken at a blank, where there is one. */
const QUOTED_LINE = /.{1,499}(?:\s|$)|.{1,500}/gsu;

/** The button that opens the form of a draft again; without the texts where they are too long to be carried. */
export function againButton(draft: Draft): Pick<ButtonOptions, 'actionId' | 'value'> {
  const value = encodeDraft(draft) ?? encodeDraft({ ...draft, prefilled: {} }) ?? '';
  return { actionId: ACTION.openStartForm, value };
}

/** Opens the form of a draft. */
export async function openStartForm(
  { client }: Pick<HandlerDeps, 'client'>,
  triggerId: string,
  definition: WorkflowDefinition,
  { prefilled, channel, requestKey }: Draft,
): Promise<null> {
  await openModal(client, triggerId, buildInputModal(definition, { channel, requestKey }, prefilled));
  return null;
}

/** Open the form, also again where Slack had not opened it. */
export function createOpenStartAction(deps: HandlerDeps): ClickHandler {
  return async ({ value, triggerId }) => {
    const found = await readDraft(deps, value);
    if (!found) return { text: UNREADABLE_BUTTON };
    const { definition, draft } = found;
    // What is sent off in a form may differ from what was typed, and from what another opening of it has sent.
    return openStartForm(deps, triggerId, definition, { ...draft, requestKey: `slack:${triggerId}:form` });
  };
}

/** File it all the same: what was typed is filed as it was, once. */
export function createFileAnywayAction(deps: HandlerDeps): ClickHandler {
  return async ({ value, userId, userName = userId }) => {
    const found = await readDraft(deps, value);
    if (!found) return { text: UNREADABLE_BUTTON };
    const { definition, draft } = found;
    try {
      const run = await startAsked(deps.management.runs, {
        workflow: definition.name,
        input: draft.prefilled,
        requester: { userId, name: userName },
        origin: { kind: 'slack', channel: draft.channel },
        requestKey: draft.requestKey,
      });
      return await sayStarted(deps, run);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { text: error.userMessage };
    }
  };
}

async function readDraft(
  { management }: HandlerDeps,
  value: unknown,
): Promise<{ definition: WorkflowDefinition; draft: Draft } | null> {
  const draft = typeof value === 'string' ? readMetadata(StartMetadata, value) : null;
  const definition = draft && (await management.runs.findDefinition(draft.workflow));
  return draft && definition ? { definition, draft } : null;
}

function encodeDraft(draft: Draft): string | null {
  const value = JSON.stringify(draft);
  return slackLength(value) <= LONGEST_VALUE ? value : null;
}
