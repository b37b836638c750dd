import type { ListedDisruption } from '../../core/work/disruption.ts';
import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { context, section } from '../kit/parts.ts';
import { buildDisruptionList, describeDisruption } from './disruption-list.ts';

const NOTHING: Readonly<Record<ListedDisruption['kind'], string>> = {
  absence: 'No crew is absent, now or later.',
  closure: 'No district is closed, now or later.',
};
const HEADLINE: Readonly<Record<ListedDisruption['kind'], string>> = {
  absence: 'Absences, now and to come',
  closure: 'Closed districts, now and to come',
};

/** What is in force and to come, each with its Take back button for those who may, and how to enter more (`usage`, if any). */
export async function listDisruptions(
  { management, agency, clock }: HandlerDeps,
  kind: ListedDisruption['kind'],
  userId: string,
  usage: string,
): Promise<Reply> {
  const listed = await management.disruptions.list(kind, userId);
  if (listed.length === 0) return { text: `${NOTHING[kind]} ${usage}`.trim() };
  const { timeZone } = agency;
  const now = clock.now();
  const lines = listed.map((one) => `• ${describeDisruption(one, timeZone, now)}`);
  return {
    text: [`${HEADLINE[kind]}:`, ...lines].join('\n'),
    blocks: [
      section(`*${HEADLINE[kind]}*`),
      ...buildDisruptionList(listed, { timeZone, now }),
      ...(usage === '' ? [] : [context(usage)]),
    ],
  };
}
