import type { PageTarget } from '../agency/agency.ts';
import type { ApprovalEnd } from '../audit/audit-data.ts';

/** The promise of a run or a step as instants. A breach is recorded once, and for ever. */
export interface SlaClock {
  startedAt: Date;
  warnAt: Date;
  dueAt: Date;
  warnedAt: Date | null;
  breachedAt: Date | null;
  /** Set when the work the clock watches has ended: a stopped clock never warns or breaches. */
  stoppedAt: Date | null;
}

/** What a run may cost, in cents, and what it has cost so far. */
export interface BudgetState {
  limitCents: number;
  warnCents: number;
  spentCents: number;
  warnedAt: Date | null;
  breachedAt: Date | null;
}

/** One level's notification: open until somebody acknowledges the escalation. */
export interface Page {
  /** 1, 2, 3 … within the escalation. */
  number: number;
  /** Index of the policy's level. */
  level: number;
  target: PageTarget;
  at: Date;
  /** Slack's reason when the page can never arrive there. */
  undeliverable: string | null;
}

/**
 *   open --(wait passes: next level, then the last level again)--> open ... --> exhausted
 *    |--(somebody acknowledges)--> acknowledged
 *    '--(the work got done, or the run was cancelled)--> resolved
 */
export interface Escalation {
  key: string;
  /** `hazard`: an assessment names what may kill somebody before a crew comes. */
  kind: 'sla' | 'budget' | 'failure' | 'hazard';
  task: string | null;
  dueAt: Date | null;
  openedAt: Date;
  state: 'open' | 'acknowledged' | 'resolved' | 'exhausted';
  pages: Page[];
  /** When the next level is paged. */
  nextAt: Date | null;
  acknowledgedBy: string | null;
  acknowledgedAt: Date | null;
}

/** Where a run stands among the runs it came from: those that wait for it, and those it goes on for. */
export interface Lineage {
  /** How many runs, each inside the next, wait for its end. */
  depth: number;
  /** How many hops of `continueAs` led from the first run of its chain to it. */
  generation: number;
  /** Those of the hops that were made since `since`: what the limit of hops looks at. */
  hops: number;
  since: Date;
  /** Request key of the first run of its chain: a step that waits for that one waits for the whole chain. */
  head: string | null;
}

export type OutboxKind =
  | 'runCard'
  | 'timeline'
  | 'approvalCard'
  | 'assignmentCard'
  | 'page'
  | 'notice'
  | 'planProposal'
  | 'bulletin'
  | 'refusal';

/**
 * A Slack message that has to exist in its newest form: `wanted` is the newest form asked for. The text is made from
 * the run when it is delivered, so ten changes in a row become one update and the newest always wins.
 */
export interface OutboxMessage {
  /** Identity of the message in Slack: asking for the same id again updates the same post. */
  _id: string;
  kind: OutboxKind;
  runId: string;
  /** What inside the run it shows: a task, a crew, an escalation page (`key#n`), an audit event's seq. */
  reference: string;
  turn: Turn;
  wanted: number;
}

/** What a step calls, by kind and name. */
export interface CalledName {
  kind: 'agent' | 'service' | 'workflow';
  name: string;
}

/** A call that a step waits for a process to be able to do. */
export interface MissingCall extends CalledName {
  since: Date;
  /** When somebody is paged unless a process has taken it up; null once that has happened. */
  incidentAt: Date | null;
}

/**
 * When a message has its turn. What goes to one place for one source stands in one lane; within it the more urgent goes
 * first, then the graver, then what is needed sooner.
 */
export interface Turn {
  /** Where it goes, in the agency's words: a channel, `role Supervisor`, `crew north`, `user U0CHEN`, `@dispatch`. */
  place: string;
  /** For whom it is sent: people and systems share no source, and one who floods keeps nobody else waiting. */
  source: string;
  /** Lower goes first: pages, then what a person has just touched, decisions, notices, status. */
  urgency: number;
  /** Lower is graver: 0 for what threatens lives, 10 for what harms nobody. */
  gravity: number;
  /** When somebody has to have acted at the latest. */
  needBy: Date;
}

/** pending -> approved | rejected (the first valid decision) | expired (`endedBy` says why). */
export interface ApprovalRequest {
  state: 'pending' | 'approved' | 'rejected' | 'expired';
  role: string;
  openedAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  reason: string | null;
  /** Of an expired one; absent in what earlier versions stored. */
  endedBy?: ApprovalEnd;
}
