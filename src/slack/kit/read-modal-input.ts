import { z } from 'zod';
import { checkInput } from '../../core/definition/check-input.ts';
import type { InputField, WorkflowDefinition } from '../../core/definition/workflow-definition.ts';
import { isDate } from '../../core/values/wall-time.ts';
import { VALUE } from './action-ids.ts';

const State = z.record(
  z.string(),
  z.record(
    z.string(),
    z.looseObject({
      value: z.string().nullish(),
      selected_date: z.string().nullish(),
      selected_time: z.string().nullish(),
      selected_option: z.looseObject({ value: z.string() }).nullish(),
      selected_options: z.array(z.looseObject({ value: z.string() })).nullish(),
    }),
  ),
);
type Element = z.infer<typeof State>[string][string];

/** Typed input for a new run, or what to mend by block id, as Slack's `response_action: errors` wants it. */
export type ModalInput =
  | { ok: true; input: Record<string, unknown> }
  | { ok: false; errors: Record<string, string> };

/**
 * Reads the submission of an input modal. `prefilled` stands in for a required field that the client sent empty: Slack
 * never does, so it was filled when the modal opened and not touched since.
 */
export function readModalInput(
  definition: WorkflowDefinition,
  values: unknown,
  prefilled: Record<string, string>,
): ModalInput {
  const state = State.safeParse(values);
  const raw: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(definition.input)) {
    const element = state.success ? state.data[name]?.[VALUE] : undefined;
    const value = readValue(field, element);
    raw[name] = value ?? (field.required ? prefilled[name] : undefined);
  }
  const checked = checkInput(definition, raw);
  if (checked.ok) return checked;
  const errors = checked.problems.map(({ field, message }) => [field, sentence(message)]);
  return { ok: false, errors: Object.fromEntries(errors) };
}

/** The text of one field of a fixed modal, trimmed; empty when it was left out. */
export function readModalText(values: unknown, blockId: string): string {
  const state = State.safeParse(values);
  return (state.success ? state.data[blockId]?.[VALUE]?.value : undefined)?.trim() ?? '';
}

/** The value chosen in one menu of a fixed modal; null when nothing was. */
export function readModalChoice(values: unknown, blockId: string): string | null {
  const state = State.safeParse(values);
  return (state.success ? state.data[blockId]?.[VALUE]?.selected_option?.value : undefined) ?? null;
}

/** The day and the time of day, in minutes from its beginning, that were picked; null for each that was left out. */
export function readModalMoment(
  values: unknown,
  dayBlock: string,
  timeBlock: string,
): { day: string | null; minutes: number | null } {
  const state = State.safeParse(values).data;
  const day = state?.[dayBlock]?.[VALUE]?.selected_date;
  const time = state?.[timeBlock]?.[VALUE];
  const picked = time?.selected_time ?? time?.selected_option?.value ?? '';
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(picked) ?? [];
  return {
    day: day && isDate(day) ? day : null,
    minutes: hours === undefined ? null : Number(hours) * 60 + Number(minutes),
  };
}

function readValue(field: InputField, element: Element | undefined): unknown {
  switch (field.type) {
    case 'boolean':
      return element?.selected_options?.some(({ value }) => value === 'true') ?? false;
    case 'choice':
      return element?.selected_option?.value;
    case 'date':
      return element?.selected_date;
    default:
      return element?.value;
  }
}

function sentence(message: string): string {
  return `This ${message}.`;
}
