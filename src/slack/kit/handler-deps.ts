import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Agency } from '../../core/agency/agency.ts';
import type { Right } from '../../core/agency/rights.ts';
import type { RoleDirectory } from '../../core/agency/role-directory.ts';
import type { Refusal } from '../../core/run/transition.ts';
import type { ManagementLayer } from '../../management/management-layer.ts';
import type { SlackClient } from '../connection/slack-client.ts';
import type { Reply, ViewReply } from './guard.ts';
import { sayRefusal } from './say-refusal.ts';

/** What the handlers of commands, buttons, modals and events work with. */
export interface HandlerDeps {
  management: ManagementLayer;
  client: SlackClient;
  roles: RoleDirectory;
  agency: Agency;
  clock: Clock;
  log: Log;
  /** The local Slack’s page shows none: times are chosen from a menu there. */
  hasTimePicker?: boolean;
}

/** A slash command as typed. */
export interface CommandCall {
  text: string;
  userId: string;
  userName: string;
  channel: string;
  /** Lives three seconds: a modal has to be opened first. */
  triggerId: string;
}
export type CommandHandler = (call: CommandCall) => Promise<Reply | null>;

/** What a command asks of whoever types it, and when Slack is told that it was heard. */
export interface CommandGate {
  right: Right;
  /** `atOnce` where nothing is changed; `whenDone` where what was asked for is stored first. */
  heard: 'atOnce' | 'whenDone';
}

/** A pressed button. */
export interface Click {
  value: unknown;
  userId: string;
  userName?: string;
  triggerId: string;
  /** Where the button is; absent on the Home tab. */
  channel?: string;
}
/** Null when all is well: the card itself shows what has become of it. */
export type ClickHandler = (click: Click) => Promise<Reply | null>;

/** A submitted modal. */
export interface Submission {
  values: unknown;
  metadata: string;
  userId: string;
  userName: string;
}
export type SubmissionHandler = (submission: Submission) => Promise<ViewReply>;

/** A refusal as a reply; nothing when the act happened. */
export function replyTo(outcome: { run: unknown } | Refusal): Reply | null {
  return 'refused' in outcome ? { text: sayRefusal(outcome) } : null;
}

/** The same as a modal's reply: a refusal takes the form's place, and the form closes when the act happened. */
export function viewReplyTo(outcome: { run: unknown } | Refusal): ViewReply {
  return 'refused' in outcome ? { refused: sayRefusal(outcome) } : null;
}
