import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../base/log.ts';

/**
 * Bolt's and its clients' logger, on ours. They say at `info` and `debug` what concerns only themselves, so both become
 * `debug`; their words become a field, because a message of ours is static.
 */
export function createBoltLogger(log: Log): Logger {
  const words = (parts: unknown[]) => ({
    words: parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '),
  });
  return {
    debug: () => {},
    info: (...parts) => log.debug('Slack library', words(parts)),
    warn: (...parts) => log.debug('Slack library warns', words(parts)),
    error: (...parts) => log.warn('Slack library reports an error', words(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
