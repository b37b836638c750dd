import { parseDisruptionId, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import type { ClickHandler, HandlerDeps } from '../kit/handler-deps.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { describeDisruption, describeStanding } from './disruption-list.ts';

/** Take back, beside an absence or a closure: it counts no more, and whoever clicked is told so. */
export function createTakeBackAction({ management, agency, clock, log }: HandlerDeps): ClickHandler {
  return async ({ value, userId }) => {
    const id = parseDisruptionId(value);
    if (!id) return { text: UNREADABLE_BUTTON };
    const outcome = await management.disruptions.takeBack(id, userId);
    if ('refused' in outcome) return { text: sayRefusal(outcome) };
    const { disruption, standing } = outcome;
    const now = clock.now();
    log.info('An absence or a closure was taken back', { id, kind: disruption.kind, by: userId });
    const what = describeDisruption(disruption, agency.timeZone, now);
    const rest = describeStanding(disruption, standing, agency.timeZone, now);
    return { text: `↩️ Taken back: ${what}. ${rest === '' ? '' : `${rest}. `}A new plan is being made.` };
  };
}
