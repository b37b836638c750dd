import type { Refusal } from '../../core/run/transition.ts';
import { mention } from '../words/mrkdwn.ts';

/** A refusal in words for Slack: whom it names by the plain id is mentioned. */
export function sayRefusal({ refused, actor }: Refusal): string {
  return actor === undefined ? refused : refused.replace(actor, () => mention(actor));
}
