import type { ListedDisruption } from '../../core/work/disruption.ts';
import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { context, section } from '../kit/parts.ts';
import { openFormButton } from './disruption-form.ts';
import { buildDisruptionList, describeDisruption } from './disruption-list.ts';

const NOTHING: Readonly<Record<ListedDisruption['kind'], string>> = {
  absence: 'No crew is absent, now or later.',
  closure: 'No district is closed, now or later.',
};
const HEADLINE: Readonly<Record<ListedDisruption['kind'], string>> = {
  absence: 'Absences, now and to come',
  closure: 'Closed districts, now and to come',
};

/**
 * What is in force and to come, each with its Take back button for those who may, and for those who may enter more a
 * button to its form, and how it is written (`usage`, if any).
 */
export async function listDisruptions(
  { management, agency, clock }: HandlerDeps,
  kind: ListedDisruption['kind'],
  userId: string,
  { usage, mayEnter }: { usage: string; mayEnter: boolean },
): Promise<Reply> {
  const listed = await management.disruptions.list(kind, userId);
  const more = [
    ...(usage === '' ? [] : [context(usage)]),
    ...(mayEnter ? openFormButton({ kind, about: null }) : []),
  ];
  if (listed.length === 0) {
    const text = `${NOTHING[kind]} ${usage}`.trim();
    return more.length > 0 ? { text, blocks: [section(NOTHING[kind]), ...more] } : { text };
  }
  const { timeZone } = agency;
  const now = clock.now();
  const lines = listed.map((one) => `• ${describeDisruption(one, timeZone, now)}`);
  return {
    text: [`${HEADLINE[kind]}:`, ...lines].join('\n'),
    blocks: [section(`*${HEADLINE[kind]}*`), ...buildDisruptionList(listed, { timeZone, now }), ...more],
  };
}
