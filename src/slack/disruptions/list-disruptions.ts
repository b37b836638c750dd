import type { ListedDisruption } from '../../core/work/disruption.ts';
import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { context, section } from '../kit/parts.ts';
import { openFormButton } from './disruption-form.ts';
import { buildDisruptionList, describeDisruption, MOST_LISTED } from './disruption-list.ts';

const NOTHING: Readonly<Record<ListedDisruption['kind'], string>> = {
  absence: 'No crew is absent, now or later.',
  closure: 'No district is closed, now or later.',
};
const HEADLINE: Readonly<Record<ListedDisruption['kind'], string>> = {
  absence: 'Absences, now and to come',
  closure: 'Closed districts, now and to come',
};

const COMMAND: Readonly<Record<ListedDisruption['kind'], string>> = {
  absence: '/crewline absent list',
  closure: '/crewline rain list',
};

/**
 * A page of what is in force and to come, each with its Take back button for those who may, and for those who may enter more a
 * button to its form, and how it is written (`usage`, if any).
 */
export async function listDisruptions(
  { management, agency, clock }: HandlerDeps,
  kind: ListedDisruption['kind'],
  userId: string,
  { usage, mayEnter, page }: { usage: string; mayEnter: boolean; page: number },
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
  const first = (page - 1) * MOST_LISTED;
  const shown = listed.slice(first, first + MOST_LISTED);
  if (shown.length === 0) return { text: `There is no page ${page}: see \`${COMMAND[kind]}\`.` };
  const left = listed.length - first - shown.length;
  const rest =
    left > 0 ? [`… and ${left} more, later. \`${COMMAND[kind]} ${page + 1}\` shows the next.`] : [];
  const lines = shown.map((one) => `• ${describeDisruption(one, timeZone, now)}`);
  return {
    text: [`${HEADLINE[kind]}:`, ...lines, ...rest].join('\n'),
    blocks: [
      section(`*${HEADLINE[kind]}*`),
      ...buildDisruptionList(shown, { timeZone, now }),
      ...rest.map(context),
      ...more,
    ],
  };
}
