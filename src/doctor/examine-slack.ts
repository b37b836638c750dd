import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Config } from '../base/config.ts';
import { BOT_SCOPES, NEEDED_SCOPES } from '../slack/connection/bot-scopes.ts';
import type { SlackClient } from '../slack/connection/slack-client.ts';
import { explainFailure, isTokenRefused, type SlackFailure } from '../slack/connection/slack-failure.ts';
import { doubtful, type Finding, fine, wrong } from './finding.ts';

type RealSlack = Extract<Config['slack'], { kind: 'real' }>;
/** What Slack answered, or why it did not do what was asked. */
export type Asked = { answer: object } | { failure: SlackFailure };

const SLACK = 'https://slack.com/api/';
const SIGNING_SECRET = /^[0-9a-f]{32}$/;
const MOST_TRIES = 4;
const LONGEST_WAIT_MS = 60_000;

const Identity = z.looseObject({ team: z.string().optional(), user: z.string().optional() });
const Scoped = z.looseObject({ response_metadata: z.looseObject({ scopes: z.array(z.string()) }) });

/** Asks Slack, and waits where it asks to be left alone for a while. */
export async function ask(
  client: SlackClient,
  method: string,
  options: Record<string, string> = {},
): Promise<Asked> {
  for (let tries = 1; ; tries++) {
    try {
      return { answer: await client.apiCall(method, options) };
    } catch (error) {
      const failure = explainFailure(error);
      if (failure.kind !== 'limited' || tries === MOST_TRIES) return { failure };
      await delay(Math.min(failure.waitMs, LONGEST_WAIT_MS));
    }
  }
}

/**
 * The bot's token, its scopes, and how requests come in. `isUsable`: the token is taken, so that more can be asked with
 * it. `appClient` carries the app-level token.
 */
export async function examineSlack(
  slack: RealSlack,
  client: SlackClient,
  appClient: SlackClient | null,
): Promise<{ findings: Finding[]; isUsable: boolean }> {
  const asked = await ask(client, 'auth.test');
  if ('failure' in asked)
    return { findings: [refusedToken(asked.failure), examineMode(slack)], isUsable: false };
  const { team = 'its workspace', user = 'the bot' } = Identity.parse(asked.answer);
  return {
    findings: [
      fine('Slack token', `${user} in ${team}`),
      ...examineScopes(asked.answer),
      examineMode(slack),
      ...(appClient ? [await examineAppToken(appClient)] : [examineSecret(slack)]),
    ],
    isUsable: true,
  };
}

function refusedToken(failure: SlackFailure): Finding {
  return isTokenRefused(failure)
    ? wrong(
        'Slack token',
        `Slack refuses it (${failure.reason})`,
        'put the Bot User OAuth Token (xoxb-…, under OAuth & Permissions) into SLACK_BOT_TOKEN; install the app again where it was uninstalled',
      )
    : wrong(
        'Slack token',
        `Slack cannot be reached (${failure.reason})`,
        'see that this machine reaches https://slack.com, and SLACK_API_URL if it is set',
      );
}

function examineScopes(answer: object): Finding[] {
  const scoped = Scoped.safeParse(answer);
  if (!scoped.success)
    return [
      doubtful('Scopes', 'this Slack does not say which the token has', 'compare them with manifest.yml'),
    ];
  const given = new Set(scoped.data.response_metadata.scopes);
  const missing = Object.entries(BOT_SCOPES).filter(([scope]) => !given.has(scope));
  const remedy = 'import manifest.yml under App Manifest, and install the app again';
  const findings = missing.map(([scope, purpose]) =>
    NEEDED_SCOPES.includes(scope)
      ? wrong(`Scope ${scope}`, `is missing, and needed to ${purpose}`, remedy)
      : doubtful(`Scope ${scope}`, `is missing: Crewline cannot ${purpose}`, remedy),
  );
  return findings.length > 0
    ? findings
    : [fine('Scopes', `all ${Object.keys(BOT_SCOPES).length} of manifest.yml`)];
}

function examineMode({ mode }: RealSlack): Finding {
  return fine(
    'Requests',
    mode === 'socket'
      ? 'come by Socket Mode (it has to be on in the app’s settings)'
      : 'come by HTTP to /slack/events (Socket Mode has to be off in the app’s settings)',
  );
}

async function examineAppToken(client: SlackClient): Promise<Finding> {
  const asked = await ask(client, 'apps.connections.open');
  if ('answer' in asked) return fine('App token', 'Socket Mode connections can be opened');
  return wrong(
    'App token',
    `Slack opens no Socket Mode connection (${asked.failure.reason})`,
    'make an app-level token with the scope connections:write under Basic Information, put it into SLACK_APP_TOKEN (xapp-…), and turn Socket Mode on',
  );
}

function examineSecret(slack: RealSlack): Finding {
  const secret = slack.signingSecret ?? '';
  if (SIGNING_SECRET.test(secret)) return fine('Signing secret', 'has the form of one');
  const judge = slack.apiUrl === SLACK ? wrong : doubtful;
  return judge(
    'Signing secret',
    'does not have the form of Slack’s (32 digits and letters from a to f)',
    'copy it from Basic Information into SLACK_SIGNING_SECRET',
  );
}
