import { describeFieldChange } from './describe-field-change.ts';
import type { Roster } from './roster.ts';

/** What became of the entries of one list, by id; of a changed one, which of its fields, and how in words. */
export interface ListChanges {
  added: string[];
  removed: string[];
  changed: { id: string; fields: string[]; details: string[] }[];
}

/** What a new roster changes. */
export type RosterChanges = Record<keyof Roster, ListChanges>;

/** Compares two rosters, whose money is in `currency`. The order of a list's entries is no change. */
export function compareRosters(before: Roster, after: Roster, currency: string): RosterChanges {
  return {
    crews: compareLists(before.crews, after.crews, currency),
    depots: compareLists(before.depots, after.depots, currency),
    materials: compareLists(before.materials, after.materials, currency),
    districts: compareLists(before.districts, after.districts, currency),
  };
}

/** The changes, a line each: `crew north: skills +concrete; size 2 → 3`. No line when nothing changes. */
export function describeRosterChanges(changes: RosterChanges): string[] {
  const kinds = { crews: 'crew', depots: 'depot', materials: 'material', districts: 'district' } as const;
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((list) => [
    ...changes[list].added.map((id) => `${kinds[list]} ${id}: added`),
    ...changes[list].removed.map((id) => `${kinds[list]} ${id}: removed`),
    ...changes[list].changed.map(({ id, details }) => `${kinds[list]} ${id}: ${details.join('; ')}`),
  ]);
}

type Entry = { id: string };

function compareLists(before: readonly Entry[], after: readonly Entry[], currency: string): ListChanges {
  const idsOf = (entries: readonly Entry[]) => entries.map(({ id }) => id);
  const changed = after.flatMap((entry) => {
    const old = before.find(({ id }) => id === entry.id);
    const differing = old ? compareFields(old, entry, currency) : [];
    if (differing.length === 0) return [];
    const fields = differing.map(({ field }) => field);
    return [{ id: entry.id, fields, details: differing.map((one) => one.detail) }];
  });
  return {
    added: idsOf(after).filter((id) => !idsOf(before).includes(id)),
    removed: idsOf(before).filter((id) => !idsOf(after).includes(id)),
    changed,
  };
}

/** Both are parsed, so that equal values have equal JSON. */
function compareFields(before: Entry, after: Entry, currency: string): { field: string; detail: string }[] {
  const [old, now] = [
    new Map<string, unknown>(Object.entries(before)),
    new Map<string, unknown>(Object.entries(after)),
  ];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)))
    .map((field) => ({
      field,
      detail: describeFieldChange(field, old.get(field), now.get(field), currency),
    }));
}
