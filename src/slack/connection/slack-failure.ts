import { z } from 'zod';

/**
 * What a failed call means.
 * - `limited`: Slack did nothing and says when to come again
 * - `gone`: the message to update does not exist (any more)
 * - `permanent`: it will never work for this target or this message
 * - `uncertain`: it may have happened, may happen, or may work later
 */
export type SlackFailure =
  | { kind: 'limited'; waitMs: number; reason: string }
  | { kind: 'gone' | 'permanent'; reason: string }
  | { kind: 'uncertain'; reason: string; unsent?: true };

const GONE: ReadonlySet<string> = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

const PERMANENT: ReadonlySet<string> = new Set([
  // The target.
  'is_archived',
  'not_in_channel',
  'channel_not_found',
  'user_disabled',
  'user_not_found',
  'users_not_found',
  'user_not_visible',
  'account_inactive',
  'is_inactive',
  'cannot_dm_bot',
  'messages_tab_disabled',
  'is_bot',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'team_access_not_granted',
  'ekm_access_denied',
  'access_denied',
  'no_permission',
  'method_not_supported_for_channel_type',
  'not_supported',
  'thread_not_found',
  'cannot_reply_to_message',
  'cant_delete_message',
  'compliance_exports_prevent_deletion',
  // The message.
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'invalid_arguments',
]);

/** Wrong credentials: nothing gets through until an operator mends them, and then everything has to. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'not_allowed_token_type',
]);

/** No connection came about, so nothing was sent. */
const UNCONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** How deep the network's own error may be wrapped. */
const DEEPEST_CAUSE = 5;

const DEFAULT_WAIT_SECONDS = 30;

const Platform = z.looseObject({ data: z.looseObject({ error: z.string() }) });
const Limited = z.looseObject({ retryAfter: z.number() });
const Http = z.looseObject({ statusCode: z.number() });

/** Explains an error of the Web API client. */
export function explainFailure(error: unknown): SlackFailure {
  const limited = Limited.safeParse(error);
  if (limited.success) {
    return { kind: 'limited', waitMs: Math.max(1, limited.data.retryAfter) * 1_000, reason: 'ratelimited' };
  }
  const platform = Platform.safeParse(error);
  if (platform.success) return explainCode(platform.data.data.error);
  const http = Http.safeParse(error);
  if (http.success) return { kind: 'uncertain', reason: `http_${http.data.statusCode}` };
  const message = error instanceof Error ? error.message : String(error);
  if (/rate limit|Retry header/i.test(message)) {
    return { kind: 'limited', waitMs: DEFAULT_WAIT_SECONDS * 1_000, reason: 'ratelimited' };
  }
  return { kind: 'uncertain', reason: message, ...(isUnconnected(error) && { unsent: true }) };
}

/** Whether Slack surely did nothing: it said so, or never heard of it. */
export function isSurelyNotDone(failure: SlackFailure): boolean {
  return failure.kind !== 'uncertain' || failure.unsent === true || isCredentialProblem(failure);
}

/** Whether the failure is about credentials or scopes, which only an operator can mend. */
export function isCredentialProblem(failure: SlackFailure): boolean {
  return CREDENTIALS.has(failure.reason);
}

function explainCode(code: string): SlackFailure {
  if (code === 'ratelimited' || code === 'rate_limited') {
    return { kind: 'limited', waitMs: DEFAULT_WAIT_SECONDS * 1_000, reason: code };
  }
  if (GONE.has(code)) return { kind: 'gone', reason: code };
  return { kind: PERMANENT.has(code) ? 'permanent' : 'uncertain', reason: code };
}

function isUnconnected(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < DEEPEST_CAUSE && cause instanceof Error; depth++) {
    if ('code' in cause && UNCONNECTED.has(cause.code)) return true;
    cause = cause.cause;
  }
  return false;
}
