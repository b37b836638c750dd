import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { examineNamed } from '../doctor/examine-named.ts';
import type { Finding } from '../doctor/finding.ts';
import { listNamed } from '../doctor/list-named.ts';
import type { SlackClient } from '../slack/connection/slack-client.ts';

/** Looks whether the channels, people and groups that the files name are there in Slack. */
export interface NamedWatch {
  /** Begins to look, and returns at once. */
  start(): void;
  stop(): void;
  /** What is not there, in words for an operator; null for nothing. */
  describe(): string | null;
}

/** What Slack lets us ask is kept for decisions: about 40 questions a minute at most. */
const BETWEEN_CALLS_MS = 1_500;
/** While something is missing, it is looked for again: somebody may have mended it. */
const AGAIN_MS = 10 * 60_000;
const MOST_TOLD = 5;

/** As seen at the start, and again while something is missing. `pauseMs` is waited before each question. */
export function createNamedWatch(
  deps: { client: SlackClient; agency: Agency; definitions: readonly WorkflowDefinition[]; log: Log },
  pauseMs = BETWEEN_CALLS_MS,
): NamedWatch {
  const { client, agency, definitions, log } = deps;
  const stopped = new AbortController();
  const { signal } = stopped;
  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal, ref: false });
  const paced: SlackClient = {
    apiCall: async (method, options) => {
      await pause(pauseMs);
      return client.apiCall(method, options);
    },
  };
  let missing: readonly Finding[] = [];
  const look = async (): Promise<void> => {
    do {
      const findings = await examineNamed(paced, listNamed(agency, definitions));
      if (signal.aborted) return;
      missing = findings.filter(({ state }) => state === 'wrong');
      for (const { subject, is, remedy } of missing)
        log.error('What the files name is not there in Slack', { subject, is, remedy });
      await pause(AGAIN_MS);
    } while (missing.length > 0);
  };
  return {
    start: () => {
      look().catch((error: unknown) => {
        if (!signal.aborted) log.warn('What the files name could not be looked for in Slack', { error });
      });
    },
    stop: () => stopped.abort(),
    describe: () => describeMissing(missing),
  };
}

function describeMissing(missing: readonly Finding[]): string | null {
  if (missing.length === 0) return null;
  const told = missing.slice(0, MOST_TOLD).map(({ subject, is }) => `${subject} ${is}`);
  const more = missing.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''} (crewline doctor tells what to do)`;
}
