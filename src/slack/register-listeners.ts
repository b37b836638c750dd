import type { App, RespondFn } from '@slack/bolt';
import { createApproveAction, createRejectAction } from './approvals/decide.ts';
import { createRejectSubmission } from './approvals/reject.ts';
import { createCrewlineCommand } from './crewline-command.ts';
import { createOpenFormAction } from './disruptions/disruption-form.ts';
import { createDisruptionSubmission } from './disruptions/submit-disruption.ts';
import { createTakeBackAction } from './disruptions/take-back.ts';
import { createAcknowledgeAction } from './escalator/acknowledge.ts';
import { ACTION, CREWLINE_COMMAND, VIEW } from './kit/action-ids.ts';
import { acknowledgeWith, fitFormReply, respondWith, sayFormReply } from './kit/answer.ts';
import { answerInTime, guard, type Reply } from './kit/guard.ts';
import type {
  ClickHandler,
  CommandCall,
  CommandHandler,
  HandlerDeps,
  SubmissionHandler,
} from './kit/handler-deps.ts';
import { tellAlone } from './kit/tell-alone.ts';
import { createProposalAction, createShowMovesAction } from './planning/decide-proposal.ts';
import { EDIT_CREW_VIEW } from './roster/edit-crew.ts';
import { createEditCrewSubmission } from './roster/submit-edit-crew.ts';
import { publishHome } from './runs/app-home-opened.ts';
import { createWorkflowCommand, startUnknownCommand } from './runs/start-run.ts';
import { createStartSubmission } from './runs/submit-start.ts';
import { createAcceptAction, createDeclineAction } from './work/answer-assignment.ts';
import { createReassignAction } from './work/reassign.ts';
import { createBlockedAction, createDoneAction, createProgressAction } from './work/report-work.ts';
import { createDeclineSubmission, createReassignSubmission } from './work/submit-crew.ts';
import { createBlockedSubmission, createDoneSubmission } from './work/submit-report.ts';

/** Connects Bolt's listeners to the handlers; nothing is decided here. `track` keeps what is under way. */
export function registerListeners(
  app: App,
  deps: HandlerDeps,
  track: <Result>(work: Promise<Result>) => Promise<Result>,
): void {
  const command = (name: string, handle: CommandHandler) => registerCommand(app, deps, track, name, handle);
  const action = (id: string, handle: ClickHandler) => registerAction(app, deps, track, id, handle);
  const view = (id: string, handle: SubmissionHandler) => registerView(app, deps, track, id, handle);

  command(CREWLINE_COMMAND, createCrewlineCommand(deps));
  for (const definition of deps.management.runs.definitions.values()) {
    if (definition.command) command(definition.command, createWorkflowCommand(deps, definition));
  }
  registerUnknownCommands(app, deps, track);
  registerActions(deps, action);
  registerViews(deps, view);
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await track(guard(deps.log, 'home', () => publishHome(deps, event.user)));
  });
}

/** Slack may know commands that this process does not: while a new version is rolled out, or after one was taken away. */
function registerUnknownCommands(app: App, deps: HandlerDeps, track: Track): void {
  const definitions = [...deps.management.runs.definitions.values()];
  const known = new Set([CREWLINE_COMMAND, ...definitions.flatMap(({ command }) => command ?? [])]);
  const names = [...known].map((command) => command.replace(/[^\w/]/g, '\\$&'));
  const unknown = new RegExp(`^(?!(?:${names.join('|')})$)`);
  registerCommand(app, deps, track, unknown, (call, command) => startUnknownCommand(deps, command, call));
}

function registerActions(deps: HandlerDeps, action: (id: string, handle: ClickHandler) => void): void {
  action(ACTION.approve, createApproveAction(deps));
  action(ACTION.reject, createRejectAction(deps));
  action(ACTION.acknowledge, createAcknowledgeAction(deps));
  action(ACTION.acceptWork, createAcceptAction(deps));
  action(ACTION.declineWork, createDeclineAction(deps));
  action(ACTION.startWork, createProgressAction(deps, 'start'));
  action(ACTION.resumeWork, createProgressAction(deps, 'resume'));
  action(ACTION.finishWork, createDoneAction(deps));
  action(ACTION.blockWork, createBlockedAction(deps));
  action(ACTION.reassignWork, createReassignAction(deps));
  action(ACTION.applyPlan, createProposalAction(deps, 'apply'));
  action(ACTION.keepPlan, createProposalAction(deps, 'keep'));
  action(ACTION.takeBack, createTakeBackAction(deps));
  action(ACTION.openDisruptionForm, createOpenFormAction(deps));
  action(ACTION.showMoves, createShowMovesAction(deps));
}

function registerViews(deps: HandlerDeps, view: (id: string, handle: SubmissionHandler) => void): void {
  view(VIEW.start, createStartSubmission(deps));
  view(VIEW.reject, createRejectSubmission(deps));
  view(VIEW.blockWork, createBlockedSubmission(deps));
  view(VIEW.finishWork, createDoneSubmission(deps));
  view(VIEW.declineWork, createDeclineSubmission(deps));
  view(VIEW.reassignWork, createReassignSubmission(deps));
  view(VIEW.disruption, createDisruptionSubmission(deps));
  view(EDIT_CREW_VIEW, createEditCrewSubmission(deps));
}

type Track = Parameters<typeof registerListeners>[2];

function registerCommand(
  app: App,
  deps: HandlerDeps,
  track: Track,
  name: string | RegExp,
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
    const work = guard(deps.log, command.command, () => handle(call, command.command));
    await track(
      answerInTime(
        work,
        (reply) => acknowledgeWith(ack, respond, reply),
        (reply) => (reply ? respondWith(respond, reply) : Promise.resolve()),
      ),
    );
  });
}

function registerAction(app: App, deps: HandlerDeps, track: Track, id: string, handle: ClickHandler): void {
  app.action({ type: 'block_actions', action_id: id }, async ({ ack, body, action, respond }) => {
    const click = {
      value: 'value' in action ? action.value : undefined,
      userId: body.user.id,
      triggerId: body.trigger_id,
      ...(body.channel && { channel: body.channel.id }),
    };
    const say = async (reply: Reply | null) => {
      if (reply) await tellClicker(deps, respond, body, reply);
    };
    const work = guard(deps.log, id, () => handle(click));
    const acknowledge = async (reply: Reply | null) => {
      await ack();
      await say(reply);
    };
    await track(answerInTime(work, acknowledge, say));
  });
}

function registerView(
  app: App,
  deps: HandlerDeps,
  track: Track,
  id: string,
  handle: SubmissionHandler,
): void {
  app.view({ type: 'view_submission', callback_id: id }, async ({ ack, body, view }) => {
    const submission = {
      values: view.state.values,
      metadata: view.private_metadata,
      userId: body.user.id,
      userName: body.user.name || body.user.id,
    };
    const work = guard(deps.log, id, () => handle(submission));
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
          const text = sayFormReply(reply);
          await deps.client.apiCall('chat.postMessage', { channel: body.user.id, text });
        },
      ),
    );
  });
}

/** By the response URL, and when that has run out (30 minutes, 5 uses) as a message of its own. */
async function tellClicker(
  deps: HandlerDeps,
  respond: RespondFn,
  body: { user: { id: string }; channel?: { id: string } },
  reply: Reply,
): Promise<void> {
  try {
    await respondWith(respond, reply);
  } catch (error) {
    deps.log.info('A response URL could not be used', { error });
    await tellAlone(deps, { userId: body.user.id, channel: body.channel?.id }, reply);
  }
}

/** Slack escapes three characters of a command's text; what was typed is what is kept. */
function decodeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
