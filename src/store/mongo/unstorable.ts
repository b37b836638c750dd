import { BSON, MongoBulkWriteError, MongoServerError } from 'mongodb';
import { AppError } from '../../base/errors.ts';

/** Codes of the server for a document that is, or would become, larger than MongoDB takes. */
const TOO_LARGE: ReadonlySet<number> = new Set([10_334, 17_419, 17_420]);
/** Codes of the server for values and field names that no document may have. */
const BAD_DOCUMENT: ReadonlySet<number> = new Set([2, 15, 22, 28, 52, 55, 56, 57]);

/**
 * A write that can never succeed as `run.tooLarge` or `run.unstorable`, which are not worth a second try; any other error
 * as it is.
 */
export function explainWriteError(error: unknown): unknown {
  if (isTooLarge(error))
    return unstorable('run.tooLarge', 'would make the run larger than MongoDB takes', error);
  if (isBadDocument(error)) return unstorable('run.unstorable', 'holds what MongoDB does not take', error);
  return error;
}

/** Whether an error says that the same write will fail again, however often it is tried. */
export function isUnstorable(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === 'run.tooLarge' || error.code === 'run.unstorable');
}

function unstorable(code: string, message: string, cause: unknown): AppError {
  return new AppError(`a commit ${message}`, {
    code,
    cause,
    userMessage: `This cannot be stored: it ${message}. Send it smaller, or without what does not fit.`,
  });
}

function isTooLarge(error: unknown): boolean {
  if (codesOf(error).some((code) => TOO_LARGE.has(code))) return true;
  // What is too large for a message fails before it is sent.
  if (error instanceof RangeError) return true;
  return error instanceof Error && /larger than the maximum size|BSONObj size/.test(error.message);
}

function isBadDocument(error: unknown): boolean {
  // The serialiser throws a `TypeError` for what only looks like one of its own types.
  if (BSON.BSONError.isBSONError(error) || error instanceof TypeError) return true;
  return codesOf(error).some((code) => BAD_DOCUMENT.has(code));
}

function codesOf(error: unknown): number[] {
  if (!(error instanceof MongoServerError)) return [];
  const writeErrors = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
  const codes = [error.code, ...writeErrors.map(({ code }) => code)];
  return codes.filter((code) => typeof code === 'number');
}
