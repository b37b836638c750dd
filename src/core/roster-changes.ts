import type { Roster } from './roster.ts';

/** What became of the entries of one list, by id; of a changed one, which of its fields. */
export interface ListChanges {
  added: string[];
  removed: string[];
  changed: { id: string; fields: string[] }[];
}

/** What a new roster changes. */
export type RosterChanges = Record<keyof Roster, ListChanges>;

/** Compares two rosters. The order of a list's entries is no change. */
export function compareRosters(before: Roster, after: Roster): RosterChanges {
  return {
    crews: compareLists(before.crews, after.crews),
    depots: compareLists(before.depots, after.depots),
    materials: compareLists(before.materials, after.materials),
    districts: compareLists(before.districts, after.districts),
  };
}

/** The changes, a line each: `crew north: skills, shifts changed`. No line when nothing changes. */
export function describeRosterChanges(changes: RosterChanges): string[] {
  const kinds = { crews: 'crew', depots: 'depot', materials: 'material', districts: 'district' } as const;
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((list) => [
    ...changes[list].added.map((id) => `${kinds[list]} ${id}: added`),
    ...changes[list].removed.map((id) => `${kinds[list]} ${id}: removed`),
    ...changes[list].changed.map(({ id, fields }) => `${kinds[list]} ${id}: ${fields.join(', ')} changed`),
  ]);
}

type Entry = { id: string };

function compareLists(before: readonly Entry[], after: readonly Entry[]): ListChanges {
  const idsOf = (entries: readonly Entry[]) => entries.map(({ id }) => id);
  const changed = after.flatMap((entry) => {
    const old = before.find(({ id }) => id === entry.id);
    const fields = old ? differingFields(old, entry) : [];
    return fields.length > 0 ? [{ id: entry.id, fields }] : [];
  });
  return {
    added: idsOf(after).filter((id) => !idsOf(before).includes(id)),
    removed: idsOf(before).filter((id) => !idsOf(after).includes(id)),
    changed,
  };
}

/** Both are parsed, so that equal values have equal JSON. */
function differingFields(before: Entry, after: Entry): string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)));
}
