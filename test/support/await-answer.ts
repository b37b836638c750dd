import type { LocalSlackClient, MessagePredicate, SlackMessage } from './local-slack.ts';

/** What `user` alone is told once they `act`; whatever they were told before does not count. */
export async function awaitAnswer(
  client: LocalSlackClient,
  user: string,
  act: () => Promise<unknown>,
  fits?: MessagePredicate,
): Promise<SlackMessage> {
  // Of all channels: the last of the list need not be the newest.
  const after =
    client
      .ephemerals(user)
      .map(({ ts }) => ts)
      .sort()
      .at(-1) ?? '';
  await act();
  return client.waitForEphemeral(user, fits, { after });
}

/** What `/crewline <text>` answers to `user` alone, typed in `channel`. */
export function askCrewline(
  client: LocalSlackClient,
  user: string,
  channel: string,
  text: string,
): Promise<SlackMessage> {
  return awaitAnswer(client, user, () => client.command(user, channel, '/crewline', text));
}
