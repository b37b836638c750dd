/** What an `AppError` needs to know about itself. */
export interface AppErrorDetails {
  /** Stable, machine-readable name of the fault, e.g. `workflow.invalid`. */
  code: string;
  /** Whether trying the same thing again later may succeed. */
  retryable?: boolean;
  /** What a person should read: what was wrong, where, and what to do. */
  userMessage?: string;
  cause?: unknown;
  /** How long the other side asked to wait before the next try, in milliseconds. */
  retryAfterMs?: number;
}

/**
 * The one error family of the product. `message` is for logs; `userMessage` is safe to show in Slack, in the
 * terminal or in an HTTP answer and always names the remedy.
 */
export class AppError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly userMessage: string;
  readonly retryAfterMs: number | null;

  constructor(message: string, details: AppErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = details.code;
    this.retryable = details.retryable ?? false;
    this.userMessage = details.userMessage ?? message;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** Returns `error` as an `AppError`; anything else becomes `internal.unexpected`, retryable, with the original as cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AppError(message, {
    code: 'internal.unexpected',
    retryable: true,
    userMessage: 'Something unexpected went wrong. Try again; if it happens again, tell your administrator.',
    cause: error,
  });
}

/** The code of errors that only say that the database is away, which is worth another try. */
export const STORE_UNREACHABLE = 'store.unreachable';

/** Whether an error only says that the database is away. */
export function isUnreachable(error: unknown): error is AppError {
  return error instanceof AppError && error.code === STORE_UNREACHABLE;
}
