import { z } from 'zod';
import type { Right } from '../core/agency/rights.ts';
import type { MembershipChange } from '../core/agency/role-directory.ts';
import { createApproveAction, createRejectAction } from './approvals/decide.ts';
import { createRejectSubmission } from './approvals/reject.ts';
import { createOpenFormAction } from './disruptions/disruption-form.ts';
import { createDisruptionSubmission } from './disruptions/submit-disruption.ts';
import { createTakeBackAction } from './disruptions/take-back.ts';
import { createAcknowledgeAction } from './escalator/acknowledge.ts';
import { ACTION, type ActionId, type EventName, VIEW, type ViewId } from './kit/action-ids.ts';
import type { ClickHandler, HandlerDeps, SubmissionHandler } from './kit/handler-deps.ts';
import { createProposalAction, createShowMovesAction } from './planning/decide-proposal.ts';
import { createOpenCrewAction } from './planning/show-crews.ts';
import type { SlackRoleDirectory } from './role-directory.ts';
import { createEditCrewSubmission } from './roster/submit-edit-crew.ts';
import { publishHome, publishRefusal } from './runs/app-home-opened.ts';
import { createFileAnywayAction, createOpenStartAction } from './runs/starting/ask-back.ts';
import { createStartSubmission } from './runs/starting/submit-start.ts';
import { createAcceptAction, createDeclineAction } from './work/answer-assignment.ts';
import { createReassignAction } from './work/reassign.ts';
import { createBlockedAction, createDoneAction, createProgressAction } from './work/report-work.ts';
import { createDeclineSubmission, createReassignSubmission } from './work/submit-crew.ts';
import { createBlockedSubmission, createDoneSubmission } from './work/submit-report.ts';

/** A way in from Slack: the right it asks of whoever comes, and what stands behind it. */
export interface Door<Handler> {
  right: Right;
  create(deps: DoorDeps): Handler;
}

/** What is behind the doors works with. */
export interface DoorDeps extends HandlerDeps {
  roles: SlackRoleDirectory;
  /** Tells the other processes what Slack told this one. */
  announce(change: MembershipChange): void;
}

/** Every button. What is about one run, request or job asks besides, there, whether it is this person's. */
export const ACTION_DOORS: Readonly<Record<ActionId, Door<ClickHandler>>> = {
  [ACTION.approve]: { right: 'member', create: createApproveAction },
  [ACTION.reject]: { right: 'member', create: createRejectAction },
  [ACTION.acknowledge]: { right: 'member', create: createAcknowledgeAction },
  [ACTION.acceptWork]: { right: 'member', create: createAcceptAction },
  [ACTION.declineWork]: { right: 'member', create: createDeclineAction },
  [ACTION.startWork]: { right: 'member', create: (deps) => createProgressAction(deps, 'start') },
  [ACTION.resumeWork]: { right: 'member', create: (deps) => createProgressAction(deps, 'resume') },
  [ACTION.finishWork]: { right: 'member', create: createDoneAction },
  [ACTION.blockWork]: { right: 'member', create: createBlockedAction },
  [ACTION.reassignWork]: { right: 'dispatch', create: createReassignAction },
  [ACTION.applyPlan]: { right: 'dispatch', create: (deps) => createProposalAction(deps, 'apply') },
  [ACTION.keepPlan]: { right: 'dispatch', create: (deps) => createProposalAction(deps, 'keep') },
  [ACTION.takeBack]: { right: 'work', create: createTakeBackAction },
  [ACTION.openDisruptionForm]: { right: 'work', create: createOpenFormAction },
  [ACTION.openStartForm]: { right: 'member', create: createOpenStartAction },
  [ACTION.fileAnyway]: { right: 'member', create: createFileAnywayAction },
  [ACTION.openCrewForm]: { right: 'dispatch', create: createOpenCrewAction },
  [ACTION.showMoves]: { right: 'member', create: createShowMovesAction },
};

/** Every form that comes back: asked again, whoever opened it. */
export const VIEW_DOORS: Readonly<Record<ViewId, Door<SubmissionHandler>>> = {
  [VIEW.start]: { right: 'member', create: createStartSubmission },
  [VIEW.reject]: { right: 'member', create: createRejectSubmission },
  [VIEW.blockWork]: { right: 'member', create: createBlockedSubmission },
  [VIEW.finishWork]: { right: 'member', create: createDoneSubmission },
  [VIEW.declineWork]: { right: 'member', create: createDeclineSubmission },
  [VIEW.reassignWork]: { right: 'dispatch', create: createReassignSubmission },
  [VIEW.disruption]: { right: 'work', create: createDisruptionSubmission },
  [VIEW.editCrew]: { right: 'dispatch', create: createEditCrewSubmission },
};

/** What Slack tells: something that a person did, or (`slack`) something that nobody asks for and that shows nothing. */
export type EventDoor =
  | (Door<PersonEventHandler> & { refuse(deps: DoorDeps, userId: string, words: string): Promise<void> })
  | { right: 'slack'; create(deps: DoorDeps): EventHandler };
export type PersonEventHandler = (event: unknown, userId: string) => Promise<void>;
export type EventHandler = (event: unknown) => Promise<void>;

const HomeOpened = z.looseObject({ tab: z.literal('home') });
const UserChanged = z.looseObject({ user: z.looseObject({ id: z.string() }) });
const GroupChanged = z.looseObject({ subteam_id: z.string() });
const GroupUpdated = z.looseObject({ subteam: z.looseObject({ id: z.string() }) });

/** Every event the app is subscribed to. */
export const EVENT_DOORS: Readonly<Record<EventName, EventDoor>> = {
  app_home_opened: {
    right: 'member',
    create: (deps) => async (event, userId) => {
      if (HomeOpened.safeParse(event).success) await publishHome(deps, userId);
    },
    refuse: (deps, userId, words) => publishRefusal(deps, userId, words),
  },
  user_change: {
    right: 'slack',
    create: followChange(UserChanged, ({ user }) => ({ kind: 'user', id: user.id })),
  },
  subteam_members_changed: {
    right: 'slack',
    create: followChange(GroupChanged, ({ subteam_id }) => ({ kind: 'group', id: subteam_id })),
  },
  subteam_updated: {
    right: 'slack',
    create: followChange(GroupUpdated, ({ subteam }) => ({ kind: 'group', id: subteam.id })),
  },
};

function followChange<Schema extends z.ZodType>(
  schema: Schema,
  read: (event: z.output<Schema>) => MembershipChange,
): (deps: DoorDeps) => EventHandler {
  return ({ roles, announce }) =>
    async (event) => {
      const known = schema.safeParse(event);
      if (!known.success) return;
      const change = read(known.data);
      roles.forget(change);
      announce(change);
    };
}
