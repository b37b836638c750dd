import { z } from 'zod';

const RunId = z.string().regex(/^R-[0-9A-Za-z-]{1,40}$/);

/**
 * What a button is about: a run, and inside it a task, an escalation's key, or the crew whose card a work button is on
 * (empty on cards from the time before they named it).
 */
export interface ButtonTarget {
  runId: string;
  reference: string;
}

/** A step's or a crew's id or an escalation's key: inside a `forEach` with `@` and indexes, of a compensation with `/`. */
const Reference = z.string().regex(/^[\w@/-]{0,250}$/);
const Parts = z.tuple([RunId, Reference]);

/** The value a button carries: `runId|reference`. */
export function encodeTarget(runId: string, reference = ''): string {
  return `${runId}|${reference}`;
}

/** Reads a button's value; null when it is not one of ours, whatever it is. */
export function parseTarget(value: unknown): ButtonTarget | null {
  if (typeof value !== 'string') return null;
  const parsed = Parts.safeParse(value.split('|'));
  return parsed.success ? { runId: parsed.data[0], reference: parsed.data[1] } : null;
}

/** Of an absence or a closure. */
const DisruptionId = z.uuid();

/** Reads the value of a Take back button, the id of what it is about; null when it is not one of ours. */
export function parseDisruptionId(value: unknown): string | null {
  const parsed = DisruptionId.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const Kind = z.enum(['absence', 'closure']);
const Target = z.tuple([Kind, z.string().max(250)]);

/** Reads the value of a button that opens the form of an absence or a closure, `kind|id`; null when it is not one of ours. */
export function parseDisruptionTarget(
  value: unknown,
): { kind: z.infer<typeof Kind>; about: string | null } | null {
  if (typeof value !== 'string') return null;
  const parsed = Target.safeParse(value.split('|'));
  return parsed.success ? { kind: parsed.data[0], about: parsed.data[1] || null } : null;
}

/** A crew, by the id that the agency gave it. */
const CrewId = z.string().min(1).max(250);

/** Reads the value of a button that opens the form of a crew, its id; null when it is not one of ours. */
export function parseCrewId(value: unknown): string | null {
  const parsed = CrewId.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const ProposalId = z.string().regex(/^[\w-]{1,60}$/);

/** Reads the value of a button on a plan proposal, its id; null when it is not one of ours. */
export function parseProposalId(value: unknown): string | null {
  const parsed = ProposalId.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** What a person reads whose click cannot be understood. */
export const UNREADABLE_BUTTON =
  'This button cannot be read any more. Nothing was changed; look the request up with `/crewline list`.';
