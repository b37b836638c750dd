import { afterAll, describe, expect, it } from 'vitest';
import { withFields, withPolicy } from '../support/edit-agency.ts';
import { readableText } from '../support/local-slack.ts';
import { OPERATIONS_MANAGER, requestRepair, says, showRun } from '../support/story.ts';
import { type StrictSlack, startStrictSlack } from '../support/strict-slack.ts';
import { useCrewline } from '../support/use-crewline.ts';

/** A day per level: what reaches the next level within a test did not wait for its turn. */
const policyOf = (channel: string) =>
  withPolicy({
    name: 'unreachable',
    levels: [
      { notify: { channel }, wait: '1d' },
      { notify: { user: OPERATIONS_MANAGER }, wait: '1d' },
    ],
  });

describe.each([
  ['an archived channel', 'C0ESCALATIONS', 'is_archived'],
  ['a channel that does not exist', 'C0NOWHERE', 'channel_not_found'],
])('a page to %s', (_what, channel, reason) => {
  let strict: StrictSlack;
  // Above the product, so that it ends after it.
  afterAll(() => strict?.close());
  const crewline = useCrewline({
    edit: {
      'repairWorkflow.json': withFields({ sla: { within: '1s' }, escalation: 'unreachable' }),
      'agency.json': policyOf(channel),
    },
    slackApiUrl: async (slack) => {
      strict = await startStrictSlack(slack.apiUrl);
      strict.closed.set(channel, reason);
      return strict.apiUrl;
    },
  });

  it('goes to the next level at once, and says why the first could not be reached', async () => {
    const { client } = crewline.slack;
    const { runId } = await requestRepair(client, 'Nowhere Lane 1, hole');
    const page = await client.waitForMessage(OPERATIONS_MANAGER, says(runId, 'Deadline missed'));
    expect(readableText(page)).toContain('2 of 2');
    expect(readableText(page)).toContain(reason);
    const { timeline } = await showRun(crewline, runId);
    const undeliverable = timeline.find(({ type }) => type === 'escalation.undeliverable');
    expect(undeliverable?.data).toMatchObject({ number: 1, reason: expect.stringContaining(reason) });
  });
});
