import { randomBytes } from 'node:crypto';
import { AppError } from '../base/errors.ts';
import type { Agency, EscalationPolicy } from '../core/agency/agency.ts';
import { regionOf } from '../core/agency/region-of-agency.ts';
import { checkInput, type InputProblem } from '../core/definition/check-input.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { freezePolicy } from '../core/escalator/escalation.ts';
import { suggestName } from '../core/faults/problem.ts';
import { explainPlaceFault, findPlaceFault } from '../core/places/check-place.ts';
import { findGivenPlaces } from '../core/places/find-given-places.ts';
import type { RunRequest, WorkflowRun } from '../core/run/workflow-run.ts';
import type { Orchestrator } from './orchestrator.ts';

export interface RunStarterDeps {
  agency: Agency;
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  /** A definition that another process has loaded and this one has not: while a new version is rolled out. */
  findElsewhere?(name: string): Promise<WorkflowDefinition | null>;
  orchestrator: Orchestrator;
}

/** Run ids are read aloud over the radio: no I, L, O or U to mistake. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const MOST_ID_TRIES = 5;

function newRunId(): string {
  return `R-${[...randomBytes(8)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}

/**
 * Checks the input, freezes the escalation policy and starts the run, of the newest definition of that name unless
 * another one is given. Throws `run.unknownWorkflow`, and `run.badInput` with everything to mend.
 */
export async function startRun(
  deps: RunStarterDeps,
  request: RunRequest,
  given?: WorkflowDefinition,
): Promise<{ run: WorkflowRun; inserted: boolean }> {
  const definition = given ?? (await findDefinition(deps, request.workflow));
  const checked = checkInput(definition, request.input);
  const problems = checked.ok ? checkPlaces(deps.agency, checked.input) : checked.problems;
  if (!checked.ok || problems.length > 0) {
    const list = problems.map(
      ({ field, message }) => `“${definition.input[field]?.label ?? field}” ${message}`,
    );
    throw new AppError(`bad input for ${definition.name}: ${list.join('; ')}`, {
      code: 'run.badInput',
      userMessage: `${definition.title} cannot start: ${list.join('; ')}.`,
    });
  }
  const { requester, origin, requestKey, parent = null, lineage } = request;
  const policy = freezePolicy(findPolicy(deps.agency, definition));
  const rest = {
    definition,
    policy,
    timeZone: deps.agency.timeZone,
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

/** A place that nobody can mean is told to whoever sends it, and not when the crew is sent there. */
function checkPlaces(agency: Agency, input: Record<string, unknown>): InputProblem[] {
  const given = findGivenPlaces(input);
  const region = given.length > 0 ? regionOf(agency) : null;
  return given.flatMap(({ path, place }) => {
    const fault = region && findPlaceFault(place, region);
    if (fault === null) return [];
    const { wrong, right } = explainPlaceFault(fault);
    return [{ field: path, message: `cannot be right: ${wrong} — ${right}` }];
  });
}

/** The newest definition of that name, this process's first. Throws `run.unknownWorkflow` with the names there are. */
export async function findDefinition(
  { definitions, findElsewhere }: Pick<RunStarterDeps, 'definitions' | 'findElsewhere'>,
  name: string,
): Promise<WorkflowDefinition> {
  const definition = definitions.get(name) ?? (await findElsewhere?.(name));
  if (definition) return definition;
  throw new AppError(`no workflow is called ${name}`, {
    code: 'run.unknownWorkflow',
    userMessage: `No workflow is called “${name}”: ${suggestName(name, definitions.keys(), 'workflows')}.`,
  });
}

function findPolicy(agency: Agency, definition: WorkflowDefinition): EscalationPolicy {
  const name = definition.escalation ?? agency.defaultEscalation;
  const policy =
    agency.escalationPolicies.find((candidate) => candidate.name === name) ?? agency.escalationPolicies[0];
  if (policy) return policy;
  throw new AppError('the agency has no escalation policy', { code: 'agency.invalid' });
}
