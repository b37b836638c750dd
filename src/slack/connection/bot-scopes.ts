/** The bot scopes in use, each with what it is needed for. */
export const BOT_SCOPES: Readonly<Record<string, string>> = {
  commands: 'receive slash commands',
  'chat:write': 'post and rewrite cards, pages and notices',
  'chat:write.public':
    'post the card of a request in the public channel where it was asked for, without joining it',
  'files:write': 'upload the picture of a plan',
  'im:write': 'open a direct message to page a person',
  'channels:read': 'find the id of a public channel that the configuration names',
  'groups:read': 'find the id of a private channel that the configuration names',
  'channels:history': 'look for a post whose outcome is unknown, in a public channel',
  'groups:history': 'the same in a private channel',
  'im:history': 'the same in a direct message',
  'users:read':
    'refuse deactivated members, guests and people of other workspaces, and hear of it when somebody becomes one',
  'usergroups:read': 'look up who holds a role that is a user group, and hear of it when that changes',
};

/** Without these nobody is asked, paged or answered; what each of the others brings can be done without. */
export const NEEDED_SCOPES: readonly string[] = ['commands', 'chat:write', 'im:write', 'users:read'];
