import type { RosterView } from '../../src/http/roster-routes.ts';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import type { TestCrewline } from './crewline.ts';
import {
  interactiveElements,
  type LocalSlackClient,
  type MessagePredicate,
  readableText,
  type SlackMessage,
} from './local-slack.ts';

/** The people of the demo agency, by Slack member id. */
export const REQUESTER = 'U0RIVERA';
export const OTHER_REQUESTER = 'U0PATEL';
export const SUPERVISOR = 'U0OKAFOR';
export const OTHER_SUPERVISOR = 'U0LIND';
export const DISPATCHER = 'U0CHEN';
export const OPERATIONS_MANAGER = 'U0BRANDT';

/** The crews of the demo agency that fix roads: channel → lead. */
export const ROAD_CREWS: Readonly<Record<string, string>> = {
  C0NORTH: 'U0SANTOS',
  C0SOUTH: 'U0KELLY',
  C0NIGHT: 'U0HADDAD',
};

/** After a kill -9, leases of 15 s and delivery locks of 30 s have to run out before somebody else goes on. */
export const AFTER_A_CRASH = { timeoutMs: 50_000 };

/** What `GET /api/runs/:id` answers, as far as tests look at it. */
export interface ShownRun {
  id: string;
  status: string;
  reason: string;
  input: Record<string, unknown>;
  steps: Record<string, { status: string; output: Record<string, unknown> | null; attempts: unknown[] }>;
  clocks: Record<string, { breachedAt: string | null }>;
  timeline: { type: string; task: string | null; actor: string; data: Record<string, unknown> }[];
}

/** Whether a message reads as saying all of these, in text or blocks, whatever the case. */
export function says(...words: string[]): MessagePredicate {
  return (message) => {
    const text = readableText(message).toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  };
}

/** The run a card is about. */
export function runIdIn(message: SlackMessage): string {
  const id = /\bR-[0-9A-Z]{8}\b/.exec(readableText(message))?.[0];
  if (!id) throw new Error(`no run id in:\n${readableText(message)}`);
  return id;
}

/** Not a reply in a thread, nor something one person alone can see. */
export function isCard(message: SlackMessage): boolean {
  return message.thread_ts === undefined && message.subtype !== 'ephemeral';
}

/** The cards of a run in a channel: one, if all is well. */
export function cardsOf(client: LocalSlackClient, channel: string, runId: string): SlackMessage[] {
  return client.messages(channel).filter((message) => isCard(message) && says(runId)(message));
}

/** What can be pressed or chosen in a message, by action id. */
export function buttonsOf(message: SlackMessage): unknown[] {
  return interactiveElements(message.blocks ?? []).map(({ action_id }) => action_id);
}

/** Types `/repair <text>` and waits for the supervisors' card. */
export async function requestRepair(
  client: LocalSlackClient,
  text: string,
  user = REQUESTER,
): Promise<{ card: SlackMessage; runId: string }> {
  await client.command(user, 'requests', '/repair', text);
  const card = await client.waitForMessage('supervisors', says(text, 'Decision needed'));
  return { card, runId: runIdIn(card) };
}

/** Waits for the assignment card of a job, whichever crew gets it; with the crew's lead. */
export async function findAssignment(
  client: LocalSlackClient,
  words: string,
  options?: { timeoutMs: number },
): Promise<{ message: SlackMessage; lead: string }> {
  const searches = Object.entries(ROAD_CREWS).map(async ([channel, lead]) => ({
    message: await client.waitForMessage(channel, says(words), options),
    lead,
  }));
  return Promise.any(searches);
}

/** A repair that was asked for and approved, with the assignment card of the crew that got it. */
export async function giveJob(
  client: LocalSlackClient,
  text: string,
): Promise<{ runId: string; message: SlackMessage; lead: string }> {
  const { card, runId } = await requestRepair(client, text);
  await client.click(SUPERVISOR, card, ACTION.approve);
  return { runId, ...(await findAssignment(client, runId)) };
}

/** A job whose crew has pressed Start. */
export async function startJob(
  client: LocalSlackClient,
  runId: string,
): Promise<{ message: SlackMessage; lead: string }> {
  const { message, lead } = await findAssignment(client, runId);
  await client.click(lead, message, ACTION.startWork);
  return { message: await client.waitForMessage(message.channel, says(runId, 'Under way')), lead };
}

/** The crew's lead presses Done and reports what it cost. */
export async function finishJob(
  client: LocalSlackClient,
  { message, lead }: { message: SlackMessage; lead: string },
  actualCost: string,
  note = '',
): Promise<void> {
  await client.click(lead, message, ACTION.finishWork);
  await client.waitForView();
  const submitted = await client.submitModal(lead, { actualCost, note });
  if (submitted.status === 'refused' || submitted.view)
    throw new Error(`Done was refused: ${JSON.stringify(submitted)}`);
}

/** From the pending approval card to a job under way. */
export async function approveAndStart(client: LocalSlackClient, card: SlackMessage) {
  await client.click(SUPERVISOR, card, ACTION.approve);
  return startJob(client, runIdIn(card));
}

/** The run's card in #requests, once it says how the run stands. */
export function waitForOutcome(
  client: LocalSlackClient,
  runId: string,
  outcome: string,
  options?: { timeoutMs: number },
): Promise<SlackMessage> {
  const fits = says(runId, outcome);
  return client.waitForMessage('requests', (message) => isCard(message) && fits(message), options);
}

/** The run as the intake API shows it. */
export async function showRun(crewline: Pick<TestCrewline, 'api'>, runId: string): Promise<ShownRun> {
  const response = await crewline.api('GET', `/api/runs/${runId}`);
  if (!response.ok) throw new Error(`GET run: ${response.status} ${await response.text()}`);
  return (await response.json()) as ShownRun;
}

/** The roster as the API shows it. */
export async function showRoster(crewline: Pick<TestCrewline, 'api'>): Promise<RosterView> {
  const response = await crewline.api('GET', '/api/agency/roster');
  if (!response.ok) throw new Error(`GET roster: ${response.status} ${await response.text()}`);
  return (await response.json()) as RosterView;
}

/** How often each kind of fact is in the run's audit trail. */
export function countFacts(run: ShownRun): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of run.timeline) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
