import type { Reply, ViewReply } from '../kit/guard.ts';
import type { HandlerDeps, SubmissionHandler } from '../kit/handler-deps.ts';
import { whenContext } from '../kit/read-day.ts';
import { readMetadata, UNREADABLE_MODAL } from '../kit/read-metadata.ts';
import { readModalMoment, readModalText } from '../kit/read-modal-input.ts';
import { readNamedChoice } from '../kit/select-input.ts';
import { tellAlone } from '../kit/tell-alone.ts';
import { checkPeriod } from '../words/parse-period.ts';
import type { When } from '../words/parse-when.ts';
import { DISRUPTION_FIELD, DisruptionMetadata } from './disruption-form.ts';
import { enterAbsence, enterClosure, type Said } from './enter-disruption.ts';

const NOT_ON_ROSTER = 'This is not on the roster any more. Nothing was entered: open the form anew.';
const NOT_CHOSEN = 'Choose one.';
const WORD = { absence: 'crew', closure: 'district' } as const;

/** The form of an absence or a closure: enters it and tells what was understood, or says at which field what to mend. */
export function createDisruptionSubmission(deps: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(DisruptionMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const { crews, districts } = deps.agency;
    const named = about.kind === 'absence' ? crews : districts;
    const chosen = readNamedChoice(values, DISRUPTION_FIELD.who, named, `${WORD[about.kind]}s`);
    if (chosen && 'problem' in chosen) return { errors: { [DISRUPTION_FIELD.who]: chosen.problem } };
    const id = chosen?.id ?? about.who;
    if (id === undefined) return { errors: { [DISRUPTION_FIELD.who]: NOT_CHOSEN } };
    const said = readPeriod(deps, values, about);
    if ('errors' in said) return said;
    const reply = await enter(deps, userId, { ...about, id }, said);
    if (reply === null) return { refused: NOT_ON_ROSTER };
    await tellAlone(deps, { userId, channel: about.channel }, reply);
    return null;
  };
}

async function enter(
  deps: HandlerDeps,
  userId: string,
  { kind, id }: { kind: DisruptionMetadata['kind']; id: string },
  said: Said,
): Promise<Reply | null> {
  if (kind === 'absence') {
    const crew = deps.agency.crews.find((one) => one.id === id);
    return crew ? enterAbsence(deps, userId, crew, said) : null;
  }
  const district = deps.agency.districts.find((one) => one.id === id);
  return district ? enterClosure(deps, userId, district, said) : null;
}

/** Both ends as they were picked; a closure that begins today without a time begins now. */
function readPeriod(
  deps: Pick<HandlerDeps, 'agency' | 'clock'>,
  values: unknown,
  { kind, day }: DisruptionMetadata,
): Said | Exclude<ViewReply, { refused: string } | null> {
  const moment = readModalMoment(values, DISRUPTION_FIELD.fromDay, DISRUPTION_FIELD.fromTime);
  const from: When = { day: moment.day ?? day, minutes: moment.minutes };
  const until = readModalMoment(values, DISRUPTION_FIELD.toDay, DISRUPTION_FIELD.toTime);
  const to: When = { day: until.day ?? from.day, minutes: until.minutes };
  const read = checkPeriod({ from, to }, whenContext(deps));
  if ('problem' in read) {
    const field =
      until.minutes !== null && until.day === null ? DISRUPTION_FIELD.toTime : DISRUPTION_FIELD.toDay;
    return { errors: { [field]: read.problem } };
  }
  const now = deps.clock.now();
  const start = kind === 'closure' && from.minutes === null && read.start < now ? now : read.start;
  return { start, end: read.end, reason: readModalText(values, DISRUPTION_FIELD.reason) };
}
