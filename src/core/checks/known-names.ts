import { z } from 'zod';
import type { Agency } from '../agency/agency.ts';
import { regionOf } from '../agency/region-of-agency.ts';
import type { StepHandler } from '../definition/step-handler.ts';
import { InputField } from '../definition/workflow-definition.ts';
import { isObject } from '../faults/keep-fitting.ts';
import { unwrapSchema } from '../faults/unwrap-schema.ts';
import type { Region } from '../places/region.ts';

const Fields = z.record(z.string(), InputField);

/** The contract of an agent or service, as far as a definition can be checked against it. */
export type KnownHandler = Pick<StepHandler, 'kind' | 'name' | 'input' | 'output'>;

/** What a workflow asks for, by the name of the field. */
export type InputFields = Readonly<Record<string, InputField>>;

/** Everything a workflow definition may refer to by name. */
export interface KnownNames {
  agents: ReadonlyMap<string, KnownHandler>;
  services: ReadonlyMap<string, KnownHandler>;
  roles: readonly string[];
  policies: readonly string[];
  materials: readonly string[];
  /** Words for channels, and the channels that the agency file names. */
  channelWords: readonly string[];
  channels: readonly string[];
  /** Where the agency works. */
  region: Region;
  /** The skills of each crew: a job needs one crew that has them all. */
  crewSkills: readonly (readonly string[])[];
  /** Definitions that steps may start; null when that is not known here. */
  workflows: readonly string[] | null;
  /** What those ask for, as far as it can be read. */
  workflowInputs: ReadonlyMap<string, InputFields>;
}

/**
 * Gathers what definitions may name: the given handlers, and of the agency its roles, policies, materials, crews and the
 * agents and services it calls by URL (any input and output, since their contract lives elsewhere). `workflows` are the
 * definitions beside the one to be checked, `workflowInputs` what they ask for.
 */
export function listKnownNames(
  handlers: Iterable<KnownHandler>,
  agency: Agency,
  workflows: readonly string[] | null = null,
  workflowInputs: KnownNames['workflowInputs'] = new Map(),
): KnownNames {
  const agents = new Map<string, KnownHandler>();
  const services = new Map<string, KnownHandler>();
  const anything = { input: z.unknown(), output: z.unknown() };
  for (const { name } of agency.agents) agents.set(name, { kind: 'agent', name, ...anything });
  for (const { name } of agency.services) services.set(name, { kind: 'service', name, ...anything });
  for (const handler of handlers) (handler.kind === 'agent' ? agents : services).set(handler.name, handler);
  return {
    agents,
    services,
    roles: agency.roles.map((role) => role.name),
    policies: agency.escalationPolicies.map((policy) => policy.name),
    region: regionOf(agency),
    materials: agency.materials.map((material) => material.id),
    channelWords: Object.keys(agency.channels),
    channels: listChannels(agency),
    crewSkills: agency.crews.map((crew) => crew.skills),
    workflows,
    workflowInputs,
  };
}

/** What each of the definitions asks for, by name and in its newest version; left out where that cannot be read. */
export function readWorkflowInputs(
  sources: Iterable<{ name: string; source: unknown }>,
): Map<string, InputFields> {
  const newest = new Map<string, { version: number; fields: InputFields | null }>();
  for (const { name, source } of sources) {
    if (!isObject(source)) continue;
    const version = typeof source.version === 'number' ? source.version : 1;
    if (version < (newest.get(name)?.version ?? 0)) continue;
    newest.set(name, { version, fields: Fields.safeParse(source.input ?? {}).data ?? null });
  }
  return new Map([...newest].flatMap(([name, { fields }]) => (fields ? [[name, fields]] : [])));
}

/** The fields of `schema` when it knows them all; null when it takes any key or is no object. */
export function listFields(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | null {
  const inner = unwrapSchema(schema);
  if (!(inner instanceof z.ZodObject)) return null;
  const rest = inner.def.catchall as z.ZodType | undefined;
  return rest === undefined || rest instanceof z.ZodNever ? (inner.shape as Record<string, z.ZodType>) : null;
}

/** Every channel that the agency file names, by id or `#name`. */
function listChannels({ channels, roles, crews, escalationPolicies }: Agency): string[] {
  const paged = escalationPolicies.flatMap(({ levels }) =>
    levels.flatMap(({ notify }) => notify.channel ?? []),
  );
  const all = [...Object.values(channels), ...roles.map(({ channel }) => channel), ...paged];
  return [...new Set([...all, ...crews.map(({ channel }) => channel)])];
}
