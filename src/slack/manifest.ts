import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { BOT_SCOPES } from './connection/bot-scopes.ts';
import { CREWLINE_COMMAND, EVENTS } from './kit/action-ids.ts';

export interface ManifestOptions {
  definitions: Iterable<WorkflowDefinition>;
  mode: 'socket' | 'http';
  /** Where Slack posts to in `http` mode. */
  requestUrl?: string;
}

/** Slack's limit on commands of one app. */
const MOST_COMMANDS = 50;

/** The Slack app manifest that fits these definitions, as an object to be written as YAML or JSON. */
export function buildManifest({ definitions, mode, requestUrl }: ManifestOptions): Record<string, unknown> {
  const url = mode === 'http' ? (requestUrl ?? 'https://crewline.example.com/slack/events') : undefined;
  const endpoint = url === undefined ? {} : { request_url: url };
  return {
    display_information: {
      name: 'Crewline',
      description: 'Public works, from report to repaired road: approvals, crews, deadlines, budgets',
      background_color: '#1f3a5f',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: true,
      },
      bot_user: { display_name: 'Crewline', always_online: true },
      slash_commands: listCommands(definitions)
        .slice(0, MOST_COMMANDS)
        .map((command) => ({
          ...command,
          should_escape: false,
          ...(url !== undefined && { url }),
        })),
    },
    oauth_config: { scopes: { bot: Object.keys(BOT_SCOPES) } },
    settings: {
      event_subscriptions: { ...endpoint, bot_events: [...EVENTS] },
      interactivity: { is_enabled: true, ...endpoint },
      org_deploy_enabled: false,
      socket_mode_enabled: mode === 'socket',
      token_rotation_enabled: false,
    },
  };
}

/** Commands of definitions that Slack has no room for; `/crewline start` starts these too. */
export function listLeftOut(definitions: Iterable<WorkflowDefinition>): string[] {
  return listCommands(definitions)
    .slice(MOST_COMMANDS)
    .map(({ command }) => command);
}

interface ManifestCommand {
  command: string;
  description: string;
  usage_hint: string;
}

function listCommands(definitions: Iterable<WorkflowDefinition>): ManifestCommand[] {
  const own: ManifestCommand = {
    command: CREWLINE_COMMAND,
    description: 'Start, list, show and cancel requests; see and change what crews do',
    usage_hint:
      'help | start <workflow> | list [open|mine|all] | show R-… | cancel R-… | retry R-… | crews [day] | plan [crew] [day] | absent CREW FROM [TO] | rain DISTRICT UNTIL',
  };
  const commands = [...definitions].flatMap((definition) =>
    definition.command === null
      ? []
      : [
          {
            command: definition.command,
            description: `Start: ${definition.title}`,
            usage_hint: '[what and where]',
          },
        ],
  );
  commands.sort((left, right) => (left.command < right.command ? -1 : 1));
  return [own, ...commands];
}
