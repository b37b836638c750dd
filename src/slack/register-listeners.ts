import type { App, RespondFn } from '@slack/bolt';
import type { Right } from '../core/agency/rights.ts';
import { readActor } from './connection/read-actor.ts';
import { createCrewlineCommand, findCrewlineGate } from './crewline-command.ts';
import {
  ACTION_DOORS,
  type DoorDeps,
  EVENT_DOORS,
  type EventDoor,
  type PersonEventHandler,
  VIEW_DOORS,
} from './doors.ts';
import { CREWLINE_COMMAND } from './kit/action-ids.ts';
import { acknowledgeWith, fitFormReply, respondWith, sayFormReply } from './kit/answer.ts';
import { answerInTime, guard, type Reply } from './kit/guard.ts';
import type { ClickHandler, CommandCall, CommandGate, SubmissionHandler } from './kit/handler-deps.ts';
import { offerAgain } from './kit/open-modal.ts';
import { tellAlone } from './kit/tell-alone.ts';
import { createWorkflowCommand, startUnknownCommand } from './runs/starting/start-run.ts';

/** As much of Bolt as there are kinds of doors. */
export type ListeningApp = Pick<App, 'command' | 'action' | 'view' | 'event'>;

/** A definition's own command is for everybody in the workspace. */
const WORKFLOW_GATE: CommandGate = { right: 'member', heard: 'whenDone' };

/** What nobody can be recognised in. */
const NOBODY = 'Slack did not say who you are, so nothing was changed. Try again in a moment.';

interface Listening {
  app: ListeningApp;
  deps: DoorDeps;
  /** Keeps what is under way. */
  track<Result>(work: Promise<Result>): Promise<Result>;
}

/**
 * Connects Bolt's listeners to the handlers, each behind the right that its door asks for; nothing else is decided here,
 * and nowhere else is anything connected.
 */
export function registerListeners(app: ListeningApp, deps: DoorDeps, track: Listening['track']): void {
  const listening = { app, deps, track };
  registerCommand(listening, CREWLINE_COMMAND, findCrewlineGate, createCrewlineCommand(deps));
  for (const definition of deps.management.runs.definitions.values()) {
    const { command } = definition;
    if (!command) continue;
    registerCommand(listening, command, () => WORKFLOW_GATE, createWorkflowCommand(deps, definition));
  }
  registerUnknownCommands(listening);
  for (const [id, { right, create }] of Object.entries(ACTION_DOORS)) {
    registerAction(listening, id, right, create(deps));
  }
  for (const [id, { right, create }] of Object.entries(VIEW_DOORS)) {
    registerView(listening, id, right, create(deps));
  }
  for (const [name, door] of Object.entries(EVENT_DOORS)) registerEvent(listening, name, door);
}

/**
 * What `handle` answers, for whoever has the right; anybody else is told why not, and nothing they wrote is read. What
 * goes wrong becomes words.
 */
function passDoor<Outcome>(
  { management, log }: DoorDeps,
  what: string,
  body: unknown,
  right: Right,
  handle: () => Promise<Outcome>,
): Promise<Outcome | Reply> {
  return guard<Outcome | Reply>(log, what, async () => {
    const actor = readActor(body);
    if (!actor) return { text: NOBODY };
    const refusal = await management.authority.mayAct(actor, right);
    if (!refusal) return handle();
    log.info('Somebody was refused at a door', { what, right, userId: actor.userId, why: refusal.refused });
    return { text: refusal.refused };
  });
}

/** Slack may know commands that this process does not: while a new version is rolled out, or after one was taken away. */
function registerUnknownCommands(listening: Listening): void {
  const { deps } = listening;
  const definitions = [...deps.management.runs.definitions.values()];
  const known = new Set([CREWLINE_COMMAND, ...definitions.flatMap(({ command }) => command ?? [])]);
  const names = [...known].map((command) => command.replace(/[^\w/]/g, '\\$&'));
  const unknown = new RegExp(`^(?!(?:${names.join('|')})$)`);
  const handle = (call: CommandCall, command: string) => startUnknownCommand(deps, command, call);
  registerCommand(listening, unknown, () => WORKFLOW_GATE, handle);
}

function registerCommand(
  { app, deps, track }: Listening,
  name: string | RegExp,
  findGate: (text: string) => CommandGate,
  handle: (call: CommandCall, command: string) => Promise<Reply | null>,
): void {
  app.command(name, async ({ command, ack, respond }) => {
    const call = {
      text: decodeEntities(command.text ?? '').trim(),
      userId: command.user_id,
      // Slack means to leave the name out one day.
      userName: command.user_name || command.user_id,
      channel: command.channel_id,
      triggerId: command.trigger_id,
    };
    const { right, heard } = findGate(call.text);
    const work = () => passDoor(deps, command.command, command, right, () => handle(call, command.command));
    const late = async (reply: Reply | null) => {
      if (reply) await tellLate(deps, respond, { user: command.user_id, channel: command.channel_id }, reply);
    };
    if (heard === 'atOnce') await track(ack().then(work).then(late));
    else await track(answerInTime(work(), (reply) => acknowledgeWith(ack, respond, reply), late));
  });
}

function registerAction(
  { app, deps, track }: Listening,
  id: string,
  right: Right,
  handle: ClickHandler,
): void {
  app.action({ type: 'block_actions', action_id: id }, async ({ ack, body, action, respond }) => {
    const click = {
      value: 'value' in action ? action.value : undefined,
      userId: body.user.id,
      userName: body.user.name || body.user.id,
      triggerId: body.trigger_id,
      ...(body.channel && { channel: body.channel.id }),
    };
    const say = async (reply: Reply | null) => {
      if (reply) await tellLate(deps, respond, { user: body.user.id, channel: body.channel?.id }, reply);
    };
    const again = { actionId: id, value: String(click.value ?? '') };
    const work = passDoor(deps, id, body, right, () => offerAgain(deps.log, again, () => handle(click)));
    const acknowledge = async (reply: Reply | null) => {
      await ack();
      await say(reply);
    };
    await track(answerInTime(work, acknowledge, say));
  });
}

function registerView(
  { app, deps, track }: Listening,
  id: string,
  right: Right,
  handle: SubmissionHandler,
): void {
  app.view({ type: 'view_submission', callback_id: id }, async ({ ack, body, view }) => {
    const submission = {
      values: view.state.values,
      metadata: view.private_metadata,
      userId: body.user.id,
      userName: body.user.name || body.user.id,
    };
    const work = passDoor(deps, id, body, right, () => handle(submission));
    const title = view.title.text;
    await track(
      answerInTime(
        work,
        async (reply) => {
          if (reply === null) return ack();
          return ack(fitFormReply(title, reply));
        },
        async (reply) => {
          if (reply === null) return;
          await tellAlone(deps, { userId: body.user.id, channel: undefined }, { text: sayFormReply(reply) });
        },
      ),
    );
  });
}

function registerEvent({ app, deps, track }: Listening, name: string, door: EventDoor): void {
  if (door.right === 'slack') {
    const handle = door.create(deps);
    app.event(name, async ({ event }) => void (await track(guard(deps.log, name, () => handle(event)))));
    return;
  }
  const { right, refuse } = door;
  const handle: PersonEventHandler = door.create(deps);
  app.event(name, async ({ event, body }) => {
    const actor = readActor(body);
    if (!actor) return;
    const { userId } = actor;
    const reply = await track(passDoor(deps, name, body, right, () => handle(event, userId)));
    if (reply) await track(guard(deps.log, name, () => refuse(deps, userId, reply.text)));
  });
}

/** By the response URL, and when that has run out (30 minutes, 5 uses) by an ephemeral post. */
async function tellLate(
  deps: DoorDeps,
  respond: RespondFn,
  { user, channel }: { user: string; channel: string | undefined },
  reply: Reply,
): Promise<void> {
  try {
    await respondWith(respond, reply);
  } catch (error) {
    deps.log.info('A response URL could not be used', { error });
    await tellAlone(deps, { userId: user, channel }, reply);
  }
}

/** Slack escapes three characters of a command's text; what was typed is what is kept. */
function decodeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
