import type { OutboxMessage, Turn } from '../../core/run/run-parts.ts';

/** As an older version left a message in its run: with a number in place of its turn. */
type StoredMessage = Omit<OutboxMessage, 'turn'> & { turn?: Turn; priority?: number };

/** Pages had 0 and timelines 4. */
const LEAST_URGENT = 4;
const MIDDLE_GRAVITY = 5;

/** A message as today's versions make it; one of an older version stands in a lane of its kind. */
export function readMessage(stored: StoredMessage): OutboxMessage {
  const { priority = LEAST_URGENT, turn, ...message } = stored;
  if (turn) return { ...message, turn };
  // One more than today's numbers leave for what a person has touched.
  const urgency = priority === 0 ? 0 : priority + 1;
  const old = { place: `old ${message.kind}`, source: 'old', gravity: MIDDLE_GRAVITY, needBy: new Date(0) };
  return { ...message, turn: { ...old, urgency } };
}
