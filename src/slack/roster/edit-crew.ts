import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Agency, Crew } from '../../core/agency/agency.ts';
import type { FittedModal } from '../budget/fitted.ts';
import { VIEW } from '../kit/action-ids.ts';
import { input, modal, textInput } from '../kit/modal-parts.ts';
import { context } from '../kit/parts.ts';
import { userLine } from '../words/mrkdwn.ts';
import { formatShifts, formatSkills, formatTruck } from './crew-text.ts';

/** The modal's blocks: the fields of the crew they are about. */
export const CREW_FIELD = {
  skills: 'skills',
  shifts: 'shifts',
  size: 'size',
  hourlyRate: 'hourlyRateCents',
  truck: 'truck',
} as const;

/** What the modal carries along: the crew as it was shown, so that nobody's change is overwritten unseen. */
export const EditCrewMetadata = z.object({
  crewId: z.string().min(1),
  shown: z.string(),
  /** Where the form was asked for, and its outcome is told; forms from before have none. */
  channel: z.string().optional(),
});
export type EditCrewMetadata = z.infer<typeof EditCrewMetadata>;

/** Names what the modal shows of a crew, by its content. */
export function hashCrew({ skills, shifts, size, hourlyRateCents, truck }: Crew): string {
  const shown = JSON.stringify({ skills, shifts, size, hourlyRateCents, truck });
  return createHash('sha256').update(shown).digest('hex').slice(0, 16);
}

/** The modal in which dispatch edits a crew. For operators: whoever opens it checks that, and the submission does again. */
export function buildEditCrewModal(
  crew: Crew,
  agency: Pick<Agency, 'currency'>,
  channel?: string,
): FittedModal {
  const metadata: EditCrewMetadata = {
    crewId: crew.id,
    shown: hashCrew(crew),
    ...(channel !== undefined && { channel }),
  };
  return modal({
    callbackId: VIEW.editCrew,
    title: 'Edit crew',
    submit: 'Save',
    metadata,
    blocks: [
      context(
        `${userLine(crew.name, 80)} · \`${crew.id}\` · announced work stays until a new plan is applied; dispatch is asked about larger changes`,
      ),
      input({
        blockId: CREW_FIELD.skills,
        label: 'Skills',
        hint: 'With a level from 1 to 5 where one matters: asphalt:2, concrete',
        element: textInput({ initial: formatSkills(crew.skills) }),
      }),
      input({
        blockId: CREW_FIELD.shifts,
        label: 'Shifts, one a line',
        hint: 'mon-fri 07:00-15:30 break 12:00-12:30; or break 30 min between 11:00-13:30. An end at or before the start is next day.',
        element: textInput({ multiline: true, initial: formatShifts(crew.shifts) }),
      }),
      ...figures(crew, agency.currency),
    ],
  });
}

function figures(crew: Crew, currency: string): types.InputBlock[] {
  return [
    input({
      blockId: CREW_FIELD.size,
      label: 'People',
      element: textInput({ initial: String(crew.size) }),
    }),
    input({
      blockId: CREW_FIELD.hourlyRate,
      label: `Rate of the crew per hour (${currency})`,
      hint: 'For example 180 or 182.50',
      element: textInput({ initial: (crew.hourlyRateCents / 100).toFixed(2) }),
    }),
    input({
      blockId: CREW_FIELD.truck,
      label: 'The truck carries at most',
      hint: 'In one shift: asphalt 2000, traffic-cone 40. What is not listed is not limited; none limits nothing.',
      element: textInput({ initial: formatTruck(crew.truck) }),
    }),
  ];
}
