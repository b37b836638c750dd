import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderManifest } from '../../src/cli/render-manifest.ts';

describe('manifest.yml', () => {
  it('is current: run `npm run manifest` after a command or a scope has changed', async () => {
    expect(await readFile('manifest.yml', 'utf8')).toBe(await renderManifest('workflows'));
  });

  it('has the scope that each event needs, and the events by which roles are followed', async () => {
    const manifest = parse(await readFile('manifest.yml', 'utf8')) as {
      oauth_config: { scopes: { bot: string[] } };
      settings: { event_subscriptions: { bot_events: string[] } };
    };
    const { bot_events: events } = manifest.settings.event_subscriptions;
    // As Slack's reference of events has them; the Home tab's needs none.
    const scopes: Record<string, string[]> = {
      app_home_opened: [],
      subteam_members_changed: ['usergroups:read'],
      subteam_updated: ['usergroups:read'],
      user_change: ['users:read'],
    };
    expect(events.toSorted()).toEqual(Object.keys(scopes));
    const { bot } = manifest.oauth_config.scopes;
    expect(bot).toEqual(expect.arrayContaining(events.flatMap((event) => scopes[event])));
    expect(bot).not.toContain('mpim:history');
  });

  it('has every command of the shipped definitions, and the product’s own', async () => {
    const manifest = parse(await readFile('manifest.yml', 'utf8')) as {
      features: { slash_commands: { command: string }[] };
    };
    const commands = manifest.features.slash_commands.map(({ command }) => command);
    expect(commands).toEqual(expect.arrayContaining(['/crewline', '/repair', '/streetlight', '/drill']));
  });
});
