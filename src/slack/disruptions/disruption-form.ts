import type { types } from '@slack/bolt';
import { z } from 'zod';
import { isOfCrew } from '../../core/agency/agency.ts';
import { holdsRight } from '../../core/agency/rights.ts';
import type { ListedDisruption } from '../../core/work/disruption.ts';
import type { Block, FittedModal } from '../budget/fitted.ts';
import { ACTION, VALUE, VIEW } from '../kit/action-ids.ts';
import { parseDisruptionTarget, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import type { Reply } from '../kit/guard.ts';
import type { ClickHandler, HandlerDeps } from '../kit/handler-deps.ts';
import { input, modal, textInput } from '../kit/modal-parts.ts';
import { offerAgain, openModal } from '../kit/open-modal.ts';
import { buttons, context, section } from '../kit/parts.ts';
import { whenContext } from '../kit/read-day.ts';
import { selectInput } from '../kit/select-input.ts';
import { userLine } from '../words/mrkdwn.ts';
import { today } from '../words/take-day.ts';

/** The form's blocks. */
export const DISRUPTION_FIELD = {
  who: 'who',
  fromDay: 'fromDay',
  fromTime: 'fromTime',
  toDay: 'toDay',
  toTime: 'toTime',
  reason: 'reason',
} as const;

/** What the form carries along: what it enters, and where it was asked for. */
export const DisruptionMetadata = z.object({
  kind: z.enum(['absence', 'closure']),
  channel: z.string().optional(),
  /** What the required fields showed when it opened: a client may send only what was touched. */
  who: z.string().optional(),
  day: z.string(),
});
export type DisruptionMetadata = z.infer<typeof DisruptionMetadata>;

/** What a form is opened for: a crew or a district, where it is known already. */
export interface DisruptionTarget {
  kind: ListedDisruption['kind'];
  about: string | null;
}

export const NO_DISTRICTS =
  'The agency has no districts yet: add `districts` with their outlines to the agency file.';

/** A refusal with a button that opens the form. */
export function askAgain(text: string, target: DisruptionTarget): Reply {
  return { text, blocks: [section(text), ...openFormButton(target)] };
}

/** A button that opens the form. */
export function openFormButton({ kind, about }: DisruptionTarget): Block[] {
  const label = kind === 'absence' ? 'Enter an absence…' : 'Close a district…';
  return buttons([{ actionId: ACTION.openDisruptionForm, label, value: `${kind}|${about ?? ''}` }]);
}

/** The button above. Who may enter what is asked again when the form comes back. */
export function createOpenFormAction(deps: HandlerDeps): ClickHandler {
  return async ({ value, userId, triggerId, channel }) => {
    const target = parseDisruptionTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    if (target.kind === 'closure' && !holdsRight(deps.agency, userId, 'dispatch'))
      return { text: 'Only dispatch can close a district. Nothing was changed.' };
    if (target.kind === 'closure' && deps.agency.districts.length === 0) return { text: NO_DISTRICTS };
    return openDisruptionForm(deps, { triggerId, userId, channel }, target);
  };
}

/** Opens the form; where Slack does not let us, the answer says why, and has a button that opens it again. */
export async function openDisruptionForm(
  deps: HandlerDeps,
  { triggerId, userId, channel }: { triggerId: string; userId: string; channel?: string | undefined },
  target: DisruptionTarget,
): Promise<Reply | null> {
  const again = { actionId: ACTION.openDisruptionForm, value: `${target.kind}|${target.about ?? ''}` };
  return offerAgain(deps.log, again, async () => {
    await openModal(deps.client, triggerId, buildDisruptionForm(deps, userId, channel, target));
    return null;
  });
}

/** The form in which an absence or a closure is entered, with Slack's own pickers, by the agency's clock. */
function buildDisruptionForm(
  deps: Pick<HandlerDeps, 'agency' | 'clock' | 'hasTimePicker'>,
  userId: string,
  channel: string | undefined,
  { kind, about }: DisruptionTarget,
): FittedModal {
  const isAbsence = kind === 'absence';
  const day = today(whenContext(deps));
  const choices = listChoices(deps, kind, userId);
  const only = choices.length === 1 ? choices[0] : choices.find(({ value }) => value === about);
  const metadata: DisruptionMetadata = {
    kind,
    day,
    ...(channel !== undefined && { channel }),
    ...(only && { who: only.value }),
  };
  return modal({
    callbackId: VIEW.disruption,
    title: isAbsence ? 'Enter an absence' : 'Close a district',
    submit: isAbsence ? 'Plan without it' : 'Close it',
    metadata,
    blocks: [
      context(`Times are the agency’s (${userLine(deps.agency.timeZone, 60)}).`),
      input({
        blockId: DISRUPTION_FIELD.who,
        label: isAbsence ? 'Who is absent?' : 'Where can nobody work?',
        element: selectInput(choices, only?.value),
      }),
      ...pickers(isAbsence, day, deps.hasTimePicker ?? true),
      input({
        blockId: DISRUPTION_FIELD.reason,
        label: 'Why?',
        optional: true,
        element: textInput({ placeholder: isAbsence ? 'sick, training, truck in repair' : 'rain' }),
      }),
    ],
  });
}

function pickers(isAbsence: boolean, day: string, hasTimePicker: boolean): types.InputBlock[] {
  const time = hasTimePicker ? TIME_PICKER : TIME_MENU;
  const from = isAbsence ? 'Left out: the whole day' : 'Left out: from now on, or that whole day';
  return [
    picker(DISRUPTION_FIELD.fromDay, 'From which day?', {
      type: 'datepicker',
      action_id: VALUE,
      initial_date: day,
    }),
    picker(DISRUPTION_FIELD.fromTime, 'From what time?', time, from),
    picker(
      DISRUPTION_FIELD.toDay,
      'Until which day?',
      { type: 'datepicker', action_id: VALUE },
      'Left out: the same day. The last day counts.',
    ),
    picker(DISRUPTION_FIELD.toTime, 'Until what time?', time, 'Left out: until the end of that day'),
  ];
}

const TIME_PICKER: types.Timepicker = { type: 'timepicker', action_id: VALUE };
/** Each half hour of a day: fewer than the hundred that a menu takes. */
const TIME_MENU = selectInput(
  Array.from({ length: 48 }, (_, half) => {
    const time = `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`;
    return { text: time, value: time };
  }),
);

function picker(
  blockId: string,
  label: string,
  element: types.InputBlock['element'],
  hint?: string,
): types.InputBlock {
  return input({ blockId, label, hint, optional: blockId !== DISRUPTION_FIELD.fromDay, element });
}

/** A crew enters only its own absence. */
function listChoices(
  { agency }: Pick<HandlerDeps, 'agency'>,
  kind: ListedDisruption['kind'],
  userId: string,
): { text: string; value: string }[] {
  const isOperator = holdsRight(agency, userId, 'dispatch');
  const crews = agency.crews.filter((crew) => isOperator || isOfCrew(crew, userId));
  const named = kind === 'absence' ? crews : agency.districts;
  return named.map(({ id, name }) => ({ text: name, value: id }));
}
