import type { ArchiveConfig, IntakeConfig, SeverityAgentConfig } from '../base/config.ts';
import type { SlackAppCredentials } from '../slack/slack-app.ts';

/**
 * How the bot reaches a Slack, real or local; `postsPerSecond` counts per channel, 0 means no limit. `hasTimePicker`: true
 * unless it says otherwise.
 */
export type SlackConnection = SlackAppCredentials & { postsPerSecond: number; hasTimePicker?: boolean };

export interface AppOptions {
  mongo: { uri: string; database: string };
  slack: SlackConnection;
  http: { port: number; apiToken?: string };
  workflowsDir: string;
  agencyFile: string;
  severityAgent: SeverityAgentConfig;
  archive: ArchiveConfig;
  intake: IntakeConfig;
  /** How long a step waits for a process that can do what it calls, before somebody is paged. */
  missingWaitMs: number;
  /** No other process can be at work on this database: leases of dead ones are taken over at once. */
  alone: boolean;
  /** Slack has lost its messages (a local one that was started anew): cards of open runs are posted again. */
  repostCards: boolean;
}
