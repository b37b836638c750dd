import { randomBytes } from 'node:crypto';
import { AppError } from '../base/errors.ts';
import type { Agency, EscalationPolicy } from '../core/agency/agency.ts';
import { checkInput } from '../core/definition/check-input.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { freezePolicy } from '../core/escalator/escalation.ts';
import type { Lineage } from '../core/run/run-parts.ts';
import type { Requester, RunOrigin, WorkflowRun } from '../core/run/workflow-run.ts';
import type { Orchestrator } from './orchestrator.ts';

export interface RunStarterDeps {
  agency: Agency;
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  orchestrator: Orchestrator;
}

/** A wish to start a run of a definition; its input is still to be checked. */
export interface RunWish {
  input: Record<string, unknown>;
  requester: Requester;
  origin: RunOrigin;
  requestKey: string | null;
  parent?: WorkflowRun['parent'];
  lineage?: Lineage;
}

/** Run ids are read aloud over the radio: no I, L, O or U to mistake. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const MOST_ID_TRIES = 5;

function newRunId(): string {
  return `R-${[...randomBytes(8)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}

/** Checks the input, freezes the escalation policy and starts the run. Throws `run.badInput` with everything to mend. */
export async function startRun(
  deps: RunStarterDeps,
  definition: WorkflowDefinition,
  wish: RunWish,
): Promise<{ run: WorkflowRun; inserted: boolean }> {
  const checked = checkInput(definition, wish.input);
  if (!checked.ok) {
    const list = checked.problems.map(
      ({ field, message }) => `“${definition.input[field]?.label ?? field}” ${message}`,
    );
    throw new AppError(`bad input for ${definition.name}: ${list.join('; ')}`, {
      code: 'run.badInput',
      userMessage: `${definition.title} cannot start: ${list.join('; ')}.`,
    });
  }
  const { requester, origin, requestKey, parent = null, lineage } = wish;
  const policy = freezePolicy(findPolicy(deps.agency, definition));
  const rest = {
    definition,
    policy,
    input: checked.input,
    requester,
    origin,
    requestKey,
    parent,
    ...(lineage ? { lineage } : {}),
  };
  for (let tries = 1; ; tries++) {
    try {
      return await deps.orchestrator.start({ _id: newRunId(), ...rest });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'run.idTaken' || tries === MOST_ID_TRIES)
        throw error;
    }
  }
}

/** The newest definition of that name. Throws `run.unknownWorkflow` with the names there are. */
export function findDefinition(deps: Pick<RunStarterDeps, 'definitions'>, name: string): WorkflowDefinition {
  const definition = deps.definitions.get(name);
  if (definition) return definition;
  const known = [...deps.definitions.keys()].join(', ');
  throw new AppError(`no workflow is called ${name}`, {
    code: 'run.unknownWorkflow',
    userMessage: `No workflow is called “${name}”. There are: ${known}.`,
  });
}

function findPolicy(agency: Agency, definition: WorkflowDefinition): EscalationPolicy {
  const name = definition.escalation ?? agency.defaultEscalation;
  const policy =
    agency.escalationPolicies.find((candidate) => candidate.name === name) ?? agency.escalationPolicies[0];
  if (policy) return policy;
  throw new AppError('the agency has no escalation policy', { code: 'agency.invalid' });
}
