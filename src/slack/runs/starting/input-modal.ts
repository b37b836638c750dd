import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { InputField, WorkflowDefinition } from '../../../core/definition/workflow-definition.ts';
import type { FittedModal } from '../../budget/fitted.ts';
import { VALUE, VIEW } from '../../kit/action-ids.ts';
import { input, LONGEST_METADATA, modal, plain, textInput } from '../../kit/modal-parts.ts';
import { section } from '../../kit/parts.ts';
import { escapeText } from '../../words/mrkdwn.ts';

/** What an input modal carries along: the request it belongs to, and what its fields were filled with when opened. */
export const StartMetadata = z.object({
  workflow: z.string().min(1),
  channel: z.string().nullable(),
  requestKey: z.string().min(1),
  prefilled: z.record(z.string(), z.string()).default({}),
});
export type StartMetadata = z.infer<typeof StartMetadata>;

/** More fields than this do not fit into a modal beside its description. */
const MOST_FIELDS = 99;

/**
 * The form of a workflow: one input a field, in the definition's order. `prefilled` are texts by field name; they also
 * travel in the metadata, because a client may leave untouched fields out of the submission.
 */
export function buildInputModal(
  definition: WorkflowDefinition,
  metadata: Omit<StartMetadata, 'workflow' | 'prefilled'>,
  prefilled: Record<string, string> = {},
): FittedModal {
  const full: StartMetadata = { ...metadata, workflow: definition.name, prefilled };
  const fits = JSON.stringify(full).length <= LONGEST_METADATA;
  const inputs = Object.entries(definition.input)
    .slice(0, MOST_FIELDS)
    .map(([name, field]) =>
      input({
        blockId: name,
        label: field.label,
        hint: field.hint,
        optional: !field.required || field.type === 'boolean',
        element: elementOf(field, prefilled[name]),
      }),
    );
  const description = definition.description || `Start “${definition.title}”.`;
  return modal({
    callbackId: VIEW.start,
    title: definition.title,
    submit: 'Start',
    metadata: fits ? full : { ...full, prefilled: {} },
    blocks: [section(escapeText(description)), ...inputs],
  });
}

function elementOf(field: InputField, prefilled: string | undefined): types.InputBlock['element'] {
  const initial = prefilled ?? (field.default === undefined ? undefined : String(field.default));
  switch (field.type) {
    case 'boolean':
      return checkbox(initial === 'true');
    case 'choice':
      return select(field.choices ?? [], initial);
    case 'date':
      return {
        type: 'datepicker',
        action_id: VALUE,
        ...(initial && /^\d{4}-\d{2}-\d{2}$/.test(initial) && { initial_date: initial }),
      };
    case 'number':
      // Slack's number input is not everywhere; a text that is checked on submission is.
      return textInput({ initial, placeholder: 'A number' });
    default:
      return textInput({ initial, multiline: field.type === 'longText' });
  }
}

/** The label of its block asks already: the box only answers. */
function checkbox(isChecked: boolean): types.Checkboxes {
  const option: types.Option = { text: plain('Yes', 75), value: 'true' };
  return {
    type: 'checkboxes',
    action_id: VALUE,
    options: [option],
    ...(isChecked && { initial_options: [option] }),
  };
}

function select(choices: readonly string[], initial: string | undefined): types.StaticSelect {
  const options = choices.map((choice) => ({ text: plain(choice, 75), value: choice }));
  const chosen = options.find(({ value }) => value === initial);
  return {
    type: 'static_select',
    action_id: VALUE,
    placeholder: plain('Choose', 150),
    options,
    ...(chosen && { initial_option: chosen }),
  };
}
