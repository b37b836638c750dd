import { z } from 'zod';
import type { SlackClient } from '../slack/connection/slack-client.ts';
import { createConversations } from '../slack/delivery/posting/conversations.ts';
import { type Asked, ask } from './examine-slack.ts';
import { doubtful, type Finding, fine, wrong } from './finding.ts';
import type { Named } from './list-named.ts';

const Channel = z.looseObject({
  channel: z.looseObject({
    name: z.string().optional(),
    is_archived: z.boolean().optional(),
    is_member: z.boolean().optional(),
  }),
});
const Person = z.looseObject({
  user: z.looseObject({
    name: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
  }),
});
const Group = z.looseObject({ users: z.array(z.string()) });

const NOT_THERE: ReadonlySet<string> = new Set([
  ...['channel_not_found', 'user_not_found', 'users_not_found', 'user_not_visible', 'no_such_subteam'],
  'subteam_not_found',
]);
const INVITE = 'type /invite @Crewline in it';

/** Looks for each channel, person and user group, one after the other. */
export async function examineNamed(client: SlackClient, named: Named): Promise<Finding[]> {
  const conversations = createConversations(client);
  const findings: Finding[] = [];
  for (const [channel, places] of named.channels) {
    const subject = `Channel ${channel} (${places.join(', ')})`;
    const id = await conversations.resolve({ channel });
    findings.push(
      id.startsWith('#')
        ? missingChannel(subject)
        : judgeChannel(subject, await ask(client, 'conversations.info', { channel: id })),
    );
  }
  for (const [user, places] of named.people) {
    findings.push(
      judgePerson(`Person ${user} (${places.join(', ')})`, await ask(client, 'users.info', { user })),
    );
  }
  for (const [usergroup, places] of named.groups) {
    const asked = await ask(client, 'usergroups.users.list', { usergroup });
    findings.push(judgeGroup(`User group ${usergroup} (${places.join(', ')})`, asked));
  }
  return findings;
}

function missingChannel(subject: string): Finding {
  return wrong(
    subject,
    'is not there, or is private without the bot in it',
    `make the channel and put its id (channel name → About) into the agency file; ${INVITE}`,
  );
}

function judgeChannel(subject: string, asked: Asked): Finding {
  if ('failure' in asked)
    return NOT_THERE.has(asked.failure.reason)
      ? missingChannel(subject)
      : unsaid(subject, asked.failure.reason);
  const { name, is_archived, is_member } = Channel.parse(asked.answer).channel;
  const called = name === undefined ? '' : `#${name} `;
  if (is_archived)
    return wrong(subject, `${called}is archived`, 'unarchive it, or name another one in the agency file');
  if (is_member === false)
    return doubtful(
      subject,
      `${called}is there, the bot is not in it`,
      `${INVITE}, so that nothing is posted twice`,
    );
  return fine(subject, `${called}is there`);
}

function judgePerson(subject: string, asked: Asked): Finding {
  const remedy =
    'put the member id (profile → ⋮ → Copy member ID) of somebody who works there into the agency file';
  if ('failure' in asked)
    return NOT_THERE.has(asked.failure.reason)
      ? wrong(subject, 'is nobody in this workspace', remedy)
      : unsaid(subject, asked.failure.reason);
  const { name = 'somebody', deleted, is_bot } = Person.parse(asked.answer).user;
  if (deleted) return wrong(subject, `${name} is deactivated`, remedy);
  return is_bot ? wrong(subject, `${name} is a bot`, remedy) : fine(subject, `is ${name}`);
}

function judgeGroup(subject: string, asked: Asked): Finding {
  const remedy = 'put the id of a user group that has members into the agency file, or name "members"';
  if ('failure' in asked)
    return NOT_THERE.has(asked.failure.reason)
      ? wrong(subject, 'is not there', remedy)
      : unsaid(subject, asked.failure.reason);
  const { users } = Group.parse(asked.answer);
  return users.length === 0
    ? wrong(subject, 'has no members', remedy)
    : fine(subject, `has ${users.length} members`);
}

/** Slack was asked and did not tell: that proves nothing about the thing itself. */
function unsaid(subject: string, reason: string): Finding {
  return doubtful(subject, `Slack did not say (${reason})`, 'mend what is wrong above, and ask again');
}
