/** What buttons are called in payloads. A card that was posted long ago still carries these: never rename one. */
export const ACTION = {
  approve: 'crewline.approve',
  reject: 'crewline.reject',
  acknowledge: 'crewline.acknowledge',
  startWork: 'crewline.work.start',
  finishWork: 'crewline.work.done',
  blockWork: 'crewline.work.blocked',
  resumeWork: 'crewline.work.resume',
  acceptWork: 'crewline.work.accept',
  declineWork: 'crewline.work.decline',
  reassignWork: 'crewline.work.reassign',
  applyPlan: 'crewline.plan.apply',
  keepPlan: 'crewline.plan.keep',
  takeBack: 'crewline.disruption.takeBack',
  openDisruptionForm: 'crewline.disruption.form',
  showMoves: 'crewline.plan.moves',
  openStartForm: 'crewline.start.form',
  fileAnyway: 'crewline.start.file',
  openCrewForm: 'crewline.crew.form',
} as const;
export type ActionId = (typeof ACTION)[keyof typeof ACTION];

/** What modals are called when they come back. */
export const VIEW = {
  start: 'crewline.view.start',
  reject: 'crewline.view.reject',
  finishWork: 'crewline.view.done',
  blockWork: 'crewline.view.blocked',
  declineWork: 'crewline.view.decline',
  reassignWork: 'crewline.view.reassign',
  disruption: 'crewline.view.disruption',
  editCrew: 'crewline.view.editCrew',
} as const;
export type ViewId = (typeof VIEW)[keyof typeof VIEW];

/** The events that Slack is asked to tell. */
export const EVENTS = [
  'app_home_opened',
  'subteam_members_changed',
  'subteam_updated',
  'user_change',
] as const;
export type EventName = (typeof EVENTS)[number];

/** Blocks of the fixed modals; those of an input modal are named after the definition's fields. */
export const FIELD = {
  reason: 'reason',
  actualCost: 'actualCost',
  note: 'note',
  crew: 'crew',
} as const;

/** The one element inside every input block. */
export const VALUE = 'value';

/** The product's own slash command; definitions bring theirs. */
export const CREWLINE_COMMAND = '/crewline';
