import { BUILT_IN } from '../definition/built-in.ts';
import { parseReference } from '../definition/reference.ts';
import { describeValue, type Fault, suggestName } from '../faults/problem.ts';
import type { Call } from './fact-scope.ts';
import type { KnownNames } from './known-names.ts';

/**
 * Checks the channel of a notice: a word of the agency file, or a channel that stands in it. An id from elsewhere may be
 * right, but nobody would find out before the message is lost.
 */
export function checkChannel(call: Call, path: string, { channelWords, channels }: KnownNames): Fault[] {
  const channel = call.service === BUILT_IN.notice ? call.with?.channel : undefined;
  if (typeof channel !== 'string' || parseReference(channel) !== null) return [];
  if (channelWords.includes(channel) || channels.includes(channel)) return [];
  const wrong = `${describeValue(channel)} is no channel of the agency file`;
  const right = `${suggestName(channel, channelWords, 'channels')}; others are given a word in its "channels"`;
  return [{ path: `${path}.with.channel`, wrong, right }];
}
