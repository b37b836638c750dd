import {
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { AppError, STORE_UNREACHABLE } from '../../base/errors.ts';

/** Codes of a server that stops, starts or is not the primary: interrupted, shutting down, stepping down. */
const AWAY: ReadonlySet<number> = new Set([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** An error that only says the database is away as `store.unreachable`, which is worth another try; any other as it is. */
export function explainUnreachable(error: unknown): unknown {
  if (!isAway(error)) return error;
  return new AppError('the database is away', {
    code: STORE_UNREACHABLE,
    retryable: true,
    userMessage: 'The database does not answer at the moment. Try again in a moment.',
    cause: error,
  });
}

type Act = (...given: unknown[]) => Promise<unknown>;

/** What is given has no act that answers at once: it would answer later behind this. */
type Asynchronous<Acts> = {
  [Name in keyof Acts]: Acts[Name] extends (...given: never[]) => infer Answer
    ? Answer extends Promise<unknown>
      ? Acts[Name]
      : never
    : Acts[Name];
};

/** The same acts, all of which are asynchronous, with their rejections explained. */
export function explainingUnreachable<Acts extends object>(acts: Acts & Asynchronous<Acts>): Acts {
  const explained = Object.entries(acts).map(([name, act]: [string, unknown]) => [
    name,
    isAct(act) ? explaining(act) : act,
  ]);
  return Object.fromEntries(explained) as Acts;
}

function isAct(value: unknown): value is Act {
  return typeof value === 'function';
}

function explaining(act: Act): Act {
  return async (...given) => {
    try {
      return await act(...given);
    } catch (error) {
      throw explainUnreachable(error);
    }
  };
}

/** Of a socket that the other side closed while it was written to: the driver hands these on as they are. */
const CLOSED: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);

function isAway(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoNotConnectedError || error instanceof MongoClientClosedError) return true;
  if (error instanceof Error && 'code' in error && CLOSED.has(error.code)) return true;
  return error instanceof MongoServerError && typeof error.code === 'number' && AWAY.has(error.code);
}
