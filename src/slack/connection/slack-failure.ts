import { z } from 'zod';

/**
 * What a failed call means.
 * - `limited`: Slack did nothing and says when to come again; never longer than two minutes from now, whatever it said
 * - `gone`: the message to update does not exist (any more)
 * - `permanent`: it will never work for this target
 * - `refused`: Slack does not take this message, wherever it goes
 * - `uncertain`: it may have happened, may happen, or may work later; `unknown` when Slack did answer, with a reason that
 *   this version has never heard of
 */
export type SlackFailure =
  | { kind: 'limited'; waitMs: number; askedSeconds: number; reason: string }
  | { kind: 'gone' | 'permanent' | 'refused'; reason: string }
  | { kind: 'uncertain'; reason: string; unsent?: true; unknown?: true };

const GONE: ReadonlySet<string> = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

const PERMANENT: ReadonlySet<string> = new Set([
  'is_archived',
  'not_in_channel',
  'channel_not_found',
  'user_disabled',
  'user_not_found',
  'users_not_found',
  'user_not_visible',
  'is_inactive',
  'cannot_dm_bot',
  'messages_tab_disabled',
  'is_bot',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'access_denied',
  'no_permission',
  'method_not_supported_for_channel_type',
  'not_supported',
  'thread_not_found',
  'cannot_reply_to_message',
  'cant_delete_message',
  'compliance_exports_prevent_deletion',
]);

/** Reasons that lie in the message. */
const REFUSED: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'invalid_arguments',
  'invalid_array_arg',
  'invalid_metadata_format',
  'metadata_too_large',
  'markdown_text_conflict',
]);

/** Slack's own trouble, which passes. */
const PASSING: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'accesslimited',
  'team_added_to_org',
]);

/** The token itself is refused, whatever is called with it, until somebody puts another one in its place. */
const TOKEN: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'org_login_required',
  'two_factor_setup_required',
  'team_access_not_granted',
  'app_not_installed',
]);

/** The token does not count for this method: an operator can mend that. */
const SCOPES: ReadonlySet<string> = new Set(['missing_scope', 'ekm_access_denied']);

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
/** Asking once more costs one call; believing a number of hours would cost those hours. */
const LONGEST_WAIT_SECONDS = 120;

const Platform = z.looseObject({ data: z.looseObject({ error: z.string() }) });
/** No schema for numbers: it would refuse NaN and infinity, which are waits of unknown length here. */
const Limited = z.looseObject({ retryAfter: z.custom<number>((value) => typeof value === 'number') });
const Http = z.looseObject({ statusCode: z.number() });

/** Explains an error of the Web API client. */
export function explainFailure(error: unknown): SlackFailure {
  const limited = Limited.safeParse(error);
  if (limited.success) return limitedFor(limited.data.retryAfter);
  const platform = Platform.safeParse(error);
  if (platform.success) return explainCode(platform.data.data.error);
  const http = Http.safeParse(error);
  if (http.success) return { kind: 'uncertain', reason: `http_${http.data.statusCode}` };
  const message = error instanceof Error ? error.message : String(error);
  if (/rate limit|Retry header/i.test(message)) return limitedFor(DEFAULT_WAIT_SECONDS);
  return { kind: 'uncertain', reason: message, ...(isUnconnected(error) && { unsent: true }) };
}

/** Whether Slack surely did nothing: it said so, or never heard of it. */
export function isSurelyNotDone(failure: SlackFailure): boolean {
  return failure.kind !== 'uncertain' || failure.unsent || failure.unknown || isCredentialProblem(failure);
}

/** Whether the failure is about credentials or scopes, which only an operator can mend. */
export function isCredentialProblem(failure: SlackFailure): boolean {
  return isTokenRefused(failure) || SCOPES.has(failure.reason);
}

/** Whether the token itself is refused: no call made with it can succeed. */
export function isTokenRefused(failure: SlackFailure): boolean {
  return TOKEN.has(failure.reason);
}

/** Whether any other call would fare the same: the token itself is refused, or there is no connection. */
export function isOutOfReach(failure: SlackFailure): boolean {
  return isTokenRefused(failure) || (failure.kind === 'uncertain' && failure.unsent === true);
}

/** A wait of at least a second and at most two minutes; a number that makes no sense is a wait of 30 s. */
function limitedFor(seconds: number): SlackFailure {
  const asked = Number.isNaN(seconds) ? DEFAULT_WAIT_SECONDS : Math.max(1, seconds);
  const waitMs = Math.min(asked, LONGEST_WAIT_SECONDS) * 1_000;
  return { kind: 'limited', waitMs, askedSeconds: asked, reason: 'ratelimited' };
}

function explainCode(code: string): SlackFailure {
  if (code === 'ratelimited' || code === 'rate_limited') return limitedFor(DEFAULT_WAIT_SECONDS);
  if (GONE.has(code)) return { kind: 'gone', reason: code };
  if (REFUSED.has(code)) return { kind: 'refused', reason: code };
  if (PERMANENT.has(code)) return { kind: 'permanent', reason: code };
  const isKnown = PASSING.has(code) || TOKEN.has(code) || SCOPES.has(code);
  return isKnown ? { kind: 'uncertain', reason: code } : { kind: 'uncertain', reason: code, unknown: true };
}

function isUnconnected(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < DEEPEST_CAUSE && cause instanceof Error; depth++) {
    if ('code' in cause && UNCONNECTED.has(cause.code)) return true;
    cause = cause.cause;
  }
  return false;
}
