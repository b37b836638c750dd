import type { Agency } from '../core/agency/agency.ts';
import { listInside } from '../core/definition/step-tree.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { UNREAD_CHANNEL, UNREAD_PERSON } from '../core/faults/keep-fitting.ts';

/** What of Slack the agency file and the definitions name, each with where. */
export interface Named {
  channels: ReadonlyMap<string, string[]>;
  people: ReadonlyMap<string, string[]>;
  groups: ReadonlyMap<string, string[]>;
}

/** A channel as it may be written; a word of the agency file is no such name, and stands for one that is listed anyway. */
const CHANNEL = /^([CG][A-Z0-9]{2,}|#[a-z0-9_-]{1,80})$/;

/** Everything in Slack that has to be there for these files; what stands for something unreadable is in none of them. */
export function listNamed(agency: Agency, definitions: readonly WorkflowDefinition[]): Named {
  const named = {
    channels: new Map<string, string[]>(),
    people: new Map<string, string[]>(),
    groups: new Map<string, string[]>(),
  };
  const add = (kind: keyof typeof named, name: string | undefined, where: string): void => {
    if (name === undefined || name === UNREAD_PERSON || name === UNREAD_CHANNEL) return;
    const places: string[] = named[kind].get(name) ?? [];
    if (!places.includes(where)) named[kind].set(name, [...places, where]);
  };
  for (const [word, channel] of Object.entries(agency.channels))
    add('channels', channel, `channel “${word}”`);
  for (const operator of agency.operators) add('people', operator, 'operator');
  for (const { name, channel, members, userGroup } of agency.roles) {
    add('channels', channel, `role ${name}`);
    for (const member of members) add('people', member, `role ${name}`);
    add('groups', userGroup, `role ${name}`);
  }
  for (const { name, channel, lead, members } of agency.crews) {
    add('channels', channel, name);
    for (const person of [lead, ...members]) add('people', person, name);
  }
  for (const { name, levels } of agency.escalationPolicies) {
    for (const { notify } of levels) {
      add('channels', notify.channel, `escalation ${name}`);
      add('people', notify.user, `escalation ${name}`);
    }
  }
  for (const { name, steps, fallback } of definitions) {
    const all = steps.flatMap((step) => [step, ...listInside(step)]);
    const calls = [...all, ...all.flatMap((step) => [step.fallback, step.compensate]), fallback];
    for (const call of calls) add('channels', channelOf(call?.with ?? null), `workflow ${name}`);
  }
  return named;
}

function channelOf(values: Record<string, unknown> | null): string | undefined {
  const channel = values?.channel;
  return typeof channel === 'string' && CHANNEL.test(channel) ? channel : undefined;
}
