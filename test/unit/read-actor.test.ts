import { expect, test } from 'vitest';
import { readActor } from '../../src/slack/connection/read-actor.ts';

const nowhere = { workspaces: [], home: null, enterprises: [] };

test.each([
  [
    'a command',
    { user_id: 'U1', user_name: 'maya', team_id: 'T1', enterprise_id: '' },
    { userId: 'U1', workspaces: ['T1'], home: null, enterprises: [] },
  ],
  [
    'a command in an organisation',
    { user_id: 'U1', team_id: 'T1', enterprise_id: 'E1' },
    { userId: 'U1', workspaces: ['T1'], home: null, enterprises: ['E1'] },
  ],
  [
    'a click',
    { user: { id: 'U1', team_id: 'T2' }, team: { id: 'T1', domain: 'x' }, enterprise: null },
    { userId: 'U1', workspaces: ['T1'], home: 'T2', enterprises: [] },
  ],
  [
    'a form of an organisation',
    { user: { id: 'U1' }, team: { id: 'T1', enterprise_id: 'E1' }, enterprise: { id: 'E2' } },
    { userId: 'U1', workspaces: ['T1'], home: null, enterprises: ['E2', 'E1'] },
  ],
  [
    'an event',
    { team_id: 'T1', event: { type: 'x', user: 'U1', user_team: 'T2' } },
    { userId: 'U1', workspaces: ['T1'], home: 'T2', enterprises: [] },
  ],
  ['a request without a place', { user_id: 'U1' }, { userId: 'U1', ...nowhere }],
  ['nobody', { team_id: 'T1' }, null],
  ['somebody without a name', { user_id: '', team_id: 'T1' }, null],
  ['nonsense', { user_id: { $gt: '' }, team_id: 'T1' }, null],
  ['nothing', undefined, null],
])('who acts is read from %s', (_what, body, actor) => {
  expect(readActor(body)).toEqual(actor);
});
